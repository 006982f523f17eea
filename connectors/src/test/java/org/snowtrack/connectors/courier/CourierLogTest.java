package org.snowtrack.connectors.courier;

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
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.ip.IpAddress;

class CourierLogTest {

    private static final CourierLog LOG = new CourierLog();
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");
    private static final String ENVELOPE = "Nov 25 12:00:00 mx1 courieresmtpd: ";
    private static final String ERROR = ENVELOPE + "error,relay=::ffff:192.0.2.24,port=41022";

    /** Courier turns angle brackets and colons inside these into blanks. */
    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String ident, @ForAll("chosen") String sender, @ForAll("chosen") String recipient) {
        assertThat(Lines.refusals(
                        LOG,
                        ERROR + ",ident=" + ident.replaceAll("[,:]", " ") + ",from=<" + sender.replaceAll("[<>:]", " ")
                                + ">,to=<" + recipient.replaceAll("[<>:]", " ") + ">: 550 User unknown."))
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.client()).isEqualTo(CLIENT);
                    assertThat(refusal.reason()).isEqualTo(Reason.INVALID_RECIPIENT);
                });
    }

    @Property
    void shouldBlameNobodyElseForCommand(@ForAll("chosen") String ident, @ForAll("chosen") String command) {
        assertThat(Lines.refusals(
                        LOG, ERROR + ",ident=\"" + ident + "\",msg=\"535 Authentication failed.\",cmd: " + command))
                .allSatisfy(refusal -> assertThat(refusal.client()).isEqualTo(CLIENT));
        assertThat(Lines.refusals(LOG, "Nov 25 12:00:00 mx1 kernel: " + command))
                .isEmpty();
    }

    @Provide
    Arbitrary<String> chosen() {
        Arbitrary<String> part = Arbitraries.of(
                "error,relay=203.0.113.9,from=<a>,to=<b>: 550 User unknown.",
                ENVELOPE,
                ",relay=203.0.113.9",
                ",from=<",
                ",to=<",
                ">",
                "\",cmd: ",
                ",msg=\"550 User unknown",
                "::ffff:203.0.113.9",
                "greylist",
                " ");
        return Arbitraries.oneOf(part, Arbitraries.strings().ascii().ofMaxLength(20))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",msg=\"502 ESMTP command error\",cmd: GET / HTTP/1.0",
                ",msg=\"440 TLS not available.\",cmd: STARTTLS",
                ",from=<news@shop.example>,to=<bob@example.org>: 550-User unknown."
            })
    void shouldCallHarmlessWhatReadsLikeRefusal(String rest) {
        assertThat(Lines.facts(LOG, ERROR + rest)).containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldReadRefusalAtAnyPointWhereTheLineWasCutOff() {
        String line = ERROR + ",from=<news@shop.example>,to=<bob@example.org>: 550 User unknown.";
        for (int length = 0; length < line.length(); length++) {
            assertThat(Lines.refusals(LOG, line.substring(0, length)))
                    .hasSize(length < line.indexOf("550") + 3 ? 0 : 1)
                    .allSatisfy(refusal -> assertThat(refusal.client()).isEqualTo(CLIENT));
        }
    }

    @Test
    void shouldReadLineOf100kB() {
        assertThat(Lines.facts(LOG, ERROR + ",from=<" + "a".repeat(100_000) + ">: 550 User unknown."))
                .containsExactly(Notice.UNREADABLE);
        assertThat(Lines.facts(LOG, ENVELOPE + "error,relay=" + ":".repeat(100_000)))
                .containsExactly(Notice.UNREADABLE);
    }
}
