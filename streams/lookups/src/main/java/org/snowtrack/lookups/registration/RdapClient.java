package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Asks registries about domains and networks by RDAP (RFC 9082, sections 3.1.1 and 3.1.3), those that the bootstrap registry
 * names, and ends within 25 seconds. Safe for any thread; holds threads and connections until it is closed.
 *
 * <p>Only a 404 says that there is nothing, and a web page with that number does not. {@link Failure#REFUSED} is who will not
 * tell if asked again soon: no server is known, or it refuses (other 4xx). {@link Failure#TIMED_OUT} is who may tell later: no
 * answer in time, too many requests (429), a server at rest or with a full line, where nothing was sent. 5xx is {@link
 * Failure#SERVER_FAILURE}; an answer that cannot be read, leads astray, or has more than a mebibyte is {@link
 * Failure#MALFORMED}.
 *
 * <p>429 and 503, with or without Retry-After (RFC 9110, section 10.2.3), give that server a rest of at most an hour, and
 * slow all later requests to it down for a while.
 */
public final class RdapClient implements AutoCloseable {

    private static final Duration MEMORY = Duration.ofDays(1);
    private static final Duration MEMORY_OF_ABSENCE = Duration.ofHours(1);

    /**
     * How each server is treated.
     *
     * @param atOnce requests under way, at least 1
     * @param inLine requests that may wait, at least 1; few, because whoever waits holds one of the places that all
     *     registries share
     * @param interval shortest time between the starts of two requests
     * @param timeout of one request, body included
     * @param patience longest wait for a server that wants a rest; where it wants a longer one, requests fail at once
     */
    public record Manners(int atOnce, int inLine, Duration interval, Duration timeout, Duration patience) {

        /** The line is as long as a server that keeps the interval needs to end it well within the patience. */
        public static final Manners DEFAULT =
                new Manners(2, 32, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    private final RdapBootstrap bootstrap;
    private final RdapHttp http;

    public RdapClient(RdapBootstrap bootstrap, Manners manners) {
        this(bootstrap, new RdapHttp(manners));
    }

    RdapClient(RdapBootstrap bootstrap, RdapHttp http) {
        this.bootstrap = bootstrap;
        this.http = http;
    }

    /** What is under way or in line fails. */
    @Override
    public void close() {
        http.close();
    }

    /** Asks who registered a domain. */
    public CompletionStage<Fresh<Registration>> domain(String domain) {
        Optional<String> name = HostNames.normalize(domain);
        return ask(
                name.flatMap(bootstrap::server).map(server -> server.resolve("domain/" + name.get())),
                object -> registration(object, name.orElseThrow()));
    }

    /** Asks whom an address was given to. */
    public CompletionStage<Fresh<Allocation>> network(IpAddress address) {
        return ask(
                bootstrap.server(address).map(server -> server.resolve("ip/" + address)),
                object -> allocation(object, address));
    }

    private <A> CompletionStage<Fresh<A>> ask(Optional<URI> uri, Function<JsonNode, A> reader) {
        return uri.map(known -> http.get(known, response -> read(response, reader))
                        .thenApply(answer -> answer.orElseGet(() -> Fresh.failed(Failure.TIMED_OUT)))
                        .exceptionally(broken -> Fresh.failed(failure(broken))))
                .orElseGet(() -> CompletableFuture.completedFuture(Fresh.failed(Failure.REFUSED)));
    }

    private static <A> Fresh<A> read(HttpResponse<byte[]> response, Function<JsonNode, A> reader) {
        int status = response.statusCode();
        if (status == 200) {
            return read(response.body(), reader);
        }
        if (status == 404 && !isWebPage(response)) {
            return Fresh.noRecord(MEMORY_OF_ABSENCE);
        }
        if (status == 429) {
            return Fresh.failed(Failure.TIMED_OUT);
        }
        return Fresh.failed(
                status >= 500 ? Failure.SERVER_FAILURE : status >= 400 ? Failure.REFUSED : Failure.MALFORMED);
    }

    private static <A> Fresh<A> read(byte[] body, Function<JsonNode, A> reader) {
        try {
            return Fresh.found(reader.apply(RdapJson.read(body)), MEMORY);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Fresh.failed(Failure.MALFORMED);
        }
    }

    /** A web server whose pages are elsewhere knows nothing about domains. */
    private static boolean isWebPage(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Content-Type")
                .filter(type -> type.strip().toLowerCase(Locale.ROOT).startsWith("text/html"))
                .isPresent();
    }

    private static Registration registration(JsonNode object, String domain) {
        requireNamed(object, "domain");
        RdapJson.text(object.path("ldhName"))
                .filter(name -> HostNames.normalize(name).filter(domain::equals).isEmpty())
                .ifPresent(other -> {
                    throw new IllegalArgumentException("the object describes another domain");
                });
        return RdapDomain.parse(object);
    }

    private static Allocation allocation(JsonNode object, IpAddress address) {
        requireNamed(object, "ip network");
        Allocation allocation = RdapNetwork.parse(object);
        if (!allocation.range().contains(address)) {
            throw new IllegalArgumentException("the object describes another network");
        }
        return allocation;
    }

    /** A recording may leave its class out; any JSON could come from the web. */
    private static void requireNamed(JsonNode object, String objectClass) {
        if (!RdapJson.is(object.path("objectClassName"), objectClass)) {
            throw new IllegalArgumentException("the object does not say that it describes a " + objectClass);
        }
    }

    private static Failure failure(@Nullable Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        if (cause instanceof TimeoutException
                || cause instanceof HttpTimeoutException
                || cause instanceof RejectedExecutionException) {
            return Failure.TIMED_OUT;
        }
        return cause instanceof BoundedBody.TooLargeException
                        || (cause != null && cause.getCause() instanceof BoundedBody.TooLargeException)
                ? Failure.MALFORMED
                : Failure.SERVER_FAILURE;
    }
}
