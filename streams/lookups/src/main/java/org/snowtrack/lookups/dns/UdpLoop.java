package org.snowtrack.lookups.dns;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.xbill.DNS.Message;

/**
 * One thread that reads sockets, completes the answers and looks at deadlines every {@value #SWEEP_MILLIS} ms, until it is
 * closed: what goes wrong meanwhile, an error too, fails what is under way on the sockets that it meets, and closes these; the
 * first time, the thread's handler of uncaught exceptions is told. Safe for any thread.
 */
final class UdpLoop implements AutoCloseable {

    private static final int SWEEP_MILLIS = 20;

    private final LongAdder strays;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Message.MAXLENGTH);
    private final Thread thread;
    private volatile boolean isClosed;
    private boolean hasReported;

    /** @param strays counts datagrams that were no answer to anything */
    UdpLoop(LongAdder strays) {
        this.strays = strays;
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

    /** Reads the socket from now on; closes it where this is closed. */
    void add(UdpSocket socket) throws IOException {
        try {
            socket.channel().register(selector, SelectionKey.OP_READ, socket);
        } catch (ClosedSelectorException e) {
            socket.close(new ClosedChannelException());
        }
        if (isClosed) {
            socket.close(new ClosedChannelException());
        } else if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            long swept = System.nanoTime();
            while (!isClosed) {
                swept = turn(swept);
            }
        } finally {
            isClosed = true;
            sockets().forEach(socket -> socket.close(new ClosedChannelException()));
            closeSelector();
        }
    }

    /** Reads what has come by the next look at the deadlines; returns when these were last looked at. */
    private long turn(long swept) {
        try {
            selector.select(key -> read((UdpSocket) key.attachment()), SWEEP_MILLIS);
            long now = System.nanoTime();
            if (now - swept < SWEEP_MILLIS * 1_000_000L) {
                return swept;
            }
            sockets().forEach(socket -> socket.sweep(now));
            return now;
        } catch (IOException | RuntimeException | Error e) {
            report(e);
            fail(sockets(), e);
            // Others will be opened, but not so fast that a lasting fault takes the processor.
            LockSupport.parkNanos(SWEEP_MILLIS * 1_000_000L);
            return swept;
        }
    }

    private void read(UdpSocket socket) {
        try {
            strays.add(socket.read(buffer));
        } catch (RuntimeException | Error e) {
            report(e);
            fail(Stream.of(socket), e);
        }
    }

    private static void fail(Stream<UdpSocket> sockets, Throwable fault) {
        sockets.forEach(socket -> socket.close(new IOException("Reading answers failed", fault)));
    }

    /** The first fault only: one that lasts would say the same fifty times a second. */
    private void report(Throwable fault) {
        if (!hasReported) {
            hasReported = true;
            thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<UdpSocket> sockets() {
        return selector.keys().stream().map(key -> (UdpSocket) key.attachment());
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
    }
}
