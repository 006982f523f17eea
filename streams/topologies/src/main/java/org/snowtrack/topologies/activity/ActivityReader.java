package org.snowtrack.topologies.activity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.state.ReporterStanding;

/** What RANGE may read of ACTIVITY's rows. Belongs to one task. */
public final class ActivityReader {

    /**
     * A reporter and what it says of an address.
     *
     * @param since event time at which it first found the address excessive; among acceptors, event time of its earliest
     *     fact that tells of accepted recipients
     */
    public record Report(String reporter, Instant since, Acceptance acceptance) {}

    private final ActivityRows rows;
    private final int threshold;

    /**
     * @param threshold invalid recipients that make a reporter's day count
     */
    public ActivityReader(ProcessorContext<?, ?> context, int threshold) {
        this.rows = new StoredActivityRows(context);
        this.threshold = threshold;
    }

    /** What all reporters say of an address. */
    public AddressReports reports(IpAddress address) {
        NavigableMap<String, ReporterStanding> standings = new TreeMap<>();
        rows.eachReporter(address, standings::put);
        return AddressReports.of(standings, threshold);
    }

    /**
     * Event time at which the second of an address's days became excessive by reporters that count. Reads all its rows.
     */
    public Optional<Instant> secondDay(IpAddress address, List<Report> reports) {
        Map<Integer, Long> earliest = new TreeMap<>();
        for (Report report : reports) {
            rows.eachDay(address, report.reporter(), (entry, row) -> ExcessiveDay.since(row, threshold)
                    .ifPresent(since -> earliest.merge(entry.day(), since, Math::min)));
        }
        return earliest.values().stream().skip(1).findFirst().map(Instant::ofEpochMilli);
    }
}
