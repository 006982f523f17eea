package org.snowtrack.connectors.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    private static final String FILE = "0123456789abcdef";
    private static final Instant MODIFIED = Instant.parse("2026-11-25T01:00:00Z");

    @Property
    void shouldBeReadBackFromItsText(@ForAll @From("positions") Position position) {
        assertThat(Position.parse(position.toText())).isEqualTo(position);
        assertThat(position.toText()).doesNotContain("\n", "\r");
    }

    @Test
    void shouldBeOneLineOfText() {
        // Given
        FileIdentity file = new FileIdentity("(dev=1,ino=2)", FILE);

        // Then
        assertThat(new Position(file, 2, MODIFIED).toText())
                .isEqualTo("2 0123456789abcdef 2026-11-25T01:00:00Z (dev=1,ino=2)");
        assertThat(new Position(file, 2, MODIFIED, new Position.Done("fedcba9876543210", 7)).toText())
                .isEqualTo("2/fedcba9876543210/7 0123456789abcdef 2026-11-25T01:00:00Z (dev=1,ino=2)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "x 0123456789abcdef 2026-11-25T01:00:00Z k",
                "-1 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1 0123456789abcdeg 2026-11-25T01:00:00Z k",
                "1 0123456789abcdef yesterday k",
                "1/0123456789abcdef 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1/0123456789abcdef/ 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1/0123456789abcdef/-2 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1/0123456789abcdeg/2 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1/0123456789abcdef/2/3 0123456789abcdef 2026-11-25T01:00:00Z k",
                "99999999999999999999 0123456789abcdef 2026-11-25T01:00:00Z k"
            })
    void shouldRefuseTextThatIsNoPosition(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Position.parse(text))
                .withMessage("'" + text + "' is not a position in a log.");
    }

    @Provide
    Arbitrary<Position> positions() {
        Arbitrary<String> fingerprints =
                Arbitraries.strings().withChars("0123456789abcdef").ofLength(16);
        Arbitrary<Long> offsets = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Position.Done> done =
                Combinators.combine(fingerprints, offsets).as(Position.Done::new);
        return Combinators.combine(
                        Arbitraries.of("", "(dev=fe00,ino=2180170)", "a key of words"),
                        fingerprints,
                        offsets,
                        Arbitraries.longs().between(0, 4_000_000_000_000L),
                        done.injectNull(0.5))
                .as((key, fingerprint, offset, modified, until) -> new Position(
                        new FileIdentity(key, fingerprint), offset, Instant.ofEpochMilli(modified), until));
    }
}
