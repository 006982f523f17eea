package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.lookups.cache.TokenBucket;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.io.IoClientFactory;

/** One server: how it is asked, how it fares, and how often it may be asked. Safe for any thread. */
final class Server {

    /** Largest answer by UDP, in bytes; the DNS Flag Day 2020 value, which is not fragmented on the way. */
    static final int UDP_PAYLOAD = 1232;

    /** How long a server is taken to lack EDNS (RFC 6891, section 6.2.2: for a brief time). */
    private static final long PLAIN_NANOS = Duration.ofMinutes(15).toNanos();

    private static final OPTRecord EDNS = new OPTRecord(UDP_PAYLOAD, 0, 0);

    /** As a time until which it has no EDNS: it has. */
    private static final long ALWAYS = 0;

    private final InetSocketAddress address;
    private final SimpleResolver udp;
    private final SimpleResolver tcp;
    private final TokenBucket tokens;
    private final ServerHealth health = new ServerHealth();
    private volatile long plainUntil = ALWAYS;

    Server(InetSocketAddress address, Duration timeout, Rate rate, IoClientFactory transports) {
        this.address = address;
        udp = resolver(timeout, transports);
        // Whether TCP is worth a message is the asker's business.
        udp.setIgnoreTruncation(true);
        tcp = resolver(timeout, transports);
        tcp.setTCP(true);
        tokens = new TokenBucket(rate, System.nanoTime());
    }

    private SimpleResolver resolver(Duration timeout, IoClientFactory transports) {
        SimpleResolver resolver = new SimpleResolver(address);
        resolver.setIoClientFactory(transports);
        resolver.setTimeout(timeout);
        // What of it a question has is told for each.
        resolver.setEDNS(-1, 0, 0, List.of());
        return resolver;
    }

    ServerHealth health() {
        return health;
    }

    /**
     * Learns from how a question by UDP ended: an answer, good or bad, is a sign of life.
     *
     * @return whether there was none: the server was silent, or nobody was at its port, or the socket was closed
     */
    boolean isSilence(@Nullable Throwable broken) {
        Throwable cause = broken instanceof CompletionException ? broken.getCause() : broken;
        if (cause == null || cause instanceof WireParseException) {
            health.answered();
            return false;
        }
        if (cause instanceof IOException) {
            health.missed(System.nanoTime());
            return true;
        }
        return false;
    }

    /** Whether questions to it have EDNS: not for a while after it turned out not to know it. */
    boolean hasEdns() {
        return plainUntil == ALWAYS || System.nanoTime() - plainUntil >= 0;
    }

    /** It did not understand a question with EDNS, but the same one without. */
    void lacksEdns() {
        long until = System.nanoTime() + PLAIN_NANOS;
        plainUntil = until == ALWAYS ? until + 1 : until;
    }

    /** With EDNS, where it is to have it (RFC 6891). */
    static Message query(Record question, boolean hasEdns) {
        Message query = Message.newQuery(question);
        if (hasEdns) {
            query.addRecord(EDNS, Section.ADDITIONAL);
        }
        return query;
    }

    /** Takes a token: nanoseconds to wait; empty if that would be longer than the patience. */
    OptionalLong take(Duration patience) {
        return tokens.take(System.nanoTime(), patience);
    }

    CompletableFuture<Message> byUdp(Message query) {
        return send(udp, query);
    }

    CompletableFuture<Message> byTcp(Message query) {
        return send(tcp, query);
    }

    /** Answers are parsed by the thread that received them: handing them over costs more. */
    private static CompletableFuture<Message> send(SimpleResolver resolver, Message query) {
        try {
            return resolver.sendAsync(query, Runnable::run).toCompletableFuture();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String toString() {
        return address.getHostString() + " port " + address.getPort();
    }
}
