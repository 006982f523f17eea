package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.snowtrack.topologies.range.Views.DAY;
import static org.snowtrack.topologies.range.Views.MANY_FEEDS;
import static org.snowtrack.topologies.range.Views.TODAY;
import static org.snowtrack.topologies.range.Views.address;
import static org.snowtrack.topologies.range.Views.confirmed;
import static org.snowtrack.topologies.range.Views.daysAgo;
import static org.snowtrack.topologies.range.Views.fresh;
import static org.snowtrack.topologies.range.Views.host;
import static org.snowtrack.topologies.range.Views.old;
import static org.snowtrack.topologies.range.Views.registered;
import static org.snowtrack.topologies.range.Views.silent;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpAddress;

class ForesightTest {

    private static final List<DomainRecord> FRESH = List.of(fresh("a.example"), old("old.example"));

    @Test
    void shouldPredictWhoCarriesAConfirmedNameOfTheRunInHolesAndBesideIt() {
        // When
        List<FlaggedRange> ranges = judge(
                FRESH,
                reported(16, host("a.example")),
                silent("192.0.2.17").named(confirmed("one.a.example")),
                reported(18, host("two.a.example")),
                silent("192.0.2.20").named(confirmed("three.a.example")),
                silent("192.0.2.23").named(confirmed("beyond.the.gap.a.example")));

        // Then
        FlaggedRange range = only(ranges);
        assertThat(range.getMembers())
                .extracting(RangeMember::getIp, RangeMember::getPredicted, RangeMember::getReporters)
                .containsExactly(
                        tuple("192.0.2.16", false, 4),
                        tuple("192.0.2.17", true, 0),
                        tuple("192.0.2.18", false, 4),
                        tuple("192.0.2.20", true, 0));
        assertThat(range.getCidrs()).containsExactly("192.0.2.16/31", "192.0.2.18/32", "192.0.2.20/32");
        assertThat(range.getLastIp()).isEqualTo("192.0.2.20");
    }

    @Test
    void shouldNotPredictWhoseNameIsUnconfirmedEstablishedOrTheProviders() {
        // When
        List<FlaggedRange> ranges = judge(
                FRESH,
                silent("192.0.2.14").named(confirmed("192-0-2-14.a.example")),
                silent("192.0.2.15").named(host("one.a.example")),
                reported(16, host("a.example")),
                reported(17, host("two.a.example")),
                silent("192.0.2.18").named(confirmed("old.example")),
                silent("192.0.2.19").named(confirmed("three.a.example")));

        // Then
        assertThat(only(ranges).getMembers()).noneMatch(RangeMember::getPredicted);
    }

    @Test
    void shouldPartARangeAtAHoleThatCarriesAnothersConfirmedName() {
        // Given
        Views[] row = {
            reported(16, host("a.example")),
            reported(17, host("one.a.example")),
            reported(19, host("two.a.example")),
            reported(20, host("three.a.example"))
        };
        Views hole = silent("192.0.2.18");

        // When
        List<FlaggedRange> unknown = judge(FRESH, with(row, hole.named(host("old.example"))));
        List<FlaggedRange> others = judge(FRESH, with(row, hole.named(confirmed("old.example"))));

        // Then
        assertThat(unknown).extracting(RangeLedger::key).containsExactly("192.0.2.16-192.0.2.20");
        assertThat(others)
                .extracting(RangeLedger::key)
                .containsExactly("192.0.2.16-192.0.2.17", "192.0.2.19-192.0.2.20");
    }

    @Test
    void shouldNotPartARangeAtAHoleWithAnEstablishedNameThatIsReportedInIt() {
        // Given
        List<DomainRecord> facts = List.of(fresh("a.example"), fresh("b.example"), old("old.example"));

        // When
        List<FlaggedRange> ranges = judge(
                facts,
                reported(16, host("a.example")),
                address("192.0.2.17")
                        .named(host("one.a.example"), host("mail.old.example"))
                        .byReporters(4),
                silent("192.0.2.18").named(confirmed("old.example")),
                reported(19, host("two.a.example")),
                reported(20, host("b.example")));

        // Then
        assertThat(only(ranges).getMembers())
                .extracting(RangeMember::getIp)
                .containsExactly("192.0.2.16", "192.0.2.17", "192.0.2.19", "192.0.2.20");
    }

    @Test
    void shouldPredictADomainThatMakesACohortWithThoseOfTheRun() {
        // Given
        List<DomainRecord> facts = List.of(
                at("a.example", "IANA:1", 60),
                at("b.example", "IANA:1", 58),
                at("c.example", "IANA:1", 50),
                at("d.example", "IANA:2", 58),
                at("e.example", "IANA:1", 20));
        Views[] row = {
            reported(16, host("a.example")),
            reported(17, host("one.a.example")),
            reported(18, host("b.example")),
            reported(19, host("one.b.example"))
        };

        // When
        List<String> predicted = Stream.of("c.example", "d.example", "e.example")
                .filter(domain ->
                        only(judge(facts, with(row, silent("192.0.2.20").named(confirmed(domain)))))
                                .getMembers()
                                .stream()
                                .anyMatch(RangeMember::getPredicted))
                .toList();

        // Then
        assertThat(predicted).as("one registrar, within 14 days of both").containsExactly("c.example");
        assertThat(only(judge(facts, with(row, silent("192.0.2.20").named(confirmed("c.example")))))
                        .getDomains())
                .containsExactly("a.example", "b.example", "c.example");
    }

    @Test
    void shouldNotTakeOneDomainOfTheSameRegistrarForACohort() {
        // Given
        List<DomainRecord> facts = List.of(at("a.example", "IANA:1", 60), at("b.example", "IANA:1", 60));

        // When
        List<FlaggedRange> ranges = judge(
                facts,
                reported(16, host("a.example")),
                reported(17, host("one.a.example")),
                silent("192.0.2.18").named(confirmed("b.example")));

        // Then
        assertThat(only(ranges).getMembers()).noneMatch(RangeMember::getPredicted);
    }

    @Test
    void shouldListAPredictedAddressAtTheLaterOfTheVerdictAndItsSweep() {
        // Given
        Views late = silent("192.0.2.18").named(confirmed("two.a.example")).sweptSince(daysAgo(9));

        // When
        FlaggedRange range =
                only(judge(FRESH, reported(16, host("a.example")), reported(17, host("one.a.example")), late));

        // Then
        Instant named = TODAY.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        assertThat(range.getFlaggedAt()).isBefore(named);
        assertThat(range.getMembers().get(2).getListedAt()).isEqualTo(named);
    }

    @Test
    void shouldKeepTheEarlierReasonOfAnAddressThatWasSweptBeforeItWasReported() {
        // Given
        Views[] row = {
            reported(16, host("a.example")), reported(17, host("one.a.example")),
        };
        Views own = address("192.0.2.18").named(confirmed("two.a.example"));

        // When
        FlaggedRange unswept =
                only(judge(FRESH, with(row, own.by("isp-1", TODAY.atTime(9, 0).toInstant(ZoneOffset.UTC)))));
        FlaggedRange swept = only(judge(FRESH, with(row, own.sweptSince(daysAgo(9)))));

        // Then
        RangeMember member = swept.getMembers().get(2);
        assertThat(member.getPredicted()).isFalse();
        assertThat(member.getListedAt())
                .isEqualTo(TODAY.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        assertThat(member.getListedAt()).isBefore(unswept.getMembers().get(2).getListedAt());
    }

    @Test
    void shouldListASenderByItsReportWhereTheSweepIsOfTheSameDay() {
        // Given
        Instant reported = TODAY.minusDays(1).atTime(18, 0).toInstant(ZoneOffset.UTC);
        Views own = address("192.0.2.18")
                .named(confirmed("two.a.example"))
                .sweptSince(daysAgo(1))
                .by("isp-1", reported);

        // When
        FlaggedRange range =
                only(judge(FRESH, reported(16, host("a.example")), reported(17, host("one.a.example")), own));

        // Then
        assertThat(range.getMembers().get(2).getListedAt()).isEqualTo(reported);
    }

    @Test
    void shouldReadWhatSilentAddressesTieTogetherAsOneRange() {
        // When
        List<FlaggedRange> ranges = judge(
                FRESH,
                reported(16, host("a.example")),
                reported(17, host("one.a.example")),
                silent("192.0.2.18").named(confirmed("two.a.example")),
                silent("192.0.2.20").named(confirmed("three.a.example")),
                address("192.0.2.22").named(host("four.a.example")).by("isp-1", daysAgo(1)));

        // Then
        assertThat(only(ranges).getMembers())
                .extracting(RangeMember::getIp, RangeMember::getPredicted)
                .contains(tuple("192.0.2.20", true), tuple("192.0.2.22", false));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverChangeWhatIsDecidedOfThoseThatAreReported(
            @ForAll("neighbourhoods") Neighbourhoods around, @ForAll Random random) {
        // Given
        List<FlaggedRange> before = around.judged();

        // When
        List<FlaggedRange> after = around.with(withSilent(around, random)).judged();

        // Then
        for (FlaggedRange range : after) {
            before.stream()
                    .filter(earlier -> reportedIps(earlier).equals(reportedIps(range)))
                    .forEach(earlier -> assertThat(range)
                            .usingRecursiveComparison()
                            .ignoringFields("first_ip", "last_ip", "cidrs", "members", "domains")
                            .isEqualTo(earlier));
            assertThat(range.getMembers())
                    .allSatisfy(member -> assertThat(member.getPredicted()).isEqualTo(member.getReporters() == 0));
        }
        for (FlaggedRange earlier : before) {
            assertThat(after).as("who is listed stays listed").anySatisfy(range -> {
                assertThat(reportedIps(range)).containsAll(reportedIps(earlier));
                assertThat(range.getVerdict()).isLessThanOrEqualTo(earlier.getVerdict());
            });
        }
    }

    /** Silent addresses on free places, each with the confirmed names of somebody reported: they part nobody. */
    private static List<AddressView> withSilent(Neighbourhoods around, Random random) {
        Map<IpAddress, AddressView> views = new TreeMap<>();
        around.views().forEach(view -> views.put(view.ip(), view));
        Units units = around.settings().units();
        IpAddress first = around.views().get(0).ip();
        for (int place = -4; place < 14; place++) {
            IpAddress ip = first.isIpv4() ? first.plus(place) : new IpAddress(first.high() + place, first.low());
            AddressView model = around.views().get(random.nextInt(around.views().size()));
            boolean free = around.views().stream().noneMatch(view -> units.distance(view.ip(), ip) == 0);
            boolean parts =
                    model.names().stream().anyMatch(name -> name.getName().startsWith("ip-"));
            if (free && !parts && random.nextBoolean()) {
                views.put(
                        ip,
                        Views.address(ip)
                                .named(model.names().stream()
                                        .map(name -> confirmed(name.getName()))
                                        .toArray(HostName[]::new))
                                .sweptSince(daysAgo(random.nextInt(5)))
                                .in(model.network())
                                .view());
            }
        }
        return List.copyOf(views.values());
    }

    private static List<String> reportedIps(FlaggedRange range) {
        return range.getMembers().stream()
                .filter(member -> !member.getPredicted())
                .map(RangeMember::getIp)
                .toList();
    }

    private static Views reported(int place, HostName name) {
        return address("192.0.2." + place).named(name).byReporters(4);
    }

    private static Views[] with(Views[] row, Views more) {
        return Stream.concat(Stream.of(row), Stream.of(more)).toArray(Views[]::new);
    }

    private static DomainRecord at(String domain, String registrar, int daysAgo) {
        return registered(domain, daysAgo(daysAgo)).setRegistrar(registrar).build();
    }

    private static List<FlaggedRange> judge(List<DomainRecord> facts, Views... row) {
        List<AddressView> views =
                new ArrayList<>(Stream.of(row).map(Views::view).toList());
        views.sort(Comparator.comparing(AddressView::ip));
        return new RangeJudge(Views.settings())
                .judge(
                        views,
                        facts.stream().collect(Collectors.toMap(DomainRecord::getDomain, fact -> fact)),
                        Allowances.NONE,
                        DAY,
                        MANY_FEEDS);
    }

    private static FlaggedRange only(List<FlaggedRange> ranges) {
        assertThat(ranges).hasSize(1);
        assertThat(ranges.get(0).getVerdict()).isEqualTo(Verdict.FLAGGED);
        return ranges.get(0);
    }

    @Provide
    Arbitrary<Neighbourhoods> neighbourhoods() {
        return Neighbourhoods.any();
    }
}
