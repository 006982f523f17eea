package org.snowtrack.connectors.tail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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

class RotationTest {

    private static final int CHUNK = 1 << 16;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Logs logs;

    @SuppressWarnings("NullAway.Init")
    private Path log;

    @SuppressWarnings("NullAway.Init")
    private LogTail tail;

    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void beforeEach() {
        logs = new Logs(directory);
        log = directory.resolve("mail.log");
        tail = new LogTail(log, null, notices::add);
    }

    @Test
    void shouldReadOldFileToItsEndBeforeTheNewOne() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("a");

        // When
        logs.rename("mail.log", "mail.log.1");
        logs.append("mail.log.1", "b\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("b");
        logs.append("mail.log", "");
        logs.append("mail.log.1", "c\n");
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("c");
        logs.append("mail.log", "d\n");
        logs.append("mail.log.1", "e\n");
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("e", "d");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldGiveOldFileAnotherPollWhenTheNewOneAppears() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail, CHUNK);
        logs.rename("mail.log", "mail.log.1");
        logs.append("mail.log", "c\n");

        // When
        Stretch quiet = tail.poll(CHUNK);
        logs.append("mail.log.1", "b\n");

        // Then
        assertThat(quiet).isNull();
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("b", "c");
    }

    @Test
    void shouldReadAllRotationsThatHappenedBetweenTwoPolls() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail, CHUNK);

        // When
        logs.append("mail.log", "b\n");
        logs.rotate();
        logs.append("mail.log", "c\n");
        logs.rotate();
        logs.append("mail.log", "");
        logs.rotate();
        logs.append("mail.log", "d\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("b", "c", "d");
    }

    @Test
    void shouldReadDeletedFileToItsEndAndThenTheNewOne() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail, CHUNK);

        // When
        try (FileChannel writer = FileChannel.open(log, StandardOpenOption.APPEND)) {
            Files.delete(log);
            writer.write(ISO_8859_1.encode("b\n"));
            assertThat(Logs.drain(tail, CHUNK)).containsExactly("b");
        }
        logs.append("mail.log", "c\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("c");
    }

    @Test
    void shouldBeginAnewWhenFileIsTruncated() throws IOException {
        // Given
        logs.append("mail.log", "first\nmore\n");
        Logs.drain(tail, CHUNK);

        // When
        Files.writeString(log, "");
        List<String> truncated = Logs.drain(tail, CHUNK);
        logs.append("mail.log", "2nd\n");

        // Then
        assertThat(truncated).isEmpty();
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("2nd");
        assertThat(notices)
                .containsExactly(log + " was cut off and begins anew; what was written to it behind byte 11 and never "
                        + "read is lost.");
    }

    @Test
    void shouldNoticeTruncationThoughTheFileHasOutgrownItsOldSize() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail, CHUNK);

        // When
        Files.writeString(log, "other\nlines\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("other", "lines");
    }

    @Test
    void shouldReadRestFromTheCopyWhenFileWasCopiedAndTruncated() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail, CHUNK);
        logs.append("mail.log", "b\n");

        // When
        Files.copy(log, directory.resolve("mail.log.1"));
        Files.writeString(log, "c\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("b", "c");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldNotReadCopyOfFileThatItHasRead() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Logs.drain(tail, CHUNK);

        // When
        Files.copy(log, directory.resolve("mail.log.1"));
        Files.delete(log);
        logs.append("mail.log", "c\n");

        // Then
        assertThat(Logs.drain(tail, CHUNK)).containsExactly("c");
    }

    @Test
    void shouldGiveFileAnotherIdentityThanItsSuccessor() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Stretch first = Objects.requireNonNull(tail.poll(CHUNK));
        logs.rotate();
        logs.append("mail.log", "b\n");

        // When
        tail.poll(CHUNK);
        Stretch second = tail.poll(CHUNK);

        // Then
        assertThat(second).isNotNull().extracting(Stretch::file).isNotEqualTo(first.file());
    }
}
