package org.snowtrack.connectors.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.formats.LogReader;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionMemory;
import org.snowtrack.schemas.ip.IpAddress;

class SendmailLogTest {

    private static final SendmailLog LOG = new SendmailLog();
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");
    private static final String ENVELOPE = "Nov 25 12:00:00 mx1 sm-mta[4101]: 4APC0001004101: ";
    private static final String RELAY = ", relay=mx.shop.example [192.0.2.24]";
    private static final String FORGED = ", relay=victim.example [203.0.113.9], reject=550 5.1.1 ";
    private static final String UNKNOWN = "<bob@example.org>... User unknown";
    private static final String END =
            "from=<news@shop.example>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA" + RELAY;

    /** Sendmail's {@code prescan} lets quotes, comments and brackets pass only if they are balanced. */
    @Property
    void shouldNeverBlameAnotherAddress(@ForAll("addresses") String sender, @ForAll("addresses") String recipient) {
        // Given
        String reply = ", reject=550 5.1.1 " + recipient + "... User unknown";

        // Then
        assertThat(Lines.refusals(LOG, ENVELOPE + "ruleset=check_rcpt, arg1=" + recipient + RELAY + reply))
                .singleElement()
                .satisfies(SendmailLogTest::isUnknownRecipientOfClient);
        assertThat(Lines.refusals(
                        LOG,
                        ENVELOPE + recipient + "... User unknown",
                        ENVELOPE + "from=" + sender + ", size=0, class=0, nrcpts=0, proto=SMTP, daemon=MTA" + RELAY))
                .singleElement()
                .satisfies(SendmailLogTest::isUnknownRecipientOfClient);
    }

    private static void isUnknownRecipientOfClient(Refusal refusal) {
        assertThat(refusal.client()).isEqualTo(CLIENT);
        assertThat(refusal.reason()).isEqualTo(Reason.INVALID_RECIPIENT);
        assertThat(refusal.recipients()).isEqualTo(1);
    }

    @Property
    void shouldFindNothingInWordsOfClientsThatAnotherLineQuotes(@ForAll("words") String text) {
        assertThat(Lines.refusals(
                        LOG,
                        ENVELOPE + "[192.0.2.24]: VRFY " + text,
                        ENVELOPE + "mx.shop.example [192.0.2.24]: SMTP violation, " + text,
                        "Nov 25 12:00:00 mx1 kernel: " + text))
                .isEmpty();
    }

    @Provide
    Arbitrary<String> addresses() {
        Arbitrary<String> quoted = words().map(text -> "<\"" + escaped(text) + "\"@example.net>");
        Arbitrary<String> comment =
                words().map(text -> "(" + escaped(text.replaceAll("[()]", "")) + ")bob@example.net");
        return Arbitraries.oneOf(quoted, comment);
    }

    /** As a client must write it, and as {@code str2prt} then logs it. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\\\\\").replace("\"", "\\\\\"");
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.of(
                        FORGED,
                        "ruleset=check_rcpt, arg1=<x>",
                        "[203.0.113.9]",
                        "... User unknown",
                        "size=0, class=0, nrcpts=1",
                        "\"",
                        "\\",
                        "@example.org>",
                        "(",
                        "<",
                        ",",
                        " ",
                        "greylist",
                        "x")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @Test
    void shouldTakeLastRelayOfFailedAuthentication() {
        assertThat(Lines.refusals(
                        LOG, ENVELOPE + "AUTH failure (PLAIN): user not found, user=x" + FORGED + "x" + RELAY))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.client()).isEqualTo(CLIENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ruleset=check_rcpt, arg1=<bob@example.org>, relay=[192.0.2.24], discard",
                "ruleset=tls_server, arg1=SOFTWARE, relay=mail.example.net, reject=403 4.7.0 TLS handshake failed.",
                "to=<bob@example.net>, relay=mail.example.net. [198.51.100.7], dsn=5.1.1, stat=User unknown",
                "4APC0346004139: DSN: User unknown",
                "[192.0.2.24]: VRFY root [rejected]"
            })
    void shouldCallHarmlessWhatReadsLikeRefusal(String message) {
        assertThat(Lines.facts(LOG, ENVELOPE + message)).containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldCallHarmlessWhatLocalUserGotWrong() {
        assertThat(Lines.facts(
                        LOG,
                        ENVELOPE + "bob... User unknown",
                        ENVELOPE + "from=root, size=0, class=0, nrcpts=0, relay=root@localhost"))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldCallUnattributedWhatNoLineEnds() {
        // Given
        InstantSource clock = InstantSource.fixed(Lines.NOW);
        LogReader reader = new LogReader(LOG, ZoneOffset.UTC, Years.live(ZoneOffset.UTC, clock), clock);
        List<LogFact> facts = new ArrayList<>();
        byte[] refusal = (ENVELOPE + UNKNOWN).getBytes(StandardCharsets.US_ASCII);
        byte[] end = (ENVELOPE + END).getBytes(StandardCharsets.US_ASCII);

        // When
        reader.read(refusal, 0, refusal.length, 0, 1, (tag, fact) -> facts.add(fact));
        reader.read(end, 0, end.length, SessionMemory.WINDOW + 1, 2, (tag, fact) -> facts.add(fact));

        // Then
        assertThat(facts).containsExactly(Notice.UNATTRIBUTED);
    }

    @Test
    void shouldReleaseEachRefusalOnceWithTheLineAndTimeOfItsOwn() {
        // Given
        String later = ENVELOPE.replace("12:00:00", "12:00:09");

        // When
        var told = Lines.told(
                LOG,
                ZoneOffset.UTC,
                Stream.of(ENVELOPE + UNKNOWN, later + UNKNOWN, later + END, later + END)
                        .map(line -> line.getBytes(StandardCharsets.US_ASCII))
                        .toList());

        // Then
        assertThat(told).extracting(Lines.Told::line).containsExactly(1L, 2L);
        assertThat(told)
                .extracting(line -> ((Refusal) line.fact()).time())
                .containsExactly(Instant.parse("2026-11-25T12:00:00Z"), Instant.parse("2026-11-25T12:00:09Z"));
    }

    @Test
    void shouldReadLineOf100kBAndAnyBytes() {
        assertThat(Lines.facts(LOG, ENVELOPE + "ruleset=check_rcpt, arg1=<" + "a".repeat(100_000)))
                .containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(LOG, ENVELOPE + "\u0000\uffff" + "(".repeat(100_000)))
                .isEmpty();
    }
}
