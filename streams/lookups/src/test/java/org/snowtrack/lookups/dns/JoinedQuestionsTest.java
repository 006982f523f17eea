package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class JoinedQuestionsTest {

    private static final Name NAME = Name.fromConstantString("mx.example.net.");

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** No answer comes before this. */
    private final CompletableFuture<Void> everybodyAsked = new CompletableFuture<>();

    @AfterEach
    void close() throws Exception {
        everybodyAsked.complete(null);
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void shouldAskOnceWhenLookupsHaveTheSameQuestions() {
        // Given
        TestDnsServer server = open(TestDnsServer.behaving(this::answer));
        DnsRecords records = new DnsRecords(client(server));
        List<CompletableFuture<Fresh<List<IpAddress>>>> answers = IntStream.range(0, 50)
                .mapToObj(i -> records.addresses("mx.example.net").toCompletableFuture())
                .toList();

        // When
        everybodyAsked.complete(null);

        // Then
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.join().answer().found()).contains(List.of(IpAddress.parse("192.0.2.4"))));
        assertThat(server.questions())
                .containsExactlyInAnyOrder(
                        "udp mx.example.net. A", "udp mx.example.net. AAAA", "udp host.example.net. A");
    }

    @Test
    void shouldAskAnewWhenTheAnswerHasCome() {
        // Given
        everybodyAsked.complete(null);
        TestDnsServer server = open(TestDnsServer.behaving(this::answer));
        DnsClient client = client(server);
        JoinedQuestions questions = new JoinedQuestions(client);
        questions.resolve(NAME, Type.A, client.budget()).join();

        // When
        questions.resolve(NAME, Type.A, client.budget()).join();

        // Then: two questions each, for the name and its alias
        assertThat(server.questions()).hasSize(4);
    }

    @Test
    void shouldAskOnItsOwnWhenTheOneWhoPaysHasNothingLeft() {
        // Given: the alias takes a second message
        TestDnsServer server = open(TestDnsServer.behaving(this::answer));
        DnsClient client = client(server);
        JoinedQuestions questions = new JoinedQuestions(client);
        CompletableFuture<Fresh<List<Record>>> poor = questions.resolve(NAME, Type.A, budget(1, Duration.ofHours(1)));
        CompletableFuture<Fresh<List<Record>>> rich = questions.resolve(NAME, Type.A, client.budget());
        CompletableFuture<Fresh<List<Record>>> other = questions.resolve(NAME, Type.A, client.budget());

        // When
        everybodyAsked.complete(null);

        // Then
        assertThat(poor.join()).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(rich.join().whole()).isTrue();
        assertThat(other.join().whole()).isTrue();
        assertThat(server.questions()).hasSizeBetween(3, 5);
    }

    @Test
    void shouldWaitNoLongerThanItsOwnTimeWhenAnotherHasMore() {
        // Given
        TestDnsServer server = open(TestDnsServer.behaving(this::answer));
        DnsClient client = client(server);
        JoinedQuestions questions = new JoinedQuestions(client);
        CompletableFuture<Fresh<List<Record>>> patient = questions.resolve(NAME, Type.A, client.budget());

        // When
        Fresh<List<Record>> brief = questions
                .resolve(NAME, Type.A, budget(64, Duration.ofMillis(1)))
                .join();

        // Then
        assertThat(brief).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(patient).isNotDone();
    }

    /** The name is an alias of another, which the next question is about. */
    private Optional<Message> answer(Message query) {
        everybodyAsked.join();
        Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
        Name name = query.getQuestion().getName();
        if (query.getQuestion().getType() == Type.A) {
            TestDnsServer.parse(name + (name.equals(NAME) ? " CNAME host.example.net." : " A 192.0.2.4"))
                    .forEach(record -> reply.addRecord(record, Section.ANSWER));
        }
        return Optional.of(reply);
    }

    private static Budget budget(int messages, Duration time) {
        return new Budget(messages, 0, System.nanoTime() + time.toNanos());
    }

    private DnsClient client(TestDnsServer server) {
        return open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(
                        Duration.ofSeconds(30), 3, 64, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED)));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }
}
