package org.snowtrack.connectors.haraka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.formats.Lines.facts;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
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

class HarakaLogTest {

    private static final HarakaLog LOG = new HarakaLog();
    private static final String UUID = "8C3A5B10-4E1F-4D2A-9B77-0123456789AA";
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.24");
    private static final String CONNECT =
            "[NOTICE] [" + UUID + "] [core] connect ip=192.0.2.24 port=1 local_ip=198.51.100.5 local_port=25";
    private static final String DISCONNECT = "[NOTICE] [" + UUID + "] [core] disconnect ip=192.0.2.24 rdns=\"\" helo=x"
            + " relay=N early=N esmtp=Y tls=N pipe=N errors=0 txns=1 rcpts=3/1/2 msgs=1/0/0 bytes=9 lr=\"\" time=0.1";

    private static String core(String words) {
        return "[NOTICE] [" + UUID + ".1] [core] " + words;
    }

    @Test
    void shouldTellOfSessionWhenClientLeaves() {
        assertThat(facts(LOG, CONNECT, DISCONNECT)).containsExactly(new Session(CLIENT, Lines.NOW, 3, 6));
        assertThat(facts(LOG, DISCONNECT)).containsExactly(new Session(CLIENT, Lines.NOW, 3, 6));
    }

    @Test
    void shouldTellNothingOfSessionWithoutRecipients() {
        assertThat(facts(LOG, CONNECT, DISCONNECT.replace("3/1/2", "0/0/0"))).isEmpty();
        assertThat(facts(LOG, CONNECT, DISCONNECT.replace(" rcpts=3/1/2", ""))).isEmpty();
    }

    @Test
    void shouldKeepClientWhenItsIdConnectsAgain() {
        assertThat(Forgeries.clients(facts(
                        LOG,
                        CONNECT,
                        CONNECT.replace("192.0.2.24", Forgeries.VICTIM),
                        core("recipient <bob@example.org> code=DENY msg=\"no such user\""))))
                .containsExactly(CLIENT);
    }

    @Test
    void shouldForgetSessionWhenClientHasLeft() {
        assertThat(facts(LOG, CONNECT, DISCONNECT, core("recipient <bob@example.org> code=DENY msg=\"no such user\"")))
                .contains(Notice.UNATTRIBUTED)
                .hasSize(2);
    }

    @Test
    void shouldCallRefusalOfPluginHarmlessWhenNobodyIsKnownAndItsOwnLineIsToFollow() {
        assertThat(facts(LOG, core("hook=rcpt plugin=x function=y params=\"\" retval=DENY msg=\"\"")))
                .containsExactly(Notice.HARMLESS);
    }

    @Test
    void shouldTellRefusalOfPluginAtItsOwnLine() {
        // Given
        String hook = "[INFO] [" + UUID + "] [core] hook=connect plugin=x function=y params=\"\" retval=DENY msg=\"\"";

        // Then
        assertThat(Lines.told(
                                LOG,
                                ZoneOffset.UTC,
                                List.of(
                                        CONNECT.getBytes(US_ASCII),
                                        hook.getBytes(US_ASCII),
                                        DISCONNECT.getBytes(US_ASCII)))
                        .stream()
                        .map(Lines.Told::line))
                .containsExactly(2L, 3L);
    }

    /** As {@code logger.js} writes a value. */
    private static String value(String text) {
        boolean isPlain = !text.isEmpty() && text.chars().noneMatch(c -> " =\"\\".indexOf(c) >= 0);
        return isPlain ? text : "\"" + text.replaceAll("([\"\\\\])", "\\\\$1") + "\"";
    }

    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .forEach(c -> quoted.append(
                        c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
        return quoted.append('"').toString();
    }

    @Property
    void shouldNeverBlameAnotherAddress(
            @ForAll("chosen") String helo, @ForAll("chosen") String sender, @ForAll("chosen") String local) {
        // Given
        String recipient = "<\"" + local.replaceAll("([\"\\\\])", "\\\\$1") + "\"@example.org>";
        List<String> lines = new ArrayList<>(List.of(
                CONNECT,
                "[INFO] [" + UUID + "] [core] hook=ehlo plugin=x function=y params=" + value(helo) + " retval=DENY msg="
                        + value(helo),
                "[PROTOCOL] [" + UUID + ".1] [core] C: " + sender + " state=1",
                core("sender <" + sender + "> code=CONT msg=\"\""),
                core("recipient " + recipient + " code=DENY msg=" + value("no such user " + helo) + " sender="
                        + value(sender)),
                "level=NOTICE uuid=" + UUID + ".1 source=core message=" + value("recipient " + recipient)
                        + " code=DENY msg=" + value(local) + " sender=" + value(sender),
                "{\"level\":\"NOTICE\",\"uuid\":\"" + UUID + ".1\",\"origin\":\"core\",\"message\":"
                        + json("recipient " + recipient) + ",\"code\":\"DENY\",\"msg\":" + json(helo) + ",\"sender\":"
                        + json(sender) + "}",
                core("message mid=" + value(helo) + " size=1 rcpts=0/0/3 delay=0 code=DENY msg=" + value(sender)),
                DISCONNECT.replace("helo=x", "helo=" + value(helo)).replace("rdns=\"\"", "rdns=" + value(sender))));

        // Then
        assertThat(Forgeries.clients(facts(LOG, lines.toArray(String[]::new))))
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(CLIENT::equals);
    }

    @Provide
    Arbitrary<String> chosen() {
        return Forgeries.words(
                "[NOTICE] [" + UUID + "] [core] ",
                CONNECT.replace("192.0.2.24", Forgeries.VICTIM),
                "connect ip=203.0.113.9 port=1",
                " ip=203.0.113.9",
                "HAProxy proto=TCP4 src_ip=203.0.113.9:1 dst_ip=198.51.100.5:25",
                "> code=DENY",
                "\" code=DENY ip=203.0.113.9",
                "\",\"ip\":\"203.0.113.9\",\"message\":\"connect\"");
    }
}
