package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Who sends next: joins silent addresses to throwaway ranges. A silent address belongs to the operator if it carries a
 * forward-confirmed name under one of the fresh domains that are reported beside it, or under a domain which makes a
 * cohort with them: {@code cohort.domains.min} domains of one registrar, registered within the window, all but this
 * one reported.
 *
 * <p>Members lie within {@code run.max.gap} of each other, in one origin network, with nobody else's confirmed name
 * between them. Silent members may so bridge the places between two ranges of the operator, which then are one; what is
 * reported elsewhere in its row of names comes along. Keys and evidence are of the reported members alone: a range to
 * which only silent addresses join keeps its own.
 *
 * <p>Pure; safe for any thread.
 */
final class Foresight {

    /** A reported member of a range. */
    private record Place(Candidate member, Finding core) {

        boolean isFirst() {
            return member.ip().equals(core.reported().get(0).ip());
        }
    }

    private final Map<String, DomainRecord> facts;
    private final JudgeSettings settings;

    Foresight(Map<String, DomainRecord> facts, JudgeSettings settings) {
        this.facts = facts;
        this.settings = settings;
    }

    /**
     * Extends what was found among the reported addresses.
     *
     * @param findings ascending, disjoint
     * @param candidates all addresses of the neighbourhood, ascending
     */
    List<Finding> extend(List<Finding> findings, List<Candidate> candidates) {
        Set<String> throwaway = new TreeSet<>();
        findings.stream().filter(Finding::isThrowaway).forEach(finding -> throwaway.addAll(finding.freshDomains()));
        if (throwaway.isEmpty() || candidates.stream().allMatch(Candidate::isReported)) {
            return findings;
        }
        Map<IpAddress, Place> places = new HashMap<>();
        for (Finding finding : findings) {
            finding.reported().forEach(member -> places.put(member.ip(), new Place(member, finding)));
        }
        List<Finding> extended = new ArrayList<>();
        Band band = new Band();
        for (Candidate candidate : candidates) {
            Place place = places.get(candidate.ip());
            if (place != null && place.core().isThrowaway()) {
                band.add(place.member(), place.core(), extended);
            } else if (place != null) {
                band.end(extended);
                if (place.isFirst()) {
                    extended.add(place.core());
                }
            } else if (candidate.isAnothers(facts, settings, throwaway)) {
                if (!band.surrounds(candidate)) {
                    band.end(extended);
                }
            } else {
                Candidate own = candidate.keeping(ofOperator(candidate.domains(), throwaway));
                if (!own.hosts().isEmpty()) {
                    band.add(own, null, extended);
                }
            }
        }
        band.end(extended);
        return extended;
    }

    private Set<String> ofOperator(Set<String> domains, Set<String> throwaway) {
        Set<String> own = new TreeSet<>();
        for (String domain : domains) {
            if (throwaway.contains(domain) || isOfCohort(domain, throwaway)) {
                own.add(domain);
            }
        }
        return own;
    }

    /** Whether a domain makes a cohort with these. */
    private boolean isOfCohort(String domain, Set<String> throwaway) {
        Optional<DomainRecord> own = registered(domain);
        if (own.isEmpty()) {
            return false;
        }
        Instant at = own.get().getRegisteredAt();
        List<Instant> others = throwaway.stream()
                .flatMap(other -> registered(other).stream())
                .filter(other -> other.getRegistrar().equals(own.get().getRegistrar()))
                .map(DomainRecord::getRegisteredAt)
                .toList();
        return Stream.concat(others.stream(), Stream.of(at))
                .filter(start -> isWithin(at, start))
                .anyMatch(start ->
                        others.stream().filter(other -> isWithin(other, start)).count()
                                >= settings.cohortDomainsMin() - 1L);
    }

    private boolean isWithin(Instant time, Instant start) {
        return !time.isBefore(start) && !time.isAfter(start.plus(settings.cohortWindow()));
    }

    private Optional<DomainRecord> registered(String domain) {
        return Optional.ofNullable(facts.get(domain))
                .filter(Registrations::isKnown)
                .filter(known -> known.getRegistrar() != null);
    }

    /** Addresses of the operator, each within the gap of the one before. */
    private final class Band {

        private final List<Candidate> reported = new ArrayList<>();
        private final List<Candidate> predicted = new ArrayList<>();
        private final List<Finding> cores = new ArrayList<>();
        private @Nullable Candidate last;

        void add(Candidate member, @Nullable Finding core, List<Finding> out) {
            boolean within = core != null && !cores.isEmpty() && !new Place(member, core).isFirst();
            if (last != null && !within && !settings.adjoin(last, member)) {
                if (core == null && !member.isReported() && settings.isNear(last, member)) {
                    // Of another network: a hole.
                    return;
                }
                end(out);
            }
            if (core != null && !within) {
                if (!cores.isEmpty() && !isOfOneOwner(core)) {
                    end(out);
                }
                cores.add(core);
            }
            (member.isReported() ? reported : predicted).add(member);
            last = member;
        }

        /** Silent members join what belongs together, and not one who only lives next door. */
        private boolean isOfOneOwner(Finding core) {
            List<Candidate> both =
                    Stream.concat(reported.stream(), core.reported().stream()).toList();
            Registrations registrations = new Registrations(facts, RangeJudge.firstMail(both), settings);
            return new Owners(registrations, settings).areOne(both);
        }

        /** Whether it lies within what was found of the reported ones: that is one range, whoever is silent in it. */
        boolean surrounds(Candidate candidate) {
            if (cores.isEmpty()) {
                return false;
            }
            List<Candidate> members = cores.get(cores.size() - 1).reported();
            return candidate.ip().compareTo(members.get(members.size() - 1).ip()) < 0;
        }

        void end(List<Finding> out) {
            if (!cores.isEmpty()) {
                out.addAll(findings());
            }
            reported.clear();
            predicted.clear();
            cores.clear();
            last = null;
        }

        private List<Finding> findings() {
            Finding first = cores.get(0);
            if (reported.size() == first.reported().size()) {
                return List.of(first.with(List.copyOf(predicted)));
            }
            Registrations registrations = new Registrations(facts, RangeJudge.firstMail(reported), settings);
            Surroundings surroundings = cores.stream()
                    .map(Finding::surroundings)
                    .reduce(Surroundings::and)
                    .orElseThrow();
            Finding joined = Finding.of(List.copyOf(reported), registrations, surroundings)
                    .with(List.copyOf(predicted));
            Optional<Verdict> verdict = joined.verdict();
            boolean worse = cores.stream()
                    .anyMatch(core -> verdict.isEmpty()
                            || verdict.get().compareTo(core.verdict().orElseThrow()) > 0);
            // Nobody is better off for his silent neighbours.
            return worse ? List.copyOf(cores) : List.of(joined);
        }
    }
}
