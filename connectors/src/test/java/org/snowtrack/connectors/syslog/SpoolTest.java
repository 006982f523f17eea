package org.snowtrack.connectors.syslog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.tail.Line;
import org.snowtrack.connectors.tail.LogTail;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.connectors.tail.Stretch;

class SpoolTest {

    private static final long FILE = 1_000;
    private static final long MOST = 8_000;

    private final Path directory;
    private final List<String> notices = new ArrayList<>();
    private Spool spool;

    SpoolTest(@TempDir Path temp) throws IOException {
        directory = temp.resolve("isp");
        spool = open();
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @Test
    void shouldGiveEveryLineOnceAndInOrderWhileFilesRollAndGo() throws IOException {
        // Given
        List<String> read = new ArrayList<>();
        Position position = null;

        // When
        for (int i = 0; i < 300; i++) {
            assertThat(spool.offer(lines("message " + i))).isTrue();
            if (i % 40 == 39) {
                position = readAll(position, read);
                spool.release(requireNonNull(position));
            }
            if (i % 70 == 69) {
                spool.close();
                spool = open();
            }
        }
        readAll(position, read);

        // Then
        assertThat(read)
                .isEqualTo(IntStream.range(0, 300).mapToObj(i -> "message " + i).toList());
        assertThat(files()).hasSizeLessThan(5);
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldBeginWithTheOldestFileWhenNoPositionWasKept() throws IOException {
        // Given
        fill(300);

        // When
        List<String> read = new ArrayList<>();
        readAll(null, read);

        // Then
        assertThat(files()).hasSizeGreaterThan(2);
        assertThat(read).hasSize(300).startsWith("message 0").endsWith("message 299");
    }

    @Test
    void shouldGoOnWithTheOldestFileWhenAPositionIsAnotherSpools() throws IOException {
        // Given
        fill(100);
        Position mine = requireNonNull(spool.start(null));
        Position other = Position.parse(mine.toText().replaceFirst(" [0-9a-f]{16} ", " 0123456789abcdef "));

        // When
        Position start = spool.start(other);

        // Then
        assertThat(start).isEqualTo(mine);
    }

    @Test
    void shouldTakeAwayAMessageThatTheProcessWasKilledOver() throws IOException {
        // Given
        spool.offer(lines("whole"));
        spool.close();
        Files.writeString(spool.log(), "from unknown[192.0.2.1", StandardOpenOption.APPEND);

        // When
        spool = open();
        spool.offer(lines("next"));

        // Then
        assertThat(Files.readAllLines(spool.log())).endsWith("whole", "next").hasSize(3);
    }

    @Test
    void shouldRefuseWhatItHasNoRoomForUntilItWasRead() throws IOException {
        // Given
        fill(1_000);

        // When
        boolean isTaken = spool.offer(lines("one too many"));
        Position position = readAll(null, new ArrayList<>());
        spool.release(requireNonNull(position));

        // Then
        assertThat(isTaken).isFalse();
        assertThat(spool.offer(lines("there is room"))).isTrue();
        assertThat(spool.bytes()).isLessThan(2 * FILE);
        assertThat(notices)
                .hasSize(2)
                .first()
                .asString()
                .startsWith("The spool " + directory + " is full: ")
                .endsWith("datagrams are dropped and streams wait.");
    }

    @Test
    void shouldLetAWriterWaitUntilThereIsRoom() throws Exception {
        // Given
        fill(1_000);
        CompletableFuture<Boolean> put = CompletableFuture.supplyAsync(() -> spool.put(lines("patient"), () -> false));
        List<String> read = new ArrayList<>();

        // When
        Position position = requireNonNull(readAll(null, read));
        boolean wasTaken = read.contains("patient");
        spool.release(position);

        // Then
        assertThat(wasTaken).isFalse();
        assertThat(put.get(10, TimeUnit.SECONDS)).isTrue();
        readAll(position, read);
        assertThat(read).endsWith("patient");
    }

    @Test
    void shouldTakeTheLastLinesAlthoughThereIsNoRoom() {
        // Given
        fill(1_000);

        // Then
        assertThat(spool.put(lines("last"), () -> true)).isTrue();
    }

    @Test
    void shouldKeepWhatItHoldsFromOtherUsers() throws IOException {
        // Given
        fill(100);

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(files())
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void shouldRefuseADirectoryThatAnotherReceiverUses() {
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessage("The spool " + directory
                        + " is used by another receiver; stop that one, or name another directory for this one.");
    }

    @Test
    void shouldRefuseAFileAndTooLittleDisk(@TempDir Path temp) throws IOException {
        // Given
        Path file = Files.createFile(temp.resolve("file"));

        // Then
        assertThatThrownBy(() -> Spool.open(file, Spool.DEFAULT_BYTES, notices::add))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("The spool " + file + " cannot be made: ");
        assertThatThrownBy(() -> Spool.open(directory, 1_000, notices::add))
                .isInstanceOf(IOException.class)
                .hasMessage("The spool " + directory + " needs at least 128 MiB of disk to be allowed.");
    }

    private Spool open() throws IOException {
        return Spool.open(directory, FILE, MOST, notices::add);
    }

    private void fill(int messages) {
        for (int i = 0; i < messages; i++) {
            if (!spool.offer(lines("message " + i))) {
                return;
            }
        }
    }

    private static Lines lines(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Lines lines = new Lines();
        lines.add(bytes, 0, bytes.length);
        return lines;
    }

    private @Nullable Position readAll(@Nullable Position position, List<String> messages) throws IOException {
        try (LogTail tail = new LogTail(spool.log(), spool.start(position), notices::add)) {
            for (int quiet = 0; quiet < 4; quiet++) {
                Stretch stretch = tail.poll(10_000);
                if (stretch != null) {
                    quiet = 0;
                    stretch.lines().stream()
                            .map(Line::text)
                            .filter(line -> !line.startsWith("# Received by Snowtrack from "))
                            .forEach(messages::add);
                }
            }
            return tail.position();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("syslog.log"))
                    .toList();
        }
    }
}
