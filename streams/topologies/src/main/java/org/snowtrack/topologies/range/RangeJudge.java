package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * The neighbourhood judge: address rows and domain facts in, ranges with evidence out.
 *
 * <p>It works from the names upwards.
 *
 * <ol>
 *   <li>Each address keeps the names that may tie it: not those its provider gives to every customer. A provider's
 *       name only excuses if it is forward-confirmed or its domain is old. An address whose names are all somebody's
 *       confirmed provider names is a <em>stranger</em> and parts its neighbours; one without names is a hole.
 *   <li>Addresses in order, with at most {@code run.max.gap} places between them, in one origin network and with no
 *       stranger between them, form a <em>group</em>. Which domains are fresh is decided per group ({@link
 *       Registrations}).
 *   <li>An address all of whose names are confirmed names of established domains belongs to a settled owner. It parts
 *       throwaway neighbours, and ties only with addresses of the same domain. Names that only claim an established
 *       domain count for nothing beside a fresh one: whoever writes the reverse zone can claim any. What remains side
 *       by side is a <em>camp</em>.
 *   <li>Within a camp, an address is a member if a neighbour shares its domain, or if its own domain is fresh. Members
 *       with at most the gap between them, and without those who only live next door ({@link Owners}), are a range, if
 *       they hold a run: enough consecutive units of one domain, or
 *       enough units with a fresh domain each.
 *   <li>Each range gets its keys ({@link Keys}); silent addresses that a sweep found join it ({@link Foresight}), and
 *       its evidence is written down ({@link RangeReport}).
 * </ol>
 *
 * <p>A silent address counts nowhere in this, except that one which carries another owner's confirmed name parts its
 * neighbours as a reported one would.
 *
 * <p>Pure and linear in the number of addresses; safe for any thread. The order of the rows' parts does not matter.
 */
final class RangeJudge {

    /**
     * What was found in a neighbourhood.
     *
     * @param ranges ascending, disjoint
     * @param others addresses that carry another owner's confirmed names, and so part their neighbours
     */
    record Findings(List<Finding> ranges, Set<IpAddress> others) {}

    /** Addresses whose domains are fresh, established or unknown together, ascending. */
    private record Group(List<Candidate> members, Registrations registrations) {

        /** Those of settled owners: with confirmed names of established domains, and no others. */
        Stream<Candidate> settled() {
            return members.stream().filter(this::isSettled);
        }

        boolean isSettled(Candidate candidate) {
            return candidate.domains().stream()
                    .allMatch(domain -> isEstablished(domain) && candidate.isConfirmed(domain));
        }

        /** Whether all its domains are established, confirmed or not. */
        boolean isOnlyClaiming(Candidate candidate) {
            return candidate.domains().stream().allMatch(this::isEstablished);
        }

        boolean isFresh(Candidate candidate) {
            return registrations.isFresh(candidate);
        }

        /** Without decoys: names of the established that neither excuse nor tie beside a throwaway one. */
        Set<String> ownDomains(Candidate candidate) {
            boolean isFresh = isFresh(candidate);
            return candidate.domains().stream()
                    .filter(domain -> !isEstablished(domain) || !(isFresh || candidate.isConfirmed(domain)))
                    .collect(Collectors.toSet());
        }

        private boolean isEstablished(String domain) {
            return registrations.standing(domain) == Standing.ESTABLISHED;
        }
    }

    private final JudgeSettings settings;

    RangeJudge(JudgeSettings settings) {
        this.settings = settings;
    }

    /**
     * Judges a neighbourhood.
     *
     * @param views reported and swept addresses of one block, ascending
     * @param facts domain facts, by domain; a missing one is unknown
     * @param allowances what the operator never wants listed; an allowed address is a stranger
     * @param day the current UTC day, as epoch day
     * @param feeds how many reporters feed the deployment
     * @return ranges that are FLAGGED or WATCHED, ascending, disjoint
     */
    List<FlaggedRange> judge(
            List<AddressView> views, Map<String, DomainRecord> facts, Allowances allowances, int day, int feeds) {
        return find(views, facts, allowances, day, feeds).ranges().stream()
                .map(finding -> new RangeReport(finding, settings).toRange(day))
                .toList();
    }

    /** The same, before it is written down. */
    Findings find(List<AddressView> views, Map<String, DomainRecord> facts, Allowances allowances, int day, int feeds) {
        List<Candidate> candidates =
                views.stream().map(view -> candidate(view, facts, allowances)).toList();
        Set<String> reported = candidates.stream()
                .filter(Candidate::isReported)
                .flatMap(candidate -> candidate.domains().stream())
                .collect(Collectors.toSet());
        List<Finding> findings = new ArrayList<>();
        for (List<Candidate> side : groups(candidates, facts, reported)) {
            Group group = new Group(side, new Registrations(facts, firstMail(side), settings));
            Surroundings surroundings =
                    new Surroundings(settings, feeds, group.settled().toList());
            Owners owners = new Owners(group.registrations(), settings);
            for (List<Candidate> camp : camps(group)) {
                for (List<Candidate> near : memberStretches(camp, group.registrations())) {
                    owners.part(near).stream()
                            .map(members -> Finding.of(members, group.registrations(), surroundings))
                            .filter(finding -> finding.verdict().isPresent())
                            // Whoever lives in the middle of another's range is a hole in it.
                            .filter(finding -> findings.stream().noneMatch(finding::overlaps))
                            .forEach(findings::add);
                }
            }
        }
        findings.sort(Comparator.comparing(finding -> finding.reported().get(0).ip()));
        List<Finding> current = new Foresight(facts, settings)
                .extend(findings, candidates).stream()
                        .filter(finding -> Listing.isCurrent(finding.reported(), day, settings.listTtlDays()))
                        .toList();
        Set<IpAddress> others = candidates.stream()
                .filter(candidate -> candidate.isAnothers(facts, settings, reported))
                .map(Candidate::ip)
                .collect(Collectors.toSet());
        return new Findings(current, others);
    }

    private List<List<Candidate>> groups(
            List<Candidate> candidates, Map<String, DomainRecord> facts, Set<String> reported) {
        List<List<Candidate>> groups = new ArrayList<>();
        Candidate previous = null;
        for (Candidate candidate : candidates) {
            boolean parts =
                    candidate.isReported() ? candidate.strange() : candidate.isAnothers(facts, settings, reported);
            if (parts) {
                previous = null;
            } else if (candidate.isReported() && !candidate.hosts().isEmpty()) {
                if (previous == null || !settings.adjoin(previous, candidate)) {
                    groups.add(new ArrayList<>());
                }
                groups.get(groups.size() - 1).add(candidate);
                previous = candidate;
            }
        }
        return groups;
    }

    private Candidate candidate(AddressView view, Map<String, DomainRecord> facts, Allowances allowances) {
        if (allowances.allows(view.ip())) {
            return new Candidate(view, List.of(), List.of(), true);
        }
        if (!view.isReported()) {
            return silent(view, allowances);
        }
        List<HostName> tying = new ArrayList<>();
        List<HostName> generic = new ArrayList<>();
        Candidate.hostsOf(view, settings)
                .filter(host -> host.getDomain() != null && !allowances.allows(host))
                .forEach(host -> {
                    boolean looksProvided = !settings.ignores(EvidenceCode.PROVIDER_GENERIC_NAME)
                            && NameShape.isProviderGeneric(host, view.ip(), view.network());
                    if (!looksProvided || !isProvided(host, view, facts.get(host.getDomain()))) {
                        tying.add(host);
                        if (looksProvided) {
                            generic.add(host);
                        }
                    }
                });
        return new Candidate(view, tying, generic, tying.isEmpty() && isConfirmed(view));
    }

    /** Of who has sent nothing, only current and confirmed names count, and none that could be the provider's. */
    private static Candidate silent(AddressView view, Allowances allowances) {
        List<HostName> tying = view.names().stream()
                .filter(host -> host.getConfirmation() == Confirmation.CONFIRMED
                        && host.getDomain() != null
                        && !allowances.allows(host)
                        && !NameShape.isProviderGeneric(host, view.ip(), view.network()))
                .toList();
        return new Candidate(view, tying, List.of(), tying.isEmpty() && isConfirmed(view));
    }

    private static boolean isConfirmed(AddressView view) {
        return view.names().stream().anyMatch(host -> host.getConfirmation() == Confirmation.CONFIRMED);
    }

    /** Whether a name that looks like the provider's is. */
    private boolean isProvided(HostName host, AddressView view, @Nullable DomainRecord facts) {
        return host.getConfirmation() == Confirmation.CONFIRMED
                || Registrations.standingByAge(host.getDomain(), facts, view.firstSeen(), settings)
                        == Standing.ESTABLISHED;
    }

    /** The domains of these addresses, each with the event time of its first mail. */
    static Map<String, Instant> firstMail(List<Candidate> group) {
        Map<String, Instant> firstMail = new TreeMap<>();
        for (Candidate candidate : group) {
            for (String domain : candidate.domains()) {
                firstMail.merge(
                        domain, candidate.view().firstSeen(), (one, other) -> one.isBefore(other) ? one : other);
            }
        }
        return firstMail;
    }

    private List<List<Candidate>> camps(Group group) {
        List<List<Candidate>> camps = new ArrayList<>();
        Candidate previous = null;
        boolean previousSettled = false;
        for (int i = 0; i < group.members().size(); i++) {
            Candidate candidate = group.members().get(i);
            boolean isSettled = group.isSettled(candidate);
            if (!isSettled && group.isOnlyClaiming(candidate) && isBesideFresh(group, i)) {
                continue;
            }
            Candidate tied = isSettled ? candidate : candidate.keeping(group.ownDomains(candidate));
            boolean joins = previous != null
                    && isSettled == previousSettled
                    && settings.isNear(previous, tied)
                    && (!isSettled || previous.sharesDomainWith(tied));
            if (!joins) {
                camps.add(new ArrayList<>());
            }
            camps.get(camps.size() - 1).add(tied);
            previous = tied;
            previousSettled = isSettled;
        }
        return camps;
    }

    private boolean isBesideFresh(Group group, int place) {
        Candidate candidate = group.members().get(place);
        return Stream.concat(
                        IntStream.iterate(place - 1, i -> i >= 0, i -> i - 1)
                                .mapToObj(group.members()::get)
                                .takeWhile(before -> settings.isNear(before, candidate)),
                        IntStream.range(place + 1, group.members().size())
                                .mapToObj(group.members()::get)
                                .takeWhile(behind -> settings.isNear(candidate, behind)))
                .anyMatch(group::isFresh);
    }

    private List<List<Candidate>> memberStretches(List<Candidate> camp, Registrations registrations) {
        boolean[] tied = new boolean[camp.size()];
        for (int i = 0; i < camp.size(); i++) {
            for (int j = i + 1; j < camp.size() && settings.isNear(camp.get(i), camp.get(j)); j++) {
                if (camp.get(i).sharesDomainWith(camp.get(j))) {
                    tied[i] = true;
                    tied[j] = true;
                }
            }
        }
        List<Candidate> members = IntStream.range(0, camp.size())
                .filter(i -> tied[i] || registrations.isFresh(camp.get(i)))
                .mapToObj(camp::get)
                .toList();
        return settings.stretches(members);
    }
}
