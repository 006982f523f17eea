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
import java.util.stream.Stream;
import org.xbill.DNS.Message;

/**
 * One thread that reads sockets, completes the answers and looks at deadlines every {@value #SWEEP_MILLIS} ms. Safe for
 * any thread.
 */
final class UdpLoop implements AutoCloseable {

    private static final int SWEEP_MILLIS = 20;

    private final LongAdder strays;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Message.MAXLENGTH);
    private final Thread thread;
    private volatile boolean isClosed;

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
                selector.select(key -> strays.add(((UdpSocket) key.attachment()).read(buffer)), SWEEP_MILLIS);
                long now = System.nanoTime();
                if (now - swept >= SWEEP_MILLIS * 1_000_000L) {
                    swept = now;
                    sockets().forEach(socket -> socket.sweep(now));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            isClosed = true;
            sockets().forEach(socket -> socket.close(new ClosedChannelException()));
            closeSelector();
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
