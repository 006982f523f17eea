package org.snowtrack.connectors.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.postfix.PostfixLines.LOG;
import static org.snowtrack.connectors.postfix.PostfixLines.WRITTEN;
import static org.snowtrack.connectors.postfix.PostfixLines.parse;
import static org.snowtrack.connectors.postfix.PostfixLines.refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.formats.LogDetection;
import org.snowtrack.connectors.grammar.LogFact.Notice;

class EnvelopeTest {

    private static final String MESSAGE = "NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x; from=<>";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 mail.info postfix/smtpd[3101]: ",
                "<22>Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T12:00:00+00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T13:00:00.000000+01:00 mx1.example.org postfix/smtpd[3101]: ",
                "2026-11-25T13:00:00+0100 mx1 postfix/submission/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 postfix/smtpd: ",
                "Nov 25 12:00:00 <mail.info> mx1 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: [ID 197553 mail.info] ",
                "<22>1 2026-11-25T12:00:00.000Z mx1 postfix/smtpd 3101 - - ",
                "<22>1 2026-11-25T12:00:00Z mx1 postfix/smtpd 3101 ID47 [a@1 b=\"]\\\"\"][c] \ufeff",
                "mail-1  | Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T12:00:00Z stdout F Nov 25 11:59:59 mx1 postfix/smtpd[3101]: ",
                "@400000006b06cdca00000000 postfix/smtpd[3101]: "
            })
    void shouldReadEnvelopesThatSyslogDaemonsWrite(String envelope) {
        assertThat(refusal(envelope + MESSAGE).time()).isEqualTo(WRITTEN);
        assertThat(looksLike(envelope)).isTrue();
    }

    @Test
    void shouldCallRefusalUnreadableWhenItsTimeIs() {
        assertThat(parse("Nov 31 12:00:00 mx1 postfix/smtpd[3101]: " + MESSAGE)).isEqualTo(Notice.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12:00:00 mx1 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 a b c postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 dovecot: postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 sm-mta[3101]: ",
                "Nov 25 12:00:00 mx1 /smtpd[3101]: ",
                "2026-11-25 12:00:00 1abcDE-000001-Ab H=mx.example.net [192.0.2.24] F=<> rejected RCPT <x@y>: "
            })
    void shouldNotTakeOtherLinesForPostfix(String envelope) {
        assertThat(parse(envelope + MESSAGE)).isNull();
        assertThat(looksLike(envelope)).isFalse();
    }

    @Test
    void shouldSayWhenNoLineOfFileLooksLikePostfix() throws IOException {
        // Given
        Path exim = write("2026-11-25 12:00:00 Start queue run: pid=1\n".repeat(1_200));

        // Then
        assertThat(LogDetection.complaint(exim, LOG))
                .hasValue(
                        exim + " does not look like a Postfix log: none of its first 1000 lines has a program such as "
                                + "postfix/smtpd[123].");
    }

    @Test
    void shouldSayNothingWhenOneLineDoesOrNoneIsThere() throws IOException {
        assertThat(LogDetection.complaint(write("x\n".repeat(999) + "Nov 25 12:00:00 mx1 postfix/qmgr[1]: x\n"), LOG))
                .isEmpty();
        assertThat(LogDetection.complaint(write(""), LOG)).isEmpty();
        assertThat(LogDetection.complaint(write("x\n".repeat(1_000) + "Nov 25 12:00:00 mx1 postfix/qmgr[1]: x\n"), LOG))
                .isPresent();
    }

    @Test
    void shouldSayItInTheSingularToo() throws IOException {
        assertThat(LogDetection.complaint(write("hello"), LOG).orElseThrow())
                .endsWith("its only line has not a program such as postfix/smtpd[123].");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("mail.log"), text);
    }

    private static boolean looksLike(String line) {
        return LOG.looksLike(Lines.entry(line));
    }
}
