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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.ip.IpAddress;

/** In these corpora, 203.0.113.0/24 is what attackers wrote and 198.51.100.0/24 are other servers: neither was refused. */
class MutationTest {

    private static final IpAddress ATTACKED = IpAddress.parse("203.0.113.0");
    private static final IpAddress OTHERS = IpAddress.parse("198.51.100.0");
    private static final List<String> FORMATS = List.of("sendmail", "courier", "opensmtpd");

    /** A line, and what its server had written before. */
    @SuppressWarnings("ArrayRecordComponent")
    record Mutant(LogFormat format, List<byte[]> before, byte[] line) {}

    @Property
    void shouldBlameNobodyElseWhereverLinesWereCutOrJoined(
            @ForAll("mutants") Mutant mutant,
            @ForAll("mutants") Mutant other,
            @ForAll @DoubleRange(max = 1) double cut) {
        // Given
        byte[] line = mutant.line();
        byte[] head = Arrays.copyOf(line, (int) (line.length * cut));
        byte[] joined = Arrays.copyOf(head, head.length + other.line().length);
        System.arraycopy(other.line(), 0, joined, head.length, other.line().length);

        // Then
        assertBlamesNobodyElse(mutant, head);
        assertBlamesNobodyElse(mutant, joined);
        assertBlamesNobodyElse(mutant, Arrays.copyOfRange(line, head.length, line.length));
    }

    @Property
    void shouldBlameNobodyElseWhateverBytesWereBroken(
            @ForAll("mutants") Mutant mutant, @ForAll byte[] noise, @ForAll @DoubleRange(max = 1) double place) {
        // Given
        byte[] broken = mutant.line().clone();
        int at = (int) (broken.length * place);
        System.arraycopy(noise, 0, broken, at, Math.min(noise.length, broken.length - at));

        // Then
        assertBlamesNobodyElse(mutant, broken);
    }

    private static void assertBlamesNobodyElse(Mutant mutant, byte[] line) {
        List<byte[]> log = new ArrayList<>(mutant.before());
        log.add(line);
        for (LogFormat format : List.of(mutant.format(), new AnyLog())) {
            assertThat(Lines.told(format, ZoneOffset.UTC, log)).allSatisfy(told -> assertThat(told.fact())
                    .satisfiesAnyOf(fact -> assertThat(fact).isNotInstanceOf(Refusal.class), fact -> assertThat(
                                    ((Refusal) fact).client().floor(24))
                            .isNotIn(ATTACKED, OTHERS)));
        }
    }

    @Provide
    Arbitrary<Mutant> mutants() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String id : FORMATS) {
            LogFormat format = LogFormats.of(id).orElseThrow();
            byte[] first = new byte[0];
            for (String line : Files.readAllLines(Path.of("src", "test", "resources", "corpus", id + ".txt"))) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                if (line.startsWith("Nov ")) {
                    mutants.add(new Mutant(format, first.length == 0 ? List.of() : List.of(first), bytes));
                    first = first.length == 0 ? bytes : first;
                } else if (line.isBlank()) {
                    first = new byte[0];
                }
            }
        }
        return Arbitraries.of(mutants);
    }
}
