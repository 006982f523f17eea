package org.snowtrack.lookups.registration;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.common.collect.Comparators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * RDAP's part of HTTP (RFC 7480): requests with the manners that each server is owed, answers of bounded size, redirects that
 * lead nowhere they should not. Nothing is sent along but the question; a compressed answer is not asked for, and not
 * unpacked. Safe for any thread; holds two threads, its connections, and what each server wants until it is closed.
 *
 * <p>A redirect may lead to any host, as regional registries send each other's networks on, but not from HTTPS to HTTP, and
 * not from a public server to an address of this machine or its own network.
 */
final class RdapHttp implements AutoCloseable {

    static final int MAX_REDIRECTS = 3;
    static final int MAX_BYTES = 1 << 20;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_SERVERS = 4096;
    private static final Duration REST = Duration.ofSeconds(30);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private final RdapClient.Manners manners;
    private final ExecutorService executor = Executors.newFixedThreadPool(
            2,
            new ThreadFactoryBuilder().setNameFormat("rdap-%d").setDaemon(true).build());
    private final HttpClient http = HttpClient.newBuilder()
            .executor(executor)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final LoadingCache<String, RdapServer> servers;

    RdapHttp(RdapClient.Manners manners) {
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

    /**
     * The last answer on the way: a redirection where it may not be followed.
     *
     * @return empty where a server has no time for the request; fails as the connection does
     */
    CompletableFuture<Optional<HttpResponse<byte[]>>> get(URI uri) {
        return get(uri, 0);
    }

    private CompletableFuture<Optional<HttpResponse<byte[]>>> get(URI uri, int redirects) {
        RdapServer server = servers.get(authority(uri));
        return server.send(() -> fetch(uri).thenApply(response -> heard(server, response)))
                .thenCompose(answer -> {
                    Optional<String> location = answer.flatMap(RdapHttp::redirection);
                    return location.isEmpty() || redirects == MAX_REDIRECTS
                            ? CompletableFuture.completedFuture(answer)
                            // Looking the host up can take long: not on the thread that answers everybody.
                            : CompletableFuture.supplyAsync(() -> target(uri, location.get()), executor)
                                    .thenCompose(target -> target.isEmpty()
                                            ? CompletableFuture.completedFuture(answer)
                                            : get(target.get(), redirects + 1));
                });
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

    private static HttpResponse<byte[]> heard(RdapServer server, HttpResponse<byte[]> response) {
        if (response.statusCode() == TOO_MANY_REQUESTS || response.statusCode() == UNAVAILABLE) {
            server.complained(rest(response));
        } else {
            server.took();
        }
        return response;
    }

    private static Optional<String> redirection(HttpResponse<?> response) {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 -> response.headers().firstValue("Location");
            default -> Optional.empty();
        };
    }

    /** Where a redirection leads, if it may. */
    private static Optional<URI> target(URI from, String location) {
        try {
            URI target = from.resolve(location.strip());
            boolean web = "https".equals(target.getScheme())
                    || ("http".equals(target.getScheme()) && "http".equals(from.getScheme()));
            return web
                            && target.getHost() != null
                            && target.getUserInfo() == null
                            && (isInside(from.getHost()) || !isInside(target.getHost()))
                    ? Optional.of(target)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a host is this machine, or in a network of its own (RFC 6890); one without an address is nowhere. */
    static boolean isInside(String host) {
        try {
            return Stream.of(InetAddress.getAllByName(host)).anyMatch(RdapHttp::isInside);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isInside(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
        boolean sharedByCarrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || sharedByCarrier;
    }

    /** One server under all its spellings. */
    private static String authority(URI uri) {
        int port = uri.getPort() < 0 ? ("https".equals(uri.getScheme()) ? 443 : 80) : uri.getPort();
        return uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static Duration rest(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .flatMap(RdapHttp::retryAfter)
                .map(rest -> Comparators.max(Duration.ZERO, Comparators.min(rest, LONGEST_REST)))
                .orElse(REST);
    }

    /** Seconds or a date (RFC 9110, section 10.2.3). */
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
}
