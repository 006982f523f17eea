package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.DAY;
import static org.snowtrack.topologies.range.Views.MANY_FEEDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;

/** The real case: 37 addresses of one hosting provider, April and May 2018. */
class LargeFile2018Test {

    private static final OriginNetwork OVH = new OriginNetwork(16_276L, "OVH", "FR");
    private static final Instant REGISTERED = Instant.parse("2018-01-31T00:00:00Z");

    @Test
    void shouldFlagExactlyTheSevenRangesOfTheTable() {
        // When
        List<FlaggedRange> ranges = judge(allRegistered());

        // Then
        assertThat(ranges)
                .extracting(RangeLedger::key)
                .containsExactlyInAnyOrder(
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
    void shouldReadFourDomainsSideBySideAsOneRange() {
        // When
        FlaggedRange range = judge(allRegistered()).stream()
                .filter(found -> found.getFirstIp().equals("54.38.4.96"))
                .findFirst()
                .orElseThrow();

        // Then
        assertThat(range.getCidrs()).containsExactly("54.38.4.96/28");
        assertThat(range.getDomains()).containsExactly("applpeak.com", "blueomb.com", "coolource.com", "grnture.com");
        assertThat(values(range))
                .containsEntry(EvidenceCode.CONSECUTIVE_RUN, "4 runs, the longest of 4, 0 holes")
                .containsEntry(EvidenceCode.BARE_THEN_SUBDOMAIN, "3 of 4 runs")
                .containsEntry(EvidenceCode.ADJACENT_THROWAWAY_DOMAINS, "4 domains side by side")
                .containsEntry(EvidenceCode.MANY_REPORTERS, "29 reporters")
                .containsEntry(EvidenceCode.SAME_REGISTRAR, "4 domains at One Registrar")
                .doesNotContainKeys(EvidenceCode.REUSED_HOST_LABELS, EvidenceCode.ONE_DOMAIN_PER_ADDRESS);
        // 20 and 20 for the run and the new domains, 20 for 16 and more reporters, 10 + 5 for the runs' shape, 5 + 5.
        assertThat(range.getScore()).isEqualTo(85);
    }

    @Test
    void shouldOnlyWatchWhatNobodyKnowsTheRegistrationOf() {
        // When
        List<FlaggedRange> ranges = judge(Map.of());

        // Then
        assertThat(ranges).hasSize(7).extracting(FlaggedRange::getVerdict).containsOnly(Verdict.WATCHED);
    }

    @Test
    void shouldFlagOnceThreeReportersAreHeardAndNoneOfThemIsAlone() {
        // When
        FlaggedRange range = judge(allRegistered()).stream()
                .filter(found -> found.getFirstIp().equals("213.32.39.64"))
                .findFirst()
                .orElseThrow();

        // Then
        // On that day the third reporter is heard on one address, and the second on the other.
        assertThat(range.getFlaggedAt()).isEqualTo(reportedAt(2, 10));
    }

    private static List<FlaggedRange> judge(Map<String, DomainRecord> facts) {
        Map<String, List<AddressView>> blocks = new TreeMap<>();
        for (AddressView view : table()) {
            blocks.computeIfAbsent(Block.of(view.ip()).toString(), block -> new ArrayList<>())
                    .add(view);
        }
        RangeJudge judge = new RangeJudge(Views.settings());
        return blocks.values().stream()
                .flatMap(views -> judge.judge(views, facts, Allowances.NONE, DAY, MANY_FEEDS).stream())
                .toList();
    }

    private static List<AddressView> table() {
        try (InputStream table = LargeFile2018Test.class.getResourceAsStream("large-file-2018.tsv")) {
            return new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(row -> row.split("\t", -1))
                    .map(row -> view(IpAddress.parse(row[0]), Integer.parseInt(row[1]), row[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AddressView view(IpAddress ip, int reporters, String ptr) {
        Views view = Views.address(ip).named(Views.host(ptr)).in(OVH);
        for (int k = 1; k <= reporters; k++) {
            view.by("isp-%03d".formatted(k), reportedAt(k, reporters));
        }
        return view.view();
    }

    /** Spread evenly over 61 days, the last on the last day. */
    private static Instant reportedAt(int number, int of) {
        return Views.daysAgo(60 - 60 * number / of);
    }

    private static Map<String, DomainRecord> allRegistered() {
        return table().stream()
                .flatMap(view -> view.names().stream())
                .map(host -> host.getDomain())
                .distinct()
                .collect(Collectors.toMap(domain -> domain, domain -> Views.registered(domain, REGISTERED)
                        .setRegistrar("IANA:1")
                        .setRegistrarName("One Registrar")
                        .build()));
    }

    private static Map<EvidenceCode, String> values(FlaggedRange range) {
        return range.getEvidence().stream().collect(Collectors.toMap(Evidence::getCode, Evidence::getValue));
    }
}
