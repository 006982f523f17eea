package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class RdapClientTest {

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final RdapClient.Manners MANNERS = new RdapClient.Manners(2, 100, Duration.ZERO, PATIENT, PATIENT);
    private static final String DOMAIN = """
            {"objectClassName": "domain", "ldhName": "APPLPEAK.EXAMPLE",
             "entities": [{"objectClassName": "entity", "handle": "292", "roles": ["registrar"],
               "publicIds": [{"type": "IANA Registrar ID", "identifier": "292"}]}],
             "events": [{"eventAction": "registration", "eventDate": "2017-09-15T04:00:00Z"}],
             "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS1.APPLPEAK.EXAMPLE"}]}
            """;

    private static final String NETWORK = """
            {"objectClassName": "ip network", "name": "EXAMPLE-NET",
             "startAddress": "192.0.2.0", "endAddress": "192.0.2.255"}
            """;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> requested = new CopyOnWriteArrayList<>();
    private final List<RdapClient> clients = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    @BeforeProperty
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    @AfterProperty
    void stop() {
        end.countDown();
        clients.forEach(RdapClient::close);
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void shouldReadTheRegistrationWhenTheRegistryHasOne() {
        // Given
        answering(exchange -> send(exchange, 200, DOMAIN));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "Applpeak.example.");

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
        assertThat(requested).containsExactly("/rdap/domain/applpeak.example");
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
        answering(exchange -> send(exchange, status, ""));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(failure));
    }

    @Test
    void shouldSayThatThereIsNoneOnlyWhenTheRegistrySaysSo() {
        // Given
        answering(exchange -> send(exchange, 404, "{\"errorCode\": 404}"));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

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
        answering(exchange -> send(exchange, 200, body));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldFailWhenTheAnswerIsDeeperThanAnyRegistrys() {
        // Given
        answering(exchange -> send(exchange, 200, "{\"a\":".repeat(100_000)));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldLetGoWhenTheAnswerNeverEnds() {
        // Given
        answering(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] blanks = " ".repeat(8192).getBytes(StandardCharsets.UTF_8);
                while (end.getCount() > 0) {
                    body.write(blanks);
                }
            }
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTimeOutWhenTheRegistryIsSlow(boolean afterHeaders) {
        // Given
        answering(exchange -> {
            if (afterHeaders) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().flush();
            }
            awaitEnd();
        });

        // When
        Fresh<Registration> answer = ask(
                client(new RdapClient.Manners(2, 100, Duration.ZERO, Duration.ofMillis(200), PATIENT)),
                "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
    }

    @ParameterizedTest
    @CsvSource({"3,true", "4,false"})
    void shouldFollowThreeRedirectsAndNoMore(int redirects, boolean found) {
        // Given
        answering(exchange -> {
            if (requested.size() <= redirects) {
                exchange.getResponseHeaders().add("Location", "/elsewhere/" + requested.size());
                send(exchange, 301, "");
            } else {
                send(exchange, 200, DOMAIN);
            }
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer.answer().found().isPresent()).isEqualTo(found);
        assertThat(requested).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/", "file:///etc/passwd", "http:///", ":", ""})
    void shouldNotFollowARedirectThatLeadsOutOfTheWeb(String location) {
        // Given
        answering(exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            send(exchange, 302, "");
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "Fri, 31 Dec 9999 23:59:59 GMT", ""})
    void shouldLeaveTheServerAloneWhenItWantsARest(String retryAfter) {
        // Given
        answering(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
            send(exchange, 429, "");
        });
        RdapClient client = client(MANNERS);
        ask(client, "applpeak.example");

        // When
        Fresh<Registration> answer = ask(client, "blueomb.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(requested).hasSize(1);
    }

    @Test
    void shouldAskAgainWhenTheRestIsOver() {
        // Given
        answering(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "0");
            send(exchange, requested.size() == 1 ? 503 : 404, "");
        });
        RdapClient client = client(MANNERS);
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
        answering(exchange -> {
            arrived.release();
            mayAnswer.acquireUninterruptibly();
            send(exchange, 404, "");
        });
        RdapClient client = client(MANNERS);

        // When
        List<CompletableFuture<Fresh<Registration>>> answers = IntStream.range(0, 6)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();

        // Then
        for (int answered = 0; answered < 6; answered += 2) {
            arrived.acquire(2);
            assertThat(requested).hasSize(answered + 2);
            assertThat(answers).filteredOn(CompletableFuture::isDone).hasSizeLessThanOrEqualTo(answered);
            mayAnswer.release(2);
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().answer()).isEqualTo(new Answer.NoRecord<>()));
    }

    @Test
    void shouldKeepTheIntervalBetweenRequests() {
        // Given
        answering(exchange -> send(exchange, 404, ""));
        RdapClient client = client(new RdapClient.Manners(5, 100, Duration.ofMillis(50), PATIENT, PATIENT));
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
        answering(exchange -> {
            awaitEnd();
            send(exchange, 404, "");
        });
        RdapClient client = client(new RdapClient.Manners(1, 1, Duration.ZERO, PATIENT, PATIENT));
        List<CompletableFuture<Fresh<Registration>>> earlier = IntStream.range(0, 2)
                .mapToObj(i -> client.domain("d" + i + ".example").toCompletableFuture())
                .toList();

        // When
        Fresh<Registration> answer = ask(client, "late.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(earlier).noneMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"applpeak.unknown", "localhost", "not a name", "", "../../admin.example"})
    void shouldAskNobodyWhenNoServerIsKnownForTheName(String domain) {
        // Given
        answering(exchange -> send(exchange, 200, DOMAIN));

        // When
        Fresh<Registration> answer = ask(client(MANNERS), domain);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.REFUSED));
        assertThat(requested).isEmpty();
    }

    @Test
    void shouldTellWhomAnAddressWasGivenTo() {
        // Given
        answering(exchange -> send(exchange, 200, NETWORK));

        // When
        Fresh<Allocation> answer = client(MANNERS)
                .network(IpAddress.parse("192.0.2.7"))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(
                        new Allocation(IpRange.parse("192.0.2.0/24"), null, "EXAMPLE-NET", null, null)));
        assertThat(requested).containsExactly("/rdap/ip/192.0.2.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.3.7", "2001:db8::7"})
    void shouldNotTakeAnotherNetworkForAnAnswer(String address) {
        // Given
        answering(exchange -> send(exchange, 200, NETWORK));

        // When
        Fresh<Allocation> answer = client(MANNERS)
                .network(IpAddress.parse(address))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldNotTakeAMissingWebPageForAnUnregisteredDomain() {
        // Given
        answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "Text/HTML; charset=utf-8");
            send(exchange, 404, "<html>Not here</html>");
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

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
        answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            send(exchange, 200, bomb.toByteArray());
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldReadAnAnswerOfWhichOneNameIsNotUtf8AndTheTypeIsWrong() {
        // Given
        byte[] latin = DOMAIN.replace("\"292\"", "\"M\u00fcller\"").getBytes(StandardCharsets.ISO_8859_1);
        answering(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=nonsense");
            send(exchange, 200, latin);
        });

        // When
        Fresh<Registration> answer = ask(client(MANNERS), "applpeak.example");

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
        answering(exchange -> send(exchange, 200, sent));

        // When
        Answer<Registration> answer;
        try (RdapClient client = client(MANNERS)) {
            answer = ask(client, "applpeak.example").answer();
        }
        server.removeContext("/");

        // Then
        assertThat(answer)
                .satisfiesAnyOf(some -> assertThat(some).isInstanceOf(Answer.Found.class), some -> assertThat(some)
                        .isEqualTo(new Answer.Failed<>(Failure.MALFORMED)));
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
    void shouldTellTheInsideFromTheOutside(String host, boolean inside) {
        assertThat(RdapHttp.isInside(host)).isEqualTo(inside);
    }

    @Test
    void shouldFailWhenNobodyListens() throws IOException {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        // When
        Fresh<Registration> answer = ask(client(MANNERS, port), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldFailWhenClosed() {
        // Given
        RdapClient client = client(MANNERS);
        client.close();

        // When
        Fresh<Registration> answer = ask(client, "applpeak.example");

        // Then
        assertThat(answer.answer()).isInstanceOf(Answer.Failed.class);
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void answering(Handler handler) {
        server.createContext("/", exchange -> {
            requested.add(exchange.getRequestURI().toString());
            try (exchange) {
                handler.handle(exchange);
            }
        });
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private RdapClient client(RdapClient.Manners manners) {
        return client(manners, server.getAddress().getPort());
    }

    private RdapClient client(RdapClient.Manners manners, int port) {
        RdapClient client = new RdapClient(
                RdapBootstrap.parse(
                        "{\"services\": [[[\"example\", \"192.0.2.0/23\", \"2001:db8::/32\"], [\"http://127.0.0.1:%d/rdap/\"]]]}"
                                .formatted(port)
                                .getBytes(StandardCharsets.UTF_8)),
                manners);
        clients.add(client);
        return client;
    }

    private static Fresh<Registration> ask(RdapClient client, String domain) {
        return client.domain(domain).toCompletableFuture().join();
    }
}
