package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Which RDAP server knows a domain or an address: IANA's bootstrap registries (RFC 9224). The entry with the most labels that
 * ends a domain, and the longest prefix around an address, name the server; of several URLs of one entry, one with HTTPS.
 * Immutable; safe for any thread.
 */
public final class RdapBootstrap {

    private static final int MAX_BYTES = 8 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, URI> domains;
    private final Map<IpRange, URI> prefixes;

    private RdapBootstrap(Map<String, URI> domains, Map<IpRange, URI> prefixes) {
        this.domains = Map.copyOf(domains);
        this.prefixes = Map.copyOf(prefixes);
    }

    /**
     * The lists that ship, written by hand: a few large registries of domains, of which IANA's own list names many more, and
     * the five regional registries of addresses, which send each other's networks on.
     */
    public static RdapBootstrap shipped() {
        return shipped("rdap-dns.json").and(shipped("rdap-ipv4.json")).and(shipped("rdap-ipv6.json"));
    }

    private static RdapBootstrap shipped(String resource) {
        try {
            return parse(Resources.toByteArray(Resources.getResource(RdapBootstrap.class, resource)));
        } catch (IOException e) {
            throw new IllegalArgumentException("the RDAP bootstrap registry is not JSON: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a registry from a {@code file:}, or from the web ({@code http:}, {@code https:}, redirects followed).
     *
     * @param timeout for all of a download
     * @return fails with an {@link IOException}, a {@link TimeoutException} or an {@link IllegalArgumentException}, each with
     *     a sentence
     */
    public static CompletableFuture<RdapBootstrap> read(URI source, Duration timeout) {
        try {
            return "file".equalsIgnoreCase(source.getScheme())
                    ? CompletableFuture.completedFuture(parse(Files.readAllBytes(Path.of(source))))
                    : download(source, timeout);
        } catch (NoSuchFileException e) {
            return CompletableFuture.failedFuture(new IOException("there is no such file", e));
        } catch (IOException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<RdapBootstrap> download(URI source, Duration timeout) {
        CompletableFuture<HttpResponse<byte[]>> sent = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()
                .sendAsync(HttpRequest.newBuilder(source).build(), head -> new BoundedBody(MAX_BYTES));
        CompletableFuture<RdapBootstrap> read = sent.thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalArgumentException("the server answers with status " + response.statusCode());
            }
            return parse(response.body());
        });
        CompletableFuture<RdapBootstrap> late = CompletableFuture.supplyAsync(
                () -> {
                    throw new CompletionException(
                            new TimeoutException("it did not come whole within " + timeout.toSeconds() + " seconds"));
                },
                CompletableFuture.delayedExecutor(timeout.toNanos(), TimeUnit.NANOSECONDS));
        return read.applyToEither(late, registry -> registry).whenComplete((registry, broken) -> sent.cancel(true));
    }

    /**
     * Reads a registry, of domains or of addresses; entries that are not of the RFC's shape are left out.
     *
     * @throws IllegalArgumentException with a sentence, if there is no entry in it
     */
    public static RdapBootstrap parse(byte[] json) {
        JsonNode registry;
        try {
            registry = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the RDAP bootstrap registry is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, URI> domains = new HashMap<>();
        Map<IpRange, URI> prefixes = new HashMap<>();
        for (JsonNode service : registry.path("services")) {
            server(service.path(1)).ifPresent(server -> service.path(0).forEach(entry -> {
                String text = entry.asText();
                if (text.indexOf('/') < 0) {
                    domains.put(text.toLowerCase(Locale.ROOT), server);
                } else {
                    prefix(text).ifPresent(prefix -> prefixes.put(prefix, server));
                }
            }));
        }
        if (domains.isEmpty() && prefixes.isEmpty()) {
            throw new IllegalArgumentException("the RDAP bootstrap registry names no server (RFC 9224, section 3)");
        }
        return new RdapBootstrap(domains, prefixes);
    }

    /** Both together: for each kind, domains, IPv4 and IPv6, the entries of this one, or of the other if it has none. */
    public RdapBootstrap and(RdapBootstrap other) {
        Map<IpRange, URI> all = new HashMap<>(prefixes);
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (prefixes.keySet().stream().noneMatch(prefix -> prefix.first().isIpv4() == ipv4)) {
                other.prefixes.forEach((prefix, server) -> {
                    if (prefix.first().isIpv4() == ipv4) {
                        all.put(prefix, server);
                    }
                });
            }
        }
        return new RdapBootstrap(domains.isEmpty() ? other.domains : domains, all);
    }

    private static Optional<IpRange> prefix(String text) {
        try {
            return Optional.of(IpRange.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<URI> server(JsonNode urls) {
        Map<String, URI> byScheme = new HashMap<>();
        for (JsonNode url : urls) {
            webAddress(url.asText()).ifPresent(server -> byScheme.putIfAbsent(server.getScheme(), server));
        }
        return Stream.of("https", "http")
                .flatMap(scheme -> Optional.ofNullable(byScheme.get(scheme)).stream())
                .findFirst();
    }

    private static Optional<URI> webAddress(String text) {
        try {
            // RFC 9224, section 3: it ends in a slash; some did not.
            URI url = URI.create(text.endsWith("/") ? text : text + "/");
            return url.getHost() != null && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    ? Optional.of(url)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The base URL, ending in a slash, of the server that knows a domain. */
    public Optional<URI> server(String domain) {
        String suffix = domain.toLowerCase(Locale.ROOT);
        while (true) {
            URI server = domains.get(suffix);
            int dot = suffix.indexOf('.');
            if (server != null || dot < 0) {
                return Optional.ofNullable(server);
            }
            suffix = suffix.substring(dot + 1);
        }
    }

    /** The base URL, ending in a slash, of the server that knows an address, or whom to ask instead. */
    public Optional<URI> server(IpAddress address) {
        return IntStream.rangeClosed(0, address.bits())
                .map(length -> address.bits() - length)
                .mapToObj(length -> IpRange.prefix(address, length))
                .flatMap(prefix -> Optional.ofNullable(prefixes.get(prefix)).stream())
                .findFirst();
    }
}
