package org.snowtrack.topologies.activity;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;
import org.snowtrack.topologies.state.RowKey;

/** {@link ActivityRows} in the task's state stores. */
final class StoredActivityRows implements ActivityRows {

    private static final byte[] PRESENT = new byte[0];

    private final KeyValueStore<Bytes, ReporterDay> days;
    private final KeyValueStore<Bytes, byte[]> expiry;
    private final KeyValueStore<Bytes, ReporterStanding> reporters;
    private final KeyValueStore<Bytes, AddressStanding> addresses;

    StoredActivityRows(ProcessorContext<?, ?> context) {
        days = context.getStateStore(BlockStores.REPORTER_DAYS);
        expiry = context.getStateStore(BlockStores.REPORTER_DAY_EXPIRY);
        reporters = context.getStateStore(BlockStores.REPORTERS);
        addresses = context.getStateStore(BlockStores.ADDRESSES);
    }

    @Override
    public @Nullable ReporterDay day(Entry entry) {
        return days.get(key(entry));
    }

    @Override
    public void addDay(Entry entry, ReporterDay row) {
        days.put(key(entry), row);
        expiry.put(RowKey.dayAddressReporter(entry.day(), entry.address(), entry.reporter()), PRESENT);
    }

    @Override
    public void replaceDay(Entry entry, ReporterDay row) {
        days.put(key(entry), row);
    }

    @Override
    public void deleteDay(Entry entry) {
        days.delete(key(entry));
        expiry.delete(RowKey.dayAddressReporter(entry.day(), entry.address(), entry.reporter()));
    }

    @Override
    public void eachDay(IpAddress address, String reporter, BiConsumer<Entry, ReporterDay> visitor) {
        Bytes prefix = RowKey.addressReporter(address, reporter);
        try (KeyValueIterator<Bytes, ReporterDay> rows = days.range(prefix, RowKey.endOf(prefix))) {
            rows.forEachRemaining(
                    row -> visitor.accept(new Entry(address, reporter, RowKey.dayAtEnd(row.key)), row.value));
        }
    }

    @Override
    public void eachDay(IpAddress address, BiConsumer<Entry, ReporterDay> visitor) {
        Bytes prefix = RowKey.address(address);
        try (KeyValueIterator<Bytes, ReporterDay> rows = days.range(prefix, RowKey.endOf(prefix))) {
            rows.forEachRemaining(row -> visitor.accept(entryOf(row.key), row.value));
        }
    }

    @Override
    public @Nullable ReporterStanding reporter(IpAddress address, String reporter) {
        return reporters.get(RowKey.addressReporter(address, reporter));
    }

    @Override
    public void putReporter(IpAddress address, String reporter, @Nullable ReporterStanding row) {
        reporters.put(RowKey.addressReporter(address, reporter), row);
    }

    @Override
    public void eachReporter(IpAddress address, BiConsumer<String, ReporterStanding> visitor) {
        Bytes prefix = RowKey.address(address);
        try (KeyValueIterator<Bytes, ReporterStanding> rows = reporters.range(prefix, RowKey.endOf(prefix))) {
            rows.forEachRemaining(row -> visitor.accept(RowKey.reporterOf(row.key), row.value));
        }
    }

    @Override
    public @Nullable AddressStanding address(IpAddress address) {
        return addresses.get(RowKey.address(address));
    }

    @Override
    public void putAddress(IpAddress address, @Nullable AddressStanding row) {
        addresses.put(RowKey.address(address), row);
    }

    @Override
    public Iterable<Entry> before(int day) {
        List<Entry> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = expiry.range(null, RowKey.startOfDay(day))) {
            while (rows.hasNext()) {
                KeyValue<Bytes, byte[]> row = rows.next();
                Bytes place = RowKey.withoutDay(row.key);
                entries.add(new Entry(RowKey.addressOf(place), RowKey.reporterOf(place), RowKey.dayAtStart(row.key)));
            }
        }
        return entries;
    }

    private static Bytes key(Entry entry) {
        return RowKey.addressReporterDay(entry.address(), entry.reporter(), entry.day());
    }

    private static Entry entryOf(Bytes key) {
        return new Entry(RowKey.addressOf(key), RowKey.reporterBeforeDay(key), RowKey.dayAtEnd(key));
    }
}
