package org.snowtrack.connectors.exim;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.schemas.ip.IpAddress;

/** What the corpus cannot say of Exim's log: forgers, broken lines, lines that tell nothing. */
class EximLogTest {

    private static final EximLog EXIM = new EximLog();
    private static final IpAddress ATTACKER = IpAddress.parse("192.0.2.24");
    private static final String TIME = "2026-11-25 12:00:00 ";
    private static final String REFUSAL = " F=<a@b.example> rejected RCPT <bob@example.org>: Unknown user";

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("quoted") String sender, @ForAll("quoted") String recipient) {
        for (String client : List.of("(" + helo + ") [192.0.2.24]", "mx.b.example (" + helo + ") [192.0.2.24]:4000")) {
            assertOnlyAttackerIn(List.of(
                    "H=" + client + " F=<" + sender + "> rejected RCPT <" + recipient + ">: Unknown user",
                    "H=" + client + " rejected EHLO or HELO " + helo + ": no",
                    "H=" + client + " F=<" + sender + "> rejected after DATA: spam",
                    "H=" + client + " incomplete transaction (RSET) from <" + sender + "> for " + recipient,
                    "H=" + client + " sender verify fail for <" + sender + ">: Unrouteable address",
                    "1abcDE-000abc-0A <= " + sender + " H=" + client + " P=esmtp S=1",
                    "1abcDE-000abc-0A => bob <" + recipient + "> R=local T=maildir",
                    "1abcDE-000abc-0A F=" + sender + " H=" + client + " P=esmtp rejected by local_scan(): spam",
                    "rejected EHLO from " + client + ": syntactically invalid argument(s): " + helo,
                    "rejected \"EHLO " + helo + "\" from " + client,
                    "rejected MAIL FROM:<" + sender + "> H=" + client + ": message too big: size=9 max=1",
                    "rejected from <" + sender + "> H=" + client + ": message too big: read=9 max=1",
                    "unqualified sender rejected: <" + sender + "> H=" + client,
                    "too many recipients: message rejected: sender=<" + sender + "> H=" + client,
                    "login authenticator failed for " + client + ": 535 Incorrect authentication data (set_id=" + helo,
                    "SMTP call from " + client + " dropped: too many nonmail commands (last was \"" + helo + "\")",
                    "SMTP protocol synchronization error (x): rejected \"" + helo + "\" H=" + client + " next input=\""
                            + helo + "\"",
                    "SMTP syntax error in \"" + helo + "\" H=" + client + " unrecognized command"));
        }
    }

    private static void assertOnlyAttackerIn(List<String> messages) {
        String[] lines = messages.stream()
                .flatMap(message -> Stream.of(TIME + message, "Nov 25 12:00:00 mx exim[7]: " + TIME + message))
                .toArray(String[]::new);
        Stream.of(Lines.refusals(EXIM, lines), Lines.refusals(new AnyLog(), lines))
                .flatMap(List::stream)
                .forEach(refusal -> assertThat(refusal.client()).isEqualTo(ATTACKER));
    }

    @Property
    void shouldBelieveClientsWithoutHeloWhateverStandsBehindThem(
            @ForAll("quoted") String sender, @ForAll("quoted") String recipient) {
        // Given
        String line = TIME + "H=mx.b.example [192.0.2.24] F=<" + sender + "> rejected RCPT <" + recipient + ">: no";

        // Then
        assertThat(Lines.refusals(EXIM, line)).singleElement().satisfies(refusal -> {
            assertThat(refusal.client()).isEqualTo(ATTACKER);
            assertThat(refusal.recipients()).isEqualTo(1);
        });
    }

    @Provide
    Arbitrary<String> chosen() {
        Arbitrary<String> part = Arbitraries.of(
                "x) [203.0.113.9]",
                "[203.0.113.9]",
                ") [203.0.113.9]:25",
                "(",
                ")",
                " ",
                ": ",
                "\"",
                "\" H=(y) [203.0.113.9]",
                "\" from [203.0.113.9]",
                " F=<a@b.example>",
                " F=<\"",
                " rejected RCPT <c@example.org>: Unknown user",
                " temporarily rejected after DATA",
                ": syntactically invalid argument(s): ",
                ": 535 Incorrect authentication data",
                " dropped: too many nonmail commands",
                " next input=\"",
                " Warning: ",
                "x/smtpd[1]: NOQUEUE: reject: RCPT from v.example[203.0.113.9]: 550 5.1.1 <x@example.org>: no",
                TIME + "H=[203.0.113.9]" + REFUSAL);
        return Arbitraries.oneOf(
                        part, Arbitraries.strings().ascii().excludeChars('\n').ofMaxLength(12))
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    /** Exim takes what looks like an address's end only in quotes. */
    @Provide
    Arbitrary<String> quoted() {
        return chosen().map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"@b.example");
    }

    @Test
    void shouldBelieveNoHeloWhereTheTrueClientMayHaveBeenCutOff() {
        // Given
        String forged = "H=(x) [203.0.113.9] F=<a@b.example> rejected RCPT <bob@example.org>: Unknown user ";

        // Then
        assertThat(Lines.facts(EXIM, "Nov 25 12:00:00 mx exim[7]: " + forged + "x".repeat(800)))
                .containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(EXIM, TIME + forged + "x".repeat(8_000))).containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(EXIM, TIME + forged + "x".repeat(100_000))).containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(EXIM, TIME + forged + "**** log string overflowed log buffer ****"))
                .containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(EXIM, TIME + "H=" + "(x) [203.0.113.9] ".repeat(40) + REFUSAL))
                .containsExactly(Notice.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "H=(x) [192.0.2.24] Warning: would have been rejected RCPT <bob@example.org>",
                "H=(x) [192.0.2.24] F=<a@b.example> RCPT <bob@example.org>: discarded by RCPT ACL",
                "1abcDE-000abc-0A H=mx.example.net [192.0.2.77]: SMTP error from remote mail server: 550 rejected RCPT",
                "login authenticator failed for U=carol: 535 Incorrect authentication data",
                "rejected MAIL FROM:<a@b.example> U=carol: message too big: size=9 max=1"
            })
    void shouldTellThatALineOnlyReadsLikeARefusal(String message) {
        assertThat(Lines.facts(EXIM, TIME + message.replace("rejected RCPT", "is rejected RCPT")))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldLookLikeNoOtherServersLine() {
        assertThat(EXIM.looksLike(Lines.entry(TIME + "1abcDE-00000000abc-000A Completed")))
                .isTrue();
        assertThat(EXIM.looksLike(Lines.entry("Nov 25 12:00:00 mx exim4[7]: anything")))
                .isTrue();
        assertThat(EXIM.looksLike(Lines.entry("Nov 25 12:00:00 mx sm-mta[7]: H=(x) [192.0.2.24]" + REFUSAL)))
                .isFalse();
        assertThat(EXIM.looksLike(Lines.entry("Nov 25 12:00:00 mx postfix/smtpd[7]: connect from x[192.0.2.24]")))
                .isFalse();
        assertThat(EXIM.looksLike(Lines.entry("  Subject: H=(x) [192.0.2.24]" + REFUSAL)))
                .isFalse();
        assertThat(EXIM.looksLike(Lines.entry(TIME + "connected to 192.0.2.24")))
                .isFalse();
    }

    @Test
    void shouldLetNoRecipientPassInAnyField() {
        // Given
        String line = TIME + "H=(bob@example.org) [192.0.2.24] F=<bob@example.org> rejected RCPT <bob@example.org>: "
                + "550 5.1.1 bob@example.org is unknown";

        // When
        List<LogFact> facts = Lines.facts(EXIM, line);

        // Then
        assertThat(facts).singleElement().asString().doesNotContain("bob");
    }
}
