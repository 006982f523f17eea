package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Servers that do not know EDNS, and those that do. */
class EdnsTest {

    private static final Name NAME = Name.fromConstantString("mx.example.net.");

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Of each question, whether it had EDNS. */
    private final List<Boolean> asked = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAskWithoutEdnsOnceThatIsKnownToBeNotUnderstood(boolean isHeaderOnly) throws IOException {
        // Given
        DnsClient client = client(64, server(false, isHeaderOnly));

        // When
        List<Fresh<List<Record>>> answers =
                Stream.generate(() -> ask(client)).limit(3).toList();

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer.whole()).isTrue());
        assertThat(asked).containsExactly(true, false, false, false);
    }

    @Test
    void shouldPayForTheSecondQuestionFromTheLookupsMessages() throws IOException {
        // Given
        DnsClient client = client(1, server(false, false));

        // When
        Fresh<List<Record>> answer = ask(client);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(asked).containsExactly(true);
    }

    @Test
    void shouldNotAskAgainWhenTheServerKnowsEdnsAndDislikesTheQuestion() throws IOException {
        // Given
        DnsClient client = client(64, server(true, false));

        // When
        Fresh<List<Record>> answer = ask(client);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(asked).containsExactly(true);
    }

    @Test
    void shouldGoOnWithEdnsWhenTheServerUnderstandsNothingAtAll() throws IOException {
        // Given
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> {
            asked.add(query.getOPT() != null);
            return List.of(TestDnsServer.reply(query, Rcode.FORMERR).toWire());
        }));
        DnsClient client = client(64, server);

        // When
        IntStream.range(0, 2).forEach(i -> assertThat(ask(client)).isEqualTo(Fresh.failed(Failure.MALFORMED)));

        // Then
        assertThat(asked).containsExactly(true, false, true, false);
    }

    /** Answers FORMERR to every question with EDNS. */
    private HostileDnsServer server(boolean knowsEdns, boolean isHeaderOnly) throws IOException {
        return open(HostileDnsServer.byUdp(query -> {
            asked.add(query.getOPT() != null);
            return List.of(
                    query.getOPT() == null ? answer(query).toWire() : formatError(query, knowsEdns, isHeaderOnly));
        }));
    }

    private static byte[] formatError(Message query, boolean knowsEdns, boolean isHeaderOnly) {
        Message reply = TestDnsServer.reply(query, Rcode.FORMERR);
        if (knowsEdns) {
            reply.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        }
        byte[] wire = reply.toWire();
        if (isHeaderOnly) {
            wire[5] = 0;
            return Arrays.copyOf(wire, 12);
        }
        return wire;
    }

    private static Message answer(Message query) {
        return TestDnsServer.authoritative(query, TestDnsServer.parse("mx.example.net. A 192.0.2.4"));
    }

    private DnsClient client(int messages, HostileDnsServer server) {
        return open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(
                        Duration.ofSeconds(10),
                        3,
                        messages,
                        Duration.ofMinutes(1),
                        256,
                        Rate.UNBOUNDED,
                        Rate.UNBOUNDED)));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }

    private static Fresh<List<Record>> ask(DnsClient client) {
        return client.resolve(NAME, Type.A, client.budget()).join();
    }
}
