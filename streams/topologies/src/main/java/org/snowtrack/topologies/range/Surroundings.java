package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.topologies.activity.ActivityReader.Report;

/**
 * What a range is judged against, beside its own members: the deployment's feeds, and who lives around it. Immutable;
 * safe for any thread.
 *
 * @param feeds how many reporters feed the deployment
 * @param settled reported addresses side by side with it that carry confirmed names of established domains and no
 *     others, ascending
 */
record Surroundings(JudgeSettings settings, int feeds, List<Candidate> settled) {

    private static final int ACCEPTORS_MIN = 2;

    /** The time at which a defence held, and what was measured. */
    record Defence(EvidenceCode code, Instant since, String value) {}

    /**
     * What spares a range although it may have all three keys.
     *
     * <ul>
     *   <li>Most of those whose logs tell what they accept, and two at least, accept far more than they refuse.
     *   <li>A few addresses of a new domain among at least as many of several settled owners are a new customer of
     *       their mail service; an operator who lives there with domains that are kin is not.
     * </ul>
     */
    Optional<Defence> defence(List<Candidate> members, Registrations registrations) {
        return accepted(members).or(() -> customer(members, registrations));
    }

    private Optional<Defence> accepted(List<Candidate> members) {
        if (settings.ignores(EvidenceCode.MOSTLY_ACCEPTED)) {
            return Optional.empty();
        }
        List<Report> accepting = members.stream()
                .flatMap(member -> member.view().acceptors().stream())
                .toList();
        Acceptances acceptances = Acceptances.of(members);
        Map<String, Instant> since = new TreeMap<>();
        accepting.forEach(report ->
                since.merge(report.reporter(), report.since(), (one, other) -> one.isBefore(other) ? one : other));
        if (since.size() < ACCEPTORS_MIN || acceptances.far() <= acceptances.others()) {
            return Optional.empty();
        }
        return since.values().stream()
                .sorted()
                .skip(ACCEPTORS_MIN - 1L)
                .findFirst()
                .map(second -> new Defence(
                        EvidenceCode.MOSTLY_ACCEPTED,
                        second,
                        "%d of %d logs tell of far more accepted than refused"
                                .formatted(acceptances.far(), acceptances.far() + acceptances.others())));
    }

    private Optional<Defence> customer(List<Candidate> members, Registrations registrations) {
        if (settings.ignores(EvidenceCode.KNOWN_SENDER) || registrations.hasKin(freshOf(members, registrations))) {
            return Optional.empty();
        }
        int units = Run.unitsOf(members, settings.units());
        return Since.firstHeld(
                        settled.stream().map(owner -> owner.view().firstSeen()).toList(),
                        time -> areServices(
                                settled.stream()
                                        .filter(owner ->
                                                !owner.view().firstSeen().isAfter(time))
                                        .toList(),
                                units))
                .map(since -> new Defence(
                        EvidenceCode.KNOWN_SENDER,
                        since,
                        "among %d addresses of %d settled owners"
                                .formatted(settled.size(), owners(settled).size())));
    }

    private boolean areServices(List<Candidate> neighbours, int units) {
        return owners(neighbours).size() >= settings.settledOwnersMin()
                && Run.unitsOf(neighbours, settings.units()) >= units;
    }

    private static Set<String> owners(List<Candidate> neighbours) {
        Set<String> owners = new HashSet<>();
        neighbours.forEach(neighbour -> owners.addAll(neighbour.domains()));
        return owners;
    }

    /** Of two ranges that silent members join. */
    Surroundings and(Surroundings other) {
        List<Candidate> around = Stream.concat(settled.stream(), other.settled().stream())
                .distinct()
                .sorted(Comparator.comparing(Candidate::ip))
                .toList();
        return new Surroundings(settings, feeds, around);
    }

    /** How many reporters these addresses need. */
    int reportersNeeded(List<Candidate> members) {
        boolean isSmall = Run.unitsOf(members, settings.units()) <= settings.smallRangeMax();
        int share = (feeds * settings.smallRangeReportersPercent() + 99) / 100;
        return isSmall ? Math.max(settings.reportersMin(), share) : settings.reportersMin();
    }

    private static Collection<String> freshOf(List<Candidate> members, Registrations registrations) {
        Set<String> fresh = new HashSet<>();
        members.forEach(member -> member.domains().stream()
                .filter(domain -> registrations.standing(domain) == Registrations.Standing.FRESH)
                .forEach(fresh::add));
        return fresh;
    }
}
