package org.snowtrack.connectors.syslog;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Listens for syslog and writes every message to a spool as a line, just as it came, its priority and all.
 *
 * <p>A thread for each endpoint and each connection. What a stream brought is in the spool's file before more is read
 * from it; when the spool has no room, nothing is read, so that TCP makes the sender wait. A datagram for which there is
 * no room is dropped and counted. Plain TCP has no acknowledgements of its own: what a sender has sent and this process
 * has not read when it ends, is lost. Thread-safe.
 */
public final class SyslogReceiver implements Closeable {

    private static final int DATAGRAM = 1 << 16;
    private static final int CHUNK = 64 << 10;
    private static final int UDP_BUFFER = 8 << 20;
    private static final int BACKLOG = 128;
    private static final long NOTICE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final Spool spool;
    private final SyslogLimits limits;
    private final Consumer<String> notices;
    private final List<Closeable> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private final LongAdder messages = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder tooLong = new LongAdder();
    private final LongAdder cutOff = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean isClosed;

    private SyslogReceiver(Spool spool, SyslogLimits limits, Consumer<String> notices) {
        this.spool = spool;
        this.limits = limits;
        this.notices = notices;
    }

    /**
     * Starts to receive.
     *
     * @param spool stays open for as long as the receiver runs; the caller closes it afterwards
     * @param notices takes sentences for the operator, each kind once a minute at most
     * @throws IOException with a sentence about the first endpoint that cannot be listened at; then none is
     */
    public static SyslogReceiver start(
            Spool spool, SyslogLimits limits, Consumer<String> notices, SyslogEndpoint... endpoints)
            throws IOException {
        SyslogReceiver receiver = new SyslogReceiver(spool, limits, notices);
        List<Runnable> loops = new ArrayList<>();
        try {
            for (SyslogEndpoint endpoint : endpoints) {
                loops.add(receiver.listen(endpoint));
            }
        } catch (IOException e) {
            receiver.close();
            throw e;
        }
        loops.forEach(loop -> receiver.run("listener", loop));
        return receiver;
    }

    private Runnable listen(SyslogEndpoint endpoint) throws IOException {
        try {
            if (endpoint.transport() == SyslogEndpoint.Transport.UDP) {
                DatagramSocket socket = new DatagramSocket(null);
                listeners.add(socket);
                socket.setReceiveBufferSize(UDP_BUFFER);
                socket.bind(endpoint.address());
                addresses.add((InetSocketAddress) socket.getLocalSocketAddress());
                return () -> receive(endpoint, socket);
            }
            ServerSocket socket = new ServerSocket();
            listeners.add(socket);
            socket.setReuseAddress(true);
            socket.bind(endpoint.address(), BACKLOG);
            addresses.add((InetSocketAddress) socket.getLocalSocketAddress());
            return () -> accept(endpoint, socket);
        } catch (IOException e) {
            throw new IOException(sentence(endpoint, e), e);
        }
    }

    private static String sentence(SyslogEndpoint endpoint, IOException failure) {
        String reason = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        String cannot = "Syslog cannot be received at " + endpoint;
        if (reason.contains("permission denied")) {
            return cannot
                    + ": ports below 1024 are for root, or for a process with the capability CAP_NET_BIND_SERVICE; "
                    + "choose another, such as 5514.";
        }
        if (reason.contains("in use")) {
            return cannot + ": the port is in use; stop the program that has it, or choose another.";
        }
        if (failure instanceof BindException && reason.contains("assign")) {
            return cannot + ": this machine has no such address; 0.0.0.0 and [::] stand for all that it has.";
        }
        return cannot + ": " + failure.getMessage() + ".";
    }

    private void run(String what, Runnable loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                "snowtrack-syslog-" + what);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void receive(SyslogEndpoint endpoint, DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
        Lines lines = new Lines();
        while (!isClosed) {
            try {
                packet.setLength(DATAGRAM);
                socket.receive(packet);
                if (!endpoint.allows(IpAddress.of(packet.getAddress()))) {
                    refuse("A datagram to %s came from %s, which is not among its senders."
                            .formatted(endpoint, packet.getAddress().getHostAddress()));
                    continue;
                }
                lines.add(packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
                LongAdder outcome = spool.offer(lines) ? messages : dropped;
                outcome.add(lines.count());
                lines.clear();
            } catch (IOException e) {
                retryAfter("Datagrams cannot be received at " + endpoint, e);
            }
        }
    }

    private void accept(SyslogEndpoint endpoint, ServerSocket listener) {
        while (!isClosed) {
            try {
                Socket socket = listener.accept();
                InetSocketAddress sender = (InetSocketAddress) socket.getRemoteSocketAddress();
                if (!endpoint.allows(IpAddress.of(sender.getAddress()))) {
                    socket.close();
                    refuse("A connection to %s came from %s, which is not among its senders."
                            .formatted(endpoint, sender.getAddress().getHostAddress()));
                } else if (connections.size() >= limits.connections()) {
                    socket.close();
                    refuse("A connection of %s to %s was one more than the %d that may be open."
                            .formatted(sender.getAddress().getHostAddress(), endpoint, limits.connections()));
                } else {
                    connections.add(socket);
                    run("connection", () -> serve(endpoint, socket));
                }
            } catch (IOException e) {
                retryAfter("Connections cannot be accepted at " + endpoint, e);
            }
        }
    }

    private void retryAfter(String trouble, IOException failure) {
        if (isClosed) {
            return;
        }
        tell("failure", trouble + " for now: " + failure.getMessage() + ".");
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SyslogEndpoint endpoint, Socket socket) {
        try (socket;
                Socket stream = open(endpoint, socket)) {
            if (isClosed || stream == null) {
                return;
            }
            Framing framing = new Framing(limits.longestMessage());
            try {
                read(stream, framing);
            } catch (SocketTimeoutException e) {
                // Silent for too long.
            } finally {
                tooLong.add(framing.tooLong());
                cutOff.add(framing.isInMessage() ? 1 : 0);
                if (framing.isBroken()) {
                    broken.increment();
                    tell(
                            "broken",
                            "The connection of %s to %s was closed: its messages are not as long as it counts."
                                    .formatted(socket.getInetAddress().getHostAddress(), endpoint));
                }
            }
        } catch (IOException e) {
            // The sender, or close, has cut it.
        } finally {
            connections.remove(socket);
        }
    }

    /** The stream of a connection; null where TLS fails. */
    private @Nullable Socket open(SyslogEndpoint endpoint, Socket socket) throws SocketException {
        socket.setKeepAlive(true);
        socket.setSoTimeout((int) limits.stalled().toMillis());
        TlsServer tls = endpoint.tls();
        if (tls == null) {
            return socket;
        }
        try {
            SSLSocket stream = tls.wrap(socket);
            stream.startHandshake();
            return stream;
        } catch (IOException e) {
            if (!isClosed) {
                refuse("TLS with %s at %s failed: %s."
                        .formatted(socket.getInetAddress().getHostAddress(), endpoint, e.getMessage()));
            }
            return null;
        }
    }

    private void read(Socket stream, Framing framing) throws IOException {
        InputStream in = stream.getInputStream();
        byte[] chunk = new byte[CHUNK];
        Lines lines = new Lines();
        boolean isWhole = true;
        boolean isTaken = true;
        while (isWhole && isTaken) {
            Duration patience = framing.isInMessage() ? limits.stalled() : limits.idle();
            stream.setSoTimeout((int) patience.toMillis());
            int count = in.read(chunk);
            if (count < 0) {
                return;
            }
            isWhole = framing.take(chunk, count, lines);
            isTaken = spool.put(lines, () -> isClosed);
            messages.add(isTaken ? lines.count() : 0);
            lines.clear();
        }
    }

    private void refuse(String sentence) {
        refused.increment();
        tell("refused", sentence);
    }

    private void tell(String kind, String sentence) {
        long now = System.nanoTime();
        Long last = told.get(kind);
        if (last == null || now - last > NOTICE_NANOS) {
            told.put(kind, now);
            notices.accept(sentence);
        }
    }

    /** Where it listens, in the order of the endpoints. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** What was met so far. What a connection passed over is counted at its end. */
    public SyslogCounts counts() {
        return new SyslogCounts(
                messages.sum(),
                dropped.sum(),
                tooLong.sum(),
                cutOff.sum(),
                broken.sum(),
                refused.sum(),
                connections.size());
    }

    /** Stops listening and closes every connection; what was read from them is in the spool then. */
    @Override
    public void close() throws IOException {
        isClosed = true;
        for (Closeable listener : listeners) {
            listener.close();
        }
        for (Socket connection : connections) {
            connection.close();
        }
        long end = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
