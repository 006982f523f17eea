package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Errors on the threads that carry answers. */
class TransportErrorTest {

    private static final Duration PATIENT = Duration.ofSeconds(10);

    /** No answer comes before this: what is sent while the socket is being closed is to be sent elsewhere. */
    private final CompletableFuture<Void> isSent = new CompletableFuture<>();

    @Test
    void shouldFailWhatIsUnderWayAndReadOnWhenReadingEndsInAnError() throws IOException {
        // Given: a stray is followed by an error, where it is counted, and then the server is as it should be
        AtomicBoolean isSpoilt = new AtomicBoolean(true);
        LongAdder strays = new LongAdder() {
            @Override
            public void add(long count) {
                if (count > 0) {
                    throw new NoClassDefFoundError("broken");
                }
            }
        };
        List<Throwable> told = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler usual = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> told.add(fault));
        try (HostileDnsServer server = HostileDnsServer.byUdp(query -> {
                    isSent.join();
                    return List.of(
                            isSpoilt.getAndSet(false)
                                    ? new byte[1]
                                    : TestDnsServer.reply(query, Rcode.NOERROR).toWire());
                });
                UdpLoop loop = new UdpLoop(strays)) {
            Throwable first = catchThrowable(() -> ask(loop, server).join());

            // When
            byte[] second = ask(loop, server).join();

            // Then
            assertThat(first).hasRootCauseInstanceOf(NoClassDefFoundError.class);
            assertThat(second).hasSizeGreaterThan(Wire.HEADER);
            assertThat(told).hasOnlyElementsOfType(NoClassDefFoundError.class).hasSize(1);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(usual);
        }
    }

    @Test
    void shouldFailWhenAConnectionEndsInSomethingElseThanAnIoException() {
        // Given
        try (TestDnsServer server = TestDnsServer.silent();
                TcpTransport tcp = new TcpTransport()) {
            InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.example", 0);

            // When
            CompletableFuture<byte[]> answer =
                    tcp.sendAndReceiveTcp(nowhere, server.address(), query(), query().toWire(), PATIENT);

            // Then
            assertThat(answer)
                    .failsWithin(PATIENT)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    private CompletableFuture<byte[]> ask(UdpLoop loop, HostileDnsServer server) throws IOException {
        UdpSocket socket = new UdpSocket(null, server.address());
        loop.add(socket);
        byte[] wire = query().toWire();
        UdpSocket.Outstanding question = new UdpSocket.Outstanding(wire, System.nanoTime() + PATIENT.toNanos());
        assertThat(socket.send(question, ByteBuffer.wrap(wire))).isTrue();
        isSent.complete(null);
        return question.answer();
    }

    private static Message query() {
        return Message.newQuery(Record.newRecord(Name.fromConstantString("mx.example.net."), Type.A, DClass.IN));
    }
}
