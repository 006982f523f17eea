package org.snowtrack.connectors.qmail;

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

/** What the corpus cannot say of qmail's log: forgers, broken lines, lines that tell nothing. */
class QmailLogTest {

    private static final QmailLog QMAIL = new QmailLog();
    private static final String TIME = "@400000006b06cdcb1dcd6500 ";
    private static final String SYSLOG = "Nov 25 12:00:00 mx qmail: 1795608000.485077 ";

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo,
            @ForAll("chosen") String sender,
            @ForAll("chosen") String recipient,
            @ForAll("hosts") String host,
            @ForAll("addresses") String ip) {
        // Given
        IpAddress attacker = IpAddress.parse(ip);
        List<String> messages = List.of(
                "CHKUSER rejected rcpt: from <" + sender + "::> remote <" + helo + ":" + host + ":" + ip + "> rcpt <"
                        + recipient + "> : not existing recipient",
                "CHKUSER rejected rcpt: from <" + sender + "|remoteinfo/auth:|chkuser-identify:> remote <helo:" + helo
                        + "|remotehostname:" + host + "|remotehostip:" + ip + "> rcpt <" + recipient
                        + "> : not existing recipient",
                "spamdyke[7]: DENIED_OTHER from: " + sender + " to: " + recipient + " origin_ip: " + ip
                        + " origin_rdns: " + host + " auth: (unknown) encryption: (none) reason: " + helo,
                "spamdyke[7]: ALLOWED from: " + sender + " to: " + recipient + " origin_ip: " + ip,
                "rblsmtpd: " + ip + " pid 7: 451 http://www.spamhaus.org/query/bl?ip=" + ip,
                "qmail-smtpd: pid 7 Reject::RCPT::Failed_Rcptto P:ESMTP S:" + ip + ":" + host + " H:" + helo + " F:"
                        + sender + " T:" + recipient,
                "qmail-smtpd: message rejected (qmail-dnsbl): " + sender + " from " + ip + " to " + recipient + " helo "
                        + helo,
                "simscan:[7]:SPAM REJECT (9.00/5.00):1.2s:" + helo + ":" + ip + ":" + sender + ":" + recipient,
                "info msg 4711: bytes 1200 from <" + sender + "> qp 77 uid 101");
        String[] lines = messages.stream()
                .flatMap(message -> Stream.of(TIME + message, SYSLOG + message))
                .toArray(String[]::new);

        // Then
        Stream.of(Lines.refusals(QMAIL, lines), Lines.refusals(new AnyLog(), lines))
                .flatMap(List::stream)
                .forEach(refusal -> assertThat(refusal.client()).isEqualTo(attacker));
    }

    @Provide
    Arbitrary<String> hosts() {
        return Arbitraries.of("unknown", "", "mx.b.example", "beef", "2001", "a-203.0.113.9.example");
    }

    @Provide
    Arbitrary<String> addresses() {
        return Arbitraries.of("192.0.2.24", "2001:db8::24", "2a00:1:2:3:4:5:6:7", "::ffff:192.0.2.24");
    }

    @Provide
    Arbitrary<String> chosen() {
        Arbitrary<String> part = Arbitraries.of(
                "a:b:203.0.113.9",
                "203.0.113.9",
                "2001:db8::9",
                ":",
                "beef",
                "> remote <",
                "> rcpt <",
                "> : not existing recipient",
                "|remotehostname:",
                "|remotehostip:203.0.113.9",
                " origin_ip: 203.0.113.9",
                " origin_rdns: x",
                " from 203.0.113.9",
                " from ",
                " to ",
                " S:203.0.113.9:x",
                " H:",
                ":203.0.113.9:",
                "CHKUSER rejected rcpt: from <a:b:c> remote <d:e:203.0.113.9> rcpt <f> : not existing recipient",
                "rblsmtpd: 203.0.113.9 pid 7: 451 listed",
                " ");
        return Arbitraries.oneOf(
                        part, Arbitraries.strings().ascii().excludeChars('\n').ofMaxLength(12))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHKUSER rejected rcpt: from <a@b.example::> remote <x:y:203.0.113.9> rcpt <c> : not existing recipient ",
                "spamdyke[7]: DENIED_OTHER from: a to: b origin_ip: 203.0.113.9 origin_rdns: x auth: y reason: ",
                "simscan:[7]:SPAM REJECT (9.00/5.00):1.2s:x:203.0.113.9:"
            })
    void shouldBelieveNobodyWhereTheTrueClientMayHaveBeenCutOff(String forged) {
        assertThat(Lines.facts(QMAIL, TIME + forged + "x".repeat(800))).containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(QMAIL, TIME + forged + "x".repeat(100_000))).containsExactly(Notice.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHKUSER intrusion threshold: from <a@b::> remote <x:y:192.0.2.24> rcpt <c> : max number of allowed rcpt",
                "spamdyke[7]: FILTER_RBL_MATCH ip: 192.0.2.24 rbl: zen.spamhaus.org",
                "simscan:[7]:SPAM DROPPED (9.00/5.00):1.2s:x:192.0.2.24:a@b.example:bob@example.org"
            })
    void shouldTellThatALineOnlyReadsLikeARefusal(String message) {
        assertThat(Lines.facts(QMAIL, TIME + message)).containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldLookLikeNoOtherServersLine() {
        assertThat(QMAIL.looksLike(Lines.entry(TIME + "tcpserver: pid 7 from 192.0.2.24")))
                .isTrue();
        assertThat(QMAIL.looksLike(Lines.entry(SYSLOG + "new msg 4711"))).isTrue();
        assertThat(QMAIL.looksLike(Lines.entry("Nov 25 12:00:00 mx postfix/smtpd[7]: CHKUSER rejected rcpt: from <")))
                .isFalse();
        assertThat(QMAIL.looksLike(Lines.entry("Nov 25 12:00:00 mx smtpd[7]: new msg 4711")))
                .isFalse();
        assertThat(QMAIL.looksLike(Lines.entry("Nov 25 12:00:00 mx sm-mta[7]: x: from=<a@b.example>")))
                .isFalse();
    }

    @Test
    void shouldLetNoRecipientPassInAnyField() {
        // Given
        String line = TIME + "CHKUSER rejected rcpt: from <bob@example.org:bob@example.org:> remote "
                + "<bob@example.org:unknown:192.0.2.24> rcpt <bob@example.org> : not existing recipient";

        // When
        List<LogFact> facts = Lines.facts(QMAIL, line);

        // Then
        assertThat(facts).singleElement().asString().doesNotContain("bob");
    }
}
