package org.snowtrack.app.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import picocli.CommandLine.Help.Ansi;

class RangeTableTest {

    private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LAST = Instant.parse("2026-02-03T04:05:06Z");
    private static final OriginNetwork NETWORK = new OriginNetwork(64496L, "HOSTER", "DE");
    private static final String ESC = "\u001b";

    @Test
    void shouldPrintTheTableThatAnAnalystReads() {
        // Given
        FlaggedRange range = range(
                Verdict.FLAGGED,
                NETWORK,
                List.of("bare.example"),
                member("192.0.2.9", 7, "bare.example", false),
                member("192.0.2.10", 120, null, false),
                member("192.0.2.11", 0, "pop.bare.example", true));

        // When
        String table = print(Ansi.OFF, range);

        // Then
        assertThat(table).isEqualTo("""
            192.0.2.9 - 192.0.2.11                                                      FLAGGED SHARED, score 60
              3 addresses of HOSTER under 1 domain, reported by up to 120 ISPs each; 1 of them, named alike, not
              heard of yet.
              Network    AS64496 HOSTER (DE)
              CIDRs      192.0.2.9/32, 192.0.2.10/31
              Domains    bare.example
              Seen       2026-01-02 to 2026-02-03, flagged 2026-02-03 04:05 UTC
              Evidence   + CONSECUTIVE_RUN            1 run, the longest of 3, 0 holes
                         + REUSED_HOST_LABELS         pop
              Note       Clears when nobody reports it any more; at once when other owners' names are confirmed
                         on it, or by: snowtrack allow 192.0.2.9-192.0.2.11

              192.0.2.9           x7  bare.example
              192.0.2.10        x120  -
              192.0.2.11          x0  pop.bare.example (predicted)

            1 ranges flagged, 0 watched; 3 addresses; on AS64496 HOSTER (DE)
            """);
    }

    @Test
    void shouldAlignWithinTheWidthWhateverIsLong() {
        // Given
        String label = "a".repeat(63);
        String longName = String.join(".", label, label, label, "example");
        List<String> domains =
                IntStream.range(0, 20).mapToObj(i -> "domain" + i + ".example").toList();
        FlaggedRange wide = range(
                Verdict.WATCHED,
                new OriginNetwork(4_294_967_295L, "A HOLDER ".repeat(20), "DE"),
                domains,
                member("2001:db8:1111:2222:3333:4444:5555:6666", 100_000, longName, true),
                member("2001:db8:1111:2223:3333:4444:5555:6666", 9_999_999, longName, false),
                member("2001:db8:1111:2224:3333:4444:5555:6666", 1, longName, false));
        FlaggedRange oneLongDomain =
                range(Verdict.FLAGGED, NETWORK, List.of(longName), member("2001:db8::1", 3, longName, false));

        // When
        String table = print(Ansi.OFF, wide, oneLongDomain);

        // Then
        assertThat(table.lines().toList())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(RangeTable.WIDTH));
        assertThat(table.lines().filter(line -> line.contains(" x")))
                .map(line -> line.indexOf("  aaa"))
                .hasSize(4)
                .startsWith(49, 49, 49);
        assertThat(String.join(" ", table.lines().map(String::strip).toList()))
                .contains(String.join(", ", domains))
                .contains("(predicted)");
    }

    @Test
    void shouldWrapTheNetworksOfTheSummary() {
        // Given
        FlaggedRange[] ranges = IntStream.range(0, 9)
                .mapToObj(i -> range(
                        Verdict.WATCHED,
                        new OriginNetwork((long) i, "HOSTER-" + i, "DE"),
                        List.of("bare.example"),
                        member("192.0.2." + i, 1, null, false)))
                .toArray(FlaggedRange[]::new);

        // When
        String table = print(Ansi.OFF, ranges);

        // Then
        assertThat(table)
                .contains("\n0 ranges flagged, 9 watched; 9 addresses; on AS0 HOSTER-0 (DE); AS1 HOSTER-1 (DE);");
        assertThat(table).endsWith("AS8 HOSTER-8 (DE)\n");
        assertThat(table.lines().toList())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(RangeTable.WIDTH));
    }

    @Test
    void shouldSayWhatIsNotKnown() {
        // When
        String nothing = print(Ansi.OFF);
        String nowhere = print(
                Ansi.OFF, range(Verdict.WATCHED, null, List.of("bare.example"), member("192.0.2.1", 1, null, false)));

        // Then
        assertThat(nothing).isEqualTo("0 ranges flagged, 0 watched; 0 addresses; on no network\n");
        assertThat(nowhere).contains("  Network    unknown\n").doesNotContain(", flagged ");
    }

    @Test
    void shouldShowWhatATerminalWouldObey() {
        // Given
        String hostile = ESC + "[2J\u009b2J\r\u202egro.elpmaxe\n";
        FlaggedRange range = range(
                Verdict.FLAGGED,
                new OriginNetwork(64496L, hostile, "DE"),
                List.of(hostile),
                member("192.0.2.1", 3, hostile, false));

        // When
        String table = print(Ansi.OFF, range);

        // Then
        assertThat(table.replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
        assertThat(table).contains("x3  <U+001B>[2J<U+009B>2J<U+000D><U+202E>gro.elpmaxe<U+000A>\n");
    }

    @Test
    void shouldColourOnlyWhereAsked() {
        // Given
        FlaggedRange range =
                range(Verdict.FLAGGED, NETWORK, List.of("bare.example"), member("192.0.2.1", 3, "@|red x|@", false));

        // When
        String plain = print(Ansi.OFF, range);
        String coloured = print(Ansi.ON, range);

        // Then
        assertThat(plain).doesNotContain(ESC);
        assertThat(coloured).contains(ESC + "[1m" + ESC + "[31mFLAGGED").contains("x3  @|red x|@\n");
        assertThat(coloured.replaceAll(ESC + "\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    private static String print(Ansi ansi, FlaggedRange... ranges) {
        StringWriter text = new StringWriter();
        new RangeTable(new PrintWriter(text), ansi).print(List.of(ranges));
        return text.toString();
    }

    private static RangeMember member(String ip, int reporters, @Nullable String ptr, boolean predicted) {
        return new RangeMember(ip, reporters, ptr, predicted, null);
    }

    private static FlaggedRange range(
            Verdict verdict, @Nullable OriginNetwork network, List<String> domains, RangeMember... members) {
        return FlaggedRange.newBuilder()
                .setFirstIp(members[0].getIp())
                .setLastIp(members[members.length - 1].getIp())
                .setCidrs(List.of("192.0.2.9/32", "192.0.2.10/31"))
                .setVerdict(verdict)
                .setScope(Scope.SHARED)
                .setScore(60)
                .setDomains(domains)
                .setMembers(List.of(members))
                .setNetwork(network)
                .setEvidence(List.of(
                        new Evidence(EvidenceCode.CONSECUTIVE_RUN, "1 run, the longest of 3, 0 holes", FIRST),
                        new Evidence(EvidenceCode.REUSED_HOST_LABELS, "pop", FIRST)))
                .setFirstSeen(FIRST)
                .setLastSeen(LAST)
                .setFlaggedAt(verdict == Verdict.FLAGGED ? LAST : null)
                .setValidUntil(LAST)
                .build();
    }
}
