package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsClientTest {

    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration BRIEF = Duration.ofMillis(300);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void shouldAskOnceByUdpWhenTheAnswerFits() {
        // Given
        TestDnsServer server = open(TestDnsServer.of("mx.example.net. 300 A 192.0.2.4"));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "mx.example.net.", Type.A);

        // Then
        assertThat(texts(answer)).containsExactly("192.0.2.4");
        assertThat(answer.lifetime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(server.questions()).containsExactly("udp mx.example.net. A");
    }

    @Test
    void shouldAskAgainByTcpWhenTheAnswerIsTruncated() {
        // Given
        TestDnsServer server = open(TestDnsServer.of(IntStream.range(0, 200)
                .mapToObj(i -> "many.example. A 192.0.2." + i)
                .toArray(String[]::new)));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "many.example.", Type.A);

        // Then
        assertThat(texts(answer)).hasSize(200);
        assertThat(server.questions()).containsExactly("udp many.example. A", "tcp many.example. A");
    }

    @ParameterizedTest
    @CsvSource({
        Rcode.SERVFAIL + ",SERVER_FAILURE,1",
        Rcode.NOTIMP + ",SERVER_FAILURE,1",
        Rcode.REFUSED + ",REFUSED,1",
        Rcode.FORMERR + ",MALFORMED,2"
    })
    void shouldFailWhenTheOnlyServerCannotTell(int rcode, Failure failure, int questions) {
        // Given
        TestDnsServer server = open(TestDnsServer.failing(rcode));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "mx.example.net.", Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(failure));
        assertThat(server.questions()).hasSize(questions);
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR})
    void shouldAskTheNextServerWhenOneCannotTell(int rcode) {
        // Given
        TestDnsServer good = open(TestDnsServer.of("mx.example.net. A 192.0.2.4"));
        DnsClient client = client(PATIENT, open(TestDnsServer.failing(rcode)), good);

        // When
        List<Fresh<List<Record>>> answers = Stream.generate(() -> ask(client, "mx.example.net.", Type.A))
                .limit(4)
                .toList();

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(texts(answer)).containsExactly("192.0.2.4"));
        assertThat(good.questions()).hasSize(4);
    }

    @Test
    void shouldTryThreeTimesWhenServerIsSilent() {
        // Given
        TestDnsServer server = open(TestDnsServer.silent());

        // When
        Fresh<List<Record>> answer = ask(client(BRIEF, server), "mx.example.net.", Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.questions()).hasSize(3);
    }

    @Test
    void shouldGoRoundTheServersWhenThereAreSeveral() {
        // Given
        List<TestDnsServer> servers = Stream.generate(() -> open(TestDnsServer.of("mx.example.net. A 192.0.2.4")))
                .limit(3)
                .toList();
        DnsClient client = client(PATIENT, servers.toArray(TestDnsServer[]::new));

        // When
        Stream.generate(() -> ask(client, "mx.example.net.", Type.A)).limit(6).forEach(answer -> {});

        // Then
        assertThat(servers).allSatisfy(server -> assertThat(server.questions()).hasSize(2));
    }

    @Test
    void shouldTellAbsenceFromFailureWhenTheServerSaysSo() {
        // Given
        TestDnsServer server = open(TestDnsServer.of("mx.example.net. A 192.0.2.4"));

        // When
        Fresh<List<Record>> noName = ask(client(PATIENT, server), "absent.example.net.", Type.A);

        // Then
        assertThat(noName).isEqualTo(Fresh.noRecord(Duration.ofMinutes(2)));
        assertThat(ask(client(PATIENT, server), "mx.example.net.", Type.AAAA)).isEqualTo(noName);
    }

    @Test
    void shouldNotTakeAReferralForAbsence() {
        // Given
        TestDnsServer server = open(TestDnsServer.behaving(query -> {
            Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
            reply.getHeader().unsetFlag(Flags.AA);
            TestDnsServer.parse("net. NS a.gtld.example.")
                    .forEach(record -> reply.addRecord(record, Section.AUTHORITY));
            return Optional.of(reply);
        }));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "mx.example.net.", Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldReadOnlyRecordsOfTheNameWhenTheReplyHasOthers() {
        // Given
        TestDnsServer server = open(TestDnsServer.behaving(query -> {
            Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
            TestDnsServer.parse(
                            "other.example. A 192.0.2.66",
                            "mx.example.net. AAAA 2001:db8::66",
                            "mx.example.net. A 192.0.2.4")
                    .forEach(record -> reply.addRecord(record, Section.ANSWER));
            return Optional.of(reply);
        }));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "mx.example.net.", Type.A);

        // Then
        assertThat(texts(answer)).containsExactly("192.0.2.4");
    }

    @Test
    void shouldFollowEightAliasesAndNoMoreWhenTheyComeInOneReply() {
        // Given
        TestDnsServer server = open(TestDnsServer.of(Stream.concat(
                        IntStream.range(0, 9)
                                .mapToObj(i -> "c" + i + ".example. " + (100 - i) + " CNAME c" + (i + 1) + ".example."),
                        Stream.of("c9.example. A 192.0.2.4", "loop.example. CNAME loop.example."))
                .toArray(String[]::new)));
        DnsClient client = client(PATIENT, server);

        // When
        Fresh<List<Record>> eight = ask(client, "c1.example.", Type.A);

        // Then
        assertThat(texts(eight)).containsExactly("192.0.2.4");
        assertThat(eight.lifetime()).isEqualTo(Duration.ofSeconds(92));
        assertThat(ask(client, "c0.example.", Type.A)).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(ask(client, "loop.example.", Type.A)).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(server.questions()).hasSize(3);
    }

    @Test
    void shouldStopAfterNineQuestionsWhenEveryReplyIsAnotherAlias() {
        // Given
        AtomicInteger next = new AtomicInteger();
        TestDnsServer server = open(TestDnsServer.behaving(query -> {
            Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
            TestDnsServer.parse(query.getQuestion().getName() + " CNAME n" + next.incrementAndGet() + ".example.")
                    .forEach(record -> reply.addRecord(record, Section.ANSWER));
            return Optional.of(reply);
        }));

        // When
        Fresh<List<Record>> answer = ask(client(PATIENT, server), "endless.example.", Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(server.questions()).hasSize(9);
    }

    @Test
    void shouldAskNothingMoreWhenTheBudgetIsSpent() {
        // Given
        TestDnsServer server = open(TestDnsServer.of("mx.example.net. A 192.0.2.4"));
        DnsClient client = open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(PATIENT, 3, 2, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED)));
        Budget budget = client.budget();

        // When
        List<Fresh<List<Record>>> answers = Stream.generate(() ->
                        client.resolve(name("mx.example.net."), Type.A, budget).join())
                .limit(3)
                .toList();

        // Then
        assertThat(answers.get(2)).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.questions()).hasSize(2);
    }

    @Test
    void shouldKeepQuestionsInLineWhenAsManyAsMayBeAreUnderWay() {
        // Given
        AtomicReference<CompletableFuture<?>> first = new AtomicReference<>();
        AtomicBoolean firstWasDone = new AtomicBoolean();
        TestDnsServer server = open(TestDnsServer.behaving(query -> {
            CompletableFuture<?> before = first.get();
            firstWasDone.set(before != null && before.isDone());
            return Optional.empty();
        }));
        DnsClient client = open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(BRIEF, 1, 64, Duration.ofMinutes(1), 1, Rate.UNBOUNDED, Rate.UNBOUNDED)));
        first.set(client.resolve(name("first.example."), Type.A, client.budget()));

        // When
        Fresh<List<Record>> second = ask(client, "second.example.", Type.A);

        // Then
        assertThat(second).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.questions()).containsExactly("udp first.example. A", "udp second.example. A");
        assertThat(firstWasDone).isTrue();
    }

    @Test
    void shouldAskNothingWhenTheTimeIsOver() {
        // Given
        TestDnsServer server = open(TestDnsServer.of("mx.example.net. A 192.0.2.4"));
        DnsClient client = open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(PATIENT, 3, 64, Duration.ZERO, 256, Rate.UNBOUNDED, Rate.UNBOUNDED)));

        // When
        Fresh<List<Record>> answer = ask(client, "mx.example.net.", Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.questions()).isEmpty();
    }

    @Test
    void shouldFailWhatIsUnderWayWhenClosed() {
        // Given
        CompletableFuture<Void> asked = new CompletableFuture<>();
        TestDnsServer server = open(TestDnsServer.behaving(query -> {
            asked.complete(null);
            return Optional.empty();
        }));
        DnsClient client = client(Duration.ofHours(1), server);
        CompletableFuture<Fresh<List<Record>>> answer =
                client.resolve(name("mx.example.net."), Type.A, client.budget());
        asked.join();

        // When
        client.close();

        // Then
        assertThat(answer.join().answer()).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void shouldRefuseWhenClosed() {
        // Given
        TestDnsServer server = open(TestDnsServer.of("mx.example.net. A 192.0.2.4"));
        DnsClient client = client(BRIEF, server);
        client.close();

        // When
        Fresh<List<Record>> answer = ask(client, "mx.example.net.", Type.A);

        // Then
        assertThat(answer.answer()).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void shouldSayThatNoServerAnswersOnlyWhenNoneDoes() {
        // Given
        TestDnsServer silent = open(TestDnsServer.silent());

        // When
        Optional<String> problem = client(BRIEF, silent).problem();

        // Then
        assertThat(problem).hasValueSatisfying(sentence -> assertThat(sentence)
                .startsWith("No DNS server answers")
                .contains("port " + silent.address().getPort()));
        assertThat(client(PATIENT, open(TestDnsServer.failing(Rcode.REFUSED))).problem())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:5353,192.0.2.1,5353",
        "192.0.2.1,192.0.2.1,53",
        "[2001:db8::1]:5353,2001:db8:0:0:0:0:0:1,5353",
        "2001:db8::1,2001:db8:0:0:0:0:0:1,53"
    })
    void shouldReadAServerWhenItIsWrittenEitherWay(String text, String host, int port) {
        // When
        InetSocketAddress server = DnsServers.parse(text);

        // Then
        assertThat(server.getAddress().getHostAddress()).isEqualTo(host);
        assertThat(server.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":53", "192.0.2.1:port", "192.0.2.1:99999", "192.0.2.1:0", "[2001:db8::1"})
    void shouldRefuseAServerWhenItIsNotOne(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsServers.parse(text))
                .withMessageContaining("'" + text + "' is not");
    }

    private DnsClient client(Duration timeout, TestDnsServer... servers) {
        return open(new DnsClient(
                Stream.of(servers).map(TestDnsServer::address).toList(),
                new DnsClient.Limits(timeout, 3, 64, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED)));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }

    private static Fresh<List<Record>> ask(DnsClient client, String name, int type) {
        return client.resolve(name(name), type, client.budget()).join();
    }

    private static Name name(String text) {
        return Name.fromConstantString(text);
    }

    private static List<String> texts(Fresh<List<Record>> answer) {
        return answer.answer().found().orElseThrow().stream()
                .map(Record::rdataToString)
                .toList();
    }
}
