package org.snowtrack.topologies.activity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snowtrack.topologies.state.BalanceFact;

/**
 * What one reporter allowed an address beside what it refused: a day's facts, and what they say together. A day keeps
 * its {@value #FACTS_MAX} earliest facts, of each origin the largest, so that the row is bounded and does not depend on
 * the order of arrival.
 *
 * <p>Pure; safe for any thread.
 */
final class DayBalance {

    /** A feeder tells once an hour and log. */
    static final int FACTS_MAX = 96;

    private static final Comparator<BalanceFact> BY_TIME =
            Comparator.comparingLong(BalanceFact::getAt).thenComparingLong(BalanceFact::getOrigin);

    private DayBalance() {}

    /** The facts with one more; empty if it changes nothing. */
    static Optional<List<BalanceFact>> add(List<BalanceFact> facts, BalanceFact fact) {
        List<BalanceFact> grown = new ArrayList<>(facts);
        BalanceFact largest = fact;
        for (BalanceFact known : facts) {
            if (known.getOrigin() == fact.getOrigin()) {
                grown.remove(known);
                largest = larger(known, fact);
            }
        }
        grown.add(largest);
        grown.sort(BY_TIME);
        List<BalanceFact> kept = List.copyOf(grown.subList(0, Math.min(grown.size(), FACTS_MAX)));
        return kept.equals(facts) ? Optional.empty() : Optional.of(kept);
    }

    private static BalanceFact larger(BalanceFact one, BalanceFact other) {
        return new BalanceFact(
                one.getOrigin(),
                Math.min(one.getAt(), other.getAt()),
                Math.max(one.getAccepted(), other.getAccepted()),
                Math.max(one.getRejected(), other.getRejected()));
    }

    static long accepted(List<BalanceFact> facts) {
        return facts.stream().mapToLong(BalanceFact::getAccepted).sum();
    }

    static long rejected(List<BalanceFact> facts) {
        return facts.stream().mapToLong(BalanceFact::getRejected).sum();
    }
}
