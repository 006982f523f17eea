package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.common.collect.Comparators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Source;
import org.snowtrack.lookups.names.HostNames;

/**
 * Asks registries about domains by RDAP over HTTP (RFC 7480, RFC 9082 section 3.1.3). Only a 404 says that a domain is not
 * registered. Safe for any thread; holds two threads, its connections, and what each server wants until it is closed.
 *
 * <p>Too many requests (429) and unavailability (503) with or without Retry-After (RFC 9110, section 10.2.3) give that
 * server a rest of at most an hour. At most {@value #MAX_REDIRECTS} redirects are followed, none from HTTPS to HTTP, each
 * with the manners owed to the server it leads to. A response of more than {@value #MAX_BYTES} bytes is {@link
 * Failure#MALFORMED}; a domain that no server is known for is {@link Failure#REFUSED}.
 */
public final class RdapClient implements Source<String, Registration>, AutoCloseable {

    private static final int MAX_REDIRECTS = 3;
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_SERVERS = 4096;
    private static final Duration REST = Duration.ofSeconds(30);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * How each server is treated.
     *
     * @param atOnce requests under way, at least 1
     * @param inLine requests that may wait, at least 1
     * @param interval shortest time between the starts of two requests
     * @param timeout of one request, body included
     * @param patience longest wait for a server that wants a rest; where it wants a longer one, requests fail at once
     */
    public record Manners(int atOnce, int inLine, Duration interval, Duration timeout, Duration patience) {

        /** Ends well before the 30 seconds that the topologies wait, where the line is short. */
        public static final Manners DEFAULT =
                new Manners(2, 1000, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    private final RdapBootstrap bootstrap;
    private final Manners manners;
    private final ExecutorService executor = Executors.newFixedThreadPool(
            2,
            new ThreadFactoryBuilder().setNameFormat("rdap-%d").setDaemon(true).build());
    private final HttpClient http = HttpClient.newBuilder()
            .executor(executor)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final LoadingCache<String, RdapServer> servers;

    public RdapClient(RdapBootstrap bootstrap, Manners manners) {
        this.bootstrap = bootstrap;
        this.manners = manners;
        // Redirects can lead to ever new servers: those that nobody has been led to for longer than any rest are
        // forgotten.
        servers = Caffeine.newBuilder()
                .maximumSize(MAX_SERVERS)
                .expireAfterAccess(LONGEST_REST.multipliedBy(2))
                .executor(Runnable::run)
                .build(authority -> new RdapServer(manners, executor));
    }

    /** What is under way fails. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    @Override
    public CompletionStage<Fresh<Registration>> ask(String domain) {
        return HostNames.normalize(domain)
                .flatMap(name -> bootstrap.server(name).map(server -> get(server.resolve("domain/" + name), name, 0)
                        .exceptionally(broken -> Fresh.failed(failure(broken)))))
                .orElseGet(() -> CompletableFuture.completedFuture(Fresh.failed(Failure.REFUSED)));
    }

    private CompletableFuture<Fresh<Registration>> get(URI uri, String domain, int redirects) {
        RdapServer server = servers.get(uri.getAuthority());
        CompletableFuture<URI> elsewhere = new CompletableFuture<>();
        return server.<Registration>send(() -> fetch(uri)
                        .thenApply(response -> redirection(uri, response)
                                .<Fresh<Registration>>map(target -> {
                                    elsewhere.complete(target);
                                    return Fresh.failed(Failure.MALFORMED);
                                })
                                .orElseGet(() -> read(server, response, domain)))
                        .exceptionally(broken -> Fresh.failed(failure(broken))))
                .thenCompose(fresh -> elsewhere.isDone() && redirects < MAX_REDIRECTS
                        ? get(elsewhere.join(), domain, redirects + 1)
                        : CompletableFuture.completedFuture(fresh));
    }

    private CompletableFuture<HttpResponse<byte[]>> fetch(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/rdap+json, application/json;q=0.9")
                .header("User-Agent", "snowtrack")
                .timeout(manners.timeout())
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, head -> new BoundedBody(MAX_BYTES));
        // The request's own timeout ends with the headers.
        return sent.copy()
                .orTimeout(manners.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, broken) -> sent.cancel(true));
    }

    /** Where a response leads, if it does and may. */
    private static Optional<URI> redirection(URI from, HttpResponse<?> response) {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 ->
                response.headers().firstValue("Location").flatMap(location -> target(from, location));
            default -> Optional.empty();
        };
    }

    private static Optional<URI> target(URI from, String location) {
        try {
            URI target = from.resolve(location);
            boolean web = "https".equals(target.getScheme())
                    || ("http".equals(target.getScheme()) && "http".equals(from.getScheme()));
            return web && target.getHost() != null ? Optional.of(target) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Fresh<Registration> read(RdapServer server, HttpResponse<byte[]> response, String domain) {
        int status = response.statusCode();
        if (status == 429 || status == 503) {
            server.restFor(rest(response));
        }
        if (status == 200) {
            return registration(response.body(), domain);
        }
        if (status == 404) {
            return Fresh.noRecord(Duration.ZERO);
        }
        return Fresh.failed(
                status >= 500 ? Failure.SERVER_FAILURE : status >= 400 ? Failure.REFUSED : Failure.MALFORMED);
    }

    private static Fresh<Registration> registration(byte[] body, String domain) {
        try {
            JsonNode object = JSON.readTree(body);
            if (!object.path("objectClassName").asText().equalsIgnoreCase("domain") || isOther(object, domain)) {
                return Fresh.failed(Failure.MALFORMED);
            }
            return Fresh.found(RdapDomain.parse(object), Duration.ZERO);
        } catch (IOException | IllegalArgumentException e) {
            return Fresh.failed(Failure.MALFORMED);
        }
    }

    private static boolean isOther(JsonNode object, String domain) {
        String name = object.path("ldhName").asText();
        return !name.isEmpty()
                && HostNames.normalize(name).filter(domain::equals).isEmpty();
    }

    private static Duration rest(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .flatMap(RdapClient::retryAfter)
                .map(rest -> Comparators.min(rest, LONGEST_REST))
                .orElse(REST);
    }

    private static Optional<Duration> retryAfter(String text) {
        try {
            return Optional.of(
                    text.strip().matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(text.strip()))
                            : Duration.between(
                                    Instant.now(),
                                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Failure failure(@Nullable Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return Failure.TIMED_OUT;
        }
        if (cause instanceof BoundedBody.TooLargeException
                || (cause != null && cause.getCause() instanceof BoundedBody.TooLargeException)) {
            return Failure.MALFORMED;
        }
        return cause instanceof RejectedExecutionException ? Failure.REFUSED : Failure.SERVER_FAILURE;
    }
}
