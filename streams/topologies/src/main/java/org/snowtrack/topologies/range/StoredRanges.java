package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.RowKey;
import org.snowtrack.topologies.state.SettledTimes;

/** What stands published, and what earlier days settled about it. Belongs to one task. */
final class StoredRanges {

    private final KeyValueStore<Bytes, FlaggedRange> ranges;
    private final KeyValueStore<Bytes, SettledTimes> settledTimes;
    private final Units units;
    private final int longest;

    /**
     * @param longest the most units that a range spans
     */
    StoredRanges(ProcessorContext<?, ?> context, Units units, int longest) {
        this.ranges = context.getStateStore(BlockStores.PUBLISHED_RANGES);
        this.settledTimes = context.getStateStore(BlockStores.SETTLED_TIMES);
        this.units = units;
        this.longest = longest;
    }

    /** The ranges that overlap a stretch, by the addresses that they span. */
    Map<IpRange, RangeLedger.Published> over(IpRange stretch) {
        Map<IpRange, RangeLedger.Published> standing = new TreeMap<>();
        IpRange block = Block.of(stretch.first()).range();
        IpAddress from = units.move(stretch.first(), -longest, block);
        try (KeyValueIterator<Bytes, FlaggedRange> rows =
                ranges.range(RowKey.address(from), RowKey.endOf(RowKey.address(stretch.last())))) {
            while (rows.hasNext()) {
                KeyValue<Bytes, FlaggedRange> row = rows.next();
                IpRange span = RowKey.rangeOf(row.key);
                if (span.overlaps(stretch)) {
                    standing.put(span, new RangeLedger.Published(row.value, settledTimes.get(row.key)));
                }
            }
        }
        return standing;
    }

    void put(RangeLedger.Published published) {
        Bytes key = key(published.range());
        ranges.put(key, published.range());
        settledTimes.put(key, published.settled());
    }

    void remove(FlaggedRange range) {
        ranges.delete(key(range));
        settledTimes.delete(key(range));
    }

    /**
     * Settles the times of everything that stands.
     *
     * @return an address of each range
     */
    List<IpAddress> settle() {
        List<IpAddress> settled = new ArrayList<>();
        try (KeyValueIterator<Bytes, FlaggedRange> standing = ranges.all()) {
            while (standing.hasNext()) {
                KeyValue<Bytes, FlaggedRange> row = standing.next();
                settledTimes.put(row.key, RangeLedger.settle(row.value));
                settled.add(RowKey.addressOf(row.key));
            }
        }
        return settled;
    }

    private static Bytes key(FlaggedRange range) {
        return RowKey.range(new IpRange(IpAddress.parse(range.getFirstIp()), IpAddress.parse(range.getLastIp())));
    }
}
