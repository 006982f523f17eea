package org.snowtrack.connectors.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.formats.Lines.facts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.formats.Forgeries;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.schemas.ip.IpAddress;

class ExchangeLogTest {

    private static final ExchangeLog LOG = new ExchangeLog();
    private static final Instant WRITTEN = Instant.parse("2026-11-25T12:00:00Z");
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");

    private static String row(String event, String data) {
        boolean isQuoted = data.indexOf(',') >= 0 || data.indexOf('"') >= 0;
        return "2026-11-25T12:00:00.000Z,EX01\\Default Frontend EX01,08DE2A1B00000001,1,198.51.100.5:25,"
                + "192.0.2.24:1000," + event + "," + (isQuoted ? "\"" + data.replace("\"", "\"\"") + "\"" : data) + ",";
    }

    private static List<Refusal> refusals(List<String> lines) {
        return Lines.refusals(LOG, lines.toArray(String[]::new));
    }

    @Test
    void shouldTellOfSessionWhenConnectionIsClosed() {
        assertThat(facts(
                        LOG,
                        row("+", ""),
                        row(">", "220 ready"),
                        row("<", "RCPT TO:<amy@example.org>"),
                        row(">", "250 2.1.5 Recipient OK"),
                        row("-", "")))
                .containsExactly(new Session(CLIENT, WRITTEN, 1, 1));
        assertThat(facts(LOG, row("+", ""), row(">", "220 ready"), row("-", "")))
                .isEmpty();
    }

    @Test
    void shouldForgetSessionWhenConnectionIsClosed() {
        // Given
        String refused = row(">", "550 5.1.1 User unknown");

        // Then
        assertThat(refusals(List.of(row("<", "MAIL FROM:<a@b.example>"), row("-", ""), refused)))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.senderDomain()).isNull());
    }

    @Test
    void shouldCallTarpitHarmless() {
        assertThat(facts(LOG, row("*", "Tarpit for '0.00:00:05' due to '550 5.1.1 User unknown'")))
                .containsExactly(Notice.HARMLESS);
        assertThat(facts(LOG, row("*", "Tarpit for '0.00:00:05'"))).isEmpty();
    }

    @Test
    void shouldReadNothingBelowHeaderOfAnotherLog() {
        // Given
        String refused = row(">", "550 5.1.1 User unknown");

        // Then
        assertThat(facts(LOG, "#Log-type: SMTP Send Protocol Log", refused)).isEmpty();
        assertThat(facts(LOG, "#Log-type: SMTP Send Protocol Log", "#Log-type: SMTP Receive Protocol Log", refused))
                .hasSize(1);
    }

    @Test
    void shouldNotLookLikeMessageTrackingLog() {
        assertThat(LOG.looksLike(Lines.entry(
                        "2026-11-25T12:00:00.000Z,192.0.2.24,mx,198.51.100.5,EX01,;ClientSubmitTime:,EX01\\Default,SMTP,"
                                + "RECEIVE,123,<1@b.example>")))
                .isFalse();
        assertThat(LOG.looksLike(Lines.entry(row("<", "NOOP")))).isTrue();
    }

    @Property
    void shouldKnowCommandsOfReplies(
            @ForAll @IntRange(max = 20) int accepted, @ForAll @IntRange(max = 20) int refused) {
        // Given
        List<String> lines = new ArrayList<>(List.of(row("+", ""), row(">", "220 ready"), row("<", "MAIL FROM:<>")));
        for (int i = 0; i < accepted + refused; i++) {
            lines.add(row("<", "RCPT TO:<bob@example.org>"));
        }
        lines.add(row("<", "DATA"));
        lines.add(row(">", "250 2.1.0 Sender OK"));
        for (int i = 0; i < accepted + refused; i++) {
            lines.add(row(">", i < accepted ? "250 2.1.5 Recipient OK" : "550 5.1.1 User unknown"));
        }
        lines.add(row(">", "354 Start mail input"));
        lines.add(row(">", "554 5.7.1 Spam"));

        // When
        List<Refusal> told = refusals(lines);

        // Then
        assertThat(told).hasSize(refused + 1);
        assertThat(told.get(refused).recipients()).isEqualTo(Math.max(1, accepted));
    }

    @Test
    void shouldBoundWhatIsKeptOfClientThatNeverWaits() {
        // Given
        List<String> lines = new ArrayList<>(List.of(row("+", "")));
        for (int i = 0; i < 5_000; i++) {
            lines.add(row("<", "RCPT TO:<bob@example.org>"));
        }
        lines.add(row(">", "220 ready"));
        lines.add(row(">", "550 5.1.1 User unknown"));

        // Then
        assertThat(refusals(lines)).hasSize(1);
    }

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("chosen") String sender, @ForAll("chosen") String recipient) {
        // Given
        List<String> lines = List.of(
                row("+", ""),
                row(">", "220 ready"),
                row("<", "EHLO " + helo),
                row(">", "250 Hello"),
                row("<", "MAIL FROM:<" + sender + ">"),
                row(">", "250 2.1.0 Sender OK"),
                row("<", helo),
                row(">", "500 5.3.3 Unrecognized command"),
                row("<", "RCPT TO:<" + recipient + ">"),
                row("*", "Tarpit for '0.00:00:05' due to '550 5.1.1 User unknown " + recipient + "'"),
                row(">", "550 5.1.1 User unknown"),
                row("-", ""));

        // Then
        assertThat(refusals(lines)).singleElement().satisfies(refusal -> assertThat(refusal.client())
                .isEqualTo(CLIENT));
        assertThat(Forgeries.clients(facts(LOG, lines.toArray(String[]::new)))).allMatch(CLIENT::equals);
    }

    @Provide
    Arbitrary<String> chosen() {
        return Forgeries.words(
                row(">", "550 5.1.1 User unknown").replace("192.0.2.24", Forgeries.VICTIM),
                ",203.0.113.9:1000,>,550 5.1.1 User unknown,",
                "\",203.0.113.9:1000,>,\"",
                "XPROXYFROM SID=1 IP=203.0.113.9",
                "#Fields: date-time,session-id,event,data,remote-endpoint",
                "QUIT");
    }
}
