package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.SortedMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.RowKey;
import org.snowtrack.topologies.state.SweptAddress;

/** Hands PTR the silent addresses to ask about, each once a day. Belongs to one task. */
final class SweepRequests {

    private final KeyValueStore<Bytes, SweptAddress> requests;
    private final KeyValueStore<Bytes, SweptAddress> swept;

    SweepRequests(ProcessorContext<?, ?> context) {
        requests = context.getStateStore(BlockStores.SWEEP_REQUESTS);
        swept = context.getStateStore(BlockStores.SWEPT_ADDRESSES);
    }

    /**
     * Asks for what was not asked for today, or only for a later reason.
     *
     * @return whether there was any
     */
    boolean request(SortedMap<IpAddress, Instant> wishes, int day) {
        boolean any = false;
        for (var wish : wishes.entrySet()) {
            Bytes key = RowKey.address(wish.getKey());
            SweptAddress wanted = new SweptAddress(wish.getValue().toEpochMilli(), day);
            if (adds(wanted, swept.get(key))) {
                any = true;
                SweptAddress before = requests.get(key);
                if (adds(wanted, before)) {
                    requests.put(key, wanted);
                }
            }
        }
        return any;
    }

    /** How many PTR has not taken yet. */
    long requested() {
        // Exact, because the store is in memory.
        return requests.approximateNumEntries();
    }

    private static boolean adds(SweptAddress wanted, @Nullable SweptAddress known) {
        return known == null || wanted.getDay() > known.getDay() || wanted.getSince() < known.getSince();
    }
}
