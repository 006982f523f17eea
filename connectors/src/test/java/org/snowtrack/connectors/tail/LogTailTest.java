package org.snowtrack.connectors.tail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

    private static final int CHUNK = 1 << 16;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path log;

    @SuppressWarnings("NullAway.Init")
    private LogTail tail;

    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void beforeEach() {
        log = directory.resolve("mail.log");
        tail = new LogTail(log, null, notices::add);
    }

    @Test
    void shouldReadNothingUntilFileHasOneCompleteLine() throws IOException {
        assertThat(tail.poll(CHUNK)).isNull();
        append(log, "a");
        assertThat(tail.poll(CHUNK)).isNull();
        assertThat(tail.position()).isNull();
        append(log, "b\nc");
        assertThat(drain()).containsExactly("ab");
        append(log, "d\n");
        assertThat(drain()).containsExactly("cd");
    }

    @Test
    void shouldTellWhereEachLineStands() throws IOException {
        // Given
        append(log, "one\r\n\ntwo\n");

        // When
        Stretch stretch = Objects.requireNonNull(tail.poll(CHUNK));

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
        append(log, "a\0b\n\0\0\n\u00ff\u00fe\u00c3\n\r\r\n");

        // When
        Stretch stretch = Objects.requireNonNull(tail.poll(CHUNK));

        // Then
        assertThat(stretch.lines())
                .extracting(line -> new String(line.bytes(), line.from(), line.to() - line.from(), ISO_8859_1))
                .containsExactly("a\0b", "\0\0", "\u00ff\u00fe\u00c3", "\r");
    }

    @Test
    void shouldSkipAndCountLineThatIsTooLong() throws IOException {
        // Given
        String longest = "x".repeat(LogTail.LONGEST);
        append(log, "a\n" + longest + "\nb\n" + longest + "y\nc\n" + longest.repeat(3) + "\nd\n");

        // When
        List<String> small = drain();
        List<String> large = drain(new LogTail(log, null, notices::add), 1 << 24);

        // Then
        assertThat(small).containsExactly("a", longest, "b", "c", "d").isEqualTo(large);
        assertThat(tail.tooLongLines()).isEqualTo(2);
    }

    @Test
    void shouldStayInFrontOfLineThatIsTooLongUntilItEnds() throws IOException {
        // Given
        append(log, "a\n" + "x".repeat(LogTail.LONGEST * 2));

        // Then
        assertThat(drain()).containsExactly("a");
        assertThat(tail.position()).isNotNull().extracting(Position::offset).isEqualTo(2L);
        append(log, "x\nb\n");
        assertThat(drain()).containsExactly("b");
        assertThat(tail.tooLongLines()).isEqualTo(1);
    }

    @Test
    void shouldReadOldFileToItsEndBeforeTheNewOne() throws IOException {
        // Given
        append(log, "a\n");
        assertThat(drain()).containsExactly("a");

        // When
        rename(log, "mail.log.1");
        append("mail.log.1", "b\n");

        // Then
        assertThat(drain()).containsExactly("b");
        append(log, "");
        append("mail.log.1", "c\n");
        assertThat(drain()).containsExactly("c");
        append(log, "d\n");
        append("mail.log.1", "e\n");
        assertThat(drain()).containsExactly("e", "d");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldGiveOldFileAnotherPollWhenTheNewOneAppears() throws IOException {
        // Given
        append(log, "a\n");
        drain();
        rename(log, "mail.log.1");
        append(log, "c\n");

        // When
        Stretch quiet = tail.poll(CHUNK);
        append("mail.log.1", "b\n");

        // Then
        assertThat(quiet).isNull();
        assertThat(drain()).containsExactly("b", "c");
    }

    @Test
    void shouldReadAllRotationsThatHappenedBetweenTwoPolls() throws IOException {
        // Given
        append(log, "a\n");
        drain();

        // When
        append(log, "b\n");
        rotate();
        append(log, "c\n");
        rotate();
        append(log, "");
        rotate();
        append(log, "d\n");

        // Then
        assertThat(drain()).containsExactly("b", "c", "d");
    }

    @Test
    void shouldReadDeletedFileToItsEndAndThenTheNewOne() throws IOException {
        // Given
        append(log, "a\n");
        drain();

        // When
        try (FileChannel writer = FileChannel.open(log, StandardOpenOption.APPEND)) {
            Files.delete(log);
            writer.write(ISO_8859_1.encode("b\n"));
            assertThat(drain()).containsExactly("b");
        }
        append(log, "c\n");

        // Then
        assertThat(drain()).containsExactly("c");
    }

    @Test
    void shouldBeginAnewWhenFileIsTruncated() throws IOException {
        // Given
        append(log, "first\nmore\n");
        drain();

        // When
        Files.writeString(log, "");
        List<String> truncated = drain();
        append(log, "2nd\n");

        // Then
        assertThat(truncated).isEmpty();
        assertThat(drain()).containsExactly("2nd");
        assertThat(notices)
                .containsExactly(log + " was cut off and begins anew; what was written to it behind byte 11 and never "
                        + "read is lost.");
    }

    @Test
    void shouldNoticeTruncationThoughTheFileHasOutgrownItsOldSize() throws IOException {
        // Given
        append(log, "a\n");
        drain();

        // When
        Files.writeString(log, "other\nlines\n");

        // Then
        assertThat(drain()).containsExactly("other", "lines");
    }

    @Test
    void shouldReadRestFromTheCopyWhenFileWasCopiedAndTruncated() throws IOException {
        // Given
        append(log, "a\n");
        drain();
        append(log, "b\n");

        // When
        Files.copy(log, directory.resolve("mail.log.1"));
        Files.writeString(log, "c\n");

        // Then
        assertThat(drain()).containsExactly("b", "c");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldNotReadCopyOfFileThatItHasRead() throws IOException {
        // Given
        append(log, "a\nb\n");
        drain();

        // When
        Files.copy(log, directory.resolve("mail.log.1"));
        Files.delete(log);
        append(log, "c\n");

        // Then
        assertThat(drain()).containsExactly("c");
    }

    @Test
    void shouldGiveFileAnotherIdentityThanItsSuccessor() throws IOException {
        // Given
        append(log, "a\n");
        Stretch first = Objects.requireNonNull(tail.poll(CHUNK));
        rotate();
        append(log, "b\n");

        // When
        tail.poll(CHUNK);
        Stretch second = tail.poll(CHUNK);

        // Then
        assertThat(second).isNotNull().extracting(Stretch::file).isNotEqualTo(first.file());
    }

    @Test
    void shouldKnowFileWhoseFirstLineIsLongByItsBeginning() throws IOException {
        // Given
        append(log, "x".repeat(1_023));
        assertThat(tail.poll(CHUNK)).isNull();
        assertThat(tail.position()).isNull();

        // When
        append(log, "y");
        drain();
        Position early = tail.position();
        append(log, "z\n");

        // Then
        assertThat(drain()).hasSize(1);
        assertThat(tail.position())
                .isNotNull()
                .extracting(Position::file)
                .isEqualTo(early == null ? null : early.file());
    }

    @Test
    void shouldTellHowFarItIsBehind() throws IOException {
        // Given
        append(log, "a\nbcd\n");

        // When
        tail.poll(2);

        // Then
        assertThat(tail.bytesBehind()).isEqualTo(4);
        drain();
        assertThat(tail.bytesBehind()).isZero();
    }

    @Test
    void shouldSayWhenPathIsNoFileAndGoOnWhenItIs() throws IOException {
        Files.createDirectory(log);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> tail.poll(CHUNK))
                .withMessage(log + " is not a file.");
        Files.delete(log);
        append(log, "a\n");
        assertThat(drain()).containsExactly("a");
    }

    @Test
    void shouldGoOnWhereItWasWhenPolledAfterClose() throws IOException {
        append(log, "a\n");
        drain();
        tail.close();
        append(log, "b\n");
        assertThat(drain()).containsExactly("b");
    }

    private void rotate() throws IOException {
        for (int i = 8; i > 0; i--) {
            Path path = directory.resolve("mail.log." + i);
            if (Files.exists(path)) {
                rename(path, "mail.log." + (i + 1));
            }
        }
        rename(log, "mail.log.1");
    }

    private void rename(Path path, String name) throws IOException {
        Files.move(path, directory.resolve(name));
    }

    private void append(String name, String text) throws IOException {
        append(directory.resolve(name), text);
    }

    private static void append(Path path, String text) throws IOException {
        Files.writeString(path, text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private List<String> drain() throws IOException {
        return drain(tail, CHUNK);
    }

    static List<String> drain(LogTail tail, int chunk) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int idle = 0; idle < 3; ) {
            Stretch stretch = tail.poll(chunk);
            idle = stretch == null ? idle + 1 : 0;
            if (stretch != null) {
                stretch.lines().forEach(line -> lines.add(line.text()));
            }
        }
        return lines;
    }
}
