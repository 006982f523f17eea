package org.snowtrack.lookups.registration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.snowtrack.lookups.cache.Fresh;

/** A registry on loopback, for {@code example} and the networks of the documentation, and the clients that ask it. */
final class TestRegistry implements AutoCloseable {

    static final Duration PATIENT = Duration.ofSeconds(20);
    static final RdapClient.Manners MANNERS = new RdapClient.Manners(2, 100, Duration.ZERO, PATIENT, PATIENT);

    static final String DOMAIN = """
            {"objectClassName": "domain", "ldhName": "APPLPEAK.EXAMPLE",
             "entities": [{"objectClassName": "entity", "handle": "292", "roles": ["registrar"],
               "publicIds": [{"type": "IANA Registrar ID", "identifier": "292"}]}],
             "events": [{"eventAction": "registration", "eventDate": "2017-09-15T04:00:00Z"}],
             "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS1.APPLPEAK.EXAMPLE"}]}
            """;

    static final String NETWORK = """
            {"objectClassName": "ip network", "name": "EXAMPLE-NET",
             "startAddress": "192.0.2.0", "endAddress": "192.0.2.255"}
            """;

    /** How it answers a request; the exchange is closed behind it. */
    interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> requested = new CopyOnWriteArrayList<>();
    private final List<RdapClient> clients = new ArrayList<>();
    private final HttpServer server;

    TestRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    @Override
    public void close() {
        end.countDown();
        clients.forEach(RdapClient::close);
        server.stop(0);
        threads.shutdownNow();
    }

    void answering(Handler handler) {
        server.createContext("/", exchange -> {
            requested.add(exchange.getRequestURI().toString());
            try (exchange) {
                handler.handle(exchange);
            }
        });
    }

    /** Before it answers otherwise. */
    void forget() {
        server.removeContext("/");
    }

    /** Paths, in the order in which they arrived. */
    List<String> requested() {
        return requested;
    }

    /** For handlers that leave their client waiting. */
    void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isOver() {
        return end.getCount() == 0;
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    int port() {
        return server.getAddress().getPort();
    }

    RdapClient client() {
        return client(MANNERS);
    }

    RdapClient client(RdapClient.Manners manners) {
        return client(manners, port());
    }

    RdapClient client(RdapClient.Manners manners, int port) {
        return client(new RdapHttp(manners), port);
    }

    RdapClient client(RdapHttp http) {
        return client(http, port());
    }

    private RdapClient client(RdapHttp http, int port) {
        RdapClient client = new RdapClient(
                RdapBootstrap.parse(
                        "{\"services\": [[[\"example\", \"192.0.2.0/23\", \"2001:db8::/32\"], [\"http://127.0.0.1:%d/rdap/\"]]]}"
                                .formatted(port)
                                .getBytes(StandardCharsets.UTF_8)),
                http);
        clients.add(client);
        return client;
    }

    static Fresh<Registration> ask(RdapClient client, String domain) {
        return client.domain(domain).toCompletableFuture().join();
    }
}
