package org.snowtrack.connectors.tail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

    private final Logs logs;
    private final LogTail tail;

    LogTailTest(@TempDir Path directory) {
        logs = new Logs(directory);
        tail = logs.follow();
    }

    @Test
    void shouldReadNothingUntilFileHasOneCompleteLine() throws IOException {
        assertThat(tail.poll(Logs.CHUNK)).isNull();
        logs.append("mail.log", "a");
        assertThat(tail.poll(Logs.CHUNK)).isNull();
        assertThat(tail.position()).isNull();
        logs.append("mail.log", "b\nc");
        assertThat(Logs.drain(tail)).containsExactly("ab");
        logs.append("mail.log", "d\n");
        assertThat(Logs.drain(tail)).containsExactly("cd");
    }

    @Test
    void shouldTellWhereEachLineStands() throws IOException {
        // Given
        logs.append("mail.log", "one\r\n\ntwo\n");

        // When
        Stretch stretch = Objects.requireNonNull(tail.poll(Logs.CHUNK));

        // Then
        assertThat(stretch.lines()).extracting(Line::text).containsExactly("one", "", "two");
        assertThat(stretch.lines()).extracting(Line::offset).containsExactly(0L, 5L, 6L);
        assertThat(stretch.lines()).extracting(Line::next).containsExactly(5L, 6L, 10L);
        assertThat(stretch.file().fingerprint()).matches("[0-9a-f]{16}");
        assertThat(tail.position()).isNotNull().satisfies(position -> {
            assertThat(position.file()).isEqualTo(stretch.file());
            assertThat(position.offset()).isEqualTo(10);
        });
    }

    @Test
    void shouldReadAnyBytes() throws IOException {
        // Given
        logs.append("mail.log", "a\0b\n\0\0\n\u00ff\u00fe\u00c3\n\r\r\n");

        // When
        Stretch stretch = Objects.requireNonNull(tail.poll(Logs.CHUNK));

        // Then
        assertThat(stretch.lines())
                .extracting(line -> new String(line.bytes(), line.from(), line.to() - line.from(), ISO_8859_1))
                .containsExactly("a\0b", "\0\0", "\u00ff\u00fe\u00c3", "\r");
    }

    @Test
    void shouldSkipAndCountLineThatIsTooLong() throws IOException {
        // Given
        String longest = "x".repeat(LogTail.LONGEST);
        logs.append("mail.log", "a\n" + longest + "\nb\n" + longest + "y\nc\n" + longest.repeat(3) + "\nd\n");

        // When
        List<String> small = Logs.drain(tail);
        List<String> large = Logs.drain(logs.follow(), 1 << 24);

        // Then
        assertThat(small).containsExactly("a", longest, "b", "c", "d").isEqualTo(large);
        assertThat(tail.tooLongLines()).isEqualTo(2);
    }

    @Test
    void shouldStayInFrontOfLineThatIsTooLongUntilItEnds() throws IOException {
        // Given
        logs.append("mail.log", "a\n" + "x".repeat(LogTail.LONGEST * 2));

        // Then
        assertThat(Logs.drain(tail)).containsExactly("a");
        assertThat(tail.position()).isNotNull().extracting(Position::offset).isEqualTo(2L);
        logs.append("mail.log", "x\nb\n");
        assertThat(Logs.drain(tail)).containsExactly("b");
        assertThat(tail.tooLongLines()).isEqualTo(1);
    }

    @Test
    void shouldKnowFileWhoseFirstLineIsLongByItsBeginning() throws IOException {
        // Given
        logs.append("mail.log", "x".repeat(1_023));
        assertThat(tail.poll(Logs.CHUNK)).isNull();
        assertThat(tail.position()).isNull();

        // When
        logs.append("mail.log", "y");
        Logs.drain(tail);
        Position early = tail.position();
        logs.append("mail.log", "z\n");

        // Then
        assertThat(Logs.drain(tail)).hasSize(1);
        assertThat(tail.position())
                .isNotNull()
                .extracting(Position::file)
                .isEqualTo(early == null ? null : early.file());
    }

    @Test
    void shouldTellHowFarItIsBehind() throws IOException {
        // Given
        logs.append("mail.log", "a\nbcd\n");

        // When
        tail.poll(2);

        // Then
        assertThat(tail.bytesBehind()).isEqualTo(4);
        Logs.drain(tail);
        assertThat(tail.bytesBehind()).isZero();
    }

    @Test
    void shouldSayWhenPathIsNoFileAndGoOnWhenItIs() throws IOException {
        Files.createDirectory(logs.log());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> tail.poll(Logs.CHUNK))
                .withMessage(logs.log() + " is not a file.");
        Files.delete(logs.log());
        logs.append("mail.log", "a\n");
        assertThat(Logs.drain(tail)).containsExactly("a");
    }

    @Test
    void shouldGoOnWhereItWasWhenPolledAfterClose() throws IOException {
        logs.append("mail.log", "a\n");
        Logs.drain(tail);
        tail.close();
        logs.append("mail.log", "b\n");
        assertThat(Logs.drain(tail)).containsExactly("b");
    }
}
