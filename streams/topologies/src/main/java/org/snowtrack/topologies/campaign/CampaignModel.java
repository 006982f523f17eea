package org.snowtrack.topologies.campaign;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.DomainRegistration;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.Tie;
import org.snowtrack.schemas.TieKind;

/**
 * Makes campaigns of ranges: two or more that {@link Ties} hang together are one. Its id is made of the key and the
 * day of the range that was seen first, so that it stays while others come and go.
 *
 * <p>Any order of the same ranges makes the same campaigns. Immutable; safe for any thread.
 */
final class CampaignModel {

    static final int TIES_MAX = 32;

    private static final int ID_DIGITS = 10;
    private static final Comparator<RangeTraits> BY_FIRST_SEEN =
            Comparator.comparing(RangeTraits::getFirstSeen).thenComparing(RangeTraits::getRange);

    private final long windowDays;
    private final long youngDays;
    private final int validForDays;

    /**
     * @param windowDays within which registrations are near each other
     * @param youngDays up to which a domain is young when its range is first seen
     * @param validForDays days for which a published campaign is valid
     */
    CampaignModel(long windowDays, long youngDays, int validForDays) {
        this.windowDays = windowDays;
        this.youngDays = youngDays;
        this.validForDays = validForDays;
    }

    /**
     * The campaigns of a day, by id, none of which supersedes any yet.
     *
     * @param known no two with one key
     */
    Map<String, Campaign> campaigns(Collection<RangeTraits> known, LocalDate day) {
        List<RangeTraits> ranges = known.stream()
                .sorted(Comparator.comparing(RangeTraits::getRange))
                .toList();
        Ties ties = new Ties(ranges, windowDays, youngDays);
        Map<String, Campaign> campaigns = new TreeMap<>();
        for (List<Integer> component : ties.components()) {
            if (component.size() > 1) {
                Campaign campaign = campaign(component.stream().map(ranges::get).toList(), ties, day);
                campaigns.put(campaign.getId(), campaign);
            }
        }
        return campaigns;
    }

    private Campaign campaign(List<RangeTraits> ranges, Ties ties, LocalDate day) {
        RangeTraits first = ranges.stream().min(BY_FIRST_SEEN).orElseThrow();
        return Campaign.newBuilder()
                .setId(id(first))
                .setSupersedes(List.of())
                .setRanges(ranges.stream().map(RangeTraits::getRange).toList())
                .setAddresses(
                        ranges.stream().mapToInt(RangeTraits::getAddresses).sum())
                .setNetworks(ranges.stream()
                        .map(RangeTraits::getNetwork)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toMap(
                                OriginNetwork::getAsn, network -> network, (one, same) -> one, TreeMap::new))
                        .values()
                        .stream()
                        .toList())
                .setDomains(ranges.stream()
                        .flatMap(range -> range.getDomains().stream())
                        .distinct()
                        .sorted()
                        .toList())
                .setTies(inCommon(ranges, ties))
                .setFirstSeen(first.getFirstSeen())
                .setLastSeen(ranges.stream()
                        .map(RangeTraits::getLastSeen)
                        .max(Instant::compareTo)
                        .orElseThrow())
                .setValidUntil(
                        day.plusDays(validForDays).atStartOfDay(ZoneOffset.UTC).toInstant())
                .build();
    }

    private static String id(RangeTraits first) {
        String seed = first.getRange() + " " + LocalDate.ofInstant(first.getFirstSeen(), ZoneOffset.UTC);
        return "c-"
                + Hashing.sha256()
                        .hashString(seed, StandardCharsets.UTF_8)
                        .toString()
                        .substring(0, ID_DIGITS);
    }

    private List<Tie> inCommon(List<RangeTraits> ranges, Ties ties) {
        List<Tie> common = new ArrayList<>();
        Map<Set<String>, List<String>> wordsOfSameRanges = new LinkedHashMap<>();
        shared(ranges, RangeTraits::getWords, ties::tiesByWord).forEach((word, users) -> wordsOfSameRanges
                .computeIfAbsent(users, any -> new ArrayList<>())
                .add(word));
        wordsOfSameRanges.forEach(
                (users, words) -> common.add(tie(TieKind.HOST_WORDS, String.join(", ", words), users)));
        shared(ranges, RangeTraits::getNameServers, ties::tiesByNameServers)
                .forEach((servers, users) -> common.add(tie(TieKind.NAME_SERVERS, servers.replace(" ", ", "), users)));
        common.addAll(registeredTogether(ranges));
        common.sort(Comparator.comparingInt((Tie tie) -> -tie.getRanges().size())
                .thenComparing(Tie::getKind)
                .thenComparing(Tie::getValue));
        return List.copyOf(common.subList(0, Math.min(TIES_MAX, common.size())));
    }

    /** What two or more ranges have, each with their keys. */
    private static Map<String, Set<String>> shared(
            List<RangeTraits> ranges, Function<RangeTraits, List<String>> part, Predicate<String> ties) {
        Map<String, Set<String>> users = new TreeMap<>();
        for (RangeTraits range : ranges) {
            part.apply(range).stream().filter(ties).forEach(value -> users.computeIfAbsent(
                            value, any -> new TreeSet<>())
                    .add(range.getRange()));
        }
        users.values().removeIf(keys -> keys.size() < 2);
        return users;
    }

    private record Registered(DomainRegistration registration, String range) {}

    /** Chains of registrations at one registrar, each within the window of the one before. */
    private List<Tie> registeredTogether(List<RangeTraits> ranges) {
        List<Registered> all = ranges.stream()
                .flatMap(range -> range.getRegistrations().stream()
                        .map(registration -> new Registered(registration, range.getRange())))
                .sorted(Comparator.comparing(
                                (Registered one) -> one.registration().getRegistrar())
                        .thenComparing(one -> one.registration().getRegisteredOn())
                        .thenComparing(one -> one.registration().getDomain())
                        .thenComparing(Registered::range))
                .toList();
        List<Tie> ties = new ArrayList<>();
        int start = 0;
        for (int end = 1; end <= all.size(); end++) {
            if (end == all.size()
                    || !follows(all.get(end - 1).registration(), all.get(end).registration())) {
                List<Registered> chain = all.subList(start, end);
                Set<String> users = new TreeSet<>();
                chain.forEach(one -> users.add(one.range()));
                long domains = chain.stream()
                        .map(one -> one.registration().getDomain())
                        .distinct()
                        .count();
                if (users.size() > 1 && domains > 1) {
                    ties.add(tie(TieKind.REGISTRATIONS, inWords(chain, domains), users));
                }
                start = end;
            }
        }
        return ties;
    }

    private boolean follows(DomainRegistration before, DomainRegistration next) {
        return before.getRegistrar().equals(next.getRegistrar())
                && !next.getRegisteredOn().isAfter(before.getRegisteredOn().plusDays(windowDays));
    }

    private static String inWords(List<Registered> chain, long domains) {
        LocalDate from = chain.get(0).registration().getRegisteredOn();
        LocalDate to = chain.get(chain.size() - 1).registration().getRegisteredOn();
        return "%d domains at %s, %s"
                .formatted(
                        domains,
                        chain.get(0).registration().getRegistrarName(),
                        from.equals(to) ? "on " + from : from + " to " + to);
    }

    private static Tie tie(TieKind kind, String value, Set<String> users) {
        return new Tie(kind, value, List.copyOf(users));
    }
}
