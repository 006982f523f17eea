package org.snowtrack.lookups.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.networks.Asked.ask;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class NetworkTableTest {

    private static final Network OVH = new Network(16276, "OVH", "FR");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void shouldAnswerWithTheNetworkWhenItIsWrittenEitherWay() throws IOException {
        // Given
        NetworkTable table = table(
                "first_ip\tlast_ip\tasn\tcountry\tname",
                "# a comment",
                "54.38.0.0\t54.38.255.255\tAS16276\tfr\tOVH",
                "2001:41d0::\t2001:41d0:ffff:ffff:ffff:ffff:ffff:ffff\t16276\tFR\tOVH",
                "192.0.2.0\t192.0.2.255\t64496\tNone");

        // When
        List<Answer<Network>> answers = List.of(
                ask(table, "54.38.0.0"),
                ask(table, "54.38.255.255"),
                ask(table, "2001:41d0::1"),
                ask(table, "192.0.2.7"));

        // Then
        assertThat(answers)
                .containsExactly(
                        new Answer.Found<>(OVH),
                        new Answer.Found<>(OVH),
                        new Answer.Found<>(OVH),
                        new Answer.Found<>(new Network(64496, "", "")));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldAnswerThatThereIsNoneWhenAddressIsInAGapOrNotRouted() throws IOException {
        // Given
        NetworkTable table = table(
                "54.0.0.0\t54.255.255.255\t16276\tFR\tOVH",
                "54.1.0.0\t54.1.0.255\t0\tNone\tNot routed",
                "54.2.0.0\t54.2.0.255\tNot routed\t\t");

        // When
        List<Answer<Network>> answers = List.of(
                ask(table, "54.1.0.1"), ask(table, "54.2.0.1"), ask(table, "53.255.255.255"), ask(table, "55.0.0.0"));

        // Then
        assertThat(answers).containsOnly(new Answer.NoRecord<>());
        assertThat(ask(table, "54.1.1.0")).isEqualTo(new Answer.Found<>(OVH));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldReadTheLayoutOfIptoasnWhenItIsZippedToo() throws IOException {
        // Given
        Path file = directory.resolve("ip2asn-combined.tsv.gz");
        try (OutputStream zip = new GZIPOutputStream(Files.newOutputStream(file))) {
            zip.write("""
                    1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET
                    1.0.1.0\t1.0.3.255\t0\tNone\tNot routed
                    54.38.0.0\t54.38.255.255\t16276\tFR\tOVH
                    2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64496\tNone\t
                    """.getBytes(StandardCharsets.UTF_8));
        }

        // When
        NetworkTable table = NetworkTable.read(file, problems::add);

        // Then
        assertThat(List.of(
                        ask(table, "1.0.0.1"),
                        ask(table, "1.0.2.1"),
                        ask(table, "54.38.4.96"),
                        ask(table, "2001:db8::1")))
                .containsExactly(
                        new Answer.Found<>(new Network(13335, "CLOUDFLARENET", "US")),
                        new Answer.NoRecord<>(),
                        new Answer.Found<>(OVH),
                        new Answer.Found<>(new Network(64496, "", "")));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldSayNothingAboutIpv4WhenARangeOfIpv6SurroundsIt() throws IOException {
        // Given
        NetworkTable table = table(
                "::\tffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\t16276\tFR\tOVH",
                "::\t8000::\t64496\tDE\tHalf",
                "192.0.2.0\t192.0.2.255\t64497\tNL\tv4");

        // When
        Answer<Network> ipv4 = ask(table, "198.51.100.1");

        // Then
        assertThat(ipv4).isEqualTo(new Answer.NoRecord<>());
        assertThat(ask(table, "::1").found()).map(Network::name).contains("Half");
        assertThat(ask(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").found())
                .contains(OVH);
        assertThat(ask(table, "192.0.2.1").found()).map(Network::name).contains("v4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.0",
                "192.0.2.0 192.0.2.255 64496 DE name",
                "192.0.2.0\t192.0.2.300\t64496\tDE\t",
                "192.0.2.9\t192.0.2.0\t64496\tDE\t",
                "192.0.2.0\t2001:db8::\t64496\tDE\t",
                "192.0.2.0\t192.0.2.255\t4294967296\tDE\t",
                "192.0.2.0\t192.0.2.255\t-1\tDE\t"
            })
    void shouldReadTheRestWhenALineIsBroken(String broken) throws IOException {
        // When
        NetworkTable table = table("# first", broken, "54.38.0.0\t54.38.255.255\t16276\tFR\tOVH");

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.toString()).startsWith(directory.resolve("networks.tsv") + ":2: ");
        });
        assertThat(ask(table, "54.38.4.96").found()).contains(OVH);
        assertThat(ask(table, "192.0.2.1")).isEqualTo(new Answer.Failed<>(Answer.Failure.MALFORMED));
    }

    @Test
    void shouldTellOfTheFirstAndOfHowManyWhenAllLinesAreBroken() throws IOException {
        // When
        NetworkTable table = table(IntStream.range(0, 1000)
                .mapToObj(i -> "1.0.0.0/24,13335,CLOUDFLARENET")
                .toArray(String[]::new));

        // Then
        assertThat(problems).extracting(Problem::line).containsExactly(1, 2, 3, 0);
        assertThat(problems.get(3).sentence()).startsWith("1000 of its 1000 lines cannot be read");
        assertThat(ask(table, "1.0.0.1")).isEqualTo(new Answer.Failed<>(Answer.Failure.MALFORMED));
    }

    @Test
    void shouldNotKnowWhenTheFileCannotBeRead() {
        // When
        NetworkTable table = NetworkTable.read(directory.resolve("absent.tsv"), problems::add);

        // Then
        assertThat(ask(table, "192.0.2.1")).isEqualTo(new Answer.Failed<>(Answer.Failure.REFUSED));
        assertThat(problems).extracting(Problem::line).containsExactly(0);
    }

    @Test
    void shouldTellOfNetworksThatContradictEachOtherWhenTheyOverlap() throws IOException {
        // When
        NetworkTable table = table(
                "192.0.2.0\t192.0.2.255\t64496\tFR\tWHOLE",
                "192.0.2.64\t192.0.2.127\t64497\tFR\tPART",
                "198.51.100.0\t198.51.100.99\t64498\tFR\tONE",
                "198.51.100.90\t198.51.100.199\t64499\tFR\tOTHER",
                "203.0.113.0\t203.0.113.255\t64500\tFR\tFIRST",
                "203.0.113.0\t203.0.113.255\t64501\tFR\tSECOND");

        // Then
        assertThat(problems)
                .extracting(Problem::sentence)
                .containsExactly("networks overlap without lying one inside the other, the first of 2:"
                        + " 198.51.100.0-198.51.100.99 and 198.51.100.90-198.51.100.199;"
                        + " an address in both is taken for the smaller one's, of equals for the first one's");
        assertThat(ask(table, "198.51.100.95")).isEqualTo(new Answer.Found<>(new Network(64498, "ONE", "FR")));
        assertThat(ask(table, "203.0.113.7")).isEqualTo(new Answer.Found<>(new Network(64500, "FIRST", "FR")));
    }

    /** Against a search of all rows, on a few addresses, so that ranges overlap, nest, meet and repeat. */
    @Property(tries = 300)
    void shouldAgreeWithALinearSearchWhateverOverlaps(@ForAll("rows") List<IpRange> rows) throws IOException {
        // Given
        Path file = Files.createTempFile("networks", ".tsv");
        try {
            Files.write(
                    file,
                    IntStream.range(0, rows.size())
                            .mapToObj(i ->
                                    rows.get(i).first() + "\t" + rows.get(i).last() + "\t" + i % 4 + "\tFR\t" + i)
                            .toList());

            // When
            NetworkTable table = NetworkTable.read(file, problems::add);

            // Then
            assertThat(problems).allMatch(problem -> problem.sentence().startsWith("networks overlap"));
            for (int place = -1; place <= 41; place++) {
                for (IpAddress address : List.of(ipv4(place), ipv6(place))) {
                    assertThat(ask(table, address.toString()))
                            .as(address.toString())
                            .isEqualTo(linear(rows, address));
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    @Provide
    Arbitrary<List<IpRange>> rows() {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, 40);
        return Combinators.combine(place, place, Arbitraries.of(true, false))
                .as((a, b, v4) -> v4
                        ? new IpRange(ipv4(Math.min(a, b)), ipv4(Math.max(a, b)))
                        : new IpRange(ipv6(Math.min(a, b)), ipv6(Math.max(a, b))))
                .list()
                .ofMaxSize(12);
    }

    private static Answer<Network> linear(List<IpRange> rows, IpAddress address) {
        return IntStream.range(0, rows.size())
                .boxed()
                .filter(i -> rows.get(i).contains(address))
                .min(Comparator.comparing(i ->
                        number(rows.get(i).last()).subtract(number(rows.get(i).first()))))
                .filter(i -> i % 4 != 0)
                .<Answer<Network>>map(i -> new Answer.Found<>(new Network(i % 4, String.valueOf(i), "FR")))
                .orElse(new Answer.NoRecord<>());
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.toBytes());
    }

    private static IpAddress ipv4(int place) {
        return IpAddress.parse("127.255.255.240").plus(place);
    }

    /** Places that carry from the lower into the upper half. */
    private static IpAddress ipv6(int place) {
        return IpAddress.parse("2001:db8::ffff:ffff:ffff:fff0").plus(place);
    }

    private NetworkTable table(String... lines) throws IOException {
        return NetworkTable.read(Files.write(directory.resolve("networks.tsv"), List.of(lines)), problems::add);
    }
}
