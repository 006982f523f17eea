package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
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
 *       throwaway neighbours, and ties only with addresses of the same domain. What remains side by side is a
 *       <em>camp</em>.
 *   <li>Within a camp, an address is a member if a neighbour shares its domain, or if its own domain is fresh. Members
 *       with at most the gap between them are a range, if they hold a run: enough consecutive units of one domain, or
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
        for (List<Candidate> group : groups(candidates, facts, reported)) {
            Registrations registrations = new Registrations(facts, firstMail(group), settings);
            for (List<Candidate> camp : camps(group, registrations)) {
                for (List<Candidate> members : memberStretches(camp, registrations)) {
                    Keys keys = Keys.of(members, registrations, settings, feeds);
                    if (keys.verdict().isPresent()) {
                        findings.add(new Finding(members, List.of(), registrations, keys));
                    }
                }
            }
        }
        List<Finding> current = new Foresight(facts, settings, feeds)
                .extend(findings, candidates).stream()
                        .filter(finding -> Listing.isCurrent(finding.reported(), day, settings.listTtlDays()))
                        .toList();
        Set<IpAddress> others = candidates.stream()
                .filter(candidate -> candidate.isAnothers(facts, settings.registrationMaxAge(), reported))
                .map(Candidate::ip)
                .collect(Collectors.toSet());
        return new Findings(current, others);
    }

    private List<List<Candidate>> groups(
            List<Candidate> candidates, Map<String, DomainRecord> facts, Set<String> reported) {
        List<List<Candidate>> groups = new ArrayList<>();
        Candidate previous = null;
        for (Candidate candidate : candidates) {
            boolean parts = candidate.isReported()
                    ? candidate.strange()
                    : candidate.isAnothers(facts, settings.registrationMaxAge(), reported);
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
        Candidate.hostsOf(view)
                .filter(host -> host.getDomain() != null && !allowances.allows(host))
                .forEach(host -> {
                    boolean looksProvided = NameShape.isProviderGeneric(host, view.ip(), view.network());
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
                || Registrations.standingByAge(facts, view.firstSeen(), settings.registrationMaxAge())
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

    private List<List<Candidate>> camps(List<Candidate> group, Registrations registrations) {
        List<List<Candidate>> camps = new ArrayList<>();
        Candidate previous = null;
        boolean previousSettled = false;
        for (Candidate candidate : group) {
            Set<String> settled = candidate.domains().stream()
                    .filter(domain ->
                            registrations.standing(domain) == Standing.ESTABLISHED && candidate.isConfirmed(domain))
                    .collect(Collectors.toSet());
            boolean isSettled = settled.size() == candidate.domains().size();
            Candidate tied = candidate;
            if (!isSettled && !settled.isEmpty()) {
                // A decoy beside a throwaway name neither excuses nor ties.
                Set<String> rest = new TreeSet<>(candidate.domains());
                rest.removeAll(settled);
                tied = candidate.keeping(rest);
            }
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
        List<List<Candidate>> stretches = new ArrayList<>();
        Candidate previous = null;
        for (int i = 0; i < camp.size(); i++) {
            Candidate candidate = camp.get(i);
            if (tied[i] || isFresh(candidate, registrations)) {
                if (previous == null || !settings.isNear(previous, candidate)) {
                    stretches.add(new ArrayList<>());
                }
                stretches.get(stretches.size() - 1).add(candidate);
                previous = candidate;
            }
        }
        return stretches;
    }

    private static boolean isFresh(Candidate candidate, Registrations registrations) {
        return candidate.domains().stream().anyMatch(domain -> registrations.standing(domain) == Standing.FRESH);
    }
}
