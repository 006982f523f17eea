package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.registration.TestRegistry.PATIENT;
import static org.snowtrack.lookups.registration.TestRegistry.ask;
import static org.snowtrack.lookups.registration.TestRegistry.send;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;

class RdapMannersTest {

    private final TestRegistry registry = new TestRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTimeOutWhenTheRegistryIsSlow(boolean afterHeaders) {
        // Given
        registry.answering(exchange -> {
            if (afterHeaders) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().flush();
            }
            registry.awaitEnd();
        });

        // When
        Fresh<Registration> answer = ask(
                registry.client(new RdapClient.Manners(2, 100, Duration.ZERO, Duration.ofMillis(200), PATIENT)),
                "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "Fri, 31 Dec 9999 23:59:59 GMT", ""})
    void shouldLeaveTheServerAloneWhenItWantsARest(String retryAfter) {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
            send(exchange, 429, "");
        });
        RdapClient client = registry.client();
        ask(client, "applpeak.example");

        // When
        Fresh<Registration> answer = ask(client, "blueomb.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(registry.requested()).hasSize(1);
    }

    @Test
    void shouldAskAgainWhenTheRestIsOver() {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "0");
            send(exchange, registry.requested().size() == 1 ? 503 : 404, "");
        });
        RdapClient client = registry.client();
        ask(client, "applpeak.example");

        // When
        Fresh<Registration> answer = ask(client, "applpeak.example");

        // Then
        assertThat(answer.answer()).isEqualTo(new Answer.NoRecord<>());
    }

    @Test
    void shouldKeepToTheNumberOfRequestsAtOnce() throws InterruptedException {
        // Given
        Semaphore arrived = new Semaphore(0);
        Semaphore mayAnswer = new Semaphore(0);
        registry.answering(exchange -> {
            arrived.release();
            mayAnswer.acquireUninterruptibly();
            send(exchange, 404, "");
        });
        RdapClient client = registry.client();

        // When
        List<CompletableFuture<Fresh<Registration>>> answers = IntStream.range(0, 6)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();

        // Then
        for (int answered = 0; answered < 6; answered += 2) {
            arrived.acquire(2);
            assertThat(registry.requested()).hasSize(answered + 2);
            assertThat(answers).filteredOn(CompletableFuture::isDone).hasSizeLessThanOrEqualTo(answered);
            mayAnswer.release(2);
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().answer()).isEqualTo(new Answer.NoRecord<>()));
    }

    @Test
    void shouldKeepTheIntervalBetweenRequests() {
        // Given
        registry.answering(exchange -> send(exchange, 404, ""));
        RdapClient client = registry.client(new RdapClient.Manners(5, 100, Duration.ofMillis(50), PATIENT, PATIENT));
        long before = System.nanoTime();

        // When
        IntStream.range(0, 5)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList()
                .forEach(CompletableFuture::join);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void shouldHaveNoTimeWhenTheLineIsFull() {
        // Given
        registry.answering(exchange -> {
            registry.awaitEnd();
            send(exchange, 404, "");
        });
        RdapClient client = registry.client(new RdapClient.Manners(1, 1, Duration.ZERO, PATIENT, PATIENT));
        List<CompletableFuture<Fresh<Registration>>> earlier = IntStream.range(0, 2)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();

        // When
        Fresh<Registration> answer = ask(client, "late.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(earlier).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void shouldEndEveryLookupInTimeWhereverItWaits() {
        // Given
        Duration forEver = Duration.ofDays(1);
        registry.answering(exchange -> registry.awaitEnd());
        RdapClient client = registry.client(new RdapHttp(
                new RdapClient.Manners(1, 100, Duration.ZERO, forEver, forEver),
                Duration.ofMillis(200),
                InetAddress::getAllByName));

        // When
        List<CompletableFuture<Fresh<Registration>>> answers = IntStream.range(0, 5)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();

        // Then
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer).succeedsWithin(PATIENT).isEqualTo(Fresh.failed(Failure.TIMED_OUT)));
    }

    @Test
    void shouldReadAnswersOnAThreadOfItsOwn() {
        // Given
        registry.answering(exchange -> send(exchange, 200, ""));
        URI uri = URI.create("http://127.0.0.1:" + registry.port() + "/");

        // When
        Optional<String> thread;
        try (RdapHttp http = new RdapHttp(TestRegistry.MANNERS)) {
            thread = http.get(uri, response -> Thread.currentThread().getName()).join();
        }

        // Then
        assertThat(thread).hasValueSatisfying(name -> assertThat(name).startsWith("rdap-"));
    }

    @ParameterizedTest
    @CsvSource({"1,PT0S", "5,PT10S"})
    void shouldFailWhatIsUnderWayOrInLineWhenClosed(int atOnce, Duration interval) throws InterruptedException {
        // Given
        Semaphore arrived = new Semaphore(0);
        registry.answering(exchange -> {
            arrived.release();
            registry.awaitEnd();
        });
        RdapClient client = registry.client(new RdapClient.Manners(atOnce, 100, interval, PATIENT, Duration.ofDays(1)));
        List<CompletableFuture<Fresh<Registration>>> answers = IntStream.range(0, 5)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();
        arrived.acquire();

        // When
        client.close();

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Fresh.failed(Failure.SERVER_FAILURE)));
    }

    @Test
    void shouldFailWhenClosed() {
        // Given
        RdapClient client = registry.client();
        client.close();

        // When
        Fresh<Registration> answer = ask(client, "applpeak.example");

        // Then
        assertThat(answer.answer()).isInstanceOf(Answer.Failed.class);
    }
}
