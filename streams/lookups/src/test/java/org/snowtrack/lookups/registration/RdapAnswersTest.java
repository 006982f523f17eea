package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.registration.TestRegistry.DOMAIN;
import static org.snowtrack.lookups.registration.TestRegistry.NETWORK;
import static org.snowtrack.lookups.registration.TestRegistry.ask;
import static org.snowtrack.lookups.registration.TestRegistry.send;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class RdapAnswersTest {

    private final TestRegistry registry = new TestRegistry();

    @AfterEach
    @AfterProperty
    void stop() {
        registry.close();
    }

    @Test
    void shouldReadTheRegistrationWhenTheRegistryHasOne() {
        // Given
        registry.answering(exchange -> send(exchange, 200, DOMAIN));

        // When
        Fresh<Registration> answer = ask(registry.client(), "Applpeak.example.");

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(new Registration(
                        "IANA:292",
                        null,
                        Instant.parse("2017-09-15T04:00:00Z"),
                        null,
                        null,
                        null,
                        null,
                        List.of("ns1.applpeak.example"),
                        List.of(),
                        null)));
        assertThat(registry.requested()).containsExactly("/rdap/domain/applpeak.example");
    }

    @ParameterizedTest
    @CsvSource({
        "400,REFUSED",
        "403,REFUSED",
        "429,TIMED_OUT",
        "500,SERVER_FAILURE",
        "502,SERVER_FAILURE",
        "503,SERVER_FAILURE",
        "302,MALFORMED",
        "204,MALFORMED"
    })
    void shouldFailWhenTheRegistryCannotTell(int status, Failure failure) {
        // Given
        registry.answering(exchange -> send(exchange, status, ""));

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(failure));
    }

    @Test
    void shouldSayThatThereIsNoneOnlyWhenTheRegistrySaysSo() {
        // Given
        registry.answering(exchange -> send(exchange, 404, "{\"errorCode\": 404}"));

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer.answer()).isEqualTo(new Answer.NoRecord<>());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{}",
                "{\"objectClassName\": \"entity\"}",
                "{\"objectClassName\": \"domain\", \"ldhName\": \"other.example\"}",
                "{\"objectClassName\": \"domain\"} {}",
                "{\"objectClassName\": \"domain\""
            })
    void shouldFailWhenTheAnswerIsNotTheDomain(String body) {
        // Given
        registry.answering(exchange -> send(exchange, 200, body));

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldFailWhenTheAnswerIsDeeperThanAnyRegistrys() {
        // Given
        registry.answering(exchange -> send(exchange, 200, "{\"a\":".repeat(100_000)));

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldLetGoWhenTheAnswerNeverEnds() {
        // Given
        registry.answering(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] blanks = " ".repeat(8192).getBytes(StandardCharsets.UTF_8);
                while (!registry.isOver()) {
                    body.write(blanks);
                }
            }
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"applpeak.unknown", "localhost", "not a name", "", "../../admin.example"})
    void shouldAskNobodyWhenNoServerIsKnownForTheName(String domain) {
        // Given
        registry.answering(exchange -> send(exchange, 200, DOMAIN));

        // When
        Fresh<Registration> answer = ask(registry.client(), domain);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.REFUSED));
        assertThat(registry.requested()).isEmpty();
    }

    @Test
    void shouldTellWhomAnAddressWasGivenTo() {
        // Given
        registry.answering(exchange -> send(exchange, 200, NETWORK));

        // When
        Fresh<Allocation> answer = registry.client()
                .network(IpAddress.parse("192.0.2.7"))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(
                        new Allocation(IpRange.parse("192.0.2.0/24"), null, "EXAMPLE-NET", null, null)));
        assertThat(registry.requested()).containsExactly("/rdap/ip/192.0.2.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.3.7", "2001:db8::7"})
    void shouldNotTakeAnotherNetworkForAnAnswer(String address) {
        // Given
        registry.answering(exchange -> send(exchange, 200, NETWORK));

        // When
        Fresh<Allocation> answer = registry.client()
                .network(IpAddress.parse(address))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldNotTakeAMissingWebPageForAnUnregisteredDomain() {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "Text/HTML; charset=utf-8");
            send(exchange, 404, "<html>Not here</html>");
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.REFUSED));
    }

    @Test
    void shouldUnpackNothingThatItDidNotAskFor() throws IOException {
        // Given
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bomb)) {
            zipped.write(new byte[50 << 20]);
        }
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            send(exchange, 200, bomb.toByteArray());
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldReadAnAnswerOfWhichOneNameIsNotUtf8AndTheTypeIsWrong() {
        // Given
        byte[] latin = DOMAIN.replace("\"292\"", "\"M\u00fcller\"").getBytes(StandardCharsets.ISO_8859_1);
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=nonsense");
            send(exchange, 200, latin);
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer.answer().found().orElseThrow().registeredAt()).isEqualTo("2017-09-15T04:00:00Z");
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void shouldNeverTakeABrokenAnswerForNo(
            @ForAll @IntRange(max = 320) int from, @ForAll @Size(max = 40) byte[] junk, @ForAll boolean torn) {
        // Given
        byte[] body = DOMAIN.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(body.length, from + junk.length);
        System.arraycopy(junk, 0, body, Math.min(from, end), end - Math.min(from, end));
        byte[] sent = torn ? Arrays.copyOf(body, from) : body;
        registry.answering(exchange -> send(exchange, 200, sent));

        // When
        Answer<Registration> answer;
        try (RdapClient client = registry.client()) {
            answer = ask(client, "applpeak.example").answer();
        }
        registry.forget();

        // Then
        assertThat(answer)
                .satisfiesAnyOf(some -> assertThat(some).isInstanceOf(Answer.Found.class), some -> assertThat(some)
                        .isEqualTo(new Answer.Failed<>(Failure.MALFORMED)));
    }

    @Test
    void shouldFailWhenNobodyListens() throws IOException {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        // When
        Fresh<Registration> answer = ask(registry.client(TestRegistry.MANNERS, port), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }
}
