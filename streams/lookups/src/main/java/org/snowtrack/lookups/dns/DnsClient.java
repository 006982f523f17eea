package org.snowtrack.lookups.dns;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Gate;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/**
 * Asks recursive DNS servers: by UDP with EDNS (RFC 6891), and by TCP where the answer came truncated (RFC 7766).
 * Questions go round the servers; one that fails goes to the next. Safe for any thread; holds two threads and no state
 * until it is closed, after which every question is {@link Failure#REFUSED}.
 *
 * <p>An alias is followed at most {@value #MAX_ALIASES} deep; a longer chain, or a loop, is {@link Failure#MALFORMED}.
 * {@code LookupSession} of dnsjava is not used, because it has no bound on the questions that one lookup may cost.
 */
public final class DnsClient implements AutoCloseable {

    /** How many aliases are followed behind a name. */
    public static final int MAX_ALIASES = 8;

    /** Largest answer by UDP, in bytes; the DNS Flag Day 2020 value, which is not fragmented on the way. */
    private static final int UDP_PAYLOAD = 1232;

    /** Questions that may wait for their turn, over all lookups. */
    private static final int MAX_WAITING = 100_000;

    /**
     * What a lookup may cost.
     *
     * @param timeout of one try, TCP included
     * @param tries of one question, over all servers, at least 1; an answer that says that a server cannot tell is
     *     tried at each server once at most
     * @param questions of one lookup, over all its names and aliases, at least 1
     * @param lookup time after which a lookup asks no further question; it ends at most {@code tries * timeout} later
     * @param inFlight questions of all lookups under way at once, at least 1; each holds a socket
     */
    public record Limits(Duration timeout, int tries, int questions, Duration lookup, int inFlight) {

        /** Ends well before the 30 seconds that the topologies wait. */
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(3), 3, 64, Duration.ofSeconds(15), 256);
    }

    private final List<SimpleResolver> servers;
    private final Limits limits;
    private final Gate gate;
    private final AtomicInteger turn = new AtomicInteger();
    private final ExecutorService executor = Executors.newFixedThreadPool(
            2,
            new ThreadFactoryBuilder().setNameFormat("dns-%d").setDaemon(true).build());

    /** @param servers at least one */
    public DnsClient(List<InetSocketAddress> servers, Limits limits) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("There is no DNS server to ask.");
        }
        this.servers = servers.stream()
                .map(address -> {
                    SimpleResolver server = new SimpleResolver(address);
                    server.setTimeout(limits.timeout());
                    server.setEDNS(0, UDP_PAYLOAD, 0, List.of());
                    return server;
                })
                .toList();
        this.limits = limits;
        gate = new Gate(limits.inFlight(), MAX_WAITING);
    }

    /**
     * Whether any server answers at all, with whatever: the start of a program asks once. Waits for one timeout at
     * most.
     *
     * @return a sentence for people, if none does
     */
    public Optional<String> problem() {
        Record question = Record.newRecord(Name.root, Type.NS, DClass.IN);
        List<CompletableFuture<Boolean>> asked = servers.stream()
                .map(server -> message(server, question).handle((reply, broken) -> reply != null))
                .toList();
        return asked.stream().anyMatch(CompletableFuture::join)
                ? Optional.empty()
                : Optional.of("No DNS server answers (asked "
                        + servers.stream()
                                .map(server -> server.getAddress().getHostString() + " port " + server.getPort())
                                .collect(Collectors.joining(", "))
                        + "): names and networks stay unknown until one does.");
    }

    /** No thread is left behind; what is under way fails. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** For one lookup, from now on. */
    Budget budget() {
        return new Budget(
                limits.questions(), System.nanoTime() + limits.lookup().toNanos());
    }

    /**
     * The records of a type at the end of a name's aliases. Absence is only what a server says with authority: that the
     * name does not exist, or has no such records (RFC 2308). The lifetime is the shortest of the records on the way.
     *
     * @return never completes exceptionally, and always in time
     */
    CompletableFuture<Fresh<List<Record>>> resolve(Name name, int type, Budget budget) {
        return follow(new Trail(name, type), budget).exceptionally(broken -> Fresh.failed(failure(broken)));
    }

    private CompletableFuture<Fresh<List<Record>>> follow(Trail trail, Budget budget) {
        if (!budget.spend()) {
            return CompletableFuture.completedFuture(Fresh.failed(Failure.TIMED_OUT));
        }
        Record question = Record.newRecord(trail.name(), trail.type(), DClass.IN);
        return gate.pass(() -> inTurn(question, budget), new Answer.Failed<>(Failure.REFUSED))
                .thenCompose(answer -> {
                    if (answer instanceof Answer.Found<Message> reply) {
                        Trail further = trail.through(reply.value());
                        return further.end()
                                .map(CompletableFuture::completedFuture)
                                .orElseGet(() -> follow(further, budget));
                    }
                    return CompletableFuture.completedFuture(Fresh.failed(
                            answer instanceof Answer.Failed<Message> failed ? failed.failure() : Failure.MALFORMED));
                });
    }

    private CompletableFuture<Answer<Message>> inTurn(Record question, Budget budget) {
        return budget.isOver()
                ? CompletableFuture.completedFuture(new Answer.Failed<>(Failure.TIMED_OUT))
                : exchange(question, turn.getAndIncrement(), 0);
    }

    private CompletableFuture<Answer<Message>> exchange(Record question, int first, int failed) {
        SimpleResolver server = servers.get(Math.floorMod(first + failed, servers.size()));
        return send(server, question).thenCompose(answer -> {
            int failures = failed + 1;
            boolean again = answer instanceof Answer.Failed<Message> failure
                    && failures < limits.tries()
                    && (failure.failure() == Failure.TIMED_OUT || failures < servers.size());
            return again ? exchange(question, first, failures) : CompletableFuture.completedFuture(answer);
        });
    }

    private CompletableFuture<Answer<Message>> send(SimpleResolver server, Record question) {
        return message(server, question)
                .handleAsync(DnsClient::read, executor)
                .exceptionally(broken -> new Answer.Failed<>(failure(broken)));
    }

    private CompletableFuture<Message> message(SimpleResolver server, Record question) {
        try {
            // dnsjava looks at its own deadlines only where its sockets are idle.
            return server.sendAsync(Message.newQuery(question), executor)
                    .toCompletableFuture()
                    .orTimeout(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Answer<Message> read(@Nullable Message reply, @Nullable Throwable broken) {
        if (reply == null) {
            return new Answer.Failed<>(broken == null ? Failure.MALFORMED : failure(broken));
        }
        if (!reply.getHeader().getFlag(Flags.QR)) {
            return new Answer.Failed<>(Failure.MALFORMED);
        }
        return switch (reply.getRcode()) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> new Answer.Found<>(reply);
            case Rcode.REFUSED -> new Answer.Failed<>(Failure.REFUSED);
            case Rcode.FORMERR -> new Answer.Failed<>(Failure.MALFORMED);
            default -> new Answer.Failed<>(Failure.SERVER_FAILURE);
        };
    }

    private static Failure failure(Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
            return Failure.TIMED_OUT;
        }
        if (cause instanceof RejectedExecutionException) {
            return Failure.REFUSED;
        }
        // Whatever else the parser throws, it is the message's fault.
        return cause instanceof IOException && !(cause instanceof WireParseException)
                ? Failure.SERVER_FAILURE
                : Failure.MALFORMED;
    }
}
