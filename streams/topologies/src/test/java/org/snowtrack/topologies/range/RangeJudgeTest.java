package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.FEEDS;
import static org.snowtrack.topologies.range.Views.NOON;
import static org.snowtrack.topologies.range.Views.SETTINGS;
import static org.snowtrack.topologies.range.Views.TODAY;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.Registrations.Standing;

/** What must hold of any neighbourhood. */
class RangeJudgeTest {

    private static final Map<String, Standing> STANDINGS = Map.of(
            "snow.example",
            Standing.FRESH,
            "melt.example",
            Standing.FRESH,
            "drift.example",
            Standing.FRESH,
            "baker.example",
            Standing.ESTABLISHED,
            "miller.example",
            Standing.ESTABLISHED,
            "fog.example",
            Standing.UNKNOWN,
            // What the pool's names are under.
            "isp.example",
            Standing.UNKNOWN);

    private static final Map<Standing, Duration> AGES =
            Map.of(Standing.FRESH, Duration.ofDays(20), Standing.ESTABLISHED, Duration.ofDays(4000));

    /** A place in a neighbourhood: who is there, in which network, reported by whom. */
    record Place(int skipped, String name, boolean confirmed, long asn, List<Integer> reporters) {}

    private final RangeJudge judge = new RangeJudge(SETTINGS);

    @Property(tries = 2000)
    void shouldSeeWhatTheDefinitionsSay(@ForAll("neighbourhoods") List<Place> places, @ForAll boolean ipv6) {
        // Given
        List<AddressView> views = views(places, ipv6);

        // When
        List<FlaggedRange> ranges = judge(views);

        // Then
        assertThat(ranges.stream()
                        .map(range -> new NaiveJudge.Found(
                                members(range), range.getVerdict().toString()))
                        .collect(Collectors.toSet()))
                .isEqualTo(new NaiveJudge(views, STANDINGS, SETTINGS).judge());
    }

    @Property(tries = 300)
    void shouldNotDependOnTheOrderOfTheRowsParts(@ForAll("neighbourhoods") List<Place> places, @ForAll Random random) {
        // Given
        List<AddressView> views = views(places, false);
        List<AddressView> shuffled = views.stream()
                .map(view -> new AddressView(
                        view.ip(),
                        shuffled(view.reports(), random),
                        view.firstSeen(),
                        view.lastSeen(),
                        view.days(),
                        view.secondDay(),
                        shuffled(view.names(), random),
                        shuffled(view.history(), random),
                        view.network()))
                .toList();

        // When
        List<FlaggedRange> ranges = judge(shuffled);

        // Then
        assertThat(ranges).isEqualTo(judge(views));
    }

    @Property(tries = 300)
    void shouldNeverThinkLessOfMoreReporters(@ForAll("neighbourhoods") List<Place> places, @ForAll Random random) {
        // Given
        List<AddressView> views = views(places, false);
        if (views.isEmpty()) {
            return;
        }
        int index = random.nextInt(views.size());
        List<AddressView> more = new ArrayList<>(views);
        more.set(index, alsoReportedBy("isp-9", views.get(index)));

        // When
        List<FlaggedRange> ranges = judge(more);

        // Then
        for (FlaggedRange before : judge(views)) {
            assertThat(ranges)
                    .filteredOn(range -> members(range).equals(members(before)))
                    .singleElement()
                    .satisfies(after -> {
                        assertThat(after.getScore()).isGreaterThanOrEqualTo(before.getScore());
                        assertThat(after.getVerdict() == Verdict.FLAGGED || before.getVerdict() == Verdict.WATCHED)
                                .isTrue();
                    });
        }
    }

    @Property(tries = 300)
    void shouldNeverFlagForWantOfARegistration(@ForAll("neighbourhoods") List<Place> places) {
        // Given
        List<AddressView> views = views(places, false);

        // When
        List<FlaggedRange> ranges = judge.judge(views, Map.of(), Allowances.NONE, TODAY, FEEDS);

        // Then
        assertThat(ranges).allSatisfy(range -> assertThat(range.getVerdict()).isEqualTo(Verdict.WATCHED));
    }

    @Property(tries = 500)
    void shouldCoverItsMembersAndNobodyElse(@ForAll("neighbourhoods") List<Place> places, @ForAll boolean ipv6) {
        // When
        List<FlaggedRange> ranges = judge(views(places, ipv6));

        // Then
        for (FlaggedRange range : ranges) {
            List<IpRange> units = range.getMembers().stream()
                    .map(member -> SETTINGS.units().around(IpAddress.parse(member.getIp())))
                    .distinct()
                    .toList();
            List<IpRange> cidrs = range.getCidrs().stream().map(IpRange::parse).toList();
            assertThat(units).allSatisfy(unit -> assertThat(cidrs)
                    .filteredOn(cidr -> cidr.contains(unit.first()) && cidr.contains(unit.last()))
                    .hasSize(1));
            long covered = cidrs.stream()
                    .mapToLong(cidr -> SETTINGS.units().distance(cidr.first(), cidr.last()) + 1)
                    .sum();
            assertThat(covered).isEqualTo(units.size());
        }
    }

    @Property(tries = 500)
    void shouldTakeEveryTimeFromTheFacts(@ForAll("neighbourhoods") List<Place> places) {
        // Given
        List<AddressView> views = views(places, false);

        // When
        List<FlaggedRange> ranges = judge(views);

        // Then
        for (FlaggedRange range : ranges) {
            if (range.getVerdict() == Verdict.FLAGGED) {
                List<AddressView> members = views.stream()
                        .filter(view -> members(range).contains(view.ip().toString()))
                        .toList();
                Instant flaggedAt = new NaiveJudge(views, STANDINGS, SETTINGS).flaggedAt(members);
                assertThat(range.getFlaggedAt()).isEqualTo(flaggedAt);
                for (int i = 0; i < members.size(); i++) {
                    Instant reported = members.get(i).firstSeen();
                    assertThat(range.getMembers().get(i).getListedAt())
                            .isEqualTo(reported.isAfter(flaggedAt) ? reported : flaggedAt);
                }
            }
        }
    }

    private List<FlaggedRange> judge(List<AddressView> views) {
        return judge.judge(views, facts(), Allowances.NONE, TODAY, FEEDS);
    }

    private static Map<String, DomainRecord> facts() {
        Map<String, DomainRecord> facts = new HashMap<>();
        STANDINGS.forEach((domain, standing) -> {
            Duration age = AGES.get(standing);
            facts.put(
                    domain,
                    age == null
                            ? Views.unknown(domain)
                            // One registrar each: no cohort.
                            : Views.registered(domain, "registrar of " + domain, NOON.minus(age)));
        });
        return facts;
    }

    private static List<AddressView> views(List<Place> places, boolean ipv6) {
        List<AddressView> views = new ArrayList<>();
        int at = 0;
        for (Place place : places) {
            at += 1 + place.skipped();
            // Two IPv6 addresses share a unit now and then.
            String ip = ipv6 ? "2001:db8:0:%x::%x".formatted(at / 2, 1 + at % 2) : "192.0.2." + at;
            Views view = Views.of(ip).in(place.asn());
            place.reporters().stream()
                    .distinct()
                    .forEach(reporter -> view.reportedBy(
                            "isp-" + reporter, NOON.plusSeconds(3600L * reporter + 60L * views.size())));
            if (!place.name().isEmpty()) {
                String name = place.name().equals("pool")
                        ? "pool-" + (ipv6 ? nibbles(ip) : ip.replace('.', '-')) + ".isp.example"
                        : place.name();
                view.named(name, place.confirmed() ? Confirmation.CONFIRMED : Confirmation.UNKNOWN);
            }
            views.add(view.view());
        }
        return views;
    }

    private static String nibbles(String ip) {
        IpAddress address = IpAddress.parse(ip);
        return "%016x%016x".formatted(address.high(), address.low());
    }

    private static AddressView alsoReportedBy(String reporter, AddressView view) {
        List<Report> reports = new ArrayList<>(view.reports());
        reports.add(new Report(reporter, view.lastSeen()));
        return Views.reportedBy(reports, view);
    }

    private static List<String> members(FlaggedRange range) {
        return range.getMembers().stream().map(RangeMember::getIp).toList();
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> shuffled = new ArrayList<>(list);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    @Provide
    Arbitrary<List<Place>> neighbourhoods() {
        // All under two-label hosts, so that the registrable domain is the one named here.
        Arbitrary<String> names = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just("")),
                Tuple.of(1, Arbitraries.just("pool")),
                Tuple.of(9, Arbitraries.of(STANDINGS.keySet().stream().sorted().toList())));
        Arbitrary<Place> place = Combinators.combine(
                        Arbitraries.frequency(Tuple.of(6, 0), Tuple.of(2, 1), Tuple.of(1, 3)),
                        names,
                        Arbitraries.of(true, false),
                        Arbitraries.frequency(Tuple.of(9, 64500L), Tuple.of(1, 64501L)),
                        Arbitraries.integers().between(1, 5).list().ofMinSize(1).ofMaxSize(4))
                .as(Place::new);
        return place.list().ofMaxSize(14);
    }
}
