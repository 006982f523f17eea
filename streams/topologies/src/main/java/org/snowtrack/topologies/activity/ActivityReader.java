package org.snowtrack.topologies.activity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.snowtrack.schemas.ip.IpAddress;

/** What RANGE may read of ACTIVITY's rows. Belongs to one task. */
public final class ActivityReader {

    /**
     * A reporter that counts for an address.
     *
     * @param since event time at which it first found the address excessive
     */
    public record Report(String reporter, Instant since) {}

    private final ActivityRows rows;
    private final int threshold;

    /**
     * @param threshold invalid recipients that make a reporter's day count
     */
    public ActivityReader(ProcessorContext<?, ?> context, int threshold) {
        this.rows = new StoredActivityRows(context);
        this.threshold = threshold;
    }

    /** The reporters that count for an address, by name: not those that mostly accept what it sends. */
    public List<Report> reports(IpAddress address) {
        List<Report> reports = new ArrayList<>();
        rows.eachReporter(address, (reporter, standing) -> {
            if (standing.getDays() > 0 && !DayBalance.isMostlyAccepted(standing, threshold)) {
                reports.add(new Report(reporter, Instant.ofEpochMilli(standing.getSince())));
            }
        });
        return reports;
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
