package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Servers that fall silent and come back, and zones and servers that are asked too much. */
class OutageTest {

    private static final Rate FREE = Rate.UNBOUNDED;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicBoolean isUp = new AtomicBoolean();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void shouldAskEachQuestionOnceWhenTheOnlyServerIsBack() {
        // Given
        TestDnsServer server = open(TestDnsServer.behaving(this::answerIfUp));
        DnsClient client = client(Duration.ofMillis(100), 32, FREE, FREE, server);
        assertThat(ask(client, 300)).containsOnly(Fresh.failed(Failure.TIMED_OUT));
        int during = server.questions().size();
        isUp.set(true);

        // When
        List<Fresh<List<Record>>> answers = ask(client, 300);

        // Then: nothing was tried again in vain, and nothing is in line from before
        assertThat(answers).allSatisfy(answer -> assertThat(answer.whole()).isTrue());
        assertThat(during).isLessThan(2 * 300);
        assertThat(server.questions().size() - during).isLessThanOrEqualTo(300 + 32);
    }

    @Test
    void shouldHardlyAskASilentServerWhenAnotherIsWell() {
        // Given
        isUp.set(true);
        TestDnsServer silent = open(TestDnsServer.silent());
        TestDnsServer well = open(TestDnsServer.behaving(this::answerIfUp));
        DnsClient client = client(Duration.ofMillis(100), 1, FREE, FREE, silent, well);

        // When
        List<Fresh<List<Record>>> answers = ask(client, 300);

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer.whole()).isTrue());
        assertThat(well.questions()).hasSize(300);
        assertThat(silent.questions()).hasSizeLessThan(30);
    }

    @Test
    void shouldRefuseWhatAZoneWouldHaveToWaitForTooLong() {
        // Given
        isUp.set(true);
        TestDnsServer server = open(TestDnsServer.behaving(this::answerIfUp));
        DnsClient client = client(Duration.ofSeconds(10), 256, FREE, new Rate(1, 20), server);

        // When
        List<CompletableFuture<Fresh<List<Record>>>> inOneZone = begin(client, 200);

        // Then: twenty at once, some more one after the other, the rest not at all; others are not held up
        assertThat(join(begin(client, "other.example.", 20)))
                .allSatisfy(answer -> assertThat(answer.whole()).isTrue());
        assertThat(inOneZone.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
                .filteredOn(answer -> answer.equals(Fresh.failed(Failure.REFUSED)))
                .hasSizeGreaterThan(150);
        assertThat(server.questions()).hasSizeLessThan(60);
    }

    @Test
    void shouldNeverRefuseButSlowDownWhenAServerIsAskedALot() {
        // Given
        isUp.set(true);
        TestDnsServer server = open(TestDnsServer.behaving(this::answerIfUp));
        DnsClient client = client(Duration.ofSeconds(10), 256, new Rate(1_000, 10), FREE, server);

        // When
        List<Fresh<List<Record>>> answers = ask(client, 300);

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer.whole()).isTrue());
        assertThat(server.questions()).hasSize(300);
    }

    @Test
    void shouldTryAgainWhenNobodyIsAtThePortOfTheOnlyServer() throws IOException {
        // Given
        Ports free = Ports.open();
        int port = free.udp().getLocalPort();
        free.tcp().close();
        free.udp().close();
        DnsClient client = open(new DnsClient(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                new DnsClient.Limits(Duration.ofSeconds(10), 3, 64, Duration.ofMinutes(1), 1, FREE, FREE)));
        Budget budget =
                new Budget(64, 0, System.nanoTime() + Duration.ofMinutes(1).toNanos());

        // When
        Fresh<List<Record>> answer = client.resolve(Name.fromConstantString("h.example."), Type.A, budget)
                .join();

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(IntStream.range(0, 64).filter(i -> budget.spend())).hasSize(64 - 3);
    }

    @Test
    void shouldTakeOneOfTheZonesTokensForEachTry() {
        // Given
        TestDnsServer server = open(TestDnsServer.silent());
        DnsClient client = client(Duration.ofMillis(100), 256, FREE, new Rate(1, 1), server);
        Budget budget =
                new Budget(64, 0, System.nanoTime() + Duration.ofMillis(900).toNanos());

        // When
        Fresh<List<Record>> answer = client.resolve(Name.fromConstantString("h.example."), Type.A, budget)
                .join();

        // Then: there is a token in a second, and no time to wait for it
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.questions()).hasSize(1);
    }

    private Optional<Message> answerIfUp(Message query) {
        if (!isUp.get()) {
            return Optional.empty();
        }
        Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
        TestDnsServer.parse(query.getQuestion().getName() + " A 192.0.2.4")
                .forEach(record -> reply.addRecord(record, Section.ANSWER));
        return Optional.of(reply);
    }

    private DnsClient client(Duration timeout, int inFlight, Rate perServer, Rate perZone, TestDnsServer... servers) {
        return open(new DnsClient(
                Stream.of(servers).map(TestDnsServer::address).toList(),
                new DnsClient.Limits(timeout, 3, 64, Duration.ofMinutes(1), inFlight, perServer, perZone)));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }

    private static List<Fresh<List<Record>>> ask(DnsClient client, int questions) {
        return join(begin(client, questions));
    }

    private static List<CompletableFuture<Fresh<List<Record>>>> begin(DnsClient client, int questions) {
        return begin(client, "example.net.", questions);
    }

    private static List<CompletableFuture<Fresh<List<Record>>>> begin(DnsClient client, String zone, int questions) {
        return IntStream.range(0, questions)
                .mapToObj(i -> client.resolve(Name.fromConstantString("h" + i + "." + zone), Type.A, client.budget()))
                .toList();
    }

    private static List<Fresh<List<Record>>> join(List<CompletableFuture<Fresh<List<Record>>>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
