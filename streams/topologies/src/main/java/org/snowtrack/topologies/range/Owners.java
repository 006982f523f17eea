package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.topologies.activity.ActivityReader.Report;

/**
 * Whose addresses lie side by side. Domains that share an address have one owner, and so have {@code
 * cohort.domains.min} that are kin; two may be by chance. The owner that most reporters see is the one whose range it
 * is; another is only a neighbour, and no part of it, if
 *
 * <ul>
 *   <li>fewer than a quarter as many reporters see him, or a tenth where he has but one or two places, which few may
 *       happen to see: one who spreads his mail over many domains has them all seen alike; or
 *   <li>nobody who sees him sees anybody else here, or, where he has a run of his own, fewer than two in three do: one
 *       list of recipients is mailed from all places; or
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

    /** Whether none of these is another's neighbour. */
    boolean areOne(List<Candidate> members) {
        return neighbours(members, owners(members)).isEmpty();
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
        registrations.kin(domains).stream()
                .filter(kin -> kin.size() >= settings.cohortDomainsMin())
                .forEach(kin -> kin.forEach(domain -> join(kin.get(0), domain, ownerOf)));
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
        Map<String, List<Candidate>> addresses = new LinkedHashMap<>();
        for (Candidate member : stretch) {
            addresses
                    .computeIfAbsent(owner(member, ownerOf), first -> new ArrayList<>())
                    .add(member);
        }
        if (addresses.size() == 1) {
            return Set.of();
        }
        Map<String, Set<String>> reporters = new LinkedHashMap<>();
        addresses.forEach((owner, own) -> reporters.put(owner, reporters(own)));
        String main = mostSeen(reporters);
        int most = reporters.getOrDefault(main, Set.of()).size();
        Set<String> ofSeveral = ofSeveral(reporters.values());
        Set<String> neighbours = new HashSet<>();
        addresses.forEach((owner, own) -> {
            Set<String> by = reporters.getOrDefault(owner, Set.of());
            int part = Run.unitsOf(own, settings.units()) <= FEW_PLACES ? TENTH : QUARTER;
            boolean isSeenLess = part * by.size() < most;
            boolean isApart = !owner.equals(main) && isApart(own, by, ofSeveral);
            if (isSeenLess || isApart || isAccepted(own)) {
                neighbours.add(owner);
            }
        });
        return neighbours;
    }

    private boolean isApart(List<Candidate> own, Set<String> by, Set<String> ofSeveral) {
        long common = by.stream().filter(ofSeveral::contains).count();
        return common == 0
                || (3 * common < 2L * by.size() && !Run.among(own, settings).isEmpty());
    }

    /** Of equals the one with the first address. */
    private static String mostSeen(Map<String, Set<String>> reporters) {
        String most = "";
        for (Map.Entry<String, Set<String>> owner : reporters.entrySet()) {
            if (most.isEmpty()
                    || owner.getValue().size()
                            > reporters.getOrDefault(most, Set.of()).size()) {
                most = owner.getKey();
            }
        }
        return most;
    }

    private static Set<String> ofSeveral(Collection<Set<String>> reporters) {
        Set<String> once = new HashSet<>();
        Set<String> several = new HashSet<>();
        reporters.forEach(ofOwner ->
                ofOwner.stream().filter(reporter -> !once.add(reporter)).forEach(several::add));
        return several;
    }

    private static Set<String> reporters(List<Candidate> addresses) {
        Set<String> reporters = new HashSet<>();
        addresses.forEach(address ->
                address.view().reports().stream().map(Report::reporter).forEach(reporters::add));
        return reporters;
    }

    private boolean isAccepted(List<Candidate> addresses) {
        Acceptances acceptances = Acceptances.of(addresses);
        return acceptances.far() > acceptances.others() && !settings.ignores(EvidenceCode.MOSTLY_ACCEPTED);
    }
}
