package org.snowtrack.connectors.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeTest {

    private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");

    private final Logs logs;
    private int hours;

    ResumeTest(@TempDir Path directory) {
        logs = new Logs(directory);
    }

    @Test
    void shouldGoOnInFileThatIsStillThere() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);

        // When
        List<String> lines = logs.resume(position);

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
        Position position = logs.readUpTo(2);
        Files.move(logs.log(), logs.file(mine));
        write(next, "c\n");
        write(last, "d\n");
        write("mail.log", "e\n");
        write("mail.log.offset", "1234\n");
        write("mail.err", "x\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c", "d", "e");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldTrustNumbersMoreThanTimes() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.move(logs.log(), logs.file("mail.log.3"));
        write("mail.log.1", "d\n");
        write("mail.log.2", "c\n");
        write("mail.log", "e\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c", "d", "e");
    }

    @Test
    void shouldNotReadWhatWasRotatedBefore() throws IOException {
        // Given
        write("mail.log.2", "oldest\n");
        write("mail.log.1", "old\n");
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.move(logs.file("mail.log.2"), logs.file("mail.log.3"));
        Files.move(logs.file("mail.log.1"), logs.file("mail.log.2"));
        Files.move(logs.log(), logs.file("mail.log.1"));

        // Then
        assertThat(logs.resume(position)).containsExactly("b");
    }

    @Test
    void shouldFindFileUnderAnyNameByItsKey() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.move(logs.log(), logs.file("put-aside"));
        write("mail.log", "c\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c");
    }

    @Test
    void shouldFindCopyByItsFingerprint() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.copy(logs.log(), logs.file("mail.log.1"));
        write("mail.log", "c\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldNotTakeAnotherFileOfTheSameNumberForItsOwn() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        write("mail.log", "c\nd\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("c", "d");
        assertThat(logs.notices()).singleElement().asString().contains("was cut off and begins anew");
    }

    @Test
    void shouldSayWhenFileIsGoneAndBeginWithWhatWasWrittenAfterwards() throws IOException {
        // Given
        write("mail.log.1", "read long ago\n");
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.delete(logs.log());
        Files.move(logs.file("mail.log.1"), logs.file("mail.log.3"));
        write("mail.log.2", "c\n");
        write("mail.log.1", "d\n");
        write("mail.log", "e\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("c", "d", "e");
        assertThat(logs.notices())
                .containsExactly("The file that " + logs.log()
                        + " was up to byte 2 is gone; what was written to it behind that is lost.");
    }

    @Test
    void shouldWaitWhenFileIsGoneAndNothingHasFollowedIt() throws IOException {
        // Given
        write("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.move(logs.log(), logs.file("mail.log.tmp"));
        Path away = Files.createTempDirectory(logs.log().getParent(), "away").resolve("x");
        Files.move(logs.file("mail.log.tmp"), away);

        // When
        LogTail tail = logs.follow(position);

        // Then
        assertThat(Logs.drain(tail, 100)).isEmpty();
        assertThat(tail.position()).isEqualTo(position);
        Files.move(away, logs.file("mail.log.1"));
        assertThat(Logs.drain(tail, 100)).containsExactly("b");
        assertThat(logs.notices()).containsExactly(logs.log() + " is gone; it is read on once it is there again.");
    }

    /** Every file is an hour younger than the one written before it. */
    private void write(String name, String text) throws IOException {
        Path path = Files.writeString(logs.file(name), text);
        hours++;
        Files.setLastModifiedTime(path, FileTime.from(START.plus(Duration.ofHours(hours))));
    }
}
