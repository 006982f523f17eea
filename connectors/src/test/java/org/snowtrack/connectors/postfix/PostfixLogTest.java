package org.snowtrack.connectors.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.postfix.PostfixLines.CLIENT;
import static org.snowtrack.connectors.postfix.PostfixLines.CONTEXT;
import static org.snowtrack.connectors.postfix.PostfixLines.ENVELOPE;
import static org.snowtrack.connectors.postfix.PostfixLines.WRITTEN;
import static org.snowtrack.connectors.postfix.PostfixLines.parse;
import static org.snowtrack.connectors.postfix.PostfixLines.rcpt;
import static org.snowtrack.connectors.postfix.PostfixLines.refusal;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.ip.IpAddress;

class PostfixLogTest {

    private static final String UNKNOWN =
            "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table";

    @Test
    void shouldReadRefusalWithAllThatTheLineTells() {
        assertThat(parse(rcpt(UNKNOWN)))
                .isEqualTo(new Refusal(
                        IpAddress.parse("192.0.2.24"),
                        WRITTEN,
                        Reason.INVALID_RECIPIENT,
                        1,
                        "550 5.1.1",
                        "iclide.commercieopard.example",
                        "iclide.commercieopard.example",
                        "commercieopard.example",
                        null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOQUEUE: reject",
                "4F1sYz2K8Hz9vLk: reject",
                "A1B2C3D4E5: reject",
                "NOQUEUE: milter-reject",
                "3D770111AF50: milter-reject"
            })
    void shouldReadRefusalOfEitherActionWithOrWithoutQueueId(String action) {
        assertThat(refusal(rcpt(UNKNOWN).replace("NOQUEUE: reject", action)).client())
                .isEqualTo(IpAddress.parse("192.0.2.24"));
    }

    @ParameterizedTest
    @CsvSource({
        "'unknown[192.0.2.1]', 192.0.2.1",
        "'unknown[192.0.2.1]:54321', 192.0.2.1",
        "'mx.example.net[IPv6:2001:db8::1]', 2001:db8::1",
        "'mx.example.net[IPv6:2001:db8::1]:25', 2001:db8::1",
        "'mx.example.net[2001:db8:0:0:0:0:0:1]', 2001:db8::1",
        "'unknown[2001:db8::1:2]:2525', 2001:db8::1:2",
        "'unknown[::ffff:192.0.2.1]', 192.0.2.1",
        "'unknown[fe80::1%eth0]', fe80::1",
        "'evil[198.51.100.1][192.0.2.1]', 192.0.2.1",
        "'evil[198.51.100.1]:[192.0.2.1]', 192.0.2.1",
        "'evil[198.51.100.1]:550[192.0.2.1]:25', 192.0.2.1"
    })
    void shouldTakeAddressFromWhereTheServerWroteIt(String client, String address) {
        assertThat(refusal(rcpt(UNKNOWN).replace(CLIENT, client)).client()).isEqualTo(IpAddress.parse(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown[unknown]",
                "unknown[]",
                "unknown",
                "[192.0.2.1]",
                "unknown[192.0.2.1",
                "unknown[192.0.2.256]",
                "unknown[192.0.2.1] ",
                "unknown[192.0.2.1]x",
                "unknown[192.0.2.01]",
                "unknown[IPv6:IPv6:2001:db8::1]"
            })
    void shouldCallLineUnreadableWhenClientHasNoAddress(String client) {
        assertThat(parse(rcpt(UNKNOWN).replace(CLIENT, client))).isEqualTo(Notice.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "250 2.1.5 Ok", "5500 x", "55O x", "<bob@example.org>: 550 5.1.1"})
    void shouldCallLineUnreadableWhenItHasNoRefusingCode(String reply) {
        assertThat(parse(rcpt(reply).replace(CONTEXT, ""))).isEqualTo(Notice.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect from unknown[192.0.2.24]",
                "lost connection after RCPT from unknown[192.0.2.24]",
                "too many errors after RCPT from unknown[192.0.2.24]",
                "timeout after DATA from unknown[192.0.2.24]",
                "disconnect from unknown[192.0.2.24]",
                "disconnect from unknown[192.0.2.24] ehlo=1 auth=0/3 commands=1/4",
                "4F1sYz2K8Hz9vLk: client=mx.example.net[192.0.2.24]",
                "warning: hostname x.example does not resolve to address 192.0.2.24",
                "warning: Illegal address syntax from unknown[192.0.2.24] in RCPT command: <bob@>",
                "NOQUEUE: warn: RCPT from unknown[192.0.2.24]: 550 5.1.1 <bob@example.org>: Recipient",
                "NOQUEUE: client=unknown[192.0.2.24], sasl_username=reject: RCPT from x[198.51.100.1]: 550 5.1.1",
                ""
            })
    void shouldFindNothingInLinesThatRefuseNoRecipient(String message) {
        assertThat(parse(ENVELOPE + message)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postfix/qmgr[9]: 4F1sYz2K8Hz9vLk: from=<a@b.example>, size=10, nrcpt=1 (queue active)",
                "smtpd[9]: NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x",
                "/smtpd[9]: NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x",
                "postfix/smtpd[]: NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x",
                "postfix/smtpd[9] NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x",
                "dovecot: a/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 x"
            })
    void shouldLeaveOtherProgramsAlone(String rest) {
        assertThat(parse("Nov 25 12:00:00 mx1 " + rest)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postfix/smtpd",
                "postfix/submission/smtpd",
                "postfix/smtps/smtpd",
                "mx-in/smtpd",
                "postfix-out/10025/smtpd",
                "postfix/mx-smtpd"
            })
    void shouldReadServerUnderAnyName(String program) {
        assertThat(refusal(rcpt(UNKNOWN).replace("postfix/smtpd", program)).time())
                .isEqualTo(WRITTEN);
    }

    @ParameterizedTest
    @CsvSource({
        "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5, 1, 1",
        "ehlo=2 starttls=1 mail=1 rcpt=0/12 data=0/1 rset=1 quit=1 commands=5/18, 0, 12",
        "ehlo=1 mail=2 rcpt=3/40 bdat=1 quit=1 unknown=0/2 commands=8/47, 3, 40",
        "helo=1 mail=1 rcpt=0/1, 0, 1",
        "rcpt=7 commands=7 notes=bare_lf, 7, 7"
    })
    void shouldReadSession(String counts, int accepted, int offered) {
        assertThat(parse(ENVELOPE + "disconnect from unknown[192.0.2.24]:5 " + counts))
                .isEqualTo(new Session(IpAddress.parse("192.0.2.24"), WRITTEN, accepted, offered));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "disconnect from unknown[unknown] rcpt=1",
                "disconnect from unknown[192.0.2.24] rcpt=",
                "disconnect from unknown[192.0.2.24] rcpt=2/1",
                "disconnect from unknown[192.0.2.24] rcpt=1/",
                "disconnect from unknown[192.0.2.24] rcpt=-1/2",
                "disconnect from unknown[192.0.2.24] rcpt=1/2/3",
                "disconnect from unknown[192.0.2.24] rcpt=12345678901"
            })
    void shouldCallSessionUnreadableWhenItsNumbersAre(String message) {
        assertThat(parse(ENVELOPE + message)).isEqualTo(Notice.UNREADABLE);
    }

    @Test
    void shouldReadRefusalAtAnyPointWhereTheLineWasCutOff() {
        String line = rcpt(UNKNOWN);
        int client = line.indexOf("iclide");
        int code = line.indexOf(" 550") + 4;
        int detail = line.indexOf("5.1.1") + 5;
        for (int length = 0; length < line.length(); length++) {
            LogFact fact = parse(line.substring(0, length));
            if (length < client) {
                assertThat(fact).isNull();
            } else if (length < code) {
                assertThat(fact).isEqualTo(Notice.UNREADABLE);
            } else {
                assertThat(fact).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.client())
                        .isEqualTo(IpAddress.parse("192.0.2.24")));
            }
            if (length >= detail) {
                assertThat(fact).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.INVALID_RECIPIENT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOQUEUE: reject_warning: RCPT from unknown[192.0.2.24]: 550 5.1.1 <bob@example.org>: Recipient",
                "NOQUEUE: hold: RCPT from unknown[192.0.2.24]: <bob@example.org>: Recipient address triggers HOLD",
                "NOQUEUE: discard: RCPT from unknown[192.0.2.24]: <bob@example.org>: triggers DISCARD action",
                "NOQUEUE: filter: RCPT from unknown[192.0.2.24]: <bob@example.org>: triggers FILTER smtp:x",
                "NOQUEUE: redirect: RCPT from unknown[192.0.2.24]: <bob@example.org>: triggers REDIRECT",
                "4F1sYz2K8Hz9vLk: milter-hold: END-OF-MESSAGE from unknown[192.0.2.24]: milter triggers HOLD action",
                "NOQUEUE: milter-discard: RCPT from unknown[192.0.2.24]: milter triggers DISCARD action",
                "NOQUEUE: proxy-reject: RCPT: 550 5.1.1 <bob@example.org>... User unknown; from=<a@b>",
                "proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1 - SPAM; from=<a@b> to=<bob@example.org>",
                "warning: unknown[192.0.2.24]: SASL PLAIN authentication failed: Connection lost to authentication server"
            })
    void shouldCallHarmlessWhatReadsLikeRefusalAndRefusesNobody(String message) {
        assertThat(parse(ENVELOPE + message)).isEqualTo(Notice.HARMLESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "lmtp", "local", "virtual", "pipe", "error"})
    void shouldCallBounceHarmlessWhoeverSaidIt(String daemon) {
        assertThat(
                        parse(
                                "Nov 25 12:00:00 mx1 postfix/" + daemon + "[9]: 4F1sYz2K8Hz9vLk: to=<bob@example.org>, "
                                        + "relay=mail.example.org[198.51.100.7]:25, dsn=5.1.1, status=bounced (host said: 550 5.1.1 x)"))
                .isEqualTo(Notice.HARMLESS);
    }

    @Test
    void shouldCallRefusalUnreadableWhenItsTimeIs() {
        assertThat(parse(rcpt(UNKNOWN).replace("Nov 25", "Nov 31"))).isEqualTo(Notice.UNREADABLE);
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
        assertThat(parse(rcpt(UNKNOWN).replace(ENVELOPE, envelope))).isNull();
        assertThat(PostfixLines.LOG.looksLike(Lines.entry(envelope))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 25 12:00:00 mx1 postfix/smtpd: ",
                "2026-11-25T13:00:00+0100 mx1 postfix/submission/smtpd[3101]: ",
                "<22>1 2026-11-25T12:00:00.000Z mx1 postfix/smtpd 3101 - - "
            })
    void shouldTakeItsOwnProgramsLinesWhateverIsAroundThem(String envelope) {
        assertThat(refusal(rcpt(UNKNOWN).replace(ENVELOPE, envelope)).time()).isEqualTo(WRITTEN);
        assertThat(PostfixLines.LOG.looksLike(Lines.entry(envelope))).isTrue();
    }

    @Property
    void shouldReadAnyBytes(@ForAll byte[] noise, @ForAll @IntRange(max = 200) int at) {
        // Given
        byte[] line = rcpt(UNKNOWN).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(noise, 0, line, at, Math.min(noise.length, line.length - at));

        // When
        LogFact fact = Lines.fact(PostfixLines.LOG, line);

        // Then
        if (at >= rcpt(UNKNOWN).indexOf("; from=")) {
            assertThat(fact).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.client())
                    .isEqualTo(IpAddress.parse("192.0.2.24")));
        }
        assertThat(Lines.fact(PostfixLines.LOG, noise)).isNull();
    }

    @Test
    void shouldReadLineOf100kB() {
        assertThat(refusal(rcpt("550 5.1.1 <" + "a".repeat(100_000) + "@example.org>"))
                        .reason())
                .isEqualTo(Reason.INVALID_RECIPIENT);
        assertThat(parse(rcpt(UNKNOWN).replace("iclide.commercieopard.example[", "a".repeat(100_000) + "[")))
                .isEqualTo(Notice.UNREADABLE);
        assertThat(parse("x".repeat(100_000))).isNull();
    }
}
