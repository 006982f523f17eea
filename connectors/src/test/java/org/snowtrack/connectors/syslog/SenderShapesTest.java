package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.feed.Batch;
import org.snowtrack.connectors.feed.LogFeed;
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.schemas.MailRejection;

/** What rsyslog and syslog-ng send, from the wire to the record. */
@Timeout(60)
class SenderShapesTest {

    private static final String MESSAGE = "NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 550 5.1.1 <bob@example.org>: "
            + "Recipient address rejected: User unknown; from=<a@b.example> to=<bob@example.org> proto=ESMTP "
            + "helo=<h.example>";

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // rsyslog: RSYSLOG_TraditionalForwardFormat, RSYSLOG_ForwardFormat, RSYSLOG_SyslogProtocol23Format
                "<22>Nov 25 11:59:30 mx1 postfix/smtpd[4711]: ",
                "<22>2026-11-25T12:59:30.123456+01:00 mx1 postfix/smtpd[4711]: ",
                "<22>1 2026-11-25T12:59:30.123456+01:00 mx1 postfix/smtpd 4711 - - ",
                "<22>1 2026-11-25T12:59:30.123456+01:00 mx1 postfix/smtpd 4711 - -  ",
                // syslog-ng: network(), syslog()
                "<22>Nov 25 11:59:30 mx1.example.org postfix/submission/smtpd[4711]: ",
                "<22>1 2026-11-25T12:59:30+01:00 mx1 postfix/smtpd 4711 - [meta sequenceId=\"12\"] ",
                "<22>1 2026-11-25T11:59:30.000Z mx1 postfix/smtpd 4711 - [meta sequenceId=\"12\"] \uFEFF",
                // A forwarder that names no program, with a file's line as its message
                "<133>1 2026-11-25T11:59:31Z mx1 - - - - Nov 25 11:59:30 mx1 postfix/smtpd[4711]: ",
            })
    void shouldTellTheRefusalWhateverTheSenderPutsAround(String envelope) throws Exception {
        String message = envelope + MESSAGE;
        try (Received received = Received.at(temp, Received.endpoint("tcp"))) {
            // When
            received.sendStream(message + "\n" + message.getBytes(StandardCharsets.UTF_8).length + " " + message);
            received.await(counts -> counts.messages() == 2);

            // Then
            assertThat(rejections(received.spool)).singleElement().satisfies(rejection -> {
                assertThat(rejection.getSourceIp()).isEqualTo("192.0.2.9");
                assertThat(rejection.getObservedAt()).isEqualTo(Instant.parse("2026-11-25T11:59:00Z"));
                assertThat(rejection.getRejectedRecipients()).isEqualTo(2);
                assertThat(rejection.toString()).doesNotContain("bob");
            });
        }
    }

    static List<MailRejection> rejections(Spool spool) throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
        List<MailRejection> rejections = new ArrayList<>();
        try (LogFeed feed =
                new LogFeed(spool.log(), "isp", new AnyLog(), ZoneOffset.UTC, clock, spool.start(null), notice -> {})) {
            Batch batch;
            do {
                batch = feed.poll();
                rejections.addAll(batch.rejections());
            } while (!batch.isIdle());
        }
        return rejections;
    }
}
