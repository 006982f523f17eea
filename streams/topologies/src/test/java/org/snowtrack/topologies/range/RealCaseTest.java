package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.FEEDS;
import static org.snowtrack.topologies.range.Views.NOON;
import static org.snowtrack.topologies.range.Views.SETTINGS;
import static org.snowtrack.topologies.range.Views.TODAY;
import static org.snowtrack.topologies.range.Views.views;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;

/** The published table of 2018, and legitimate owners whose names have the same shape. */
class RealCaseTest {

    /** The table as it ships. */
    private static final Path TABLE = Path.of("../app/src/main/cases/large-file-2018/addresses.tsv");

    private static final Instant NEW = NOON.minus(Duration.ofDays(60));
    private static final Instant OLD = NOON.minus(Duration.ofDays(4000));

    private final RangeJudge judge = new RangeJudge(SETTINGS);

    @Test
    void shouldFlagTheSevenRangesOfThePublishedTable() {
        // Given
        List<AddressView> table = table();
        Map<String, DomainRecord> facts = registered(table, NEW);

        // When
        List<FlaggedRange> ranges = judgeByBlock(table, facts);

        // Then
        assertThat(ranges)
                .extracting(RangeLedger::key)
                .containsExactly(
                        "51.255.21.224-51.255.21.227",
                        "54.38.4.96-54.38.4.111",
                        "144.217.201.156-144.217.201.157",
                        "149.56.34.160-149.56.34.164",
                        "176.31.74.248-176.31.74.251",
                        "213.32.32.216-213.32.32.219",
                        "213.32.39.64-213.32.39.65");
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsOnly(Verdict.FLAGGED);
        assertThat(ranges.stream().mapToInt(range -> range.getMembers().size()).sum())
                .isEqualTo(37);
    }

    @Test
    void shouldOnlyWatchTheSameNamesWhenTheirDomainsAreOld() {
        // Given
        List<AddressView> table = table();

        // When
        List<FlaggedRange> ranges = judgeByBlock(table, registered(table, OLD));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsOnly(Verdict.WATCHED);
    }

    @Test
    void shouldNotFlagASmallBusinessWithItsServicesInARow() {
        // Given
        List<AddressView> business = views(
                Views.of("192.0.2.16").named("baker.example").reportedBy(6),
                Views.of("192.0.2.17").named("mail.baker.example").reportedBy(6),
                Views.of("192.0.2.18").named("shop.baker.example").reportedBy(6));

        // When
        List<FlaggedRange> ranges = judge(business, Views.registered("baker.example", "IANA:1", OLD));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsOnly(Verdict.WATCHED);
    }

    @Test
    void shouldSayNothingAboutAPoolThatIsNamedAfterItsAddresses() {
        // Given
        List<AddressView> pool = views(
                Views.of("192.0.2.16").named("192-0-2-16.dyn.isp.example").reportedBy(6),
                Views.of("192.0.2.17").named("192-0-2-17.dyn.isp.example").reportedBy(6),
                Views.of("192.0.2.18").named("192-0-2-18.dyn.isp.example").reportedBy(6));

        // When
        List<FlaggedRange> ranges = judge(pool, Views.registered("isp.example", "IANA:1", NEW));

        // Then
        assertThat(ranges).isEmpty();
    }

    @Test
    void shouldSayNothingAboutTheNetworksOwnNames() {
        // Given
        List<AddressView> cloud = views(
                Views.of("192.0.2.16")
                        .named("a.cloudy.example")
                        .in(64500, "CLOUDY")
                        .reportedBy(6),
                Views.of("192.0.2.17")
                        .named("b.cloudy.example")
                        .in(64500, "CLOUDY")
                        .reportedBy(6));

        // When
        List<FlaggedRange> ranges = judge(cloud, Views.registered("cloudy.example", "IANA:1", OLD));

        // Then
        assertThat(ranges).isEmpty();
    }

    @Test
    void shouldNotFlagWhatASingleReporterAccuses() {
        // Given
        List<AddressView> run = views(
                Views.of("192.0.2.16").named("snow.example").reportedBy("rival", NOON),
                Views.of("192.0.2.17").named("caruk.snow.example").reportedBy("rival", NOON),
                // Two more reporters, but on one address only.
                Views.of("192.0.2.18").named("pop.snow.example").reportedBy(3));

        // When
        List<FlaggedRange> ranges = judge(run, Views.registered("snow.example", "IANA:1", NEW));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsOnly(Verdict.WATCHED);
    }

    @Test
    void shouldJudgeLocallyByDaysWhereThereIsNobodyElseToAsk() {
        // Given
        Instant nextDay = NOON.plus(Duration.ofDays(1));
        List<AddressView> run = views(
                Views.of("192.0.2.16")
                        .named("snow.example")
                        .reportedBy("us", NOON)
                        .againAt(nextDay),
                Views.of("192.0.2.17")
                        .named("caruk.snow.example")
                        .reportedBy("us", NOON)
                        .againAt(nextDay.plusSeconds(5)),
                Views.of("192.0.2.18").named("pop.snow.example").reportedBy("us", NOON));

        // When
        List<FlaggedRange> ranges = judge.judge(
                run,
                Map.of("snow.example", Views.registered("snow.example", "IANA:1", NEW)),
                Allowances.NONE,
                TODAY,
                1);

        // Then
        assertThat(ranges).singleElement().satisfies(range -> {
            assertThat(range.getScope()).isEqualTo(Scope.LOCAL);
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(range.getFlaggedAt()).isEqualTo(nextDay.plusSeconds(5));
        });
    }

    @Test
    void shouldFlagOneFreshDomainOnEachAddressWhereOneRegistrarSoldThemInOneWeek() {
        // Given
        List<AddressView> views = new ArrayList<>();
        Map<String, DomainRecord> facts = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            String domain = "snow-" + i + ".example";
            views.add(
                    Views.of("192.0.2." + (16 + i)).named(domain).reportedBy(4).view());
            facts.put(domain, Views.registered(domain, "IANA:1", OLD.plus(Duration.ofDays(i))));
        }

        // When
        List<FlaggedRange> ranges = judge.judge(views, facts, Allowances.NONE, TODAY, FEEDS);

        // Then
        assertThat(ranges).singleElement().satisfies(range -> {
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(range.getEvidence())
                    .extracting(evidence -> evidence.getCode())
                    .contains(EvidenceCode.ONE_DOMAIN_PER_ADDRESS, EvidenceCode.SAME_REGISTRATION_DATE);
        });
    }

    @Test
    void shouldSplitARunAtAnotherOwnersAddress() {
        // Given
        List<AddressView> views = views(
                Views.of("192.0.2.16").named("snow.example").reportedBy(4),
                Views.of("192.0.2.17").named("caruk.snow.example").reportedBy(4),
                Views.of("192.0.2.18").named("mail.baker.example").reportedBy(4),
                Views.of("192.0.2.19").named("ohris.snow.example").reportedBy(4),
                Views.of("192.0.2.20").named("pop.snow.example").reportedBy(4));

        // When
        List<FlaggedRange> ranges = judge(
                views,
                Views.registered("snow.example", "IANA:1", NEW),
                Views.registered("baker.example", "IANA:2", OLD));

        // Then
        assertThat(ranges)
                .extracting(RangeLedger::key)
                .containsExactly("192.0.2.16-192.0.2.17", "192.0.2.19-192.0.2.20");
    }

    private List<FlaggedRange> judge(List<AddressView> views, DomainRecord... facts) {
        return judge.judge(
                views,
                Stream.of(facts).collect(Collectors.toMap(DomainRecord::getDomain, fact -> fact)),
                Allowances.NONE,
                TODAY,
                FEEDS);
    }

    /** As RANGE does: what lies in different blocks is never judged together. */
    private List<FlaggedRange> judgeByBlock(List<AddressView> views, Map<String, DomainRecord> facts) {
        return views.stream().collect(Collectors.groupingBy(view -> Block.of(view.ip()))).values().stream()
                .flatMap(block -> judge.judge(block, facts, Allowances.NONE, TODAY, FEEDS).stream())
                .sorted(Comparator.comparing(range -> IpAddress.parse(range.getFirstIp())))
                .toList();
    }

    private static Map<String, DomainRecord> registered(List<AddressView> views, Instant at) {
        return views.stream()
                .flatMap(view -> view.names().stream())
                .map(name -> name.getDomain())
                .distinct()
                .collect(Collectors.toMap(
                        domain -> domain,
                        domain -> Views.registered(
                                domain,
                                "IANA:1",
                                at
                                        // Not on one day: the old ones must not look like a cohort.
                                        .minus(Duration.ofDays(
                                        at.equals(OLD) ? 30L * Math.floorMod(domain.hashCode(), 50) : 0)))));
    }

    private static List<AddressView> table() {
        try (Stream<String> lines = Files.lines(TABLE)) {
            return lines.skip(1)
                    .map(line -> line.split("\t", -1))
                    .map(cells -> Views.of(cells[0])
                            .reportedBy(Integer.parseInt(cells[1].replaceAll("[^0-9]", "")))
                            .named(cells[2], Confirmation.UNKNOWN)
                            .view())
                    .sorted(Comparator.comparing(AddressView::ip))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
