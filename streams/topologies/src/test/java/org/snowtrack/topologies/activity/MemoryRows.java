package org.snowtrack.topologies.activity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;

/** The rows in maps. */
final class MemoryRows implements ActivityRows {

    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::address).thenComparing(Entry::reporter).thenComparing(Entry::day);

    private record Pair(IpAddress address, String reporter) {}

    private final NavigableMap<Entry, ReporterDay> days = new TreeMap<>(ORDER);
    private final NavigableMap<Pair, ReporterStanding> reporters =
            new TreeMap<>(Comparator.comparing(Pair::address).thenComparing(Pair::reporter));
    private final NavigableMap<IpAddress, AddressStanding> addresses = new TreeMap<>();

    @Override
    public @Nullable ReporterDay day(Entry entry) {
        return days.get(entry);
    }

    @Override
    public void addDay(Entry entry, ReporterDay row) {
        days.put(entry, row);
    }

    @Override
    public void replaceDay(Entry entry, ReporterDay row) {
        days.put(entry, row);
    }

    @Override
    public void deleteDay(Entry entry) {
        days.remove(entry);
    }

    @Override
    public void eachDay(IpAddress address, String reporter, BiConsumer<Entry, ReporterDay> visitor) {
        eachDay(address, (entry, row) -> {
            if (entry.reporter().equals(reporter)) {
                visitor.accept(entry, row);
            }
        });
    }

    @Override
    public void eachDay(IpAddress address, BiConsumer<Entry, ReporterDay> visitor) {
        days.forEach((entry, row) -> {
            if (entry.address().equals(address)) {
                visitor.accept(entry, row);
            }
        });
    }

    @Override
    public @Nullable ReporterStanding reporter(IpAddress address, String reporter) {
        return reporters.get(new Pair(address, reporter));
    }

    @Override
    public void putReporter(IpAddress address, String reporter, @Nullable ReporterStanding row) {
        if (row == null) {
            reporters.remove(new Pair(address, reporter));
        } else {
            reporters.put(new Pair(address, reporter), row);
        }
    }

    @Override
    public void eachReporter(IpAddress address, BiConsumer<String, ReporterStanding> visitor) {
        reporters.forEach((pair, row) -> {
            if (pair.address().equals(address)) {
                visitor.accept(pair.reporter(), row);
            }
        });
    }

    @Override
    public @Nullable AddressStanding address(IpAddress address) {
        return addresses.get(address);
    }

    @Override
    public void putAddress(IpAddress address, @Nullable AddressStanding row) {
        if (row == null) {
            addresses.remove(address);
        } else {
            addresses.put(address, row);
        }
    }

    @Override
    public Iterable<Entry> before(int day) {
        List<Entry> before = new ArrayList<>(days.keySet());
        before.removeIf(entry -> entry.day() >= day);
        return before;
    }

    /** Everything that is kept, for comparison. */
    List<Object> all() {
        return List.of(days, reporters, addresses);
    }

    NavigableMap<IpAddress, AddressStanding> addresses() {
        return addresses;
    }

    NavigableMap<Entry, ReporterDay> days() {
        return days;
    }
}
