package org.snowtrack.topologies.state;

import java.util.List;
import org.apache.kafka.streams.state.StoreBuilder;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.serde.AvroSerde;

/** The stores of a DOMAIN partition. Names are public API, because changelog topics are named after them. */
public final class DomainStores {

    public static final String DOMAINS = "domains";
    public static final String BLOCKS = "domain-blocks";
    public static final String NETWORKS = "domain-networks";
    public static final String PENDING_DOMAINS = "pending-domains";
    public static final String DOMAIN_RETRIES = "domain-retries";
    public static final String DAY = "domain-day";

    private DomainStores() {}

    public static List<StoreBuilder<?>> all() {
        return List.of(
                BlockStores.large(DOMAINS, AvroSerde.of(DomainRecord.class)),
                BlockStores.keysOnly(BLOCKS),
                BlockStores.keysOnly(NETWORKS),
                BlockStores.smallKeysOnly(PENDING_DOMAINS),
                BlockStores.smallKeysOnly(DOMAIN_RETRIES),
                BlockStores.small(DAY, AvroSerde.of(DayTick.class)));
    }
}
