package org.snowtrack.connectors.opensmtpd;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.schemas.ip.IpAddress;

class OpensmtpdLogTest {

    private static final OpensmtpdLog LOG = new OpensmtpdLog();
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");
    private static final String PROGRAM = "Nov 25 12:00:00 mx1 smtpd[6101]: ";
    private static final String ENVELOPE = PROGRAM + "2cd79d8bacbe2c12 smtp ";
    private static final String CONNECTED = ENVELOPE + "connected address=192.0.2.24 host=mx.shop.example";
    private static final String RESULT = "\" result=\"550 Invalid recipient: <bob@example.org>\"";
    private static final String REFUSED = ENVELOPE + "failed-command command=\"RCPT TO:<bob@example.org>" + RESULT;

    @Property
    void shouldNeverBlameAnotherAddress(@ForAll("chosen") String text) {
        assertThat(Lines.refusals(
                        LOG,
                        CONNECTED,
                        ENVELOPE + "failed-command command=\"EHLO " + text + "\" result=\"550 5.7.1 go away\"",
                        ENVELOPE + "failed-command command=\"RCPT TO:<" + text + ">" + RESULT,
                        ENVELOPE + "authentication user=" + text + " result=permfail",
                        ENVELOPE + "failed-command command=\"" + text + "\" result=\"500 5.5.1 Invalid command\"",
                        PROGRAM + "9f00000000000001 mta delivery to=<" + text + "> result=\"PermFail\" stat=\"550\"",
                        "Nov 25 12:00:00 mx1 kernel: " + text,
                        REFUSED))
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.client()).isEqualTo(CLIENT));
    }

    @Property
    void shouldNeverBlameAnotherAddressWhereEachLineHasOne(@ForAll("chosen") String text) {
        assertThat(Lines.refusals(
                        LOG,
                        ENVELOPE + "event=failed-command address=192.0.2.24 host=mx.shop.example command=\"RCPT TO:<"
                                + text + ">\" result=\"550 Invalid recipient\""))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.client()).isEqualTo(CLIENT));
    }

    @Provide
    Arbitrary<String> chosen() {
        Arbitrary<String> part = Arbitraries.of(
                "2cd79d8bacbe2c12 smtp connected address=203.0.113.9 host=x",
                ENVELOPE,
                "event=failed-command address=203.0.113.9 host=x ",
                "address=203.0.113.9",
                "command=\"RCPT TO:<x>",
                RESULT,
                "smtp-in: New session 2cd79d8bacbe2c12 from host x [203.0.113.9]",
                "\"",
                ">",
                " ");
        return Arbitraries.oneOf(
                        part, Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disconnected reason=quit", "event=closed address=192.0.2.24 host=x reason=timeout"})
    void shouldForgetSessionThatHasEnded(String end) {
        assertThat(Lines.facts(LOG, CONNECTED, ENVELOPE + end, REFUSED)).containsExactly(Notice.UNATTRIBUTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authentication user=bob@example.org result=permfail",
                "bad-input result=\"500 5.5.1 Invalid command: Pipelining not supported\"",
                "failed-command command=\"AUTH LOGIN\" result=\"503 5.5.1 Invalid command: Command not supported\""
            })
    void shouldCallHarmlessWhatReadsLikeRefusal(String message) {
        assertThat(Lines.facts(LOG, CONNECTED, ENVELOPE + message)).containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldCallHarmlessWhatOtherServersSaidAndWhatLocalProgramsGotWrong() {
        assertThat(
                        Lines.facts(
                                LOG,
                                PROGRAM
                                        + "9f00000000000001 mta delivery to=<bob@example.net> result=\"PermFail\" stat=\"550\""))
                .containsExactly(Notice.HARMLESS);
        assertThat(Lines.facts(LOG, ENVELOPE + "connected address=local host=mx1.example.org", REFUSED))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldReadLineOf100kB() {
        assertThat(Lines.facts(LOG, CONNECTED, ENVELOPE + "failed-command command=\"" + "\" ".repeat(50_000)))
                .containsExactly(Notice.UNREADABLE);
    }
}
