package org.snowtrack.topologies.campaign;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snowtrack.schemas.DomainRegistration;
import org.snowtrack.schemas.RangeTraits;

/**
 * Which ranges are tied, pair by pair:
 *
 * <ul>
 *   <li>by {@value #STRONG_WORDS} host words in common that are half of the fewer ones
 *   <li>by a name server under a young domain of a range: anybody can write an old one into a PTR record
 *   <li>by host words in common that are a quarter of the fewer ones, and the same name servers, or two domains of one
 *       registrar, registered within the window of each other. These two alone tie nobody: who buys at one registrar in one
 *       week has its name servers too
 * </ul>
 *
 * A word that more than {@value #RANGES_OF_A_WORD} of the ranges use is common, and name servers of more than
 * {@value #RANGES_OF_NAME_SERVERS} are a provider's: neither ties. That also bounds the work: a range is compared with
 * those only that share a word with it.
 *
 * <p>Pure, and its result does not depend on the order of the ranges. Not thread-safe.
 */
final class Ties {

    static final int STRONG_WORDS = 3;
    static final int RANGES_OF_A_WORD = 100;
    static final int RANGES_OF_NAME_SERVERS = 50;

    private static final int WEAK_PART = 4;

    private final List<RangeTraits> ranges;
    private final long windowDays;
    private final Map<String, List<Integer>> byWord;
    private final Map<String, List<Integer>> byNameServers;
    private final Set<String> throwaways;

    /**
     * @param windowDays within which registrations are near each other
     * @param youngDays up to which a domain is young when its range is first seen
     */
    Ties(List<RangeTraits> ranges, long windowDays, long youngDays) {
        this.ranges = ranges;
        this.windowDays = windowDays;
        this.throwaways =
                ranges.stream().flatMap(range -> young(range, youngDays)).collect(Collectors.toSet());
        this.byWord = postings(RangeTraits::getWords);
        byWord.values().removeIf(users -> users.size() > RANGES_OF_A_WORD);
        this.byNameServers = postings(RangeTraits::getNameServers);
        byNameServers
                .entrySet()
                .removeIf(entry -> entry.getValue().size() > RANGES_OF_NAME_SERVERS && !areOwn(entry.getKey()));
    }

    private Map<String, List<Integer>> postings(Function<RangeTraits, List<String>> part) {
        Map<String, List<Integer>> postings = new HashMap<>();
        for (int i = 0; i < ranges.size(); i++) {
            for (String value : new HashSet<>(part.apply(ranges.get(i)))) {
                postings.computeIfAbsent(value, any -> new ArrayList<>()).add(i);
            }
        }
        return postings;
    }

    /** The ranges that hang together, as lists of positions; each range is in one of them. */
    Collection<List<Integer>> components() {
        int[] parents = new int[ranges.size()];
        Arrays.setAll(parents, i -> i);
        byNameServers.forEach((servers, users) -> {
            if (areOwn(servers)) {
                users.forEach(user -> join(parents, users.get(0), user));
            }
        });
        int[] common = new int[ranges.size()];
        for (int i = 0; i < ranges.size(); i++) {
            for (int j : sharers(i, common)) {
                if (find(parents, i) != find(parents, j) && areTied(i, j, common[j])) {
                    join(parents, i, j);
                }
                common[j] = 0;
            }
        }
        Map<Integer, List<Integer>> components = new HashMap<>();
        for (int i = 0; i < ranges.size(); i++) {
            components
                    .computeIfAbsent(find(parents, i), root -> new ArrayList<>())
                    .add(i);
        }
        return components.values();
    }

    /** Earlier ranges that share words with this one; how many goes into the counts. */
    private Set<Integer> sharers(int i, int[] common) {
        Set<Integer> sharers = new HashSet<>();
        for (String word : ranges.get(i).getWords()) {
            for (int user : byWord.getOrDefault(word, List.of())) {
                if (user < i) {
                    common[user]++;
                    sharers.add(user);
                }
            }
        }
        return sharers;
    }

    private boolean areTied(int i, int j, int common) {
        RangeTraits one = ranges.get(i);
        RangeTraits other = ranges.get(j);
        int fewer = Math.min(one.getWords().size(), other.getWords().size());
        if (common >= STRONG_WORDS && 2 * common >= fewer) {
            return true;
        }
        if (WEAK_PART * common < fewer) {
            return false;
        }
        boolean servers = one.getNameServers().stream()
                .filter(byNameServers::containsKey)
                .anyMatch(other.getNameServers()::contains);
        return servers || areRegisteredTogether(one, other);
    }

    private boolean areRegisteredTogether(RangeTraits one, RangeTraits other) {
        return one.getRegistrations().stream()
                .anyMatch(mine -> other.getRegistrations().stream().anyMatch(theirs -> areNear(mine, theirs)));
    }

    private boolean areNear(DomainRegistration one, DomainRegistration other) {
        return !one.getDomain().equals(other.getDomain())
                && one.getRegistrar().equals(other.getRegistrar())
                && Math.abs(one.getRegisteredOn().toEpochDay()
                                - other.getRegisteredOn().toEpochDay())
                        <= windowDays;
    }

    private static Stream<String> young(RangeTraits range, long youngDays) {
        LocalDate earliest =
                LocalDate.ofInstant(range.getFirstSeen(), ZoneOffset.UTC).minusDays(youngDays);
        return range.getRegistrations().stream()
                .filter(registration -> !registration.getRegisteredOn().isBefore(earliest))
                .map(DomainRegistration::getDomain);
    }

    /** Whether one of the servers lies under a throwaway domain: no registrar's default does. */
    private boolean areOwn(String servers) {
        return Stream.of(servers.split(" ", -1)).anyMatch(server -> Traits.isUnder(server, throwaways));
    }

    /** Whether the word ties at all. */
    boolean tiesByWord(String word) {
        return byWord.containsKey(word);
    }

    /** Whether the name servers tie at all. */
    boolean tiesByNameServers(String servers) {
        return byNameServers.containsKey(servers);
    }

    private static int find(int[] parents, int i) {
        int root = i;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    private static void join(int[] parents, int one, int other) {
        parents[find(parents, one)] = find(parents, other);
    }
}
