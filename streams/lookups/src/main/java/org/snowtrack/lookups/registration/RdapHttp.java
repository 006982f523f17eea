package org.snowtrack.lookups.registration;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.common.collect.Comparators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.UncheckedIOException;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * RDAP's part of HTTP (RFC 7480): requests with the manners that each server is owed, answers of bounded size, redirects that
 * lead nowhere they should not. Nothing is sent along but the question; a compressed answer is not asked for, and not
 * unpacked. Safe for any thread; holds up to six threads, its connections, and what each server wants until it is closed.
 *
 * <p>A redirect may lead to any host, as regional registries send each other's networks on, but not from HTTPS to HTTP, and
 * not from a public server to an address of this machine or its own network.
 *
 * <p>A lookup is one future: whatever is still to be done for it is left undone once that is complete, be it by its answer,
 * by its time, or by {@link #close}.
 */
final class RdapHttp implements AutoCloseable {

    static final int MAX_REDIRECTS = 3;
    static final int MAX_BYTES = 1 << 20;

    /** For one lookup: its waits for a turn, redirects and all. */
    static final Duration LOOKUP = Duration.ofSeconds(25);

    /** Finds the addresses of a host, in its own time. */
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_SERVERS = 4096;
    private static final Duration REST = Duration.ofSeconds(30);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private static final int RESOLVING = 4;
    private static final int TO_RESOLVE = 64;

    private final RdapClient.Manners manners;
    private final Duration longest;
    private final Resolver resolver;

    /** Of each lookup, what ends it. */
    private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();

    private final ExecutorService executor = Executors.newFixedThreadPool(2, threads("rdap-%d"));

    /** Looking a host up can take long, and whoever redirects chooses the host: not on the threads that answer everybody. */
    private final ExecutorService resolving = new ThreadPoolExecutor(
            RESOLVING,
            RESOLVING,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(TO_RESOLVE),
            threads("rdap-resolving-%d"));

    private final HttpClient http = HttpClient.newBuilder()
            .executor(executor)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final LoadingCache<String, RdapServer> servers;
    private volatile boolean closed;

    RdapHttp(RdapClient.Manners manners) {
        this(manners, LOOKUP, InetAddress::getAllByName);
    }

    /**
     * @param longest for one lookup
     * @param resolver asked where redirects lead
     */
    RdapHttp(RdapClient.Manners manners, Duration longest, Resolver resolver) {
        this.manners = manners;
        this.longest = longest;
        this.resolver = resolver;
        // Redirects can lead to ever new servers: those that nobody has been led to for longer than any rest are
        // forgotten.
        servers = Caffeine.newBuilder()
                .maximumSize(MAX_SERVERS)
                .expireAfterAccess(LONGEST_REST.multipliedBy(2))
                .executor(Runnable::run)
                .build(authority -> new RdapServer(manners, executor));
    }

    private static ThreadFactory threads(String names) {
        return new ThreadFactoryBuilder().setNameFormat(names).setDaemon(true).build();
    }

    /** What is under way or in line fails. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(Runnable::run);
        resolving.shutdownNow();
        executor.shutdownNow();
    }

    /**
     * What the reader makes of the last answer on the way: a redirection where it may not be followed.
     *
     * @param reader called on a thread of this
     * @return empty where a server has no time for the request; fails as the connection or the reader does, when the time is
     *     over, and when this is closed
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the lookup keeps the failure
    <A> CompletableFuture<Optional<A>> get(URI uri, Function<HttpResponse<byte[]>, A> reader) {
        CompletableFuture<Optional<A>> lookup =
                new CompletableFuture<Optional<A>>().orTimeout(longest.toNanos(), TimeUnit.NANOSECONDS);
        Runnable end = () -> lookup.cancel(true);
        underWay.add(end);
        // Behind the addition: of a close at the same time, one of the two sees the other.
        if (closed) {
            end.run();
        }
        get(uri, 0, lookup)
                .thenApplyAsync(answer -> answer.map(reader), executor)
                .whenComplete((answer, broken) -> {
                    if (broken == null) {
                        lookup.complete(answer);
                    } else {
                        lookup.completeExceptionally(broken);
                    }
                });
        return lookup.whenComplete((answer, broken) -> underWay.remove(end));
    }

    private CompletableFuture<Optional<HttpResponse<byte[]>>> get(URI uri, int redirects, CompletableFuture<?> lookup) {
        RdapServer server = servers.get(authority(uri));
        return server.send(lookup, () -> fetch(uri, lookup).thenApply(response -> heard(server, response)))
                .thenCompose(answer -> {
                    Optional<String> location = answer.flatMap(RdapHttp::redirection);
                    return location.isEmpty() || redirects == MAX_REDIRECTS
                            ? CompletableFuture.completedFuture(answer)
                            : CompletableFuture.supplyAsync(() -> target(uri, location.get(), lookup), resolving)
                                    .thenCompose(target -> target.isEmpty()
                                            ? CompletableFuture.completedFuture(answer)
                                            : get(target.get(), redirects + 1, lookup));
                });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whose lookup is over has nobody to tell
    private CompletableFuture<HttpResponse<byte[]>> fetch(URI uri, CompletableFuture<?> lookup) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/rdap+json, application/json;q=0.9")
                .header("User-Agent", "snowtrack")
                .timeout(manners.timeout())
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, head -> new BoundedBody(MAX_BYTES));
        lookup.whenComplete((answer, broken) -> sent.cancel(true));
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

    /** Where a redirection leads, if it may and anybody still wants to know. */
    private Optional<URI> target(URI from, String location, Future<?> lookup) {
        if (lookup.isDone()) {
            return Optional.empty();
        }
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

    private boolean isInside(String host) {
        try {
            return Stream.of(resolver.addresses(host)).anyMatch(RdapHttp::isInside);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an address is this machine's, or in a network of its own (RFC 6890). */
    static boolean isInside(InetAddress address) {
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
