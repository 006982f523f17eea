package org.snowtrack.topologies.range;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.LookupStatus;

/**
 * Which domains of one neighbourhood are fresh. A domain is fresh if it was registered, re-registered or transferred
 * at most the maximum age before its first mail, or if it belongs to a cohort: at least so many domains of one
 * registrar, registered within the window of each other, that are most of the known domains around them. It is
 * established if its registration is known and it is not fresh, or if it is a known sender's. Otherwise it is unknown,
 * and counts neither way.
 *
 * <p>Immutable; safe for any thread.
 */
final class Registrations {

    enum Standing {
        FRESH,
        ESTABLISHED,
        UNKNOWN
    }

    private final Map<String, DomainRecord> facts;
    private final Map<String, Instant> firstMail;
    private final JudgeSettings settings;
    private final Set<String> cohort;

    /**
     * @param facts what is known, by domain
     * @param firstMail the domains of the neighbourhood, each with the event time of its first mail there
     */
    Registrations(Map<String, DomainRecord> facts, Map<String, Instant> firstMail, JudgeSettings settings) {
        this.facts = facts;
        this.firstMail = firstMail;
        this.settings = settings;
        this.cohort = findCohort();
    }

    Standing standing(String domain) {
        if (cohort.contains(domain)) {
            return Standing.FRESH;
        }
        return standingByAge(domain, facts.get(domain), firstMail(domain), settings);
    }

    /** What a domain's age alone says at the time of a mail. */
    static Standing standingByAge(String domain, @Nullable DomainRecord facts, Instant mail, JudgeSettings settings) {
        if (settings.knownSenders().contains(domain)) {
            return Standing.ESTABLISHED;
        }
        if (facts == null || !isKnown(facts)) {
            return Standing.UNKNOWN;
        }
        boolean isYoung = isYoung(facts, mail, settings.registrationMaxAge());
        if (settings.ignores(isYoung ? EvidenceCode.NEW_DOMAIN : EvidenceCode.ESTABLISHED_DOMAIN)) {
            return Standing.UNKNOWN;
        }
        return isYoung ? Standing.FRESH : Standing.ESTABLISHED;
    }

    private static boolean isYoung(DomainRecord facts, Instant mail, Duration maxAge) {
        Instant latest = Stream.of(facts.getRegisteredAt(), facts.getReregisteredAt(), facts.getTransferredAt())
                .filter(Objects::nonNull)
                // A transfer after the mail says nothing about who sent it.
                .filter(at -> at.equals(facts.getRegisteredAt()) || !at.isAfter(mail))
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return !latest.isBefore(mail.minus(maxAge));
    }

    /** Whether any of its domains is. */
    boolean isFresh(Candidate candidate) {
        return candidate.domains().stream().anyMatch(domain -> standing(domain) == Standing.FRESH);
    }

    Instant firstMail(String domain) {
        return Objects.requireNonNull(firstMail.get(domain), "no address here is named under the domain");
    }

    Optional<DomainRecord> known(String domain) {
        return Optional.ofNullable(facts.get(domain)).filter(Registrations::isKnown);
    }

    /** Everything that was asked of the domain, registration known or not. */
    Optional<DomainRecord> facts(String domain) {
        return Optional.ofNullable(facts.get(domain));
    }

    static boolean isKnown(@Nullable DomainRecord facts) {
        return facts != null && facts.getRegistration() == LookupStatus.FOUND && facts.getRegisteredAt() != null;
    }

    /** Whether two of these domains are kin. */
    boolean hasKin(Collection<String> domains) {
        return !kin(domains).isEmpty();
    }

    /**
     * Fresh domains of one registrar, each registered within the window of the one before: two or more a list, no
     * domain in two.
     */
    List<List<String>> kin(Collection<String> domains) {
        List<List<String>> kin = new ArrayList<>();
        for (List<DomainRecord> alike : ofEachRegistrar(domains).values()) {
            List<DomainRecord> byDate = alike.stream()
                    .filter(facts -> standing(facts.getDomain()) == Standing.FRESH)
                    .sorted(Comparator.comparing(DomainRecord::getRegisteredAt).thenComparing(DomainRecord::getDomain))
                    .toList();
            List<String> chain = new ArrayList<>();
            Instant before = Instant.MIN;
            for (DomainRecord facts : byDate) {
                if (!chain.isEmpty() && facts.getRegisteredAt().isAfter(before.plus(settings.cohortWindow()))) {
                    kin.add(chain);
                    chain = new ArrayList<>();
                }
                chain.add(facts.getDomain());
                before = facts.getRegisteredAt();
            }
            kin.add(chain);
        }
        kin.removeIf(chain -> chain.size() < 2);
        return kin;
    }

    private Map<String, List<DomainRecord>> ofEachRegistrar(Collection<String> domains) {
        if (settings.ignores(EvidenceCode.SAME_REGISTRAR) || settings.ignores(EvidenceCode.SAME_REGISTRATION_DATE)) {
            return Map.of();
        }
        return domains.stream()
                .filter(domain -> !settings.knownSenders().contains(domain))
                .map(facts::get)
                .filter(Registrations::isKnown)
                .filter(known -> known.getRegistrar() != null)
                .collect(Collectors.groupingBy(DomainRecord::getRegistrar, TreeMap::new, Collectors.toList()));
    }

    private Set<String> findCohort() {
        Set<String> members = new HashSet<>();
        for (List<DomainRecord> domains : ofEachRegistrar(firstMail.keySet()).values()) {
            members.addAll(within(domains));
        }
        long known = firstMail.keySet().stream()
                .map(facts::get)
                .filter(Registrations::isKnown)
                .count();
        return 2L * members.size() > known ? members : Set.of();
    }

    /** The domains that share some window with enough others. */
    private Set<String> within(List<DomainRecord> domains) {
        List<DomainRecord> byDate = new ArrayList<>(domains);
        byDate.sort(Comparator.comparing(DomainRecord::getRegisteredAt));
        Set<String> members = new HashSet<>();
        int start = 0;
        for (int end = 0; end < byDate.size(); end++) {
            Instant earliest = byDate.get(end).getRegisteredAt().minus(settings.cohortWindow());
            while (byDate.get(start).getRegisteredAt().isBefore(earliest)) {
                start++;
            }
            if (end - start + 1 >= settings.cohortDomainsMin()) {
                byDate.subList(start, end + 1).forEach(member -> members.add(member.getDomain()));
            }
        }
        return members;
    }
}
