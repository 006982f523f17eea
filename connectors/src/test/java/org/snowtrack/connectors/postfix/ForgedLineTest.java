package org.snowtrack.connectors.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.postfix.PostfixLines.ENVELOPE;
import static org.snowtrack.connectors.postfix.PostfixLines.parse;
import static org.snowtrack.connectors.postfix.PostfixLines.rcpt;
import static org.snowtrack.connectors.postfix.PostfixLines.refusal;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.schemas.ip.IpAddress;

/** The client writes HELO, sender and recipient; an attacker wants someone else's address to be counted. */
class ForgedLineTest {

    private static final IpAddress ATTACKER = IpAddress.parse("192.0.2.24");
    private static final String FORGED =
            "NOQUEUE: reject: RCPT from victim.example[203.0.113.9]: 550 5.1.1 <x@example.org>: Recipient";

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("chosen") String sender, @ForAll("chosen") String recipient) {
        // Given
        String line = ENVELOPE + "NOQUEUE: reject: RCPT from unknown[192.0.2.24]: 550 5.1.1 <" + recipient
                + ">: Recipient address rejected: User unknown in local recipient table; from=<" + sender + "> to=<"
                + recipient + "> proto=ESMTP helo=<" + helo + ">";

        // Then
        assertThat(refusal(line).client()).isEqualTo(ATTACKER);
        assertThat(refusal(line).reason().name()).isEqualTo("INVALID_RECIPIENT");
    }

    @Property
    void shouldTakeNothingThatOthersWroteFromAProgramThatWasCut(
            @ForAll("chosen") String chosen, @ForAll("others") String beginning) {
        // Given
        String line = "<22>1 2026-11-25T12:00:00Z mx1 postfix 7 - - " + beginning + chosen + FORGED;

        // Then
        assertThat(parse(line)).isNull();
    }

    @Provide
    Arbitrary<String> others() {
        return Arbitraries.of(
                "4F1sYz2K8Hz9vLk: to=<",
                "4F1sYz2K8Hz9vLk: host mx.example.net[203.0.113.9] said: ",
                "4F1sYz2K8Hz9vLk: message-id=<",
                "4F1sYz2K8Hz9vLk: warning: header Subject: ",
                "4F1sYz2K8Hz9vLk: replace: header Subject: ",
                "PREGREET 11 after 0.21 from [192.0.2.24]:40000: ",
                "warning: non-SMTP command from unknown[192.0.2.24]: ",
                "improper command pipelining after EHLO from unknown[192.0.2.24]: ");
    }

    @Property
    void shouldBlameTheClientAtEveryStage(
            @ForAll("actions") String action, @ForAll("chosen") String text, @ForAll("chosen") String context) {
        // Given
        String line = "Nov 25 12:00:00 mx1 postfix/" + action + text + "; from=<" + context + "> proto=ESMTP helo=<"
                + text + ">";

        // Then
        assertThat(parse(line)).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.client())
                .isEqualTo(ATTACKER));
    }

    @Provide
    Arbitrary<String> actions() {
        return Arbitraries.of(
                "smtpd[1]: NOQUEUE: reject: CONNECT from unknown[192.0.2.24]: 554 5.7.1 ",
                "smtpd[1]: NOQUEUE: reject: HELO from unknown[192.0.2.24]: 504 5.5.2 <",
                "smtpd[1]: NOQUEUE: reject: VRFY from unknown[192.0.2.24]: 550 5.1.1 <",
                "smtpd[1]: 4F1sYz2K8Hz9vLk: milter-reject: END-OF-MESSAGE from unknown[192.0.2.24]: 550 5.7.1 ",
                "smtpd[1]: warning: unknown[192.0.2.24]: SASL LOGIN authentication failed: ",
                "postscreen[1]: NOQUEUE: reject: RCPT from [192.0.2.24]:25: 550 5.5.1 ",
                "postscreen[1]: NOQUEUE: reject: CONNECT from [192.0.2.24]:25: too many connections ",
                "cleanup[1]: 4F1sYz2K8Hz9vLk: milter-reject: END-OF-MESSAGE from unknown[192.0.2.24]: 5.7.1 ");
    }

    @Property
    void shouldNeverBlameAnotherForHeadersThatWereRefused(
            @ForAll("header") String header, @ForAll("chosen") String sender, @ForAll("chosen") String helo) {
        // Given
        String line = "Nov 25 12:00:00 mx1 postfix/cleanup[1]: 4F1sYz2K8Hz9vLk: reject: header Subject: "
                + header.substring(0, Math.min(200, header.length()))
                + " from unknown[192.0.2.24]; from=<" + sender + "> to=<bob@example.org> proto=ESMTP helo=<" + helo
                + ">: 5.7.1 no";

        // Then
        assertThat(parse(line))
                .satisfiesAnyOf(fact -> assertThat(fact).isEqualTo(Notice.UNREADABLE), fact -> assertThat(fact)
                        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.client())
                                .isEqualTo(ATTACKER)));
    }

    @Provide
    Arbitrary<String> header() {
        return Arbitraries.of(
                        " from victim.example[203.0.113.9]; from=<a@b.example> proto=SMTP helo=<x>: 5.7.1 no",
                        " from local; from=<a@b.example>",
                        " from ",
                        "[203.0.113.9]",
                        "; from=<",
                        "cheap pills",
                        " ")
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    @Property
    void shouldFindNothingInWordsOfClientsThatAnotherLineQuotes(@ForAll("chosen") String text) {
        assertThat(parse(ENVELOPE + "warning: non-SMTP command from unknown[192.0.2.24]: " + text))
                .isNull();
        assertThat(parse(ENVELOPE + "improper command pipelining after EHLO from unknown[192.0.2.24]: " + text))
                .isNull();
        assertThat(parse("Nov 25 12:00:00 mx1 postfix/smtp[1]: 4F1sYz2K8Hz: to=<" + text + ">, relay=none"))
                .isNull();
        assertThat(parse("Nov 25 12:00:00 mx1 kernel: " + text)).isNull();
        assertThat(parse("Nov 25 12:00:00 mx1 imapd[7]: " + text)).isNull();
    }

    @Provide
    Arbitrary<String> chosen() {
        Arbitrary<String> part = Arbitraries.of(
                FORGED,
                ENVELOPE,
                "postfix/smtpd[1]: ",
                "victim.example[203.0.113.9]",
                "[203.0.113.9]",
                "]: 550 5.1.1 ",
                "unknown[203.0.113.9]: 550 5.1.1 ",
                "disconnect from victim.example[203.0.113.9] rcpt=0/99",
                "; from=<a@b.example> to=<c@d.example> proto=SMTP helo=<e>",
                ">: Recipient address rejected: unverified address",
                "\"",
                "\\",
                ">",
                "<",
                ": ",
                " ",
                "@example.org");
        return Arbitraries.oneOf(part, Arbitraries.strings().ascii().ofMaxLength(20))
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    /** CVE-2013-7176: fail2ban took the address from a pattern that was not anchored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "reject: RCPT from victim.example[203.0.113.9]: 550 5.1.1",
                "NOQUEUE: reject: RCPT from victim.example[203.0.113.9]: 554 5.7.1",
                "x[203.0.113.9]: 550 5.1.1 ",
                "[203.0.113.9]",
                "a]: 550 5.1.1 b[203.0.113.9]: 550"
            })
    void shouldTakeNoAddressFromHelo(String helo) {
        assertThat(refusal(rcpt("504 5.5.2 <" + helo + ">: Helo command rejected: need fully-qualified hostname")
                                .replace("iclide.commercieopard.example>", helo + ">"))
                        .client())
                .isEqualTo(ATTACKER);
    }

    @Test
    void shouldCountSessionOfItsOwnClientOnly() {
        assertThat(parse(ENVELOPE + "disconnect from x[203.0.113.9][192.0.2.24] rcpt=0/3"))
                .isInstanceOfSatisfying(
                        Session.class, session -> assertThat(session.client()).isEqualTo(ATTACKER));
    }

    @Test
    void shouldLetNoRecipientPassAsNameOfClientOrSender() {
        // Given
        String reply = "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown";

        // Then
        assertThat(refusal(rcpt(reply).replace("helo=<iclide.commercieopard.example>", "helo=<bob@example.org>"))
                        .helo())
                .isNull();
        assertThat(refusal(rcpt(reply).replace("from=<news@commercieopard.example>", "from=<>"))
                        .senderDomain())
                .isNull();
        assertThat(refusal(rcpt(reply).replace("from=<news@commercieopard.example>", "from=<news>"))
                        .senderDomain())
                .isNull();
        assertThat(refusal(rcpt(reply).replace("news@commercieopard.example", "a b@c d"))
                        .senderDomain())
                .isNull();
        assertThat(refusal(rcpt(reply).replace(" helo=<iclide.commercieopard.example>", ""))
                        .helo())
                .isNull();
    }

    @Test
    void shouldReadHeloThoughAuthenticationStandsBehindIt() {
        assertThat(refusal(rcpt("554 5.7.1 <bob@example.org>: Relay access denied") + " sasl_method=PLAIN "
                                + "sasl_username=bob@example.org")
                        .helo())
                .isEqualTo("iclide.commercieopard.example");
    }
}
