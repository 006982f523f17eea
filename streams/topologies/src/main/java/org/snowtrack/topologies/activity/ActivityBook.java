package org.snowtrack.topologies.activity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BalanceFact;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.LargeMessage;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;

/**
 * ACTIVITY's model: who reports which address, within the horizon. For any set of facts and any current day the rows
 * are the same, whatever order the facts came in and however often each came.
 *
 * <p>Not thread-safe; each task has its own over its own rows. An addition is a few point reads and writes; only an
 * earlier fact that arrives late, and expiry, scan the rows of one address.
 */
final class ActivityBook {

    /** What an addition did. */
    enum Effect {
        /** Nothing that anybody could see. */
        NONE,
        /** The address's standing changed. */
        CHANGED,
        /** It changed, and the address has one more excessive day. */
        NEW_DAY;

        /** What this and another did together: whatever is more. */
        Effect and(Effect other) {
            return compareTo(other) < 0 ? other : this;
        }
    }

    private final ActivityRows rows;
    private final int threshold;
    private final int horizonDays;

    /**
     * @param threshold invalid recipients that make a reporter's day count
     * @param horizonDays days that are remembered, the current one included; 1 to 64
     */
    ActivityBook(ActivityRows rows, int threshold, int horizonDays) {
        this.rows = rows;
        this.threshold = threshold;
        this.horizonDays = horizonDays;
    }

    /** Whether a fact of this day is too old to count on the current day. */
    boolean isExpired(int day, int currentDay) {
        return day < firstDay(currentDay);
    }

    /** Adds a fact of refused recipients that is not expired. */
    Effect add(Entry entry, CountedFact fact) {
        ReporterDay before = known(entry);
        return ExcessiveDay.add(before, fact, threshold)
                .map(after -> grow(entry, before, after))
                .orElse(Effect.NONE);
    }

    /** Adds a fact that tells of accepted recipients, and is not expired. */
    Effect add(Entry entry, BalanceFact fact) {
        ReporterDay before = known(entry);
        return DayBalance.add(before.getBalance(), fact)
                .map(balance -> new ReporterDay(before.getFacts(), balance, before.getLargest()))
                .map(after -> grow(entry, before, after))
                .orElse(Effect.NONE);
    }

    /** Adds a large message that is not expired. */
    Effect add(Entry entry, LargeMessage message) {
        ReporterDay before = known(entry);
        LargeMessage largest = LargeMessages.larger(before.getLargest(), message);
        return Objects.equals(largest, before.getLargest())
                ? Effect.NONE
                : grow(entry, before, new ReporterDay(before.getFacts(), before.getBalance(), largest));
    }

    private Effect grow(Entry entry, ReporterDay before, ReporterDay after) {
        write(entry, before, after);
        // Most facts end here: a few refusals more on a day that does not count yet.
        if (Standings.addTheSame(before, after, threshold)) {
            return Effect.NONE;
        }
        ReporterStanding was = standing(entry);
        ReporterStanding is = Standings.grown(was, before, after, threshold);
        if (!is.equals(was)) {
            rows.putReporter(entry.address(), entry.reporter(), is);
        }
        OptionalLong began = ExcessiveDay.since(before, threshold);
        OptionalLong begins = ExcessiveDay.since(after, threshold);
        if (begins.equals(began)) {
            return isSeen(entry, was, is) ? Effect.CHANGED : Effect.NONE;
        }
        return began.isEmpty()
                ? becameExcessive(entry, begins.getAsLong(), was.getDays() == 0)
                : becameExcessiveEarlier(entry);
    }

    /** Whether RANGE, which judges the addresses that somebody found excessive, sees another standing than before. */
    private boolean isSeen(Entry entry, ReporterStanding was, ReporterStanding is) {
        return !reports(entry, was).equals(reports(entry, is)) && rows.address(entry.address()) != null;
    }

    private AddressReports reports(Entry entry, ReporterStanding standing) {
        return AddressReports.of(new TreeMap<>(Map.of(entry.reporter(), standing)), threshold);
    }

    private ReporterDay known(Entry entry) {
        ReporterDay known = rows.day(entry);
        return known == null ? Standings.NO_DAY : known;
    }

    private void write(Entry entry, ReporterDay before, ReporterDay after) {
        if (before.equals(Standings.NO_DAY)) {
            rows.addDay(entry, after);
        } else {
            rows.replaceDay(entry, after);
        }
    }

    private ReporterStanding standing(Entry entry) {
        ReporterStanding known = rows.reporter(entry.address(), entry.reporter());
        return known == null ? Standings.NOTHING : known;
    }

    /**
     * Forgets all that is older than the horizon.
     *
     * @return the addresses whose standing changed or ended, ascending within a day
     */
    Set<IpAddress> expire(int currentDay) {
        Set<IpAddress> changed = new LinkedHashSet<>();
        for (Entry entry : rows.before(firstDay(currentDay))) {
            ReporterDay row = rows.day(entry);
            rows.deleteDay(entry);
            if (row == null || Standings.addTheSame(row, Standings.NO_DAY, threshold)) {
                continue;
            }
            ReporterStanding was = standing(entry);
            ReporterStanding is = scannedStanding(entry);
            rows.putReporter(entry.address(), entry.reporter(), is.equals(Standings.NOTHING) ? null : is);
            boolean wasExcessive = is.getDays() < was.getDays();
            if (wasExcessive) {
                forgetExcessive(entry, is.getDays() == 0);
            }
            if (wasExcessive || isSeen(entry, was, is)) {
                changed.add(entry.address());
            }
        }
        // Once an address, not once a row: the ends can only be found again by a scan.
        changed.forEach(address -> rows.putAddress(address, withScannedEnds(address)));
        return changed;
    }

    private int firstDay(int currentDay) {
        return currentDay - horizonDays + 1;
    }

    private Effect becameExcessive(Entry entry, long since, boolean firstOfReporter) {
        AddressStanding address = rows.address(entry.address());
        if (address == null) {
            rows.putAddress(entry.address(), new AddressStanding(1, 1, since, since, entry.day(), 1L));
            return Effect.NEW_DAY;
        }
        DaySet days = days(address);
        DaySet grown = days.plus(entry.day());
        rows.putAddress(
                entry.address(),
                new AddressStanding(
                        address.getReporters() + (firstOfReporter ? 1 : 0),
                        address.getReporterDays() + 1,
                        Math.min(address.getFirstSeen(), since),
                        Math.max(address.getLastSeen(), since),
                        grown.lastDay(),
                        grown.bits()));
        return grown.equals(days) ? Effect.CHANGED : Effect.NEW_DAY;
    }

    private Effect becameExcessiveEarlier(Entry entry) {
        rows.putAddress(entry.address(), withScannedEnds(entry.address()));
        return Effect.CHANGED;
    }

    private void forgetExcessive(Entry entry, boolean lastOfReporter) {
        AddressStanding address = rows.address(entry.address());
        if (address == null) {
            throw new IllegalStateException("No standing for " + entry + ", though it was excessive.");
        }
        // Every row of this day expires with this one, whoever reported it.
        DaySet days = days(address).minus(entry.day());
        rows.putAddress(
                entry.address(),
                new AddressStanding(
                        address.getReporters() - (lastOfReporter ? 1 : 0),
                        address.getReporterDays() - 1,
                        address.getFirstSeen(),
                        address.getLastSeen(),
                        days.lastDay(),
                        days.bits()));
    }

    private ReporterStanding scannedStanding(Entry entry) {
        List<ReporterDay> days = new ArrayList<>();
        rows.eachDay(entry.address(), entry.reporter(), (other, row) -> days.add(row));
        return Standings.of(days, threshold);
    }

    private @Nullable AddressStanding withScannedEnds(IpAddress ip) {
        AddressStanding address = rows.address(ip);
        if (address == null || address.getReporters() == 0) {
            return null;
        }
        long[] ends = {Long.MAX_VALUE, Long.MIN_VALUE};
        rows.eachDay(ip, (entry, row) -> ExcessiveDay.since(row, threshold).ifPresent(since -> {
            ends[0] = Math.min(ends[0], since);
            ends[1] = Math.max(ends[1], since);
        }));
        return new AddressStanding(
                address.getReporters(),
                address.getReporterDays(),
                ends[0],
                ends[1],
                address.getLastDay(),
                address.getDays());
    }

    /** The excessive days of an address. */
    static DaySet days(AddressStanding address) {
        return new DaySet(address.getLastDay(), address.getDays());
    }
}
