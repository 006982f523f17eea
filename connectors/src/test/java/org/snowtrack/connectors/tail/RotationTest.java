package org.snowtrack.connectors.tail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationTest {

    private final Logs logs;
    private final LogTail tail;

    RotationTest(@TempDir Path directory) {
        logs = new Logs(directory);
        tail = logs.follow();
    }

    @Test
    void shouldReadOldFileToItsEndBeforeTheNewOne() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        assertThat(Logs.drain(tail)).containsExactly("a");

        // When
        logs.rename("mail.log", "mail.log.1");
        logs.append("mail.log.1", "b\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("b");
        logs.append("mail.log", "");
        logs.append("mail.log.1", "c\n");
        assertThat(Logs.drain(tail)).containsExactly("c");
        logs.append("mail.log", "d\n");
        logs.append("mail.log.1", "e\n");
        assertThat(Logs.drain(tail)).containsExactly("e", "d");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldGiveOldFileAnotherPollWhenTheNewOneAppears() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);
        logs.rename("mail.log", "mail.log.1");
        logs.append("mail.log", "c\n");

        // When
        Stretch quiet = tail.poll(Logs.CHUNK);
        logs.append("mail.log.1", "b\n");

        // Then
        assertThat(quiet).isNull();
        assertThat(Logs.drain(tail)).containsExactly("b", "c");
    }

    @Test
    void shouldReadAllRotationsThatHappenedBetweenTwoPolls() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);

        // When
        logs.append("mail.log", "b\n");
        logs.rotate();
        logs.append("mail.log", "c\n");
        logs.rotate();
        logs.append("mail.log", "");
        logs.rotate();
        logs.append("mail.log", "d\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("b", "c", "d");
    }

    @Test
    void shouldReadDeletedFileToItsEndAndThenTheNewOne() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);

        // When
        try (FileChannel writer = FileChannel.open(logs.log(), StandardOpenOption.APPEND)) {
            Files.delete(logs.log());
            writer.write(ISO_8859_1.encode("b\n"));
            assertThat(Logs.drain(tail)).containsExactly("b");
        }
        logs.append("mail.log", "c\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("c");
    }

    @Test
    void shouldBeginAnewWhenFileIsTruncated() throws IOException {
        // Given
        logs.append("mail.log", "first\nmore\n");
        Logs.drain(tail);

        // When
        Files.writeString(logs.log(), "");
        List<String> truncated = Logs.drain(tail);
        logs.append("mail.log", "2nd\n");

        // Then
        assertThat(truncated).isEmpty();
        assertThat(Logs.drain(tail)).containsExactly("2nd");
        assertThat(logs.notices())
                .containsExactly(
                        logs.log() + " was cut off and begins anew; what was written to it behind byte 11 and never "
                                + "read is lost.");
    }

    @Test
    void shouldNoticeTruncationThoughTheFileHasOutgrownItsOldSize() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);

        // When
        Files.writeString(logs.log(), "other\nlines\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("other", "lines");
    }

    @Test
    void shouldReadRestFromTheCopyWhenFileWasCopiedAndTruncated() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);
        logs.append("mail.log", "b\n");

        // When
        Files.copy(logs.log(), logs.file("mail.log.1"));
        Files.writeString(logs.log(), "c\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("b", "c");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldNotReadCopyOfFileThatItHasRead() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Logs.drain(tail);

        // When
        Files.copy(logs.log(), logs.file("mail.log.1"));
        Files.delete(logs.log());
        logs.append("mail.log", "c\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("c");
    }

    @Test
    void shouldGiveFileAnotherIdentityThanItsSuccessor() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Stretch first = Objects.requireNonNull(tail.poll(Logs.CHUNK));
        logs.rotate();
        logs.append("mail.log", "b\n");

        // When
        tail.poll(Logs.CHUNK);
        Stretch second = tail.poll(Logs.CHUNK);

        // Then
        assertThat(second).isNotNull().extracting(Stretch::file).isNotEqualTo(first.file());
    }
}
