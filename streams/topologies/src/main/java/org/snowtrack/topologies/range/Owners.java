package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityReader.Report;

/**
 * Whose addresses lie side by side. Domains that share an address or are kin have one owner. The owner that most
 * reporters see is the one whose range it is; another is only a neighbour, and no part of it, if
 *
 * <ul>
 *   <li>fewer than a quarter as many reporters see him, a tenth where it is but one place: one who spreads his mail over
 *       many domains has them all seen alike; or
 *   <li>nobody knows when his domains were registered, one of them has a website, and there are fresh ones beside.
 * </ul>
 *
 * <p>Pure; safe for any thread.
 */
final class Owners {

    private static final int QUARTER = 4;
    private static final int TENTH = 10;

    private final Registrations registrations;
    private final JudgeSettings settings;

    Owners(Registrations registrations, JudgeSettings settings) {
        this.registrations = registrations;
        this.settings = settings;
    }

    /**
     * Parts what is near each other by owner.
     *
     * @param stretch members with at most the gap between them, ascending
     * @return disjoint stretches of the same members, except those of a neighbour that lie within another's stretch
     */
    List<List<Candidate>> part(List<Candidate> stretch) {
        Map<String, String> ownerOf = owners(stretch);
        Set<String> neighbours = neighbours(stretch, ownerOf);
        if (neighbours.isEmpty()) {
            return List.of(stretch);
        }
        List<Candidate> own = new ArrayList<>();
        List<List<Candidate>> others = new ArrayList<>();
        String before = "";
        for (Candidate member : stretch) {
            String owner = owner(member, ownerOf);
            if (!neighbours.contains(owner)) {
                own.add(member);
            } else if (owner.equals(before)) {
                others.get(others.size() - 1).add(member);
            } else {
                others.add(new ArrayList<>(List.of(member)));
            }
            before = owner;
        }
        List<List<Candidate>> parts = settings.stretches(own);
        for (List<Candidate> other : others) {
            if (parts.stream().noneMatch(part -> surrounds(part, other.get(0)))) {
                parts.add(other);
            }
        }
        parts.sort((one, other) -> one.get(0).ip().compareTo(other.get(0).ip()));
        return parts;
    }

    private static boolean surrounds(List<Candidate> part, Candidate candidate) {
        return part.get(0).ip().compareTo(candidate.ip()) < 0
                && part.get(part.size() - 1).ip().compareTo(candidate.ip()) > 0;
    }

    private static String owner(Candidate member, Map<String, String> ownerOf) {
        return ownerOf.getOrDefault(member.domains().iterator().next(), "");
    }

    /** For each domain the one that stands for its owner. */
    private Map<String, String> owners(List<Candidate> stretch) {
        Map<String, String> ownerOf = new TreeMap<>();
        for (Candidate member : stretch) {
            String first = member.domains().iterator().next();
            member.domains().forEach(domain -> join(first, domain, ownerOf));
        }
        List<String> domains = List.copyOf(ownerOf.keySet());
        registrations.kin(domains).forEach(kin -> kin.forEach(domain -> join(kin.get(0), domain, ownerOf)));
        domains.forEach(domain -> ownerOf.put(domain, root(domain, ownerOf)));
        return ownerOf;
    }

    private static void join(String one, String other, Map<String, String> ownerOf) {
        String first = root(one, ownerOf);
        ownerOf.put(root(other, ownerOf), first);
        ownerOf.putIfAbsent(first, first);
    }

    private static String root(String domain, Map<String, String> ownerOf) {
        String at = domain;
        for (String next = ownerOf.getOrDefault(at, at); !next.equals(at); next = ownerOf.getOrDefault(at, at)) {
            at = next;
        }
        return at;
    }

    private Set<String> neighbours(List<Candidate> stretch, Map<String, String> ownerOf) {
        Map<String, Set<String>> reporters = new HashMap<>();
        Map<String, Set<String>> domains = new HashMap<>();
        Map<String, Set<IpAddress>> places = new HashMap<>();
        for (Candidate member : stretch) {
            String owner = owner(member, ownerOf);
            domains.computeIfAbsent(owner, first -> new HashSet<>()).addAll(member.domains());
            places.computeIfAbsent(owner, first -> new HashSet<>())
                    .add(settings.units().around(member.ip()).first());
            Set<String> by = reporters.computeIfAbsent(owner, first -> new HashSet<>());
            member.view().reports().stream().map(Report::reporter).forEach(by::add);
        }
        boolean anyFresh = stretch.stream().anyMatch(registrations::isFresh);
        int most = reporters.values().stream().mapToInt(Set::size).max().orElse(0);
        Set<String> neighbours = new HashSet<>();
        reporters.forEach((owner, by) -> {
            int part = places.getOrDefault(owner, Set.of()).size() == 1 ? TENTH : QUARTER;
            boolean isSeenLess = part * by.size() < most;
            if (isSeenLess || (anyFresh && isUnknownWithWebsite(domains.getOrDefault(owner, Set.of())))) {
                neighbours.add(owner);
            }
        });
        return neighbours;
    }

    private boolean isUnknownWithWebsite(Set<String> domains) {
        return domains.stream().allMatch(domain -> registrations.standing(domain) == Registrations.Standing.UNKNOWN)
                && domains.stream()
                        .flatMap(domain -> registrations.facts(domain).stream())
                        .map(DomainRecord::getHasWebsite)
                        .anyMatch(Boolean.TRUE::equals);
    }
}
