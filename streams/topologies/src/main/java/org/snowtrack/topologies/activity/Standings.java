package org.snowtrack.topologies.activity;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.snowtrack.topologies.state.BalanceFact;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;

/**
 * What a reporter says of an address: the sum of its days. More facts only make a day begin earlier and its largest
 * message larger, so the sum follows a day that grows; of days that leave it is made anew.
 *
 * <p>Pure; safe for any thread.
 */
final class Standings {

    /** A day of which nothing is known. */
    static final ReporterDay NO_DAY = new ReporterDay(List.of(), List.of(), null);

    /** What a reporter says that says nothing. */
    static final ReporterStanding NOTHING = new ReporterStanding(0L, 0, 0L, 0L, 0L, null);

    private Standings() {}

    /** Whether a day adds the same to the sum before and after a fact, as it does while it has too few refusals. */
    static boolean addTheSame(ReporterDay before, ReporterDay after, int threshold) {
        return before.getBalance().equals(after.getBalance())
                && Objects.equals(before.getLargest(), after.getLargest())
                && ExcessiveDay.since(before, threshold).equals(ExcessiveDay.since(after, threshold));
    }

    /** The sum of these days. */
    static ReporterStanding of(List<ReporterDay> days, int threshold) {
        ReporterStanding sum = NOTHING;
        for (ReporterDay day : days) {
            sum = grown(sum, NO_DAY, day, threshold);
        }
        return sum;
    }

    /**
     * The sum after one of its days grew by a fact.
     *
     * @param threshold invalid recipients that make a day count
     */
    static ReporterStanding grown(ReporterStanding sum, ReporterDay before, ReporterDay after, int threshold) {
        OptionalLong was = ExcessiveDay.since(before, threshold);
        OptionalLong since = ExcessiveDay.since(after, threshold);
        List<BalanceFact> balance = after.getBalance();
        return new ReporterStanding(
                since.isEmpty() ? sum.getSince() : earlier(sum.getSince(), since.getAsLong()),
                sum.getDays() + (was.isEmpty() && since.isPresent() ? 1 : 0),
                sum.getAccepted() + DayBalance.accepted(balance) - DayBalance.accepted(before.getBalance()),
                sum.getRejected() + DayBalance.rejected(balance) - DayBalance.rejected(before.getBalance()),
                balance.isEmpty()
                        ? sum.getBalanceSince()
                        : earlier(sum.getBalanceSince(), balance.get(0).getAt()),
                LargeMessages.larger(sum.getLargest(), after.getLargest()));
    }

    private static long earlier(long known, long at) {
        return known == 0 ? at : Math.min(known, at);
    }
}
