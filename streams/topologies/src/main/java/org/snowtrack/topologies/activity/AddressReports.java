package org.snowtrack.topologies.activity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.state.LargeMessage;
import org.snowtrack.topologies.state.ReporterStanding;

/**
 * What all reporters say of an address. An address is judged again when this changes.
 *
 * @param reports the reporters that count, by name: those that found it excessive, but for those that accept most of what
 *     it sends
 * @param acceptors the reporters that accept far more than they refuse, by name, whether or not they found it excessive;
 *     of each, since when its logs tell what it accepts
 * @param largestMessage size of its largest message in bytes, rounded down to whole steps of {@link
 *     LargeMessages#LARGE}; 0 where nobody tells of one that is large
 * @param largestMessageAt event time of the earliest message of that size; null where nobody tells
 */
public record AddressReports(
        List<Report> reports,
        List<Report> acceptors,
        long largestMessage,
        @Nullable Instant largestMessageAt) {

    /**
     * @param standings by reporter
     * @param threshold invalid recipients that make a reporter's day count
     */
    static AddressReports of(NavigableMap<String, ReporterStanding> standings, int threshold) {
        List<Report> reports = new ArrayList<>();
        List<Report> acceptors = new ArrayList<>();
        LargeMessage largest = null;
        for (Map.Entry<String, ReporterStanding> entry : standings.entrySet()) {
            ReporterStanding standing = entry.getValue();
            Acceptance acceptance = Acceptance.of(standing, threshold);
            if (standing.getDays() > 0 && acceptance != Acceptance.MOST) {
                reports.add(new Report(entry.getKey(), Instant.ofEpochMilli(standing.getSince()), acceptance));
            }
            if (acceptance.isFarMore()) {
                acceptors.add(new Report(entry.getKey(), Instant.ofEpochMilli(standing.getBalanceSince()), acceptance));
            }
            largest = LargeMessages.larger(largest, standing.getLargest());
        }
        return new AddressReports(
                List.copyOf(reports),
                List.copyOf(acceptors),
                largest == null ? 0 : largest.getBytes(),
                largest == null ? null : Instant.ofEpochMilli(largest.getAt()));
    }
}
