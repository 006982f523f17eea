package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {

    private static final int LONGEST = 200;

    private final Framing framing = new Framing(LONGEST);
    private final Lines lines = new Lines();

    @Property(tries = 500)
    void shouldFindTheSameMessagesWhereverTheStreamIsSplit(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int messages) {
        // Given
        Framing framing = new Framing(LONGEST);
        Lines lines = new Lines();
        Random random = new Random(seed);
        List<String> sent = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            String message = "<22>" + i + " " + "12 <34>äöü".repeat(random.nextInt(9));
            boolean isTooLong = random.nextInt(8) == 0;
            message += isTooLong ? "x".repeat(LONGEST) : "";
            switch (random.nextInt(3)) {
                case 0 -> stream.append(bytes(message).length).append(' ').append(message);
                case 1 -> stream.append(message).append('\n');
                default -> stream.append(message).append("\r\n");
            }
            if (!isTooLong) {
                sent.add(message);
            }
        }

        // When
        byte[] bytes = bytes(stream.toString());
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 300));
            byte[] chunk = Arrays.copyOfRange(bytes, at, end);
            assertThat(framing.take(chunk, chunk.length, lines)).isTrue();
            at = end;
        }

        // Then
        assertThat(found(lines)).isEqualTo(sent);
        assertThat(framing.tooLong()).isEqualTo(messages - sent.size());
        assertThat(framing.isInMessage()).isFalse();
    }

    @Test
    void shouldKeepLineEndsInsideACountedMessageFromMakingLines() {
        // When
        take("19 <22>mx: a\n<22>mx: b\n8 <22>mx:c");

        // Then
        assertThat(found()).containsExactly("<22>mx: a <22>mx: b", "<22>mx:c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-25T12:00:00Z mx1 postfix/smtpd[1]: connect",
                "12 monkeys",
                "12345678 <22>too large to be a count",
                "0 <22>none",
                "{\"message\":\"12 <22>\"}",
                "Nov 25 12:00:00 mx1 postfix/smtpd[1]: connect"
            })
    void shouldTakeForALineWhatIsNoCount(String line) {
        // When
        take(line + "\n");

        // Then
        assertThat(found()).containsExactly(line);
    }

    @Test
    void shouldBreakOffWhenTheSenderCountsCharacters() {
        // When
        boolean isWhole = take("16 <22>mx: helo=<ä>17 <22>mx: helo=<ab>");

        // Then
        assertThat(isWhole).isFalse();
        assertThat(framing.isBroken()).isTrue();
        assertThat(found()).hasSize(1);
    }

    @Test
    void shouldNotGiveOutWhatHasNoEnd() {
        // When
        take("<22>mx: whole\n<22>mx: from unknown[192.0.2.1");

        // Then
        assertThat(found()).containsExactly("<22>mx: whole");
        assertThat(framing.isInMessage()).isTrue();
    }

    @Test
    void shouldTakeNothingForAMessageThatIsEmpty() {
        // When
        take("\n\r\n\0\n5 <2>\n\n<1>\n");

        // Then
        assertThat(found()).containsExactly("<2>", "<1>");
    }

    private boolean take(String text) {
        byte[] bytes = bytes(text);
        return framing.take(bytes, bytes.length, lines);
    }

    private List<String> found() {
        return found(lines);
    }

    private static List<String> found(Lines lines) {
        String text = StandardCharsets.UTF_8.decode(lines.toBuffer()).toString();
        return text.lines().toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
