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
 * All that is known of one reported address when its neighbourhood is judged.
 *
 * @param reports one for each reporter that counts
 * @param days days on which anybody counted
 * @param secondDay event time at which the second of these days became excessive; null while there is one, or where
 *     nobody asks because the verdict is SHARED
 * @param names current names
 * @param history names within the horizon, current ones included
 * @param network null where not known
 */
record AddressView(
        IpAddress ip,
        List<Report> reports,
        Instant firstSeen,
        Instant lastSeen,
        DaySet days,
        @Nullable Instant secondDay,
        List<HostName> names,
        List<NamePeriod> history,
        @Nullable OriginNetwork network) {}
