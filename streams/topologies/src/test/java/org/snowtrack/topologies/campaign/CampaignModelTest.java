package org.snowtrack.topologies.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.snowtrack.topologies.campaign.Known.DAY;
import static org.snowtrack.topologies.campaign.Known.range;
import static org.snowtrack.topologies.campaign.Known.registered;

import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.Tie;
import org.snowtrack.schemas.TieKind;

class CampaignModelTest {

    private static final int WINDOW = 14;
    private static final List<String> DEFAULTS = List.of("ns1.host.example ns2.host.example");
    private static final int YOUNG = 30;
    private static final CampaignModel MODEL = new CampaignModel(WINDOW, YOUNG, 3);

    @Test
    void shouldTieByHostWordsThatAreHalfOfTheFewer() {
        // Given
        List<RangeTraits> ranges = List.of(
                range(1, List.of("caruk", "ohris", "pop", "tlad"), List.of(), List.of()),
                range(2, List.of("caruk", "ohris", "pop", "egar", "physc"), List.of(), List.of()),
                range(3, List.of("caruk", "hewis", "sbesn", "majela"), List.of(), List.of()));

        // When
        Map<String, Campaign> campaigns = campaigns(ranges);

        // Then
        assertThat(campaigns).hasSize(1);
        Campaign campaign = campaigns.values().iterator().next();
        assertThat(campaign.getId()).matches("c-[0-9a-f]{10}");
        assertThat(campaign.getRanges()).containsExactly("192.0.1.0-192.0.1.7", "192.0.2.0-192.0.2.7");
        assertThat(campaign.getAddresses()).isEqualTo(16);
        assertThat(campaign.getNetworks())
                .extracting(network -> network.getAsn())
                .containsExactly(64501L, 64502L);
        assertThat(campaign.getTies())
                .extracting(Tie::getKind, Tie::getValue)
                .containsExactly(tuple(TieKind.HOST_WORDS, "caruk, ohris, pop"));
    }

    @Test
    void shouldTieByNoWeakKindAlone() {
        assertThat(campaigns(List.of(
                        range(1, List.of("caruk", "tlad"), List.of(), List.of()),
                        range(2, List.of("caruk", "egar"), List.of(), List.of()),
                        range(3, List.of(), List.of(registered(3, "IANA:1", DAY)), List.of()),
                        range(4, List.of(), List.of(registered(4, "IANA:1", DAY)), List.of()),
                        range(5, List.of(), List.of(), DEFAULTS),
                        range(6, List.of(), List.of(), DEFAULTS))))
                .isEmpty();
    }

    @Test
    void shouldTieByAWordAndNameServersOrRegistrationsAndNotByTheseAlone() {
        // Given
        RangeTraits one =
                range(1, List.of("caruk", "tlad"), List.of(registered(1, "IANA:1", DAY.minusDays(30))), DEFAULTS);
        RangeTraits word =
                range(2, List.of("caruk", "egar"), List.of(registered(2, "IANA:1", DAY.minusDays(16))), List.of());
        RangeTraits nameServers =
                range(3, List.of("tlad", "hewis"), List.of(registered(3, "IANA:2", DAY.minusDays(44))), DEFAULTS);
        RangeTraits late = range(4, List.of("caruk"), List.of(registered(4, "IANA:1", DAY.minusDays(1))), List.of());
        RangeTraits customer = range(5, List.of(), List.of(registered(5, "IANA:1", DAY.minusDays(30))), DEFAULTS);

        // Then
        assertThat(groups(campaigns(List.of(one, word, nameServers, late, customer))))
                .containsExactly(Set.of(one.getRange(), word.getRange(), nameServers.getRange()));
    }

    @Test
    void shouldTieByNameServersUnderAFlaggedDomainAlone() {
        // Given
        List<String> own = List.of("ns1.d9.example ns2.d9.example");
        List<RangeTraits> ranges = new ArrayList<>(IntStream.range(0, 9)
                .mapToObj(i -> range(i, List.of(), List.of(), own))
                .toList());

        // Then
        assertThat(campaigns(ranges)).as("d9.example is nobody's").isEmpty();
        ranges.add(range(9, List.of(), List.of(registered(9, "IANA:1", DAY.minusDays(400))), List.of()));
        assertThat(campaigns(ranges)).as("an old name that somebody claims").isEmpty();
        ranges.set(9, range(9, List.of(), List.of(registered(9, "IANA:1", DAY.minusDays(20))), List.of()));
        assertThat(campaigns(ranges).values()).singleElement().satisfies(campaign -> assertThat(campaign.getRanges())
                .hasSize(9));
    }

    @Test
    void shouldNotTieByWhatVeryManyHave() {
        // Given
        List<RangeTraits> many = IntStream.rangeClosed(0, Ties.RANGES_OF_A_WORD)
                .mapToObj(i -> range(i, List.of("caruk", "ohris", "pop"), List.of(), List.of()))
                .toList();

        // Then
        assertThat(campaigns(many)).isEmpty();
        assertThat(campaigns(many.subList(1, many.size()))).hasSize(1);
    }

    @Property(tries = 300)
    void shouldMakeWhatANaiveUnionMakes(@ForAll("ranges") List<RangeTraits> ranges) {
        assertThat(groups(campaigns(ranges))).isEqualTo(naive(ranges));
    }

    @Property(tries = 200)
    void shouldNotCareForTheOrder(@ForAll("ranges") List<RangeTraits> ranges, @ForAll Random random) {
        // Given
        List<RangeTraits> shuffled = new ArrayList<>(ranges);
        Collections.shuffle(shuffled, random);

        // Then
        assertThat(campaigns(shuffled)).isEqualTo(campaigns(ranges));
    }

    @Property(tries = 200)
    void shouldExplainEachRangeOfACampaign(@ForAll("ranges") List<RangeTraits> ranges) {
        campaigns(ranges).values().forEach(campaign -> {
            Set<String> explained = new TreeSet<>();
            campaign.getTies().forEach(tie -> explained.addAll(tie.getRanges()));
            assertThat(explained).containsExactlyElementsOf(campaign.getRanges());
        });
    }

    @Provide
    Arbitrary<List<RangeTraits>> ranges() {
        return Known.ranges();
    }

    private static Map<String, Campaign> campaigns(List<RangeTraits> ranges) {
        return MODEL.campaigns(ranges, DAY);
    }

    private static Set<Set<String>> groups(Map<String, Campaign> campaigns) {
        return campaigns.values().stream()
                .map(campaign -> Set.copyOf(campaign.getRanges()))
                .collect(Collectors.toSet());
    }

    /** Every pair is looked at, until no two groups are tied. */
    private static Set<Set<String>> naive(List<RangeTraits> ranges) {
        List<Set<RangeTraits>> groups = new ArrayList<>();
        ranges.forEach(range -> groups.add(new HashSet<>(Set.of(range))));
        boolean joined = true;
        while (joined) {
            joined = false;
            for (int i = 0; i < groups.size() && !joined; i++) {
                for (int j = i + 1; j < groups.size() && !joined; j++) {
                    Set<RangeTraits> other = groups.get(j);
                    if (groups.get(i).stream().anyMatch(a -> other.stream().anyMatch(b -> tied(a, b, ranges)))) {
                        groups.get(i).addAll(groups.remove(j));
                        joined = true;
                    }
                }
            }
        }
        return groups.stream()
                .filter(group -> group.size() > 1)
                .map(group -> group.stream().map(RangeTraits::getRange).collect(Collectors.toSet()))
                .collect(Collectors.toSet());
    }

    private static boolean tied(RangeTraits a, RangeTraits b, List<RangeTraits> all) {
        Set<String> words = new HashSet<>(a.getWords());
        words.retainAll(b.getWords());
        double part = words.isEmpty()
                ? 0
                : (double) words.size()
                        / Math.min(a.getWords().size(), b.getWords().size());
        Set<String> servers = new HashSet<>(a.getNameServers());
        servers.retainAll(b.getNameServers());
        boolean own = servers.stream().anyMatch(server -> all.stream()
                .flatMap(range -> range.getRegistrations().stream()
                        .filter(registration -> ChronoUnit.DAYS.between(
                                        registration.getRegisteredOn().atStartOfDay(ZoneOffset.UTC),
                                        range.getFirstSeen().atZone(ZoneOffset.UTC))
                                <= YOUNG))
                .anyMatch(registration -> server.contains(registration.getDomain())));
        boolean together = a.getRegistrations().stream().anyMatch(one -> b.getRegistrations().stream()
                .anyMatch(two -> one.getRegistrar().equals(two.getRegistrar())
                        && !one.getDomain().equals(two.getDomain())
                        && Math.abs(ChronoUnit.DAYS.between(one.getRegisteredOn(), two.getRegisteredOn())) <= WINDOW));
        return own || (words.size() >= 3 && part >= 0.5) || (part >= 0.25 && (!servers.isEmpty() || together));
    }
}
