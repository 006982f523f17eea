package org.snowtrack.lookups.dns;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Carries questions by UDP for dnsjava, whose own client opens a socket for each. Here a server has up to
 * {@value #SOCKETS} sockets at a time, and a question takes one of them at random. A socket is replaced after
 * {@value #QUESTIONS_OF_A_SOCKET} questions or {@value #SECONDS_OF_A_SOCKET} seconds, so that its port is worth little to
 * whoever finds it out (RFC 5452, section 9.2); the random ids are dnsjava's.
 *
 * <p>A datagram that is not the answer (its server, id or question is another) is counted and otherwise ignored, so that
 * nobody can spoil a question by guessing. Questions are sent by the thread that asks. One thread reads all sockets and
 * completes all answers: what depends on them runs there and must not block. It looks at deadlines every
 * {@value #SWEEP_MILLIS} ms. Safe for any thread.
 */
final class UdpTransport implements UdpIoClient, AutoCloseable {

    private static final int SOCKETS = 32;
    private static final int QUESTIONS_OF_A_SOCKET = 256;
    private static final int SECONDS_OF_A_SOCKET = 30;
    private static final long LIFE_NANOS =
            Duration.ofSeconds(SECONDS_OF_A_SOCKET).toNanos();
    private static final int SWEEP_MILLIS = 20;
    private static final int ATTEMPTS = 16;

    private final Selector selector;
    private final Map<InetSocketAddress, AtomicReferenceArray<@Nullable UdpSocket>> pools = new ConcurrentHashMap<>();
    private final ThreadLocal<ByteBuffer> sending =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Message.MAXLENGTH));
    private final LongAdder strays = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;

    private final ByteBuffer receiving = ByteBuffer.allocateDirect(Message.MAXLENGTH);

    UdpTransport() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new ThreadFactoryBuilder()
                .setNameFormat("dns-udp")
                .setDaemon(true)
                .build()
                .newThread(this::run);
        thread.start();
    }

    /** How many datagrams were no answer to anything that was asked. */
    long strays() {
        return strays.sum();
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveUdp(
            @Nullable InetSocketAddress local,
            InetSocketAddress server,
            Message query,
            byte[] wire,
            int most,
            Duration timeout) {
        AtomicReferenceArray<@Nullable UdpSocket> pool =
                pools.computeIfAbsent(server, address -> new AtomicReferenceArray<>(SOCKETS));
        UdpSocket.Outstanding question =
                new UdpSocket.Outstanding(wire, System.nanoTime() + timeout.toNanos());
        ByteBuffer buffer = sending.get();
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !closed; attempt++) {
                if (socket(pool, local, server)
                        .send(question, buffer.clear().put(wire).flip())) {
                    return question.answer();
                }
            }
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.failedFuture(new RejectedExecutionException("No socket takes the question"));
    }

    private UdpSocket socket(
            AtomicReferenceArray<@Nullable UdpSocket> pool, @Nullable InetSocketAddress local, InetSocketAddress server)
            throws IOException {
        int place = ThreadLocalRandom.current().nextInt(SOCKETS);
        UdpSocket socket = pool.get(place);
        if (socket != null && socket.count() <= QUESTIONS_OF_A_SOCKET) {
            return socket;
        }
        UdpSocket fresh = new UdpSocket(local, server);
        UdpSocket seen = pool.compareAndExchange(place, socket, fresh);
        if (seen != socket) {
            fresh.channel().close();
            return seen == null ? socket(pool, local, server) : seen;
        }
        if (socket != null) {
            socket.retire();
        }
        register(fresh);
        return fresh;
    }

    private void register(UdpSocket socket) throws IOException {
        try {
            socket.channel().register(selector, SelectionKey.OP_READ, socket);
        } catch (ClosedSelectorException e) {
            socket.close(new ClosedChannelException());
        }
        if (closed) {
            socket.close(new ClosedChannelException());
        } else if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        try (selector) {
            long swept = System.nanoTime();
            while (!closed) {
                selector.select(key -> strays.add(((UdpSocket) key.attachment()).read(receiving)), SWEEP_MILLIS);
                long now = System.nanoTime();
                if (now - swept >= SWEEP_MILLIS * 1_000_000L) {
                    swept = now;
                    sweep(now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closed = true;
            sockets().forEach(socket -> socket.close(new ClosedChannelException()));
        }
    }

    private void sweep(long now) {
        for (AtomicReferenceArray<@Nullable UdpSocket> pool : pools.values()) {
            for (int place = 0; place < SOCKETS; place++) {
                UdpSocket socket = pool.get(place);
                if (socket != null && socket.ageNanos(now) > LIFE_NANOS && pool.compareAndSet(place, socket, null)) {
                    socket.retire();
                }
            }
        }
        sockets().forEach(socket -> socket.sweep(now));
    }

    private Stream<UdpSocket> sockets() {
        return selector.keys().stream().map(key -> (UdpSocket) key.attachment());
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
