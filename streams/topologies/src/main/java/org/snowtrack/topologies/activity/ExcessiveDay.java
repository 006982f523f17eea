package org.snowtrack.topologies.activity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.ReporterDay;

/**
 * When did one reporter's day with one address become excessive? Keeps, of all facts seen, the shortest prefix by
 * event time whose recipients reach the threshold; its last fact is the answer. A fact behind the prefix can never
 * matter again, because more facts only shorten it. So the row is bounded by the threshold, and the answer does not
 * depend on the order of arrival. Of facts with one origin the largest counts: a feeder may tell of a minute that is
 * not over yet, and tell it again.
 *
 * <p>Pure; safe for any thread.
 */
final class ExcessiveDay {

    private static final Comparator<CountedFact> BY_TIME =
            Comparator.comparingLong(CountedFact::getAt).thenComparingLong(CountedFact::getOrigin);

    private ExcessiveDay() {}

    /**
     * The row with one more fact; empty if the fact changes nothing.
     *
     * @param threshold recipients that make the day excessive
     */
    static Optional<ReporterDay> add(ReporterDay row, CountedFact fact, int threshold) {
        List<CountedFact> facts = new ArrayList<>(row.getFacts());
        for (CountedFact known : row.getFacts()) {
            if (known.getOrigin() == fact.getOrigin()) {
                if (known.getRecipients() >= fact.getRecipients()) {
                    return Optional.empty();
                }
                facts.remove(known);
            }
        }
        facts.add(fact);
        facts.sort(BY_TIME);
        long sum = 0;
        int kept = 0;
        while (kept < facts.size() && sum < threshold) {
            sum += facts.get(kept++).getRecipients();
        }
        List<CountedFact> prefix = facts.subList(0, kept);
        return prefix.equals(row.getFacts())
                ? Optional.empty()
                : Optional.of(new ReporterDay(List.copyOf(prefix), row.getBalance(), row.getLargest()));
    }

    /** Event time at which the threshold was reached; empty while it is not. */
    static OptionalLong since(ReporterDay row, int threshold) {
        long sum = 0;
        for (CountedFact fact : row.getFacts()) {
            sum += fact.getRecipients();
            if (sum >= threshold) {
                return OptionalLong.of(fact.getAt());
            }
        }
        return OptionalLong.empty();
    }
}
