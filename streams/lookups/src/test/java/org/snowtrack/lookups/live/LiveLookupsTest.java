package org.snowtrack.lookups.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.dns.TestDnsServer;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;

class LiveLookupsTest {

    private static final IpAddress ADDRESS = IpAddress.parse("54.38.4.96");
    private static final Answer<?> REFUSED = new Answer.Failed<>(Failure.REFUSED);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<Problem> problems = new ArrayList<>();
    private final List<LiveLookups> opened = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TestDnsServer dns;

    @SuppressWarnings("NullAway.Init")
    private HttpServer registry;

    @BeforeEach
    void start() throws IOException {
        dns = TestDnsServer.of(
                "96.4.38.54.in-addr.arpa. PTR blueomb.example.",
                "blueomb.example. A 54.38.4.96",
                "blueomb.example. MX 10 mx.blueomb.example.",
                "0.4.38.54.origin.asn.cymru.com. TXT \"16276 | 54.38.0.0/16 | FR | ripencc | 2017-05-24\"",
                "as16276.asn.cymru.com. TXT \"16276 | FR | ripencc | 2001-02-15 | OVH, FR\"");
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/domain/", exchange -> {
            byte[] body = "{\"objectClassName\": \"domain\", \"ldhName\": \"blueomb.example\"}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        registry.createContext("/dns.json", exchange -> {
            byte[] body = bootstrap().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        registry.start();
    }

    @AfterEach
    void stop() {
        opened.forEach(LiveLookups::close);
        dns.close();
        registry.stop(0);
    }

    @Test
    void shouldAnswerEveryQuestionWhenAllSourcesAreThere() throws IOException {
        // Given
        Path bootstrap = Files.writeString(directory.resolve("dns.json"), bootstrap());

        // When
        LiveLookups live = open(null, true, bootstrap.toUri());

        // Then
        assertThat(problems).isEmpty();
        assertThat(live.problem()).isEmpty();
        assertThat(ask(live.lookups().ptr(), ADDRESS))
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("blueomb.example", Confirmation.CONFIRMED))));
        assertThat(ask(live.lookups().network(), ADDRESS))
                .isEqualTo(new Answer.Found<>(new Network(16276, "OVH", "FR")));
        assertThat(ask(live.lookups().addresses(), "blueomb.example")).isEqualTo(new Answer.Found<>(List.of(ADDRESS)));
        assertThat(ask(live.lookups().mailExchangers(), "blueomb.example"))
                .isEqualTo(new Answer.Found<>(List.of("mx.blueomb.example")));
        assertThat(ask(live.lookups().registration(), "blueomb.example"))
                .isEqualTo(new Answer.Found<>(
                        new Registration(null, null, null, null, null, null, null, List.of(), List.of(), null)));
    }

    @Test
    void shouldAskOnceWhenManyAddressesAreInOneBlock() {
        // Given
        LiveLookups live = open(null, false, null);

        // When
        List<Answer<Network>> answers = IntStream.range(0, 16)
                .mapToObj(i -> ask(live.lookups().network(), ADDRESS.plus(i)))
                .toList();

        // Then
        assertThat(answers).containsOnly(new Answer.Found<>(new Network(16276, "OVH", "FR")));
        assertThat(dns.questions()).hasSize(2);
    }

    @Test
    void shouldReadNetworksFromTheFileWhenOneIsGiven() throws IOException {
        // Given
        Path networks = Files.writeString(
                directory.resolve("networks.tsv"), "54.38.0.0\t54.38.255.255\t16276\tFR\tFrom the file\n");

        // When
        LiveLookups live = open(networks, false, null);

        // Then
        assertThat(ask(live.lookups().network(), ADDRESS))
                .isEqualTo(new Answer.Found<>(new Network(16276, "From the file", "FR")));
        assertThat(dns.questions()).isEmpty();
    }

    @Test
    void shouldKnowNoRegistrationWhenRdapIsOff() {
        // When
        LiveLookups live = open(null, false, registry("/dns.json"));

        // Then
        assertThat(ask(live.lookups().registration(), "blueomb.example")).isEqualTo(REFUSED);
    }

    @Test
    void shouldReadTheBootstrapRegistryFromTheWebWhenToldSo() {
        // When
        LiveLookups live = open(null, true, registry("/dns.json"));

        // Then
        assertThat(problems).isEmpty();
        assertThat(ask(live.lookups().registration(), "blueomb.example").found())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///absent/dns.json", "nonsense:x", "relative.json", "http://127.0.0.1:PORT/absent"})
    void shouldUseTheShippedRegistryWhenTheOneGivenCannotBeRead(String source) {
        // Given
        String port = String.valueOf(registry.getAddress().getPort());

        // When
        LiveLookups live = open(null, true, URI.create(source.replace("PORT", port)));

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .startsWith("the registry of RDAP servers cannot be used, the shipped one is: "));
        assertThat(ask(live.lookups().registration(), "blueomb.example")).isEqualTo(REFUSED);
    }

    @Test
    void shouldLeaveNothingOpenWhenItCannotBeOpened() {
        // Given
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        LiveSettings settings = new LiveSettings(
                List.of(dns.address()), 1_000, null, true, List.of(URI.create("file:///absent/dns.json")));

        // When
        Throwable failure = catchThrowable(() -> LiveLookups.open(settings, problem -> {
            throw new IllegalStateException("nobody can be told");
        }));

        // Then
        assertThat(failure).hasMessage("nobody can be told");
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("dns-"))
                .isSubsetOf(before);
    }

    @Test
    void shouldFailWhenClosed() {
        // Given
        LiveLookups live = open(null, true, null);
        live.close();

        // When
        Answer<List<PtrName>> answer = ask(live.lookups().ptr(), ADDRESS);

        // Then
        assertThat(answer).isInstanceOf(Answer.Failed.class);
    }

    private LiveLookups open(@Nullable Path networks, boolean rdap, @Nullable URI bootstrap) {
        LiveLookups live = LiveLookups.open(
                new LiveSettings(
                        List.of(dns.address()),
                        1_000,
                        networks,
                        rdap,
                        bootstrap == null ? List.of() : List.of(bootstrap)),
                problems::add);
        opened.add(live);
        return live;
    }

    private String bootstrap() {
        return "{\"services\": [[[\"example\"], [\"" + registry("/") + "\"]]]}";
    }

    private URI registry(String path) {
        return URI.create("http://127.0.0.1:" + registry.getAddress().getPort() + path);
    }

    private static <Q, A> Answer<A> ask(Lookup<Q, A> lookup, Q question) {
        return lookup.ask(question, Instant.EPOCH).toCompletableFuture().join();
    }
}
