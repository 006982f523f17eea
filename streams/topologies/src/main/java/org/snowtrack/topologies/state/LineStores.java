package org.snowtrack.topologies.state;

import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.snowtrack.schemas.LogSession;
import org.snowtrack.schemas.serde.AvroSerde;

/**
 * The stores of a LINES partition. Sessions come and go within moments, so they are in memory, and in the changelog.
 * Names are public API, because changelog topics are named after them.
 */
public final class LineStores {

    public static final String SESSIONS = "log-sessions";
    public static final String SESSION_AGES = "log-session-ages";

    private LineStores() {}

    public static List<StoreBuilder<?>> all() {
        return List.of(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(SESSIONS), Serdes.Bytes(), AvroSerde.of(LogSession.class)),
                BlockStores.smallKeysOnly(SESSION_AGES));
    }
}
