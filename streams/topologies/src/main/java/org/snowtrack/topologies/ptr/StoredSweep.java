package org.snowtrack.topologies.ptr;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.RowKey;
import org.snowtrack.topologies.state.SweptAddress;

/**
 * The silent addresses about which RANGE wishes to know. A row lives as long as RANGE wishes it anew, and twice the time
 * that a name is believed after that; once somebody reports the address, as long as that is remembered. Belongs to one task.
 */
final class StoredSweep {

    private final KeyValueStore<Bytes, SweptAddress> requests;
    private final KeyValueStore<Bytes, SweptAddress> swept;
    private final KeyValueStore<Bytes, AddressStanding> reported;
    private final int ttlDays;

    StoredSweep(ProcessorContext<?, ?> context, int ttlDays) {
        this.requests = context.getStateStore(BlockStores.SWEEP_REQUESTS);
        this.swept = context.getStateStore(BlockStores.SWEPT_ADDRESSES);
        this.reported = context.getStateStore(BlockStores.ADDRESSES);
        this.ttlDays = ttlDays;
    }

    boolean isSwept(IpAddress address) {
        return swept.get(RowKey.address(address)) != null;
    }

    /** The epoch day on which there was reason last; that of a request that was just taken. */
    int dayOf(IpAddress address) {
        SweptAddress row = swept.get(RowKey.address(address));
        return row == null ? 0 : row.getDay();
    }

    /**
     * Takes requests over.
     *
     * @return the addresses that are silent still, ascending
     */
    List<IpAddress> take(int limit) {
        List<KeyValue<Bytes, SweptAddress>> taken = new ArrayList<>();
        try (KeyValueIterator<Bytes, SweptAddress> rows = requests.all()) {
            while (rows.hasNext() && taken.size() < limit) {
                taken.add(rows.next());
            }
        }
        List<IpAddress> addresses = new ArrayList<>();
        for (KeyValue<Bytes, SweptAddress> request : taken) {
            requests.delete(request.key);
            if (reported.get(request.key) == null) {
                swept.put(request.key, join(swept.get(request.key), request.value));
                addresses.add(RowKey.addressOf(request.key));
            }
        }
        return addresses;
    }

    /** The silent addresses about which nobody wishes to know any more on a day. */
    List<IpAddress> endOn(int day) {
        List<IpAddress> ended = new ArrayList<>();
        try (KeyValueIterator<Bytes, SweptAddress> rows = swept.all()) {
            while (rows.hasNext()) {
                KeyValue<Bytes, SweptAddress> row = rows.next();
                if (row.value.getDay() + 2 * ttlDays < day && reported.get(row.key) == null) {
                    ended.add(RowKey.addressOf(row.key));
                }
            }
        }
        return ended;
    }

    /**
     * Lets an address go.
     *
     * @return whether it was swept
     */
    boolean forget(IpAddress address) {
        return swept.delete(RowKey.address(address)) != null;
    }

    private static SweptAddress join(@Nullable SweptAddress known, SweptAddress request) {
        return known == null
                ? request
                : new SweptAddress(
                        Math.min(known.getSince(), request.getSince()), Math.max(known.getDay(), request.getDay()));
    }
}
