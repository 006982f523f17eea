package org.snowtrack.connectors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.postfix.PostfixLog;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

class LogFeedTest {

    private static final LogFormat POSTFIX = new PostfixLog();
    private static final String REFUSED = "Nov 25 11:00:01 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from "
            + "iclide.commercieopard.example[192.0.2.24]: 550 5.1.1 <bob@example.org>: Recipient address rejected: User "
            + "unknown in local recipient table; from=<news@commercieopard.example> to=<bob@example.org> proto=ESMTP "
            + "helo=<iclide.commercieopard.example>\n";
    private static final String LEFT =
            "Nov 25 11:00:02 mx1 postfix/smtpd[7]: disconnect from unknown[192.0.2.24] ehlo=1 rcpt=0/1 commands=1/2\n";
    private static final String NOISE = "Nov 25 11:00:00 mx1 postfix/qmgr[7]: 4F1sYz2K8Hz9vLk: removed\n";
    private static final String LATER = "Nov 25 11:01:00 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from "
            + "unknown[192.0.2.25]: 554 5.7.1 <bob@example.org>: Relay access denied; from=<> to=<bob@example.org> "
            + "proto=SMTP helo=<x>\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path log;

    @SuppressWarnings("NullAway.Init")
    private LogFeed feed;

    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void beforeEach() {
        log = directory.resolve("mail.log");
        feed = Known.feed(log, POSTFIX, null, notices);
    }

    @Test
    void shouldBringNothingWhileThereIsNoLog() throws IOException {
        assertThat(feed.poll()).isEqualTo(new Batch(List.of(), null, true));
    }

    @Test
    void shouldBringRejectionOnceItHasCaughtUpThoughTheMinuteIsOpen() throws IOException {
        // Given
        append(NOISE + REFUSED + REFUSED);

        // When
        Batch reading = feed.poll();
        Batch caughtUp = feed.poll();

        // Then
        assertThat(reading.rejections()).isEmpty();
        assertThat(reading.isIdle()).isFalse();
        assertThat(caughtUp.isIdle()).isTrue();
        assertThat(caughtUp.rejections())
                .containsExactly(MailRejection.newBuilder()
                        .setSourceIp("192.0.2.24")
                        .setReporter("isp-001")
                        .setObservedAt(Instant.parse("2026-11-25T11:00:00Z"))
                        .setReason(RejectionReason.INVALID_RECIPIENT)
                        .setRejectedRecipients(2)
                        .setHelo("iclide.commercieopard.example")
                        .setClientName("iclide.commercieopard.example")
                        .setMailFromDomain("commercieopard.example")
                        .setOrigin(fingerprint(caughtUp) + ":" + NOISE.length() + "r")
                        .build());
        assertThat(feed.poll().rejections()).isEmpty();
    }

    @Test
    void shouldKeepPositionInFrontOfWhatIsOpen() throws IOException {
        // Given
        append(NOISE + REFUSED + NOISE);

        // Then
        assertThat(position(feed.poll()).offset()).isEqualTo(NOISE.length());
        append(LATER);
        assertThat(position(feed.poll()).offset()).isEqualTo(NOISE.length() * 2L + REFUSED.length());
    }

    @Test
    void shouldMovePositionOverLinesThatTellNothing() throws IOException {
        // Given
        append(NOISE + NOISE);

        // Then
        assertThat(position(feed.poll()).offset()).isEqualTo(NOISE.length() * 2L);
    }

    @Test
    void shouldCloseWhatIsOpenWhenAnotherFileBeginsBeforeItHasCaughtUp() throws IOException {
        // Given
        append(REFUSED + LEFT);
        feed.poll();

        // When
        Files.writeString(log, NOISE);
        Batch batch = feed.poll();

        // Then
        assertThat(batch.rejections())
                .extracting(MailRejection::getReason)
                .containsExactly(RejectionReason.INVALID_RECIPIENT, RejectionReason.OTHER);
        assertThat(position(batch).offset()).isEqualTo(NOISE.length());
        assertThat(notices).hasSize(1);
    }

    @Test
    void shouldNotCountTwiceWhenFileIsEmptiedAndBeginsWithTheSameLine() throws IOException {
        // Given
        append(REFUSED + REFUSED);
        feed.poll();

        // When
        Files.writeString(log, REFUSED);
        feed.poll();

        // Then
        assertThat(feed.poll().rejections())
                .extracting(MailRejection::getRejectedRecipients)
                .containsExactly(1);
    }

    @Test
    void shouldCountWhatItMet() throws IOException {
        // Given
        append(NOISE + REFUSED + LEFT + LATER + REFUSED.replace("[192.0.2.24]", "[unknown]") + "x".repeat(1 << 21)
                + "\n" + "cut");

        // When
        while (!feed.poll().isIdle()) {}

        // Then
        assertThat(feed.counts()).isEqualTo(new FeedCounts(5, 2, 1, 1, 0, 1, 3));
    }

    @Test
    void shouldNotTellAnyRecipient() throws IOException {
        // Given
        append(REFUSED.replace("helo=<iclide.commercieopard.example>", "helo=<bob@example.org>")
                + LEFT
                + LATER
                + LATER.replace("from=<>", "from=<bob@example.org>"));
        feed.poll();

        // Then
        assertThat(feed.poll().rejections().toString()).contains("192.0.2.24").doesNotContain("bob");
    }

    @Test
    void shouldCountRepetitionsButNotThoseOfALineInTheFileBefore() throws IOException {
        // Given
        String repeated = "Nov 25 11:00:30 mx1 last message repeated 4 times\n";
        append(REFUSED + repeated);
        feed.poll();

        // When
        Files.move(log, directory.resolve("mail.log.1"));
        append(repeated + REFUSED);
        Known known = new Known();
        known.drain(feed);

        // Then
        assertThat(known.records().values())
                .extracting(MailRejection::getRejectedRecipients)
                .containsExactlyInAnyOrder(5, 1);
    }

    @Test
    void shouldGoOnFromPositionThatWasKeptAsText() throws IOException {
        // Given
        append(REFUSED + LATER);
        Position kept = Position.parse(position(feed.poll()).toText());
        feed.close();

        // When
        LogFeed next = Known.feed(log, POSTFIX, kept, notices);
        next.poll();

        // Then
        assertThat(next.poll().rejections())
                .extracting(MailRejection::getOrigin)
                .containsExactly(kept.file().fingerprint() + ":" + REFUSED.length() + "r");
    }

    private static Position position(Batch batch) {
        return Objects.requireNonNull(batch.position());
    }

    private static String fingerprint(Batch batch) {
        return position(batch).file().fingerprint();
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
