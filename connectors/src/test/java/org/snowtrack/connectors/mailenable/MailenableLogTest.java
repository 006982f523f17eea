package org.snowtrack.connectors.mailenable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.formats.Lines.facts;

import java.time.Instant;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.formats.Forgeries;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.schemas.ip.IpAddress;

class MailenableLogTest {

    private static final MailenableLog LOG = new MailenableLog();
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");

    private static String line(String command, String argument, String reply) {
        return "11/25/26 12:00:00\tSMTP-IN\tA3B1.MAI\t816\t192.0.2.24\t" + command + "\t" + argument + "\t" + reply
                + "\t43\t31\t\t";
    }

    private static String w3c(String command, String argument, String reply) {
        return "2026-11-25 12:00:00 192.0.2.24 SMTP-IN example.org 198.51.100.5 25 " + command + " "
                + argument.replace(' ', '+') + " " + reply.replace(' ', '+') + " mail 43 31 {blank}";
    }

    @Test
    void shouldTellOfSessionWhenClientQuits() {
        assertThat(facts(
                        LOG,
                        line("MAIL", "MAIL FROM:<a@b.example>", "250 OK"),
                        line("RCPT", "RCPT TO:<amy@example.org>", "250 OK"),
                        line("RCPT", "RCPT TO:<carl@example.org>", "250 OK"),
                        line("QUIT", "QUIT", "221 Bye")))
                .containsExactly(new Session(CLIENT, Instant.parse("2026-11-25T12:00:00Z"), 2, 2));
        assertThat(facts(LOG, line("QUIT", "QUIT", "221 Bye"))).isEmpty();
    }

    @Test
    void shouldCallErrorInProtocolHarmless() {
        assertThat(facts(LOG, line("DATA", "DATA", "503 Bad sequence of commands")))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldLeaveOtherLogsAlone() {
        assertThat(LOG.looksLike(Lines.entry("11/25/26 12:00:00\tME-I0111: Relay Denied: SMTP-IN\t")))
                .isFalse();
        assertThat(LOG.looksLike(Lines.entry("2026-11-25 12:00:00 mail SMTP-INBOUND x")))
                .isFalse();
        assertThat(LOG.looksLike(Lines.entry("2026-11-25 12:00:00 192.0.2.24 SMTP-OU example.org 198.51.100.5")))
                .isTrue();
    }

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("chosen") String sender, @ForAll("chosen") String recipient) {
        // When
        var told = facts(
                LOG,
                line("EHLO", "EHLO " + helo, "250-mail.example.org [192.0.2.24], this server offers 4 extensions"),
                line("MAIL", "FROM:<" + sender + ">", "250 Requested mail action okay, completed"),
                line(helo, sender, "500 Syntax error, command unrecognized"),
                line("RCPT", "RCPT TO:<" + recipient + ">", "550 Requested action not taken: mailbox unavailable"),
                w3c("RCPT", "RCPT TO:<" + recipient + ">", "550 Requested action not taken: mailbox unavailable"),
                line("QUIT", "QUIT", "221 Bye"));

        // Then
        assertThat(Forgeries.clients(told)).allMatch(CLIENT::equals);
    }

    @Provide
    Arbitrary<String> chosen() {
        return Forgeries.words(
                line("RCPT", "RCPT TO:<a@b.example>", "550 User unknown").replace("192.0.2.24", Forgeries.VICTIM),
                "\tSMTP-IN\tA.MAI\t816\t203.0.113.9\tRCPT\t",
                " 203.0.113.9 SMTP-IN example.org",
                "\t550 User unknown\t",
                "QUIT");
    }
}
