package org.snowtrack.topologies.range;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.snowtrack.topologies.activity.DaySet;

/**
 * When a listing ends, and begins again: the last excessive report anywhere in the range keeps it for {@code list.ttl}
 * days; mail after a longer silence begins a new listing, which cannot be older than the day on which it resumed.
 *
 * <p>Pure; safe for any thread.
 */
final class Listing {

    private Listing() {}

    static boolean isCurrent(List<Candidate> members, int today, int ttlDays) {
        return days(members).lastDay() + ttlDays >= today;
    }

    /** The first day on which it is no longer current, if nobody reports it again. */
    static LocalDate endsOn(List<Candidate> members, int ttlDays) {
        return LocalDate.ofEpochDay(days(members).lastDay() + ttlDays + 1L);
    }

    /** The start of the day on which mail resumed after a silence that ended an earlier listing. */
    static Optional<Instant> resumedAt(List<Candidate> members, int ttlDays) {
        int resumed = Integer.MIN_VALUE;
        int previous = Integer.MAX_VALUE;
        for (PrimitiveIterator.OfInt days = days(members).days().iterator(); days.hasNext(); ) {
            int day = days.nextInt();
            if (previous != Integer.MAX_VALUE && day - previous > ttlDays) {
                resumed = day;
            }
            previous = day;
        }
        return resumed == Integer.MIN_VALUE
                ? Optional.empty()
                : Optional.of(LocalDate.ofEpochDay(resumed)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant());
    }

    private static DaySet days(List<Candidate> members) {
        return members.stream().map(member -> member.view().days()).reduce(DaySet.EMPTY, DaySet::union);
    }
}
