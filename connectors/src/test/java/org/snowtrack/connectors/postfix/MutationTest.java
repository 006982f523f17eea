package org.snowtrack.connectors.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.ip.IpAddress;

/** In the corpus, 203.0.113.0/24 is what attackers wrote and 198.51.100.0/24 are other servers: neither was refused. */
class MutationTest {

    private static final IpAddress ATTACKED = IpAddress.parse("203.0.113.0");
    private static final IpAddress OTHERS = IpAddress.parse("198.51.100.0");

    @Property
    void shouldBlameNobodyElseWhereverLinesWereCutOrJoined(
            @ForAll("lines") byte[] line, @ForAll("lines") byte[] other, @ForAll @DoubleRange(max = 1) double cut) {
        // Given
        byte[] head = Arrays.copyOf(line, (int) (line.length * cut));
        byte[] joined = Arrays.copyOf(head, head.length + other.length);
        System.arraycopy(other, 0, joined, head.length, other.length);

        // Then
        assertBlamesNobodyElse(head);
        assertBlamesNobodyElse(joined);
        assertBlamesNobodyElse(Arrays.copyOfRange(line, head.length, line.length));
    }

    @Property
    void shouldBlameNobodyElseWhateverBytesWereBroken(
            @ForAll("lines") byte[] line, @ForAll byte[] noise, @ForAll @DoubleRange(max = 1) double place) {
        // Given
        byte[] broken = line.clone();
        int at = (int) (line.length * place);
        System.arraycopy(noise, 0, broken, at, Math.min(noise.length, line.length - at));

        // Then
        assertBlamesNobodyElse(broken);
    }

    private static void assertBlamesNobodyElse(byte[] line) {
        for (LogFormat format : List.of(PostfixLines.LOG, new AnyLog())) {
            assertThat(Lines.told(format, ZoneOffset.UTC, List.of(line))).allSatisfy(told -> assertThat(told.fact())
                    .satisfiesAnyOf(fact -> assertThat(fact).isNotInstanceOf(Refusal.class), fact -> assertThat(
                                    ((Refusal) fact).client().floor(24))
                            .isNotIn(ATTACKED, OTHERS)));
        }
    }

    @Provide
    Arbitrary<byte[]> lines() throws IOException {
        return Arbitraries.of(Files.readAllLines(Path.of("src", "test", "resources", "corpus", "postfix.txt")).stream()
                .filter(line -> line.startsWith("Nov "))
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList());
    }
}
