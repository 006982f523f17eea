package org.snowtrack.connectors.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {

    private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path log;

    private final List<String> notices = new ArrayList<>();
    private int hours;

    @BeforeEach
    void beforeEach() {
        log = directory.resolve("mail.log");
    }

    @Test
    void shouldGoOnInFileThatIsStillThere() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);

        // When
        List<String> lines = resume(position);

        // Then
        assertThat(lines).containsExactly("b");
    }

    @ParameterizedTest
    @CsvSource({
        "mail.log.3, mail.log.2, mail.log.1",
        "mail.log.11, mail.log.10, mail.log.9",
        "mail.log-20261124, mail.log-20261125, mail.log-20261126",
        "mail.log-2026-11-24, mail.log-2026-11-25, mail.log-2026-11-26",
        "mail-20261124.log, mail-20261125.log, mail-20261126.log",
        "mail.log.old, mail.log-20261125, mail.log.1"
    })
    void shouldReadRestThenRotationsByAgeThenTheLog(String mine, String next, String last) throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.move(log, directory.resolve(mine));
        write(next, "c\n");
        write(last, "d\n");
        write("mail.log", "e\n");
        write("mail.log.offset", "1234\n");
        write("mail.err", "x\n");
        write("mail.log.2.gz", "not read\n");

        // Then
        assertThat(resume(position)).containsExactly("b", "c", "d", "e");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldTrustNumbersMoreThanTimes() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.move(log, directory.resolve("mail.log.3"));
        write("mail.log.1", "d\n");
        write("mail.log.2", "c\n");
        write("mail.log", "e\n");

        // Then
        assertThat(resume(position)).containsExactly("b", "c", "d", "e");
    }

    @Test
    void shouldNotReadWhatWasRotatedBefore() throws IOException {
        // Given
        write("mail.log.2", "oldest\n");
        write("mail.log.1", "old\n");
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.move(directory.resolve("mail.log.2"), directory.resolve("mail.log.3"));
        Files.move(directory.resolve("mail.log.1"), directory.resolve("mail.log.2"));
        Files.move(log, directory.resolve("mail.log.1"));

        // Then
        assertThat(resume(position)).containsExactly("b");
    }

    @Test
    void shouldFindFileUnderAnyNameByItsKey() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.move(log, directory.resolve("put-aside"));
        write("mail.log", "c\n");

        // Then
        assertThat(resume(position)).containsExactly("b", "c");
    }

    @Test
    void shouldFindCopyByItsFingerprint() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.copy(log, directory.resolve("mail.log.1"));
        write("mail.log", "c\n");

        // Then
        assertThat(resume(position)).containsExactly("b", "c");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldNotTakeAnotherFileOfTheSameNumberForItsOwn() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        write("mail.log", "c\nd\n");

        // Then
        assertThat(resume(position)).containsExactly("c", "d");
        assertThat(notices).singleElement().asString().contains("was cut off and begins anew");
    }

    @Test
    void shouldSayWhenFileIsGoneAndBeginWithWhatWasWrittenAfterwards() throws IOException {
        // Given
        write("mail.log.1", "read long ago\n");
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.delete(log);
        Files.move(directory.resolve("mail.log.1"), directory.resolve("mail.log.3"));
        write("mail.log.2", "c\n");
        write("mail.log.1", "d\n");
        write("mail.log", "e\n");

        // Then
        assertThat(resume(position)).containsExactly("c", "d", "e");
        assertThat(notices)
                .containsExactly("The file that " + log
                        + " was up to byte 2 is gone; what was written to it behind that is lost.");
    }

    @Test
    void shouldWaitWhenFileIsGoneAndNothingHasFollowedIt() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);
        Files.move(log, directory.resolve("mail.log.tmp"));
        Path away = Files.createTempDirectory(directory, "away").resolve("x");
        Files.move(directory.resolve("mail.log.tmp"), away);

        // When
        LogTail tail = new LogTail(log, position, notices::add);

        // Then
        assertThat(Logs.drain(tail, 100)).isEmpty();
        assertThat(tail.position()).isEqualTo(position);
        Files.move(away, directory.resolve("mail.log.1"));
        assertThat(Logs.drain(tail, 100)).containsExactly("b");
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldReadBackPositionFromText() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = readUpTo(2);

        // Then
        assertThat(Position.parse(position.toText())).isEqualTo(position);
        assertThat(position.toText()).matches("2 [0-9a-f]{16} 2026-11-25T01:00:00Z .+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "x 0123456789abcdef 2026-11-25T01:00:00Z k",
                "-1 0123456789abcdef 2026-11-25T01:00:00Z k",
                "1 0123456789abcdeg 2026-11-25T01:00:00Z k",
                "1 0123456789abcdef yesterday k"
            })
    void shouldRefuseTextThatIsNoPosition(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Position.parse(text))
                .withMessage("'" + text + "' is not a position in a log.");
    }

    /** Every file is an hour younger than the one written before it. */
    private void write(String name, String text) throws IOException {
        Path path = Files.writeString(directory.resolve(name), text);
        hours++;
        Files.setLastModifiedTime(path, FileTime.from(START.plus(Duration.ofHours(hours))));
    }

    private Position readUpTo(int bytes) throws IOException {
        try (LogTail tail = new LogTail(log, null, notices::add)) {
            tail.poll(bytes);
            return Objects.requireNonNull(tail.position());
        }
    }

    private List<String> resume(Position position) throws IOException {
        try (LogTail tail = new LogTail(log, position, notices::add)) {
            return Logs.drain(tail, 100);
        }
    }
}
