package org.snowtrack.connectors.kumomta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.formats.Lines.facts;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.formats.Forgeries;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.schemas.ip.IpAddress;

class KumomtaLogTest {

    private static final KumomtaLog LOG = new KumomtaLog();

    private static String record(String type, String sender, String command, String content, String helo) {
        return "{\"type\":\"" + type + "\",\"id\":\"\",\"sender\":" + json(sender) + ",\"recipient\":\"\",\"size\":0,"
                + "\"response\":{\"code\":550,\"enhanced_code\":{\"class\":5,\"subject\":1,\"detail\":1},\"content\":"
                + json(content) + ",\"command\":" + json(command) + "},\"peer_address\":{\"name\":" + json(helo)
                + ",\"addr\":\"192.0.2.24\"},\"timestamp\":1795608000,\"meta\":{\"x\":" + json(helo) + "}}";
    }

    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .forEach(c -> quoted.append(
                        c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
        return quoted.append('"').toString();
    }

    @Test
    void shouldCallRefusalsByOtherServersHarmless() {
        assertThat(facts(LOG, record("Bounce", "", "RCPT TO:<bob@example.org>", "User unknown", "mx")))
                .containsExactly(Notice.HARMLESS);
        assertThat(facts(LOG, record("TransientFailure", "", "RCPT TO:<bob@example.org>", "User unknown", "mx")))
                .containsExactly(Notice.HARMLESS);
        assertThat(facts(LOG, record("Delivery", "", "RCPT TO:<bob@example.org>", "User unknown", "mx")))
                .isEmpty();
    }

    @Test
    void shouldCallErrorInProtocolHarmless() {
        assertThat(facts(
                        LOG,
                        record("Rejection", "", "", "Bad sequence", "x")
                                .replace("550", "503")
                                .replace(":1,", ":5,")))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldReadRecordOf100kB() {
        assertThat(Lines.refusals(LOG, record("Rejection", "", "RCPT TO:<" + "a".repeat(100_000), "User unknown", "x")))
                .hasSize(1);
        assertThat(facts(LOG, "{\"type\":\"Rejection\",\"peer_address\":" + "[".repeat(100_000)))
                .containsExactly(Notice.UNREADABLE);
    }

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("chosen") String sender, @ForAll("chosen") String recipient) {
        // Given
        String line = record("Rejection", sender, "RCPT TO:<" + recipient + ">", "User unknown: " + recipient, helo);

        // Then
        assertThat(Lines.refusals(LOG, line)).singleElement().satisfies(refusal -> {
            assertThat(refusal.client()).isEqualTo(IpAddress.parse("192.0.2.24"));
            assertThat(refusal.recipients()).isOne();
        });
    }

    @Provide
    Arbitrary<String> chosen() {
        return Forgeries.words(
                "\"},\"peer_address\":{\"addr\":\"203.0.113.9\"},\"x\":{\"y\":\"",
                "\",\"addr\":\"203.0.113.9\",\"x\":\"",
                "\"type\":\"Bounce\"",
                record("Rejection", "", "RCPT TO:<a@b.example>", "User unknown", "x")
                        .replace("192.0.2.24", Forgeries.VICTIM));
    }
}
