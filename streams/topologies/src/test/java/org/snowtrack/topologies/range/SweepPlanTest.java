package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.DAY;
import static org.snowtrack.topologies.range.Views.MANY_FEEDS;
import static org.snowtrack.topologies.range.Views.address;
import static org.snowtrack.topologies.range.Views.confirmed;
import static org.snowtrack.topologies.range.Views.daysAgo;
import static org.snowtrack.topologies.range.Views.fresh;
import static org.snowtrack.topologies.range.Views.host;
import static org.snowtrack.topologies.range.Views.old;
import static org.snowtrack.topologies.range.Views.silent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.ip.IpAddress;

class SweepPlanTest {

    private static final int BUDGET = 64;
    private static final int BLOCK_MAX = 64;

    @Test
    void shouldAskForHolesAndOutwardsToTheEdgesOfTheAlignedBlock() {
        // When
        SortedMap<IpAddress, Instant> wishes = wishes(BUDGET, run(16, 18, 19));

        // Then
        assertThat(texts(wishes)).containsExactly(ips(17, 20, 21, 22, 23));
    }

    @Test
    void shouldGoOnToTheNextBlockOnlyWhereTheFirstConfirmedTheOperator() {
        // Given
        List<Views> run = run(16, 17, 18, 19);
        Views beside = silent("192.0.2.20");

        // When
        var strange = wishes(BUDGET, with(run, beside.named(host("x.a.example"))));
        var confirmed = wishes(BUDGET, with(run, beside.named(confirmed("x.a.example"))));

        // Then
        assertThat(texts(strange)).containsExactly(ips(20, 21, 22, 23));
        assertThat(texts(confirmed)).containsExactly(ips(20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31));
    }

    @Test
    void shouldNotAskWhatLiesBehindAnotherOwnerOrWasAllowed() {
        // Given
        List<Views> run = with(run(18, 19, 20, 21), silent("192.0.2.22").named(confirmed("old.example")));

        // When
        var wishes = wishes(BUDGET, run, Allowances.of(List.of(allowance("192.0.2.17")), Views.TODAY));

        // Then
        assertThat(texts(wishes)).as("the other owner, because he may move out").containsExactly(ips(22));
    }

    @Test
    void shouldAskForNothingAroundARunOfEstablishedDomains() {
        // Given
        List<Views> run = Stream.of(16, 17, 18)
                .map(place -> address("192.0.2." + place)
                        .named(host(place + ".old.example"))
                        .byReporters(5))
                .toList();

        // When
        var wishes = wishes(BUDGET, run);

        // Then
        assertThat(wishes).isEmpty();
    }

    @Test
    void shouldAskForTheSameHostPartInNeighbouringUnits() {
        // Given
        List<Views> run = Stream.of("2001:db8:0:4::25", "2001:db8:0:5::25")
                .map(ip -> address(ip)
                        .named(host("m" + ip.charAt(11) + ".a.example"))
                        .byReporters(4))
                .toList();

        // When
        var wishes = wishes(BUDGET, run);

        // Then
        assertThat(texts(wishes)).containsExactly("2001:db8:0:6::25", "2001:db8:0:7::25");
    }

    @Test
    void shouldKnowSinceWhenAnAddressWasWorthAsking() {
        // Given
        List<Views> run = List.of(
                address("192.0.2.16").named(host("a.example")).by("isp-1", daysAgo(9)),
                address("192.0.2.17").named(host("x.a.example")).by("isp-2", daysAgo(8)),
                address("192.0.2.18").named(host("y.a.example")).by("isp-3", daysAgo(7)),
                address("192.0.2.19").named(host("z.a.example")).by("isp-1", daysAgo(2)));

        // When
        var wishes = wishes(BUDGET, run);

        // Then
        assertThat(wishes)
                .as("three addresses fill their block of four; the fourth reaches for eight")
                .containsExactlyInAnyOrderEntriesOf(new TreeMap<>(
                        Map.of(ip(20), daysAgo(2), ip(21), daysAgo(2), ip(22), daysAgo(2), ip(23), daysAgo(2))));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldKeepToTheBudgetTheNearestFirstWithinTheBlocksAroundTheRun(
            @ForAll @Size(min = 1, max = 10) Set<@IntRange(max = 40) Integer> places,
            @ForAll @IntRange(max = 20) int budget) {
        // Given
        TreeSet<Integer> reported = new TreeSet<>();
        places.forEach(place -> reported.addAll(List.of(100 + place, 101 + place)));
        List<Views> run = run(reported.toArray(Integer[]::new));

        // When
        var few = wishes(budget, run);
        var all = wishes(1024, run);

        // Then
        assertThat(all.keySet()).containsAll(few.keySet());
        List<IpAddress> addresses = reported.stream().map(SweepPlanTest::ip).toList();
        assertThat(all.keySet()).doesNotContainAnyElementsOf(addresses);
        judged(run).ranges().forEach(range -> {
            var wishes = plan(budget).wishes(range, Set.of(), Allowances.NONE, stretch -> addresses);
            assertThat(wishes).hasSizeLessThanOrEqualTo(budget);
            long farthest = wishes.keySet().stream()
                    .mapToLong(address -> distance(address, range))
                    .max()
                    .orElse(0);
            plan(1024).wishes(range, Set.of(), Allowances.NONE, stretch -> addresses).keySet().stream()
                    .filter(address -> budget > 0 && !wishes.containsKey(address))
                    .forEach(left -> assertThat(distance(left, range)).isGreaterThanOrEqualTo(farthest));
        });
    }

    private static long distance(IpAddress address, Finding range) {
        return range.reported().stream()
                .mapToLong(member -> Math.abs(address.low() - member.ip().low()))
                .min()
                .orElseThrow();
    }

    private static SweepPlan plan(int budget) {
        return new SweepPlan(Views.settings(), budget, BLOCK_MAX);
    }

    private static SortedMap<IpAddress, Instant> wishes(int budget, List<Views> row) {
        return wishes(budget, row, Allowances.NONE);
    }

    private static SortedMap<IpAddress, Instant> wishes(int budget, List<Views> row, Allowances allowances) {
        RangeJudge.Findings found = judged(row);
        List<IpAddress> reported = row.stream()
                .map(Views::view)
                .filter(AddressView::isReported)
                .map(AddressView::ip)
                .toList();
        SortedMap<IpAddress, Instant> wishes = new TreeMap<>();
        found.ranges()
                .forEach(range ->
                        wishes.putAll(plan(budget).wishes(range, found.others(), allowances, stretch -> reported)));
        return wishes;
    }

    private static RangeJudge.Findings judged(List<Views> row) {
        return new RangeJudge(Views.settings())
                .find(
                        row.stream().map(Views::view).toList(),
                        Map.of("a.example", fresh("a.example"), "old.example", old("old.example")),
                        Allowances.NONE,
                        DAY,
                        MANY_FEEDS);
    }

    private static List<Views> run(Integer... places) {
        return Stream.of(places)
                .map(place -> address("192.0.2." + place)
                        .named(host("m" + place + ".a.example"))
                        .byReporters(4))
                .toList();
    }

    private static List<Views> with(List<Views> run, Views more) {
        List<Views> all = new ArrayList<>(run);
        all.add(more);
        return all;
    }

    private static Allowance allowance(String subject) {
        return new Allowance(subject, "ours", null, Instant.EPOCH);
    }

    private static IpAddress ip(int place) {
        return IpAddress.parse("192.0.2." + place);
    }

    private static String[] ips(int... places) {
        return IntStream.of(places).mapToObj(place -> "192.0.2." + place).toArray(String[]::new);
    }

    private static List<String> texts(SortedMap<IpAddress, Instant> wishes) {
        return wishes.keySet().stream().map(IpAddress::toString).toList();
    }
}
