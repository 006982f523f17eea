package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.topologies.activity.ActivityReader.Report;

/**
 * Whose addresses lie side by side. Domains that share an address or are kin have one owner. The owner that most
 * reporters see is the one whose range it is; another is only a neighbour, and no part of it, if
 *
 * <ul>
 *   <li>fewer than a quarter as many reporters see him, or a tenth where he has but one or two places, which few may
 *       happen to see: one who spreads his mail over many domains has them all seen alike; or
 *   <li>more logs tell that far more of his mail is accepted than refused than tell otherwise.
 * </ul>
 *
 * <p>Pure; safe for any thread.
 */
final class Owners {

    private static final int QUARTER = 4;
    private static final int TENTH = 10;
    private static final int FEW_PLACES = 2;

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
     * @return stretches, first those that are left without the neighbours, then the neighbours' by address; these may
     *     lie within others
     */
    List<List<Candidate>> part(List<Candidate> stretch) {
        Map<String, String> ownerOf = owners(stretch);
        Set<String> neighbours = neighbours(stretch, ownerOf);
        List<List<Candidate>> parts = new ArrayList<>(settings.stretches(stretch.stream()
                .filter(member -> !neighbours.contains(owner(member, ownerOf)))
                .toList()));
        List<List<Candidate>> others = new ArrayList<>();
        for (String neighbour : neighbours) {
            others.addAll(settings.stretches(stretch.stream()
                    .filter(member -> neighbour.equals(owner(member, ownerOf)))
                    .toList()));
        }
        others.sort(Comparator.comparing(part -> part.get(0).ip()));
        parts.addAll(others);
        return parts;
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
        Map<String, List<Candidate>> addresses = new TreeMap<>();
        for (Candidate member : stretch) {
            addresses
                    .computeIfAbsent(owner(member, ownerOf), first -> new ArrayList<>())
                    .add(member);
        }
        if (addresses.size() == 1) {
            return Set.of();
        }
        int most = addresses.values().stream().mapToInt(Owners::reporters).max().orElse(0);
        Set<String> neighbours = new TreeSet<>();
        addresses.forEach((owner, own) -> {
            int part = Run.unitsOf(own, settings.units()) <= FEW_PLACES ? TENTH : QUARTER;
            if (part * reporters(own) < most || isAccepted(own)) {
                neighbours.add(owner);
            }
        });
        return neighbours;
    }

    private static int reporters(List<Candidate> addresses) {
        Set<String> reporters = new HashSet<>();
        addresses.forEach(address ->
                address.view().reports().stream().map(Report::reporter).forEach(reporters::add));
        return reporters.size();
    }

    private boolean isAccepted(List<Candidate> addresses) {
        Acceptances acceptances = Acceptances.of(addresses);
        return acceptances.far() > acceptances.others() && !settings.ignores(EvidenceCode.MOSTLY_ACCEPTED);
    }
}
