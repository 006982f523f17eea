package org.snowtrack.connectors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;

/** A position reaches back to the first line of every session that is needed, and what lies between is done. */
class RememberedSessionsTest {

    private static final SessionLog FORMAT = new SessionLog();
    private static final String NOISE = "2026-11-25T11:00:00Z mx1 postfix/qmgr[7]: 4F1sYz2K8Hz9vLk: removed\n";
    private static final String BEGINS = line("11:00", "s1 begins 192.0.2.1");
    private static final String UNKNOWN = line("11:00", "s1 begins");
    private static final String REFUSES = line("11:01", "s1 refuses RELAY_DENIED");
    private static final String LATER = line("11:02", "s1 refuses RELAY_DENIED");
    private static final String ENDS = line("12:03", "s1 ends 0/2");

    private final Path log;
    private final List<String> notices = new ArrayList<>();

    RememberedSessionsTest(@TempDir Path directory) {
        log = directory.resolve("mail.log");
    }

    @Test
    void shouldPointToFirstLineOfOpenSessionAndBehindWhatIsDone() throws IOException {
        // Given
        append(log, NOISE + BEGINS + NOISE);

        // When
        Position position = read(null).position();

        // Then
        int since = NOISE.length();
        assertThat(position.offset()).isEqualTo(since);
        assertThat(position.done())
                .isEqualTo(new Position.Done(position.file().fingerprint(), NOISE.length() * 2L + BEGINS.length()));
        assertThat(Position.parse(position.toText())).isEqualTo(position);
    }

    @Test
    void shouldKnowClientAfterRestart() throws IOException {
        // Given
        append(log, BEGINS + REFUSES);
        Position position = read(null).position();
        append(log, LATER);

        // When
        Reading reading = read(position);

        // Then
        assertThat(reading.records())
                .extracting(MailRejection::getSourceIp, record -> record.getObservedAt()
                        .toString())
                .containsExactlyInAnyOrder(
                        tuple("192.0.2.1", "2026-11-25T11:01:00Z"), tuple("192.0.2.1", "2026-11-25T11:02:00Z"));
    }

    @Test
    void shouldKnowClientWhoseSessionBeganInRotatedFile() throws IOException {
        // Given
        append(log, NOISE + BEGINS + REFUSES);
        Position before = read(null).position();
        Files.move(log, log.resolveSibling("mail.log.1"));
        append(log, LATER);
        Position position = read(before).position();
        append(log, ENDS);

        // When
        Reading reading = read(position);

        // Then
        assertThat(position.file().fingerprint()).isEqualTo(before.file().fingerprint());
        assertThat(position.done()).isNotNull().isNotEqualTo(before.done());
        assertThat(reading.records())
                .extracting(MailRejection::getSourceIp, MailRejection::getRejectedRecipients)
                .containsExactlyInAnyOrder(tuple("192.0.2.1", 1), tuple("192.0.2.1", 2));
        assertThat(notices).isEmpty();
    }

    @Test
    void shouldKnowSessionThatEndedInRecordThatIsOpen() throws IOException {
        // Given
        append(log, NOISE + BEGINS);
        LogFeed feed = Known.feed(log, FORMAT, null, notices);
        feed.poll();
        append(log, ENDS);
        Position position = Objects.requireNonNull(feed.poll().position());
        feed.close();

        // When
        Reading reading = read(position);

        // Then
        assertThat(position.offset()).isEqualTo(NOISE.length());
        assertThat(reading.records())
                .extracting(MailRejection::getSourceIp, MailRejection::getRejectedRecipients)
                .containsExactly(tuple("192.0.2.1", 2));
    }

    @Test
    void shouldTellHeldRefusalsApartThoughOneLineReleasesThem() throws IOException {
        // Given
        append(log, UNKNOWN + REFUSES + LATER + line("11:02", "s1 refuses BLOCKLISTED") + REFUSES);
        append(log, line("11:02", "s1 is 192.0.2.1"));

        // When
        Reading reading = read(null);

        // Then
        assertThat(reading.records()).hasSize(4);
        assertThat(reading.records()).extracting(MailRejection::getOrigin).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotPublishAgainWhatIsDone() throws IOException {
        // Given
        append(log, BEGINS + REFUSES + LATER + NOISE);
        Position position = read(null).position();

        // When
        Reading reading = read(position);

        // Then
        assertThat(position.offset()).isZero();
        assertThat(reading.records())
                .extracting(record -> record.getObservedAt().toString())
                .containsExactly("2026-11-25T11:02:00Z");
    }

    @Test
    void shouldKeepWhatIsDoneWhileItsFileIsAway() throws IOException {
        // Given
        append(log, BEGINS + REFUSES + LATER + NOISE);
        Position position = read(null).position();
        Path away = log.resolveSibling("away").resolve("mail.log");
        Files.createDirectory(away.getParent());
        Files.move(log, away);
        LogFeed feed = Known.feed(log, FORMAT, position, notices);
        for (int i = 0; i < 3; i++) {
            assertThat(feed.poll().position()).isEqualTo(position);
        }

        // When
        Files.move(away, log);
        Known known = new Known();
        known.drain(feed);

        // Then
        assertThat(known.records().values())
                .extracting(record -> record.getObservedAt().toString())
                .doesNotContain("2026-11-25T11:01:00Z");
        assertThat(notices).hasSize(2);
    }

    @Test
    void shouldPublishEverythingWhenTheFileInWhichNewLinesBeginIsGone() throws IOException {
        // Given
        append(log, BEGINS + REFUSES);
        Position first = read(null).position();
        Files.move(log, log.resolveSibling("mail.log.1"));
        append(log, LATER + NOISE);
        Position position = read(first).position();

        // When
        Files.delete(log);
        append(log, ENDS + LATER.replace("s1", "s2"));
        Reading reading = read(position);

        // Then
        assertThat(position.done()).isNotNull();
        assertThat(reading.records())
                .extracting(record -> record.getObservedAt().toString())
                .contains("2026-11-25T11:01:00Z", "2026-11-25T12:00:00Z");
    }

    private record Reading(Position position, List<MailRejection> records) {}

    /** Reads up to the end as one process. */
    private Reading read(@Nullable Position start) throws IOException {
        try (LogFeed feed = Known.feed(log, FORMAT, start, notices)) {
            Known known = new Known();
            known.drain(feed);
            Position position = Objects.requireNonNull(feed.poll().position());
            return new Reading(position, List.copyOf(known.records().values()));
        }
    }

    private static String line(String time, String message) {
        return "2026-11-25T" + time + ":00Z mx1 toyd[1]: " + message + "\n";
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
