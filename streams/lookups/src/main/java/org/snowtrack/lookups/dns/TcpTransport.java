package org.snowtrack.lookups.dns;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.TcpIoClient;

/**
 * Carries questions by TCP for dnsjava: the few whose answers do not fit into a datagram. Each has a connection of its own
 * and a thread for as long as that lasts, at most {@value #CONNECTIONS} at once; dnsjava's own client shares one connection
 * per server, which a single slow answer holds up for all others. The timeout spans everything from the wait for a thread
 * to the answer's last byte, however slowly the bytes drip in. What depends on an answer runs on its thread, so that long
 * answers are not parsed where the short ones arrive. Safe for any thread.
 */
final class TcpTransport implements TcpIoClient, AutoCloseable {

    private static final int CONNECTIONS = 32;
    private static final int WAITING = 512;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            CONNECTIONS,
            CONNECTIONS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            new ThreadFactoryBuilder()
                    .setNameFormat("dns-tcp-%d")
                    .setDaemon(true)
                    .build());

    TcpTransport() {
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveTcp(
            @Nullable InetSocketAddress local, InetSocketAddress server, Message query, byte[] wire, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> exchange(local, server, wire, end, answer));
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // Also when there is no memory for a thread.
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private static void exchange(
            @Nullable InetSocketAddress local,
            InetSocketAddress server,
            byte[] wire,
            long end,
            CompletableFuture<byte[]> answer) {
        byte[] reply;
        // A channel's socket, unlike another, closes when its thread is interrupted.
        try (SocketChannel channel = SocketChannel.open().bind(local)) {
            Socket socket = channel.socket();
            socket.connect(server, millisUntil(end));
            byte[] framed = new byte[wire.length + 2];
            framed[0] = (byte) (wire.length >>> 8);
            framed[1] = (byte) wire.length;
            System.arraycopy(wire, 0, framed, 2, wire.length);
            socket.getOutputStream().write(framed);
            byte[] length = read(socket, 2, end);
            reply = read(socket, ((length[0] & 0xff) << 8) | (length[1] & 0xff), end);
        } catch (IOException | RuntimeException | Error e) {
            answer.completeExceptionally(e);
            return;
        }
        answer.complete(reply);
    }

    private static byte[] read(Socket socket, int length, long end) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[length];
        for (int filled = 0; filled < length; ) {
            socket.setSoTimeout(millisUntil(end));
            int read = in.read(bytes, filled, length - filled);
            if (read < 0) {
                throw new EOFException("The server hung up");
            }
            filled += read;
        }
        return bytes;
    }

    private static int millisUntil(long end) throws SocketTimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException("The server is too slow");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    /** What is under way fails; what waits for a thread does too. */
    @Override
    public void close() {
        threads.shutdownNow().forEach(Runnable::run);
    }
}
