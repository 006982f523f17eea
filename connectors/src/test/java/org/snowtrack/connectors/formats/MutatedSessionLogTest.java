package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.ip.IpAddress;

/** Logs of the corpus whose lines were cut, overwritten and joined. */
class MutatedSessionLogTest {

    private static final List<String> FORMATS = List.of("haraka", "kumomta", "exchange", "mailenable");

    /** Where the line is missing in which they name the client, they are the client. */
    private static final List<IpAddress> PROXIES =
            List.of(IpAddress.parse("198.51.100.6"), IpAddress.parse("198.51.100.9"));

    /** A log with mutated lines. */
    private record Mutated(String id, List<byte[]> lines) {

        LogFormat format() {
            return LogFormats.of(id).orElseThrow();
        }

        @Override
        public String toString() {
            return id
                    + lines.stream()
                            .map(line -> new String(line, StandardCharsets.ISO_8859_1))
                            .collect(Collectors.joining("\n", "\n", ""));
        }
    }

    private static List<byte[]> corpus(String id) {
        try {
            return Files.readAllLines(Path.of("src", "test", "resources", "corpus", id + ".txt")).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("=> "))
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Provide
    Arbitrary<Mutated> cut() {
        return logs((random, line, other) -> Arrays.copyOf(line, random[0] % (line.length + 1)));
    }

    @Provide
    Arbitrary<Mutated> broken() {
        return logs((random, line, other) -> {
            byte[] broken = Arrays.copyOf(line, line.length);
            for (int i = 0; i < random[1] % 4 && line.length > 0; i++) {
                broken[random[i + 2] % line.length] = (byte) random[i + 6];
            }
            if (random[10] % 3 == 0) {
                int from = random[11] % (line.length + 1);
                int to = random[12] % (other.length + 1);
                broken = Arrays.copyOf(Arrays.copyOf(broken, from), from + other.length - to);
                System.arraycopy(other, to, broken, from, other.length - to);
            }
            return broken;
        });
    }

    private interface Mutation {

        byte[] apply(int[] random, byte[] line, byte[] other);
    }

    /** A stretch of a log of which every line may be mutated. */
    private static Arbitrary<Mutated> logs(Mutation mutation) {
        Arbitrary<int[]> numbers =
                Arbitraries.integers().between(0, 1 << 20).array(int[].class).ofSize(13);
        return Combinators.combine(
                        Arbitraries.of(FORMATS),
                        Arbitraries.integers().between(0, 1 << 20),
                        numbers.list().ofMinSize(1).ofMaxSize(12))
                .as((id, start, randoms) -> {
                    List<byte[]> corpus = corpus(id);
                    List<byte[]> lines = new ArrayList<>();
                    for (int i = 0; i < randoms.size(); i++) {
                        byte[] line = corpus.get((start + i) % corpus.size());
                        byte[] other = corpus.get((start + randoms.get(i)[0] % 5) % corpus.size());
                        boolean isKept = randoms.get(i)[12] % 2 == 0;
                        lines.add(isKept ? line : mutation.apply(randoms.get(i), line, other));
                    }
                    return new Mutated(id, lines);
                });
    }

    private static List<IpAddress> clients(Mutated log, LogFormat format) {
        List<LogFact> facts = Lines.told(format, ZoneOffset.UTC, log.lines()).stream()
                .map(Lines.Told::fact)
                .toList();
        return Forgeries.clients(facts);
    }

    @Property
    void shouldBlameOnlyWholeAddressesWhenLinesAreCutOff(@ForAll("cut") Mutated log) {
        // Given
        List<IpAddress> whole = new ArrayList<>(PROXIES);
        whole.addAll(clients(new Mutated(log.id(), corpus(log.id())), log.format()));

        // Then
        assertThat(clients(log, log.format())).allMatch(whole::contains);
        assertThat(clients(log, new AnyLog())).allMatch(whole::contains);
    }

    @Property
    void shouldReadAnything(@ForAll("broken") Mutated log) {
        // Then
        assertThat(clients(log, log.format()))
                .allMatch(client -> !client.isIpv4() || log.toString().contains(client.toString()));
    }

    @Property
    void shouldReadAnyBytes(@ForAll byte[] noise, @ForAll("formats") String id) {
        assertThat(clients(new Mutated(id, List.of(noise)), LogFormats.of(id).orElseThrow()))
                .isEmpty();
    }

    @Provide
    Arbitrary<String> formats() {
        return Arbitraries.of(FORMATS);
    }
}
