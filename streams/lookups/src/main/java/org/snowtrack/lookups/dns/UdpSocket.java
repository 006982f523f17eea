package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One socket to one server, and the questions that it has out there, by id. It is connected: the kernel drops whatever
 * comes from another address or port. Its own port is the kernel's random choice (RFC 6056). Safe for any thread, except
 * {@link #read} and {@link #sweep}, which are for the thread that owns the selector.
 */
final class UdpSocket {

    /** After these it takes no more, so that its port is worth little to whoever finds it out (RFC 5452, section 9.2). */
    static final int MAX_QUESTIONS = 256;

    /** The same. */
    static final int MAX_SECONDS = 30;

    private static final long MAX_NANOS = Duration.ofSeconds(MAX_SECONDS).toNanos();
    private static final int RECEIVE_BYTES = 256 << 10;

    /** One question under way. */
    static final class Outstanding {

        private final byte[] query;
        private final long endNanos;
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();

        Outstanding(byte[] query, long endNanos) {
            this.query = query;
            this.endNanos = endNanos;
        }

        CompletableFuture<byte[]> answer() {
            return answer;
        }
    }

    private final DatagramChannel channel;
    private final long openedNanos;
    private final Map<Integer, Outstanding> outstanding = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean isRetired;
    private boolean isLeaving;

    UdpSocket(@Nullable InetSocketAddress local, InetSocketAddress server) throws IOException {
        channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
            channel.bind(local);
            channel.connect(server);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        openedNanos = System.nanoTime();
    }

    DatagramChannel channel() {
        return channel;
    }

    /** Whether it takes one more question, which then counts. One that does not closes when it has no more under way. */
    boolean admits() {
        if (!isRetired && asked.incrementAndGet() > MAX_QUESTIONS) {
            isRetired = true;
        }
        return !isRetired;
    }

    /**
     * Sends the question. What the kernel has no room for counts as lost on the way.
     *
     * @return false if it cannot be asked here: its id is taken, or the socket was closed
     */
    boolean send(Outstanding question, ByteBuffer wire) throws IOException {
        Integer id = Wire.id(question.query);
        if (outstanding.putIfAbsent(id, question) != null) {
            return false;
        }
        try {
            write(wire);
        } catch (ClosedChannelException e) {
            outstanding.remove(id, question);
            return false;
        } catch (IOException e) {
            outstanding.remove(id, question);
            throw e;
        }
        return channel.isOpen() || !outstanding.remove(id, question);
    }

    private void write(ByteBuffer wire) throws IOException {
        try {
            channel.write(wire);
        } catch (PortUnreachableException e) {
            // News of an earlier question: this one has not been sent.
            channel.write(wire);
        }
    }

    /**
     * Takes in what has arrived.
     *
     * @return how many datagrams were no answer to any question here; they change nothing
     */
    int read(ByteBuffer buffer) {
        int strays = 0;
        try {
            while (channel.read(buffer.clear()) > 0) {
                byte[] reply = new byte[buffer.flip().remaining()];
                buffer.get(reply);
                strays += accept(reply) ? 0 : 1;
            }
        } catch (IOException e) {
            failAll(e);
        }
        return strays;
    }

    private boolean accept(byte[] reply) {
        if (reply.length < Wire.HEADER) {
            return false;
        }
        Integer id = Wire.id(reply);
        Outstanding question = outstanding.get(id);
        if (question == null || !Wire.answers(reply, question.query) || !outstanding.remove(id, question)) {
            return false;
        }
        question.answer.complete(Wire.hasQuestion(reply) ? reply : Wire.withQuestion(reply, question.query));
        return true;
    }

    /** Fails the questions whose time is over, and closes when nothing is left to do. */
    void sweep(long nowNanos) {
        outstanding.forEach((id, question) -> {
            if (nowNanos - question.endNanos >= 0 && outstanding.remove(id, question)) {
                question.answer.completeExceptionally(new SocketTimeoutException("The server is silent"));
            }
        });
        // Not before the next sweep: somebody may be about to send.
        if (isLeaving && outstanding.isEmpty()) {
            close(new ClosedChannelException());
        }
        isLeaving = isRetired;
        isRetired |= nowNanos - openedNanos > MAX_NANOS;
    }

    void close(IOException reason) {
        isRetired = true;
        try {
            channel.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        failAll(reason);
    }

    private void failAll(IOException reason) {
        outstanding.forEach((id, question) -> {
            if (outstanding.remove(id, question)) {
                question.answer.completeExceptionally(reason);
            }
        });
    }
}
