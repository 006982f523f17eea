package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.tail.LogTail;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.ip.IpRange;

@Timeout(60)
class SyslogReceiverTest {

    @TempDir
    private Path temp;

    @Test
    void shouldTakeADatagramForAMessage() throws Exception {
        try (Received received = Received.at(temp, Received.endpoint("udp"))) {
            // When
            received.sendDatagram("<22>Nov 25 12:00:00 mx1 postfix/smtpd[1]: one\n");
            received.await(counts -> counts.messages() == 1);
            received.sendDatagram("<22>two\nlines");

            // Then
            assertThat(received.messagesWhen(counts -> counts.messages() == 2))
                    .containsExactly("<22>Nov 25 12:00:00 mx1 postfix/smtpd[1]: one", "<22>two lines");
        }
    }

    @Test
    void shouldReadBothFramingsFromOneStream() throws Exception {
        try (Received received = Received.at(temp, Received.endpoint("tcp"))) {
            // When
            received.sendStream("<22>a\n7 <22>b\nc<22>d\r\n");

            // Then
            assertThat(received.messagesWhen(counts -> counts.messages() == 3))
                    .containsExactly("<22>a", "<22>b c", "<22>d");
        }
    }

    @Test
    void shouldKeepEveryMessageOfManySendersWholeAndInOrder() throws Exception {
        // Given
        int senders = 20;
        int each = 2_000;
        try (Received received = Received.at(temp, Received.endpoint("tcp"))) {
            // When
            List<CompletableFuture<Void>> sent = IntStream.range(0, senders)
                    .mapToObj(sender -> CompletableFuture.runAsync(() -> sendMany(received, sender, each)))
                    .toList();
            sent.forEach(CompletableFuture::join);
            List<String> messages = received.messagesWhen(counts -> counts.messages() == (long) senders * each);

            // Then
            for (int sender = 0; sender < senders; sender++) {
                String mark = "<22>sender" + sender + " ";
                assertThat(messages.stream().filter(line -> line.startsWith(mark)))
                        .isEqualTo(
                                IntStream.range(0, each).mapToObj(i -> mark + i).toList());
            }
        }
    }

    private static void sendMany(Received received, int sender, int messages) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            String message = "<22>sender" + sender + " " + i;
            text.append(sender % 2 == 0 ? message.length() + " " + message : message + "\n");
        }
        try {
            received.sendStream(text.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldPassOverWhatIsTooLongAndGoOn() throws Exception {
        SyslogLimits limits = new SyslogLimits(2, 1_000, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (Received received = Received.at(temp, limits, Received.endpoint("tcp"))) {
            // When
            received.sendStream("<22>" + "x".repeat(5_000) + "\n<22>b\n2000 <22>" + "y".repeat(1_996) + "5 <22>c");

            // Then
            assertThat(received.messagesWhen(counts -> counts.tooLong() == 2)).containsExactly("<22>b", "<22>c");
        }
    }

    @Test
    void shouldBreakAStreamOffThatHasLostItsFraming() throws Exception {
        try (Received received = Received.at(temp, Received.endpoint("tcp"));
                Socket socket = received.connect()) {
            // When
            Received.send(socket, "5 <22>abcd 5 <22>e");

            // Then
            assertThat(received.messagesWhen(counts -> counts.broken() == 1)).containsExactly("<22>a");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(received.notices)
                    .containsExactly("The connection of 127.0.0.1 to tcp://127.0.0.1:0 was closed: its messages are "
                            + "not as long as it counts.");
        }
    }

    @Test
    void shouldDropAMessageThatWasCutOff() throws Exception {
        try (Received received = Received.at(temp, Received.endpoint("tcp"))) {
            // When
            received.sendStream("<22>a\n<22>mx1: connect from unknown[192.0.2.1");

            // Then
            assertThat(received.messagesWhen(counts -> counts.cutOff() == 1)).containsExactly("<22>a");
        }
    }

    @Test
    void shouldCloseWhoSaysNothingAndWhoStallsInAMessage() throws Exception {
        SyslogLimits limits = new SyslogLimits(2, 1_000, Duration.ofMillis(50), Duration.ofMillis(50));
        try (Received received = Received.at(temp, limits, Received.endpoint("tcp"));
                Socket silent = received.connect();
                Socket stalled = received.connect()) {
            // When
            Received.send(stalled, "10 <22>a");

            // Then
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(stalled.getInputStream().read()).isEqualTo(-1);
            received.await(counts -> counts.connections() == 0 && counts.cutOff() == 1);
        }
    }

    @Test
    void shouldCloseOneConnectionTooMany() throws Exception {
        SyslogLimits limits = new SyslogLimits(1, 1_000, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (Received received = Received.at(temp, limits, Received.endpoint("tcp"));
                Socket first = received.connect()) {
            received.await(counts -> counts.connections() == 1);

            // When
            try (Socket second = received.connect()) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
            Received.send(first, "<22>a\n");

            // Then
            assertThat(received.messagesWhen(counts -> counts.messages() == 1)).containsExactly("<22>a");
            assertThat(received.receiver.counts().refused()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldTakeNothingFromWhomIsNotAmongItsSenders(String scheme) throws Exception {
        // Given
        SyslogEndpoint endpoint = SyslogEndpoint.parse(
                scheme + "://127.0.0.1:0",
                null,
                List.of(IpRange.parse("192.0.2.0/24"), IpRange.parse("2001:db8::/32")));
        try (Received received = Received.at(temp, endpoint)) {
            // When
            if (scheme.equals("udp")) {
                received.sendDatagram("<22>a");
            } else {
                received.connect().close();
            }

            // Then
            received.await(counts -> counts.refused() == 1);
            assertThat(received.receiver.counts().messages()).isZero();
            assertThat(received.notices)
                    .singleElement()
                    .asString()
                    .endsWith("127.0.0.1, which is not among its senders.");
        }
    }

    @Test
    void shouldMakeStreamsWaitAndDropDatagramsWhileTheSpoolIsFull() throws Exception {
        // Given
        Spool spool = Spool.open(temp, 10_000, 80_000, notice -> {});
        SyslogEndpoint[] both = {Received.endpoint("tcp"), Received.endpoint("udp")};
        String message = "<22>" + "x".repeat(995) + "\n";
        int count = 40_000;
        try (Received received = Received.into(spool, both);
                SocketChannel sender = SocketChannel.open(received.address())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAll(sender, message.repeat(count)));
            received.await(counts -> spool.bytes() >= 80_000);

            // When
            InetSocketAddress udp = received.receiver.addresses().get(1);
            try (java.net.DatagramSocket socket = new java.net.DatagramSocket()) {
                socket.send(new java.net.DatagramPacket(new byte[] {'<', '1', '>', 'a'}, 4, udp));
            }
            received.await(counts -> counts.dropped() == 1);
            boolean hadToWait = !sent.isDone();
            long read = readUntil(spool, count);

            // Then
            sent.join();
            assertThat(hadToWait).isTrue();
            assertThat(read).isEqualTo(count);
            assertThat(spool.bytes()).isLessThan(700_000);
        }
    }

    private static void sendAll(SocketChannel sender, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        try {
            while (bytes.hasRemaining()) {
                sender.write(bytes);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long readUntil(Spool spool, int wanted) throws IOException {
        long read = 0;
        try (LogTail tail = new LogTail(spool.log(), spool.start(null), notice -> {
            throw new AssertionError(notice);
        })) {
            while (read < wanted) {
                var stretch = tail.poll(1 << 20);
                if (stretch != null) {
                    read += stretch.lines().stream()
                            .filter(line -> line.bytes()[line.from()] == '<')
                            .count();
                }
                Position position = tail.position();
                if (position != null) {
                    spool.release(position);
                }
            }
        }
        return read;
    }

    @Test
    void shouldWriteDownWhatItHasReadWhenItIsClosed() throws Exception {
        // Given
        List<Socket> sockets = new ArrayList<>();
        Received received = Received.at(temp, Received.endpoint("tcp"));
        for (int i = 0; i < 5; i++) {
            sockets.add(received.connect());
            Received.send(sockets.get(i), "<22>a\n<22>b");
        }
        received.await(counts -> counts.messages() == 5);

        // When
        received.close();

        // Then
        assertThat(received.messagesWhen(counts -> counts.cutOff() == 5))
                .hasSize(5)
                .containsOnly("<22>a");
        assertThatThrownBy(received::connect).isInstanceOf(IOException.class);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void shouldSayThatAPortIsInUse() throws Exception {
        try (Received received = Received.at(temp.resolve("one"), Received.endpoint("tcp"));
                Spool other = Spool.open(temp.resolve("two"), Spool.DEFAULT_BYTES, notice -> {})) {
            // Given
            SyslogEndpoint same = new SyslogEndpoint(SyslogEndpoint.Transport.TCP, received.address(), null, List.of());

            // Then
            assertThatThrownBy(() -> Received.into(other, Received.endpoint("udp"), same))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Syslog cannot be received at tcp://127.0.0.1:"
                            + received.address().getPort()
                            + ": the port is in use; stop the program that has it, or choose another.");
        }
    }

    @Test
    void shouldSayThatTheMachineHasNoSuchAddress() throws Exception {
        try (Spool spool = Spool.open(temp, Spool.DEFAULT_BYTES, notice -> {})) {
            assertThatThrownBy(
                            () -> Received.into(spool, SyslogEndpoint.parse("udp://192.0.2.1:5514", null, List.of())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Syslog cannot be received at udp://192.0.2.1:5514: this machine has no such address; "
                            + "0.0.0.0 and [::] stand for all that it has.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "514", "udp://514", "udp://mail.example.com:514", "tcp://0.0.0.0:65536", "http://0.0.0.0:80"
            })
    void shouldSayWhatAnEndpointLooksLike(String text) {
        assertThatThrownBy(() -> SyslogEndpoint.parse(text, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' does not say where to listen: udp://0.0.0.0:514 would, or tcp://[::]:601, "
                        + "or tls://0.0.0.0:6514.");
    }
}
