package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
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
 *   <li>Each range gets its keys ({@link Keys}) and its evidence ({@link RangeReport}).
 * </ol>
 *
 * <p>Pure and linear in the number of addresses; safe for any thread. The order of the rows' parts does not matter.
 */
final class RangeJudge {

    private final JudgeSettings settings;

    RangeJudge(JudgeSettings settings) {
        this.settings = settings;
    }

    /**
     * Judges a neighbourhood.
     *
     * @param views reported addresses of one block, ascending
     * @param facts domain facts, by domain; a missing one is unknown
     * @param allowances what the operator never wants listed; an allowed address is a stranger
     * @param day the current UTC day, as epoch day
     * @param feeds how many reporters feed the deployment
     * @return ranges that are FLAGGED or WATCHED, ascending, disjoint
     */
    List<FlaggedRange> judge(
            List<AddressView> views, Map<String, DomainRecord> facts, Allowances allowances, int day, int feeds) {
        List<FlaggedRange> ranges = new ArrayList<>();
        for (List<Candidate> group : groups(views, facts, allowances)) {
            Registrations registrations = new Registrations(facts, firstMail(group), settings);
            for (List<Candidate> camp : camps(group, registrations)) {
                for (List<Candidate> members : memberStretches(camp, registrations)) {
                    range(members, registrations, day, feeds).ifPresent(ranges::add);
                }
            }
        }
        return ranges;
    }

    private List<List<Candidate>> groups(
            List<AddressView> views, Map<String, DomainRecord> facts, Allowances allowances) {
        List<List<Candidate>> groups = new ArrayList<>();
        Candidate previous = null;
        for (AddressView view : views) {
            Candidate candidate = candidate(view, facts, allowances);
            if (candidate.strange()) {
                previous = null;
            } else if (!candidate.hosts().isEmpty()) {
                if (previous == null || !adjoin(previous, candidate)) {
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
        boolean confirmed = view.names().stream().anyMatch(host -> host.getConfirmation() == Confirmation.CONFIRMED);
        return new Candidate(view, tying, generic, tying.isEmpty() && confirmed);
    }

    /** Whether a name that looks like the provider's is. */
    private boolean isProvided(HostName host, AddressView view, @Nullable DomainRecord facts) {
        return host.getConfirmation() == Confirmation.CONFIRMED
                || Registrations.standingByAge(facts, view.firstSeen(), settings.registrationMaxAge())
                        == Standing.ESTABLISHED;
    }

    private boolean adjoin(Candidate one, Candidate next) {
        return Objects.equals(asn(one), asn(next)) && isNear(one, next);
    }

    private boolean isNear(Candidate one, Candidate next) {
        return settings.units().distance(one.ip(), next.ip()) <= settings.runMaxGap() + 1L;
    }

    private static Optional<Long> asn(Candidate candidate) {
        return Optional.ofNullable(candidate.view().network()).map(network -> network.getAsn());
    }

    private static Map<String, Instant> firstMail(List<Candidate> group) {
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
                    && isNear(previous, tied)
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
            for (int j = i + 1; j < camp.size() && isNear(camp.get(i), camp.get(j)); j++) {
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
                if (previous == null || !isNear(previous, candidate)) {
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

    private Optional<FlaggedRange> range(List<Candidate> members, Registrations registrations, int day, int feeds) {
        Keys keys = Keys.of(members, registrations, settings, feeds);
        return keys.verdict()
                .filter(verdict -> Listing.isCurrent(members, day, settings.listTtlDays()))
                .map(verdict -> new RangeReport(members, registrations, keys, settings).toRange(verdict, day));
    }
}
