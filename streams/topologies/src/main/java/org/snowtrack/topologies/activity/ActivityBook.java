package org.snowtrack.topologies.activity;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BalanceFact;
import org.snowtrack.topologies.state.CountedFact;
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
        NEW_DAY
    }

    private static final ReporterDay NOTHING = new ReporterDay(List.of(), List.of());
    private static final ReporterStanding NOBODY = new ReporterStanding(0L, 0, 0L, 0L);

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
        Optional<ReporterDay> added = ExcessiveDay.add(before, fact, threshold);
        if (added.isEmpty()) {
            return Effect.NONE;
        }
        ReporterDay after = added.get();
        write(entry, before, after);
        OptionalLong since = ExcessiveDay.since(after, threshold);
        OptionalLong was = ExcessiveDay.since(before, threshold);
        if (since.equals(was)) {
            return Effect.NONE;
        }
        return was.isEmpty()
                ? becameExcessive(entry, since.getAsLong())
                : becameExcessiveEarlier(entry, since.getAsLong());
    }

    /** Adds a fact that tells of accepted recipients, and is not expired. */
    Effect add(Entry entry, BalanceFact fact) {
        ReporterDay before = known(entry);
        Optional<List<BalanceFact>> balance = DayBalance.add(before.getBalance(), fact);
        if (balance.isEmpty()) {
            return Effect.NONE;
        }
        write(entry, before, new ReporterDay(before.getFacts(), balance.get()));
        ReporterStanding was = standing(entry);
        ReporterStanding is = new ReporterStanding(
                was.getSince(),
                was.getDays(),
                was.getAccepted() + DayBalance.accepted(balance.get()) - DayBalance.accepted(before.getBalance()),
                was.getRejected() + DayBalance.rejected(balance.get()) - DayBalance.rejected(before.getBalance()));
        rows.putReporter(entry.address(), entry.reporter(), is);
        boolean same = DayBalance.isMostlyAccepted(was, threshold) == DayBalance.isMostlyAccepted(is, threshold);
        return was.getDays() == 0 || same ? Effect.NONE : Effect.CHANGED;
    }

    private ReporterDay known(Entry entry) {
        ReporterDay known = rows.day(entry);
        return known == null ? NOTHING : known;
    }

    private void write(Entry entry, ReporterDay before, ReporterDay after) {
        if (before.equals(NOTHING)) {
            rows.addDay(entry, after);
        } else {
            rows.replaceDay(entry, after);
        }
    }

    private ReporterStanding standing(Entry entry) {
        ReporterStanding known = rows.reporter(entry.address(), entry.reporter());
        return known == null ? NOBODY : known;
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
            if (row == null) {
                continue;
            }
            boolean wasExcessive = ExcessiveDay.since(row, threshold).isPresent();
            forgetReport(entry, row, wasExcessive);
            if (wasExcessive) {
                forgetExcessive(entry);
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

    private Effect becameExcessive(Entry entry, long since) {
        ReporterStanding reporter = standing(entry);
        boolean first = reporter.getDays() == 0;
        rows.putReporter(
                entry.address(),
                entry.reporter(),
                new ReporterStanding(
                        first ? since : Math.min(reporter.getSince(), since),
                        reporter.getDays() + 1,
                        reporter.getAccepted(),
                        reporter.getRejected()));

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
                        address.getReporters() + (first ? 1 : 0),
                        address.getReporterDays() + 1,
                        Math.min(address.getFirstSeen(), since),
                        Math.max(address.getLastSeen(), since),
                        grown.lastDay(),
                        grown.bits()));
        return grown.equals(days) ? Effect.CHANGED : Effect.NEW_DAY;
    }

    private Effect becameExcessiveEarlier(Entry entry, long since) {
        ReporterStanding reporter = standing(entry);
        if (since < reporter.getSince()) {
            rows.putReporter(
                    entry.address(),
                    entry.reporter(),
                    new ReporterStanding(since, reporter.getDays(), reporter.getAccepted(), reporter.getRejected()));
        }
        rows.putAddress(entry.address(), withScannedEnds(entry.address()));
        return Effect.CHANGED;
    }

    private void forgetReport(Entry entry, ReporterDay row, boolean wasExcessive) {
        ReporterStanding reporter = standing(entry);
        int days = reporter.getDays() - (wasExcessive ? 1 : 0);
        long accepted = reporter.getAccepted() - DayBalance.accepted(row.getBalance());
        long rejected = reporter.getRejected() - DayBalance.rejected(row.getBalance());
        boolean gone = days == 0 && accepted == 0 && rejected == 0;
        long since = days == 0 ? 0 : wasExcessive ? earliest(entry) : reporter.getSince();
        rows.putReporter(
                entry.address(), entry.reporter(), gone ? null : new ReporterStanding(since, days, accepted, rejected));
    }

    private void forgetExcessive(Entry entry) {
        AddressStanding address = rows.address(entry.address());
        if (address == null) {
            throw new IllegalStateException("No standing for " + entry + ", though it was excessive.");
        }
        // Every row of this day expires with this one, whoever reported it.
        DaySet days = days(address).minus(entry.day());
        rows.putAddress(
                entry.address(),
                new AddressStanding(
                        address.getReporters() - (standing(entry).getDays() == 0 ? 1 : 0),
                        address.getReporterDays() - 1,
                        address.getFirstSeen(),
                        address.getLastSeen(),
                        days.lastDay(),
                        days.bits()));
    }

    private long earliest(Entry entry) {
        long[] earliest = {Long.MAX_VALUE};
        rows.eachDay(entry.address(), entry.reporter(), (other, row) -> ExcessiveDay.since(row, threshold)
                .ifPresent(since -> earliest[0] = Math.min(earliest[0], since)));
        return earliest[0];
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
