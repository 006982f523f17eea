package org.snowtrack.lookups.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;

class RecordedDnsTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.4");
    private static final String REVERSE = "4.2.0.192.in-addr.arpa. ";
    private static final Instant NOON = Instant.parse("2018-04-20T12:00:00Z");
    private static final Answer<?> NO_RECORD = new Answer.NoRecord<>();
    private static final Answer<?> UNKNOWN = new Answer.Failed<>(Answer.Failure.REFUSED);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void shouldKeepEveryPtrWhenAddressHasSeveral() throws IOException {
        // Given
        zone(
                REVERSE + "3600 IN PTR Mx.Example.net.",
                REVERSE + "PTR mx.example.net.",
                REVERSE + "IN 60 PTR forged.example.com.",
                REVERSE + "PTR absent.example.org.",
                REVERSE + "PTR localhost.",
                REVERSE + "PTR \\027[31m.example.net.",
                "mx.example.net. A 192.0.2.4",
                "forged.example.com. A 198.51.100.1");

        // When
        Answer<List<PtrName>> answer = join(dns().ptr(ADDRESS, NOON));

        // Then
        assertThat(answer)
                .isEqualTo(new Answer.Found<>(List.of(
                        new PtrName("absent.example.org", Confirmation.REFUTED),
                        new PtrName("forged.example.com", Confirmation.REFUTED),
                        new PtrName("mx.example.net", Confirmation.CONFIRMED))));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldAnswerForIpv6WhenAddressIsThere() throws IOException {
        // Given
        IpAddress address = IpAddress.parse("2001:db8::1");
        zone(
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mx.example.net.",
                "mx.example.net. AAAA 2001:db8:0::1");

        // When
        Answer<List<PtrName>> answer = join(dns().ptr(address, NOON));

        // Then
        assertThat(answer)
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED))));
    }

    @Test
    void shouldFollowTheDelegationWhenReverseNameIsAnAlias() throws IOException {
        // Given: RFC 2317
        zone(
                REVERSE + "CNAME 4.0/26.2.0.192.in-addr.arpa.",
                "4.0/26.2.0.192.in-addr.arpa. PTR mx.example.net.",
                "mx.example.net. CNAME www.example.net.",
                "www.example.net. A 192.0.2.4");

        // When
        Answer<List<PtrName>> answer = join(dns().ptr(ADDRESS, NOON));

        // Then
        assertThat(answer)
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED))));
    }

    @Test
    void shouldSayThatThereIsNoneWhenZoneHasNoValidName() throws IOException {
        // Given
        zone(REVERSE + "PTR localhost.", REVERSE + "PTR 192.0.2.4.");

        // When
        Answer<List<PtrName>> invalid = join(dns().ptr(ADDRESS, NOON));

        // Then
        assertThat(invalid).isEqualTo(NO_RECORD);
        assertThat(join(dns().ptr(ADDRESS.plus(1), NOON))).isEqualTo(NO_RECORD);
    }

    @Test
    void shouldFollowEightAliasesAndNoMoreWhenTheyAreChained() throws IOException {
        // Given
        List<String> chain = new ArrayList<>(IntStream.range(0, 9)
                .mapToObj(i -> "c" + i + ".example. CNAME c" + (i + 1) + ".example.")
                .toList());
        chain.add("c9.example. A 192.0.2.4");
        chain.add("loop.example. CNAME loop.example.");
        zone(chain.toArray(String[]::new));
        RecordedDns dns = dns();

        // When
        Answer<List<IpAddress>> eight = join(dns.addresses("c1.example", NOON));

        // Then
        assertThat(eight).isEqualTo(new Answer.Found<>(List.of(ADDRESS)));
        assertThat(join(dns.addresses("c0.example", NOON))).isEqualTo(NO_RECORD);
        assertThat(join(dns.addresses("loop.example", NOON))).isEqualTo(NO_RECORD);
    }

    @Test
    void shouldSortBothFamiliesWhenNameHasThem() throws IOException {
        // Given
        zone(
                "a.example. AAAA 2001:db8::1",
                "A.EXAMPLE. A 192.0.2.5",
                "a.example. A 192.0.2.4",
                "a.example. A 192.0.2.4",
                "a.example. TXT \"v=spf1 ; (\" extra",
                "a.example. NS ns.example.");

        // When
        Answer<List<IpAddress>> answer = join(dns().addresses("a.example", NOON));

        // Then
        assertThat(answer)
                .isEqualTo(new Answer.Found<>(List.of(ADDRESS, ADDRESS.plus(1), IpAddress.parse("2001:db8::1"))));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldListMailExchangersButNotANullMxWhenDomainHasThem() throws IOException {
        // Given
        zone("a.example. MX 20 mx2.a.example.", "a.example. MX 30 MX1.a.example.", "null.example. MX 0 .");
        RecordedDns dns = dns();

        // When
        Answer<List<String>> answer = join(dns.mailExchangers("a.example", NOON));

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(List.of("mx1.a.example", "mx2.a.example")));
        assertThat(join(dns.mailExchangers("null.example", NOON))).isEqualTo(NO_RECORD);
        assertThat(join(dns.mailExchangers("absent.example", NOON))).isEqualTo(NO_RECORD);
        assertThat(join(dns.mailExchangers("no..name", NOON))).isEqualTo(NO_RECORD);
    }

    @Test
    void shouldReadMasterFileFormWhenItIsUsedInFull() throws IOException {
        // Given
        zone(
                "; a comment with a (",
                "$TTL 1h ; ignored",
                "$ORIGIN example.net. ; honoured",
                "@ IN SOA ns hostmaster ( 1 ; serial )",
                "    7200 3600",
                "1209600 3600 )",
                "    MX 10 mx",
                "",
                "mx A 192.0.2.4",
                "   ; indented comment",
                "   AAAA 2001:db8::1");
        RecordedDns dns = dns();

        // When
        Answer<List<String>> exchangers = join(dns.mailExchangers("example.net", NOON));

        // Then
        assertThat(problems).isEmpty();
        assertThat(exchangers).isEqualTo(new Answer.Found<>(List.of("mx.example.net")));
        assertThat(join(dns.addresses("mx.example.net", NOON)))
                .isEqualTo(new Answer.Found<>(List.of(ADDRESS, IpAddress.parse("2001:db8::1"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative A 192.0.2.1",
                "a.example. CNAME relative",
                "a.example. A 192.0.2.300",
                "a.example. A",
                "a.example. A 192.0.2.1 192.0.2.2",
                "a.example. NOTATYPE 1",
                "a.example. 99999999999 A 192.0.2.1",
                "a..example. A 192.0.2.1",
                "a.example. TXT \"open",
                "a.example. TXT ( open",
                "a.example. A 192.0.2.1 )",
                "# not a comment here",
                "$INCLUDE /etc/passwd",
                "$GENERATE 1-4000000000 a$.example. A 192.0.2.1",
                "$ORIGIN relative"
            })
    void shouldReadTheRestWhenALineIsBroken(String broken) throws IOException {
        // Given
        zone("one.example. A 192.0.2.4", "; comment", broken, "two.example. A 192.0.2.5");

        // When
        RecordedDns dns = dns();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.file()).endsWith("dns.zone");
            assertThat(problem.sentence()).doesNotContain("<none>").isNotEqualTo("null");
        });
        assertThat(join(dns.addresses("two.example", NOON))).isEqualTo(new Answer.Found<>(List.of(ADDRESS.plus(1))));
    }

    @Test
    void shouldNotInheritTheOwnerWhenTheRecordBeforeIsBroken() throws IOException {
        // Given
        zone("one.example. A 192.0.2.4", "two.example. A nonsense", "   A 192.0.2.5");

        // When
        RecordedDns dns = dns();

        // Then
        assertThat(problems).extracting(Problem::line).containsExactly(2, 3);
        assertThat(join(dns.addresses("one.example", NOON))).isEqualTo(new Answer.Found<>(List.of(ADDRESS)));
    }

    @ParameterizedTest
    @CsvSource({
        "2018-04-09T23:59:59.999Z,zone.example",
        "2018-04-10T00:00:00Z,first.example",
        "2018-04-14T23:59:59.999999999Z,first.example",
        "2018-04-15T06:00:00Z,second.example",
        "2018-04-15T18:00:00Z,second.example",
        "2018-04-15T18:00:00.001Z,first.example",
        "2018-04-20T23:59:59.999Z,first.example",
        "2018-04-21T00:00:00Z,zone.example"
    })
    void shouldTakeTheRowThatStartedLastWhenSeveralCoverTheTime(Instant at, String expected) throws IOException {
        // Given
        zone(REVERSE + "PTR zone.example.");
        history(
                "valid_from\tvalid_to\trecord",
                "# rotates",
                "2018-04-15T06:00:00Z\t2018-04-15T20:00:00+02:00\t" + REVERSE + "PTR second.example.",
                "2018-04-10\t2018-04-20\t" + REVERSE + "3600\tIN\tPTR\tfirst.example. ; as seen");

        // When
        Answer<List<PtrName>> answer = join(dns().ptr(ADDRESS, at));

        // Then
        assertThat(problems).isEmpty();
        assertThat(answer).isEqualTo(new Answer.Found<>(List.of(new PtrName(expected, Confirmation.REFUTED))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2018-04-01\t2018-04-02",
                "2018-04-01\tsoon\ta.example. A 192.0.2.1",
                "2018-04-03\t2018-04-02\ta.example. A 192.0.2.1",
                "2018-04-01\t2018-04-02\t",
                "2018-04-01\t2018-04-02\trelative A 192.0.2.1",
                "2018-04-01\t2018-04-02\t$INCLUDE /etc/passwd",
                "2018-04-01\t2018-04-02\ta.example. A nonsense"
            })
    void shouldReadTheRestWhenAHistoryRowIsBroken(String broken) throws IOException {
        // Given
        history("valid_from\tvalid_to\trecord", broken, "2018-04-01\t2018-04-30\tmx.example. A 192.0.2.4");

        // When
        RecordedDns dns = dns();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.file()).endsWith("dns-history.tsv");
        });
        assertThat(join(dns.addresses("mx.example", NOON))).isEqualTo(new Answer.Found<>(List.of(ADDRESS)));
    }

    @Test
    void shouldNotKnowWhatNoRowCoversWhenThereIsNoZone() throws IOException {
        // Given
        history("2018-04-01\t2018-04-30\t" + REVERSE + "PTR mx.example.net.");
        RecordedDns dns = dns();

        // When
        Answer<List<PtrName>> covered = join(dns.ptr(ADDRESS, NOON));

        // Then
        assertThat(covered).isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.UNKNOWN))));
        assertThat(join(dns.ptr(ADDRESS, Instant.parse("2018-05-01T00:00:00Z"))))
                .isEqualTo(UNKNOWN);
        assertThat(join(dns.addresses("mx.example.net", NOON))).isEqualTo(UNKNOWN);
        assertThat(join(dns.mailExchangers("mx.example.net", NOON))).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "other.example. A 192.0.2.4,UNKNOWN",
        "mx.example.net. A 192.0.2.4,CONFIRMED",
        "mx.example.net. A 192.0.2.5,REFUTED",
        "mx.example.net. AAAA 2001:db8::1,REFUTED",
        "mx.example.net. CNAME dangling.example.,REFUTED",
        "mx.example.net. MX 10 a.example.,UNKNOWN"
    })
    void shouldConfirmThePublishedNameOnlyByWhatTheZoneSays(String record, Confirmation expected) throws IOException {
        // Given
        zone(record);
        RecordedDns dns = RecordedDns.read(directory, Map.of(ADDRESS, "MX.example.net."), problems::add);

        // When
        Answer<List<PtrName>> answer = join(dns.ptr(ADDRESS, NOON));

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", expected))));
    }

    @Test
    void shouldLetTheZoneRuleWhenBothNameTheAddress() throws IOException {
        // Given
        zone(REVERSE + "PTR zone.example.");
        history("2018-04-01\t2018-04-02\t5.2.0.192.in-addr.arpa. PTR gone.example.");
        RecordedDns dns = RecordedDns.read(
                directory,
                Map.of(
                        ADDRESS,
                        "published.example",
                        ADDRESS.plus(1),
                        "published.example",
                        ADDRESS.plus(2),
                        "not a name"),
                problems::add);

        // When
        Answer<List<PtrName>> answer = join(dns.ptr(ADDRESS, NOON));

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(List.of(new PtrName("zone.example", Confirmation.REFUTED))));
        assertThat(join(dns.ptr(ADDRESS.plus(1), NOON))).isEqualTo(NO_RECORD);
        assertThat(join(dns.ptr(ADDRESS.plus(2), NOON))).isEqualTo(NO_RECORD);
    }

    @Test
    void shouldAnswerForEveryAddressWhenZoneIsLarge() throws IOException {
        // Given
        IpAddress first = IpAddress.parse("10.0.0.0");
        zone(IntStream.range(0, 20_000)
                .mapToObj(i -> "%d.%d.0.10.in-addr.arpa. 3600 IN PTR h%d.example.net.".formatted(i % 256, i / 256, i))
                .toArray(String[]::new));

        // When
        RecordedDns dns = dns();

        // Then
        assertThat(IntStream.range(0, 20_000)).allSatisfy(i -> assertThat(join(dns.ptr(first.plus(i), NOON)))
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("h" + i + ".example.net", Confirmation.REFUTED)))));
    }

    /** A row of one address of one name, valid on the days from and to and between. */
    private record Row(int from, int to, int address) {}

    @Property(tries = 200)
    void shouldChooseAsTheDefinitionSaysWhateverTheHistory(
            @ForAll("rows") List<Row> rows, @ForAll @IntRange(min = 0, max = 12) int day) throws IOException {
        // Given
        Path recording = Files.createTempDirectory("case");
        Path zone = Files.write(recording.resolve("dns.zone"), List.of("a.example. A 192.0.2.4"));
        Path history = Files.write(
                recording.resolve("dns-history.tsv"),
                rows.stream()
                        .map(row ->
                                date(row.from) + "\t" + date(row.to) + "\ta.example. A " + ADDRESS.plus(row.address))
                        .toList());
        int since = rows.stream()
                .filter(row -> row.from <= day && day <= row.to)
                .mapToInt(Row::from)
                .max()
                .orElse(-1);
        List<IpAddress> expected = since < 0
                ? List.of(ADDRESS)
                : rows.stream()
                        .filter(row -> row.from == since && day <= row.to)
                        .map(row -> ADDRESS.plus(row.address))
                        .distinct()
                        .sorted()
                        .toList();
        try {
            // When
            Answer<List<IpAddress>> answer = join(RecordedDns.read(recording, Map.of(), problems::add)
                    .addresses("a.example", date(day).atTime(12, 0).toInstant(ZoneOffset.UTC)));

            // Then
            assertThat(answer).isEqualTo(new Answer.Found<>(expected));
        } finally {
            Files.delete(zone);
            Files.delete(history);
            Files.delete(recording);
        }
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        Arbitrary<Integer> days = Arbitraries.integers().between(0, 12);
        return Combinators.combine(days, days, Arbitraries.integers().between(1, 4))
                .as((a, b, address) -> new Row(Math.min(a, b), Math.max(a, b), address))
                .list()
                .ofMaxSize(8);
    }

    private static LocalDate date(int day) {
        return LocalDate.of(2018, 4, 1).plusDays(day);
    }

    private void zone(String... lines) throws IOException {
        Files.write(directory.resolve("dns.zone"), List.of(lines));
    }

    private void history(String... lines) throws IOException {
        Files.write(directory.resolve("dns-history.tsv"), List.of(lines));
    }

    private RecordedDns dns() {
        return RecordedDns.read(directory, Map.of(), problems::add);
    }

    private static <A> Answer<A> join(CompletionStage<Answer<A>> stage) {
        return stage.toCompletableFuture().join();
    }
}
