package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.registration.TestRegistry.DOMAIN;
import static org.snowtrack.lookups.registration.TestRegistry.PATIENT;
import static org.snowtrack.lookups.registration.TestRegistry.ask;
import static org.snowtrack.lookups.registration.TestRegistry.send;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;

class RdapRedirectsTest {

    private static final String OUTSIDE = "192.0.2.1";

    private final TestRegistry registry = new TestRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @CsvSource({"3,true", "4,false"})
    void shouldFollowThreeRedirectsAndNoMore(int redirects, boolean found) {
        // Given
        registry.answering(exchange -> {
            if (registry.requested().size() <= redirects) {
                exchange.getResponseHeaders()
                        .add("Location", "/elsewhere/" + registry.requested().size());
                send(exchange, 301, "");
            } else {
                send(exchange, 200, DOMAIN);
            }
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer.answer().found().isPresent()).isEqualTo(found);
        assertThat(registry.requested()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/", "file:///etc/passwd", "http:///", ":", ""})
    void shouldNotFollowARedirectThatLeadsOutOfTheWeb(String location) {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            send(exchange, 302, "");
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,true",
        "10.1.2.3,true",
        "172.16.0.1,true",
        "192.168.1.1,true",
        "169.254.169.254,true",
        "100.64.0.1,true",
        "0.0.0.0,true",
        "[::1],true",
        "[fd00::1],true",
        "[fe80::1],true",
        "[::ffff:127.0.0.1],true",
        "localhost,true",
        "192.0.2.1,false",
        "100.128.0.1,false",
        "[2001:db8::1],false"
    })
    void shouldTellTheInsideFromTheOutside(String host, boolean inside) throws UnknownHostException {
        assertThat(RdapHttp.isInside(InetAddress.getByName(host))).isEqualTo(inside);
    }

    @Test
    void shouldNotBeLedInsideFromOutside() {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://inside.example/");
            send(exchange, 302, "");
        });
        RdapClient client =
                registry.client(resolving(host -> addresses(host.equals("inside.example") ? "10.0.0.1" : OUTSIDE)));

        // When
        Fresh<Registration> answer = ask(client, "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldFailWhenARedirectLeadsToNobody() {
        // Given
        registry.answering(this::leadAstray);
        RdapClient client = registry.client(resolving(host -> {
            throw new UnknownHostException(host);
        }));

        // When
        Fresh<Registration> answer = ask(client, "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldAnswerOthersWhileItIsLedToNamesThatResolveSlowly() throws InterruptedException {
        // Given
        Semaphore looking = new Semaphore(0);
        registry.answering(exchange -> {
            if (exchange.getRequestURI().getPath().contains("slow")) {
                leadAstray(exchange);
            } else {
                send(exchange, 200, DOMAIN);
            }
        });
        RdapClient client = registry.client(resolving(host -> {
            looking.release();
            registry.awaitEnd();
            return addresses(OUTSIDE);
        }));
        List<CompletableFuture<Fresh<Registration>>> slow = IntStream.range(0, 10)
                .mapToObj(i -> client.domain("slow" + i + ".example").toCompletableFuture())
                .toList();
        looking.acquire(2);

        // When
        CompletableFuture<Fresh<Registration>> answer =
                client.domain("applpeak.example").toCompletableFuture();

        // Then
        assertThat(answer)
                .succeedsWithin(PATIENT)
                .satisfies(fresh -> assertThat(fresh.answer().found()).isPresent());
        assertThat(slow).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void shouldHaveNoTimeWhenTooManyNamesResolveSlowly() {
        // Given
        registry.answering(this::leadAstray);
        RdapClient client = registry.client(resolving(host -> {
            registry.awaitEnd();
            return addresses(OUTSIDE);
        }));

        // When
        CompletableFuture<Object> first = CompletableFuture.anyOf(IntStream.range(0, 100)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));

        // Then
        assertThat(first).succeedsWithin(PATIENT).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
    }

    private void leadAstray(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Location", "http://astray.example/");
        send(exchange, 302, "");
    }

    private static RdapHttp resolving(RdapHttp.Resolver resolver) {
        return new RdapHttp(TestRegistry.MANNERS, Duration.ofDays(1), resolver);
    }

    private static InetAddress[] addresses(String address) throws UnknownHostException {
        return InetAddress.getAllByName(address);
    }
}
