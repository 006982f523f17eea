package org.snowtrack.topologies.range;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * A range as the judge found it, before it is written down.
 *
 * @param reported the members that somebody reports, ascending; all that is decided is decided by them
 * @param predicted the silent members, ascending
 */
record Finding(List<Candidate> reported, List<Candidate> predicted, Registrations registrations, Keys keys) {

    /** Whether the names are throwaway: a run whose domains are fresh, however many report it. */
    boolean isThrowaway() {
        return keys.run() != null && keys.registration() != null;
    }

    /** The fresh domains of those that are reported. */
    Set<String> freshDomains() {
        return reported.stream()
                .flatMap(member -> member.domains().stream())
                .filter(domain -> registrations.standing(domain) == Standing.FRESH)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All members, ascending. */
    List<Candidate> members() {
        return Stream.concat(reported.stream(), predicted.stream())
                .sorted((one, other) -> one.ip().compareTo(other.ip()))
                .toList();
    }
}
