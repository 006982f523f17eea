package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A receiver on loopback, with its spool and what it told the operator. */
final class Received implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Queue<String> notices = new ConcurrentLinkedQueue<>();
    final Spool spool;
    final SyslogReceiver receiver;

    private Received(Spool spool, SyslogLimits limits, SyslogEndpoint... endpoints) throws IOException {
        this.spool = spool;
        this.receiver = SyslogReceiver.start(spool, limits, notices::add, endpoints);
    }

    static Received at(Path directory, SyslogEndpoint... endpoints) throws IOException {
        return at(directory, SyslogLimits.DEFAULT, endpoints);
    }

    static Received at(Path directory, SyslogLimits limits, SyslogEndpoint... endpoints) throws IOException {
        return new Received(Spool.open(directory, Spool.DEFAULT_BYTES, notice -> {}), limits, endpoints);
    }

    static Received into(Spool spool, SyslogEndpoint... endpoints) throws IOException {
        return new Received(spool, SyslogLimits.DEFAULT, endpoints);
    }

    static SyslogEndpoint endpoint(String scheme) {
        return endpoint(scheme, null);
    }

    static SyslogEndpoint endpoint(String scheme, @Nullable TlsServer tls) {
        return SyslogEndpoint.parse(scheme + "://127.0.0.1:0", tls, List.of());
    }

    InetSocketAddress address() {
        return receiver.addresses().get(0);
    }

    void sendDatagram(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, address()));
        }
    }

    void sendStream(String text) throws IOException {
        try (Socket socket = connect()) {
            send(socket, text);
        }
    }

    Socket connect() throws IOException {
        return new Socket(address().getAddress(), address().getPort());
    }

    static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** What is in the spool once the counts are as wanted. */
    List<String> messagesWhen(Predicate<SyslogCounts> wanted) throws Exception {
        await(wanted);
        Path directory = spool.log().resolveSibling("");
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("syslog.log"))
                    .sorted(java.util.Comparator.comparing(path -> path.equals(spool.log()) ? "~" : path.toString()))
                    .toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString()
                .lines()
                .filter(line -> !line.startsWith("# Received by Snowtrack from "))
                .toList();
    }

    void await(Predicate<SyslogCounts> wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(receiver.counts())) {
            assertThat(System.nanoTime())
                    .as("%s %s", receiver.counts(), notices)
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        spool.close();
    }
}
