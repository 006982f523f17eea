package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * When did a condition first hold? Replays facts in the order of their event times, whatever order they arrived in.
 * The condition must be monotone: once it holds for some facts, it holds for those and more.
 */
final class Since {

    private Since() {}

    /**
     * The earliest of these times such that the condition holds up to and including it; empty if it never does.
     *
     * @param times of all facts that the condition looks at, in any order
     * @param holdsBy whether the condition holds with only the facts up to a time
     */
    static Optional<Instant> firstHeld(Collection<Instant> times, Predicate<Instant> holdsBy) {
        List<Instant> ascending = times.stream().distinct().sorted().toList();
        int low = 0;
        int high = ascending.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (holdsBy.test(ascending.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < ascending.size() ? Optional.of(ascending.get(low)) : Optional.empty();
    }
}
