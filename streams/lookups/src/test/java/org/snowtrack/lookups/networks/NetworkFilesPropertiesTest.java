package org.snowtrack.lookups.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.networks.Asked.ask;

import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/** The table against a scan of a list, over the whole of both families and at their borders. */
class NetworkFilesPropertiesTest {

    /** Where IPv6 begins, IPv4 in its middle, and IPv6 again; and where they end. */
    private static final List<IpAddress> FIRSTS =
            Stream.of("::", "0.0.0.0", "::1:0:0:0").map(IpAddress::parse).toList();

    private static final List<IpAddress> LASTS = Stream.of(
                    "::fffe:ffff:ffff", "255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
            .map(IpAddress::parse)
            .toList();

    private final List<Problem> problems = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeProperty
    void createFile() throws IOException {
        file = Files.createTempFile("networks", "");
    }

    @AfterProperty
    void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 300)
    void shouldAnswerLikeAScanForTheSmallestRange(@ForAll("prefixes") List<Prefix> prefixes) throws IOException {
        // When
        NetworkTable table = table(prefixes);

        // Then
        for (IpAddress address : edges(prefixes)) {
            assertThat(ask(table, address)).as(address.toString()).isEqualTo(scan(prefixes, address));
        }
    }

    @Property(tries = 100)
    void shouldAnswerAlikeWhenLinesAreInAnotherOrder(@ForAll("prefixes") List<Prefix> prefixes, @ForAll Random random)
            throws IOException {
        // Given
        List<Prefix> shuffled = new ArrayList<>(prefixes);
        Collections.shuffle(shuffled, random);

        // When
        NetworkTable table = table(shuffled);

        // Then
        for (IpAddress address : edges(prefixes)) {
            assertThat(ask(table, address)).as(address.toString()).isEqualTo(scan(prefixes, address));
        }
    }

    @Property(tries = 100)
    void shouldEndAStretchExactlyWhereTheAnswerChanges(@ForAll("prefixes") List<Prefix> prefixes) throws IOException {
        // Given
        NetworkTable table = table(prefixes);

        for (IpAddress address : edges(prefixes)) {
            // When
            IpRange stretch = table.stretch(address);

            // Then
            assertThat(stretch.contains(address)).isTrue();
            assertThat(List.of(ask(table, stretch.first()), ask(table, stretch.last())))
                    .as(stretch.toString())
                    .containsOnly(ask(table, address));
            assertThat(stretch.first())
                    .satisfiesAnyOf(
                            first -> assertThat(FIRSTS).contains(first),
                            first -> assertThat(ask(table, first.plus(-1))).isNotEqualTo(ask(table, address)));
            assertThat(stretch.last()).satisfiesAnyOf(last -> assertThat(LASTS).contains(last), last -> assertThat(
                            ask(table, last.plus(1)))
                    .isNotEqualTo(ask(table, address)));
        }
    }

    @Property(tries = 200)
    void shouldAnswerLikeMaxMindsReaderWhenTheFileIsItsOwn(@ForAll("prefixes") List<Prefix> prefixes)
            throws IOException {
        // Given
        MmdbWriter writer =
                new MmdbWriter("GeoLite2-ASN", 6, 28).add("198.18.0.0/15", Map.of("autonomous_system_number", 64_511L));
        prefixes.stream()
                .sorted(Comparator.comparing(Prefix::bits))
                .forEach(prefix -> writer.add(
                        prefix.range.first(),
                        prefix.length,
                        Map.of("autonomous_system_number", prefix.asn(), "autonomous_system_organization", "net")));
        byte[] bytes = writer.add("198.18.0.0/15", Map.of("autonomous_system_number", 64_511L))
                .toBytes();
        Files.write(file, bytes);

        // When
        NetworkTable table = NetworkTable.read(file, problems::add);

        // Then
        assertThat(problems).isEmpty();
        try (Reader reader = new Reader(new ByteArrayInputStream(bytes))) {
            for (IpAddress address : edges(prefixes)) {
                Map<?, ?> theirs = reader.get(address.toInetAddress(), Map.class);
                assertThat(ask(table, address).found().map(Network::asn).orElse(0L))
                        .as(address.toString())
                        .isEqualTo(theirs == null ? 0L : theirs.get("autonomous_system_number"));
            }
        }
    }

    /** Clustered at the borders of the families, so that prefixes nest, meet and repeat; few networks, so that they merge. */
    @Provide
    Arbitrary<List<Prefix>> prefixes() {
        Arbitrary<Prefix> ipv4 = Combinators.combine(
                        Arbitraries.of(
                                "0.0.0.0",
                                "54.38.4.96",
                                "54.38.4.127",
                                "127.255.255.255",
                                "128.0.0.0",
                                "255.255.255.255"),
                        Arbitraries.integers().between(1, 32))
                .as(Prefix::of);
        Arbitrary<Prefix> ipv6 = Combinators.combine(
                        Arbitraries.of(
                                "8000::",
                                "2001:db8::ffff:ffff:ffff:ffff",
                                "2001:db8:0:1::",
                                "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                        Arbitraries.integers().between(2, 128))
                .as(Prefix::of);
        return Arbitraries.oneOf(ipv4, ipv6).list().ofMaxSize(12);
    }

    private NetworkTable table(List<Prefix> prefixes) throws IOException {
        Files.write(
                file,
                prefixes.stream()
                        .map(prefix ->
                                prefix.range.first() + "\t" + prefix.range.last() + "\t" + prefix.asn() + "\tFR\tnet")
                        .toList());
        NetworkTable table = NetworkTable.read(file, problems::add);
        assertThat(problems).isEmpty();
        return table;
    }

    private static Answer<Network> scan(List<Prefix> prefixes, IpAddress address) {
        return prefixes.stream()
                .filter(prefix -> prefix.range.contains(address))
                .filter(prefix -> prefix.range.first().isIpv4() == address.isIpv4())
                .max(Comparator.comparing(Prefix::length))
                .filter(prefix -> prefix.asn() != 0)
                .<Answer<Network>>map(prefix -> new Answer.Found<>(new Network(prefix.asn(), "net", "FR")))
                .orElse(new Answer.NoRecord<>());
    }

    /** All addresses at which an answer can change, each with its neighbours, and the ends of both families. */
    private static List<IpAddress> edges(List<Prefix> prefixes) {
        List<IpAddress> edges = new ArrayList<>(FIRSTS);
        edges.addAll(LASTS);
        for (Prefix prefix : prefixes) {
            for (IpAddress end : List.of(prefix.range.first(), prefix.range.last())) {
                edges.addAll(List.of(end.plus(-1), end, end.plus(1)));
            }
        }
        // The lowest addresses of IPv6 are IPv4's place in a MaxMind DB.
        edges.removeIf(edge -> edge.high() == 0 && Long.compareUnsigned(edge.low(), 0xffff_ffffL) <= 0);
        return edges;
    }

    record Prefix(IpRange range, int length) {

        static Prefix of(String address, int length) {
            return new Prefix(IpRange.prefix(IpAddress.parse(address), length), length);
        }

        /** 0 to 3, by the prefix alone, so that the order of equal ones does not matter. */
        long asn() {
            return Math.floorMod(range.hashCode() * 31 + length, 4);
        }

        int bits() {
            return length + (range.first().isIpv4() ? 96 : 0);
        }
    }
}
