package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
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
 * {@value #SOCKETS} sockets at a time, each for {@value UdpSocket#MAX_QUESTIONS} questions or
 * {@value UdpSocket#MAX_SECONDS} seconds, and a question takes one of them at random; the random ids are dnsjava's.
 *
 * <p>A datagram that is not the answer (its server, id or question is another) is counted and otherwise ignored, so that
 * nobody can spoil a question by guessing. Questions are sent by the thread that asks. {@value #LOOPS} threads read the
 * sockets and complete all answers: what depends on them runs there and must not block. Safe for any thread.
 */
final class UdpTransport implements UdpIoClient, AutoCloseable {

    private static final int SOCKETS = 32;
    private static final int LOOPS = 2;

    /** How many sockets are tried where one has the question's id in use. */
    private static final int ATTEMPTS = 16;

    private final Map<InetSocketAddress, AtomicReferenceArray<@Nullable UdpSocket>> pools = new ConcurrentHashMap<>();
    private final ThreadLocal<ByteBuffer> buffers =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Server.UDP_PAYLOAD));
    private final LongAdder strays = new LongAdder();
    private final List<UdpLoop> loops =
            Stream.generate(() -> new UdpLoop(strays)).limit(LOOPS).toList();
    private volatile boolean isClosed;

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
        UdpSocket.Outstanding question = new UdpSocket.Outstanding(wire, System.nanoTime() + timeout.toNanos());
        ByteBuffer buffer = buffers.get();
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !isClosed; attempt++) {
                UdpSocket socket = socket(pool, local, server);
                if (socket.send(question, buffer.clear().put(wire).flip())) {
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
        if (socket != null && socket.admits()) {
            return socket;
        }
        UdpSocket fresh = new UdpSocket(local, server);
        UdpSocket other = pool.compareAndExchange(place, socket, fresh);
        if (other != socket && other != null) {
            fresh.channel().close();
            return other;
        }
        loops.get(place % LOOPS).add(fresh);
        return fresh;
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        isClosed = true;
        loops.forEach(UdpLoop::close);
    }
}
