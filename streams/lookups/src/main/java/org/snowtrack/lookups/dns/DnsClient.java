package org.snowtrack.lookups.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Gate;
import org.snowtrack.lookups.cache.Rate;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Asks recursive DNS servers: by UDP with EDNS (RFC 6891), and by TCP where the answer came truncated (RFC 7766).
 * Questions go round the servers that are well ({@link ServerHealth}); one that fails goes to the next, after a random
 * pause if there was no answer at all. Each try is one of the zone's, too. A server that does not understand EDNS is asked
 * again without, and so for a while ({@link Server#lacksEdns}). Safe for any thread; holds two threads, those of answers by TCP, and no state but the
 * servers' health and what was asked lately, until it is closed, after which every question is {@link Failure#REFUSED}.
 * Answers complete on these threads: what depends on them must not block.
 *
 * <p>An alias is followed at most {@value #MAX_ALIASES} deep; a longer chain, or a loop, is {@link Failure#MALFORMED}. No
 * lookup sends more than {@link Limits#messages} messages, repetitions included, {@value #MAX_CONNECTIONS} of them at most
 * by TCP, each with a connection of its own: all others are one packet. {@code LookupSession} of dnsjava is not used,
 * because it has no such bound.
 */
public final class DnsClient implements AutoCloseable {

    /** How many aliases are followed behind a name. */
    public static final int MAX_ALIASES = 8;

    /** How many questions of one lookup are asked by TCP; an answer has 64 kB at most. */
    public static final int MAX_CONNECTIONS = 4;

    /** Questions that may wait for their turn, over all lookups. */
    private static final int MAX_WAITING = 100_000;

    /** How long a question may wait for its zone's tokens, which bounds what of one zone can be in line. */
    private static final Duration ZONE_PATIENCE = Duration.ofSeconds(5);

    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(10);

    /** The longest pause before the second try; it doubles with each. */
    private static final Duration PAUSE = Duration.ofMillis(250);

    /**
     * What a lookup may cost.
     *
     * @param timeout of one try by UDP, and of one by TCP
     * @param tries of one question, over all servers, at least 1; an answer that says that a server cannot tell is
     *     tried at each server once at most, and where no server is well, no question is tried twice
     * @param messages of one lookup, over all its names, aliases and tries, at least 1
     * @param lookup time after which a lookup sends nothing; it ends at most {@code 2 * timeout} later
     * @param inFlight questions of all lookups under way at once, at least 1
     * @param server how often each server is asked; questions by TCP come on top
     * @param zone how often each zone is asked about: the /24 or /48 of a reverse name, a registrable domain
     */
    public record Limits(
            Duration timeout, int tries, int messages, Duration lookup, int inFlight, Rate server, Rate zone) {

        /** Ends well before the 30 seconds that the topologies wait. */
        public static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(3), 3, 64, Duration.ofSeconds(15), 1024, new Rate(1000, 1000), new Rate(100, 500));

        /** The same, but each server is asked so often a second, and as often at once after a rest. */
        public Limits asking(int perSecond) {
            return new Limits(timeout, tries, messages, lookup, inFlight, new Rate(perSecond, perSecond), zone);
        }
    }

    private final UdpTransport udp = new UdpTransport();
    private final TcpTransport tcp = new TcpTransport();
    private final Servers servers;
    private final Zones zones;
    private final Limits limits;
    private final Gate gate;

    /** @param servers at least one */
    public DnsClient(List<InetSocketAddress> servers, Limits limits) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("There is no DNS server to ask.");
        }
        IoClientFactory transports = new IoClientFactory() {
            @Override
            public TcpIoClient createOrGetTcpClient() {
                return tcp;
            }

            @Override
            public UdpIoClient createOrGetUdpClient() {
                return udp;
            }
        };
        this.servers = new Servers(servers.stream()
                .map(address -> new Server(address, limits.timeout(), limits.server(), transports))
                .toList());
        this.limits = limits;
        zones = new Zones(limits.zone());
        gate = new Gate(limits.inFlight(), MAX_WAITING);
    }

    /**
     * Whether any server answers at all, with whatever: the start of a program asks once. Waits for one timeout at
     * most.
     *
     * @return a sentence for people, if none does
     */
    public Optional<String> problem() {
        Message query = Server.query(Record.newRecord(Name.root, Type.NS, DClass.IN), true);
        List<CompletableFuture<Boolean>> asked = servers.stream()
                .map(server -> server.byUdp(query).handle((reply, broken) -> reply != null))
                .toList();
        return asked.stream().anyMatch(CompletableFuture::join)
                ? Optional.empty()
                : Optional.of("No DNS server answers (asked " + servers
                        + "): names and networks stay unknown until one does.");
    }

    /** How many datagrams came that were no answer to anything that was asked: forged, or too late. */
    public long strays() {
        return udp.strays();
    }

    /** No thread is left behind; what is under way fails. */
    @Override
    public void close() {
        udp.close();
        tcp.close();
    }

    /** For one lookup, from now on. */
    Budget budget() {
        return new Budget(
                limits.messages(),
                MAX_CONNECTIONS,
                System.nanoTime() + limits.lookup().toNanos());
    }

    /**
     * The records of a type at the end of a name's aliases. Absence is only what a server says with authority: that the
     * name does not exist, or has no such records (RFC 2308). The lifetime is the shortest of the records on the way.
     *
     * @return never throws, never completes exceptionally, and always in time
     */
    CompletableFuture<Fresh<List<Record>>> resolve(Name name, int type, Budget budget) {
        try {
            return follow(new Trail(name, type), budget).exceptionally(broken -> Fresh.failed(Replies.failure(broken)));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.completedFuture(Fresh.failed(Replies.failure(e)));
        }
    }

    private CompletableFuture<Fresh<List<Record>>> follow(Trail trail, Budget budget) {
        return asked(trail, budget).thenCompose(answer -> {
            if (answer instanceof Answer.Found<Message> reply) {
                Trail further = trail.through(reply.value());
                return further.end().map(CompletableFuture::completedFuture).orElseGet(() -> follow(further, budget));
            }
            return CompletableFuture.completedFuture(Fresh.failed(
                    answer instanceof Answer.Failed<Message> failed ? failed.failure() : Failure.MALFORMED));
        });
    }

    private CompletableFuture<Answer<Message>> asked(Trail trail, Budget budget) {
        if (budget.isOver()) {
            return failed(Failure.TIMED_OUT);
        }
        Record question = Record.newRecord(trail.name(), trail.type(), DClass.IN);
        return after(
                zones.take(trail.name(), budget.within(ZONE_PATIENCE)),
                () -> gate.pass(() -> exchange(question, budget, List.of()), new Answer.Failed<>(Failure.REFUSED)));
    }

    private CompletableFuture<Answer<Message>> exchange(Record question, Budget budget, List<Server> tried) {
        Server server = servers.next(tried);
        return after(server.take(budget.within(SERVER_PATIENCE)), () -> send(server, question, budget))
                .thenCompose(answer -> {
                    if (!(answer instanceof Answer.Failed<Message> failure)) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    List<Server> triedNow = plus(tried, server);
                    boolean isSilent = failure.failure() == Failure.TIMED_OUT;
                    boolean again = triedNow.size() < limits.tries()
                            && !budget.isOver()
                            && (isSilent ? servers.isAnyWell() : triedNow.size() < servers.size());
                    OptionalLong turn =
                            again ? zones.take(question.getName(), budget.within(ZONE_PATIENCE)) : OptionalLong.empty();
                    return turn.isPresent()
                            ? after(
                                    OptionalLong.of(Math.max(turn.getAsLong(), isSilent ? pause(triedNow.size()) : 0)),
                                    () -> exchange(question, budget, triedNow))
                            : CompletableFuture.completedFuture(answer);
                });
    }

    private static List<Server> plus(List<Server> servers, Server server) {
        return Stream.concat(servers.stream(), Stream.of(server)).toList();
    }

    private static long pause(int failures) {
        return ThreadLocalRandom.current().nextLong(PAUSE.toNanos() << (failures - 1));
    }

    private CompletableFuture<Answer<Message>> send(Server server, Record question, Budget budget) {
        return send(server, question, server.hasEdns(), budget);
    }

    private CompletableFuture<Answer<Message>> send(Server server, Record question, boolean hasEdns, Budget budget) {
        if (!budget.spend()) {
            return failed(Failure.TIMED_OUT);
        }
        Message query = Server.query(question, hasEdns);
        return server.byUdp(query)
                .handle((reply, broken) -> server.isSilence(broken)
                        ? new Answer.Failed<Message>(Failure.TIMED_OUT)
                        : Replies.read(reply, broken, hasEdns))
                .thenCompose(answer -> {
                    if (Replies.lackEdns(answer)) {
                        return sendPlain(server, question, budget);
                    }
                    return Replies.isTruncated(answer) && budget.spendConnection()
                            ? server.byTcp(query).handle((reply, broken) -> Replies.read(reply, broken, false))
                            : CompletableFuture.completedFuture(answer);
                })
                .thenApply(
                        answer -> Replies.isTruncated(answer) ? new Answer.Failed<>(Failure.SERVER_FAILURE) : answer);
    }

    private CompletableFuture<Answer<Message>> sendPlain(Server server, Record question, Budget budget) {
        return after(server.take(budget.within(SERVER_PATIENCE)), () -> send(server, question, false, budget))
                .thenApply(answer -> {
                    if (answer instanceof Answer.Found) {
                        server.lacksEdns();
                    }
                    return answer;
                });
    }

    /** Starts the work when the wait is over; fails where it would be too long. */
    private static CompletableFuture<Answer<Message>> after(
            OptionalLong nanos, Supplier<CompletableFuture<Answer<Message>>> work) {
        if (nanos.isEmpty()) {
            return failed(Failure.REFUSED);
        }
        return nanos.getAsLong() == 0
                ? work.get()
                : CompletableFuture.runAsync(
                                () -> {},
                                CompletableFuture.delayedExecutor(
                                        nanos.getAsLong(), TimeUnit.NANOSECONDS, Runnable::run))
                        .thenCompose(nothing -> work.get());
    }

    private static CompletableFuture<Answer<Message>> failed(Failure failure) {
        return CompletableFuture.completedFuture(new Answer.Failed<>(failure));
    }
}
