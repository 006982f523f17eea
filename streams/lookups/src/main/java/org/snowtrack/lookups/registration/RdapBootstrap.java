package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which RDAP server knows the domains under a suffix: IANA's bootstrap registry (RFC 9224). The entry with the most labels
 * that ends a domain names its server; of several URLs of one entry, one with HTTPS. Immutable; safe for any thread.
 */
public final class RdapBootstrap {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, URI> servers;
    private final String publication;

    private RdapBootstrap(Map<String, URI> servers, String publication) {
        this.servers = Map.copyOf(servers);
        this.publication = publication;
    }

    /**
     * The list that ships: a few large registries, written by hand. It is no copy of IANA's registry, which names many
     * more.
     */
    public static RdapBootstrap shipped() {
        try {
            return parse(Resources.toByteArray(Resources.getResource(RdapBootstrap.class, "rdap-dns.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a registry; entries that are not of the RFC's shape are left out.
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
        Map<String, URI> servers = new HashMap<>();
        for (JsonNode service : registry.path("services")) {
            server(service.path(1)).ifPresent(server -> service.path(0)
                    .forEach(entry -> servers.put(entry.asText().toLowerCase(Locale.ROOT), server)));
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("the RDAP bootstrap registry names no server (RFC 9224, section 3)");
        }
        return new RdapBootstrap(servers, registry.path("publication").asText(""));
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

    /** When the registry was published, as it writes it (RFC 3339); empty if it does not say. */
    public String publication() {
        return publication;
    }

    /** The base URL, ending in a slash, of the server that knows a domain. */
    public Optional<URI> server(String domain) {
        String suffix = domain.toLowerCase(Locale.ROOT);
        while (true) {
            URI server = servers.get(suffix);
            int dot = suffix.indexOf('.');
            if (server != null || dot < 0) {
                return Optional.ofNullable(server);
            }
            suffix = suffix.substring(dot + 1);
        }
    }
}
