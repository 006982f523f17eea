package org.snowtrack.topologies.activity;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;

/** The rows that {@link ActivityBook} keeps its books in. Putting null deletes. */
interface ActivityRows {

    /** A row's place: who reported which address on which epoch day. */
    record Entry(IpAddress address, String reporter, int day) {}

    @Nullable
    ReporterDay day(Entry entry);

    /** Writes a row that was not there before. */
    void addDay(Entry entry, ReporterDay row);

    void replaceDay(Entry entry, ReporterDay row);

    void deleteDay(Entry entry);

    /** All days of one reporter with one address, ascending. */
    void eachDay(IpAddress address, String reporter, BiConsumer<Entry, ReporterDay> visitor);

    /** All days of all reporters with one address. */
    void eachDay(IpAddress address, BiConsumer<Entry, ReporterDay> visitor);

    @Nullable
    ReporterStanding reporter(IpAddress address, String reporter);

    void putReporter(IpAddress address, String reporter, @Nullable ReporterStanding row);

    void eachReporter(IpAddress address, BiConsumer<String, ReporterStanding> visitor);

    @Nullable
    AddressStanding address(IpAddress address);

    void putAddress(IpAddress address, @Nullable AddressStanding row);

    /** Rows of days before this one, by day, then address. */
    Iterable<Entry> before(int day);
}
