package org.snowtrack.topologies.range;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.range.Registrations.Standing;
import org.snowtrack.topologies.range.Surroundings.Defence;

/**
 * A range as the judge found it, before it is written down.
 *
 * @param reported the members that somebody reports, ascending; all that is decided is decided by them
 * @param predicted the silent members, ascending
 * @param surroundings what it was judged against
 * @param defence what spares it, whatever its keys; null where nothing does
 */
record Finding(
        List<Candidate> reported,
        List<Candidate> predicted,
        Registrations registrations,
        Surroundings surroundings,
        Keys keys,
        @Nullable Defence defence) {

    /** Without silent members. */
    static Finding of(List<Candidate> reported, Registrations registrations, Surroundings surroundings) {
        return new Finding(
                reported,
                List.of(),
                registrations,
                surroundings,
                Keys.of(reported, registrations, surroundings),
                surroundings.defence(reported, registrations).orElse(null));
    }

    Finding with(List<Candidate> silent) {
        return new Finding(reported, silent, registrations, surroundings, keys, defence);
    }

    /** Whether their reported members lie among each other. */
    boolean overlaps(Finding other) {
        return span().overlaps(other.span());
    }

    private IpRange span() {
        return new IpRange(
                reported.get(0).ip(), reported.get(reported.size() - 1).ip());
    }

    /** How many reporters the first key asks of it, where its verdict is SHARED. */
    int reportersNeeded() {
        return surroundings.reportersNeeded(reported);
    }

    /** What the keys say, except that a range which is spared is only WATCHED. */
    Optional<Verdict> verdict() {
        return keys.verdict().map(verdict -> defence == null ? verdict : Verdict.WATCHED);
    }

    /** The defence that keeps a range of three keys from being FLAGGED. */
    Optional<Defence> sparedBy() {
        return Optional.ofNullable(defence).filter(any -> keys.flaggedAt().isPresent());
    }

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
