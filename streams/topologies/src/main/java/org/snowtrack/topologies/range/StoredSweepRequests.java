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

/**
 * Hands PTR the silent addresses to ask about, and again every {@value #RENEWED_AFTER_DAYS} days, or earlier if what was
 * told would count no longer. Members of published ranges PTR asks about daily anyway. Belongs to one task.
 */
final class StoredSweepRequests {

    /** Days after which a silent address is asked about again. */
    static final int RENEWED_AFTER_DAYS = 3;

    private final KeyValueStore<Bytes, SweptAddress> requests;
    private final KeyValueStore<Bytes, SweptAddress> swept;

    private final int renewedAfterDays;

    /**
     * @param predictedTtlDays days for which a silent address's name is believed
     */
    StoredSweepRequests(ProcessorContext<?, ?> context, int predictedTtlDays) {
        renewedAfterDays = Math.min(RENEWED_AFTER_DAYS, predictedTtlDays);
        requests = context.getStateStore(BlockStores.SWEEP_REQUESTS);
        swept = context.getStateStore(BlockStores.SWEPT_ADDRESSES);
    }

    /**
     * Asks for what was not asked for lately, or only for a later reason.
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
                if (adds(wanted, requests.get(key))) {
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

    private boolean adds(SweptAddress wanted, @Nullable SweptAddress known) {
        return known == null
                || wanted.getDay() >= known.getDay() + renewedAfterDays
                || wanted.getSince() < known.getSince();
    }
}
