package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.activity.DaySet;

/**
 * All that is known of one address when its neighbourhood is judged: of one that somebody reports, or of a silent one
 * that a sweep asked about.
 *
 * @param reports one for each reporter that counts; none for a silent address
 * @param acceptors one for each reporter that accepts far more than it refuses, whether or not it counts; none for a
 *     silent address
 * @param largestMessage size of its largest message in bytes, in whole steps of {@link
 *     org.snowtrack.topologies.activity.LargeMessages#LARGE}; 0 where nobody tells of one that is large
 * @param largestMessageAt event time of the earliest message of that size; null where nobody tells
 * @param firstSeen event time of its first report; of a silent address, {@code sweptSince}
 * @param lastSeen likewise of the latest
 * @param days days on which anybody counted
 * @param secondDay event time at which the second of these days became excessive; null while there is one, or where
 *     nobody asks because the verdict is SHARED
 * @param names current names
 * @param history names within the horizon, current ones included
 * @param network null where not known
 * @param sweptSince event time of the fact that made a sweep ask about it while it was silent; null where none did
 */
record AddressView(
        IpAddress ip,
        List<Report> reports,
        List<Report> acceptors,
        long largestMessage,
        @Nullable Instant largestMessageAt,
        Instant firstSeen,
        Instant lastSeen,
        DaySet days,
        @Nullable Instant secondDay,
        List<HostName> names,
        List<NamePeriod> history,
        @Nullable OriginNetwork network,
        @Nullable Instant sweptSince) {

    boolean isReported() {
        return !reports.isEmpty();
    }
}
