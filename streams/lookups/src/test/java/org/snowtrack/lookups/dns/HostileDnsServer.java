package org.snowtrack.lookups.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Message;

/** A server on loopback that sends whatever bytes it likes, and counts what it is asked. */
final class HostileDnsServer implements AutoCloseable {

    /** What it sends to a question by UDP. */
    @FunctionalInterface
    interface Datagrams {
        List<byte[]> to(Message query) throws IOException;
    }

    /** What it does to a question by TCP, until it returns or the client hangs up. */
    @FunctionalInterface
    interface Stream {
        void to(Message query, OutputStream out) throws IOException, InterruptedException;
    }

    private final DatagramSocket udp;
    private final DatagramSocket other;
    private final ServerSocket tcp;
    private final AtomicInteger datagrams = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    /** @param isElsewhere whether its datagrams come from another port than the one that was asked */
    HostileDnsServer(Datagrams behaviour, Stream stream, boolean isElsewhere) throws IOException {
        Ports ports = Ports.open();
        udp = ports.udp();
        tcp = ports.tcp();
        other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        start(() -> serve(behaviour, isElsewhere ? other : udp));
        start(() -> serve(stream));
    }

    /** By UDP only: who connects is refused. */
    static HostileDnsServer byUdp(Datagrams behaviour) throws IOException {
        HostileDnsServer server = new HostileDnsServer(behaviour, (query, out) -> {}, false);
        server.tcp.close();
        return server;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    int datagrams() {
        return datagrams.get();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        udp.close();
        other.close();
        tcp.close();
    }

    private static void start(Runnable server) {
        Thread thread = new Thread(server, "hostile-dns");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Datagrams behaviour, DatagramSocket from) {
        byte[] buffer = new byte[Message.MAXLENGTH];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                datagrams.incrementAndGet();
                for (byte[] reply : behaviour.to(new Message(Arrays.copyOf(buffer, packet.getLength())))) {
                    from.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // The socket is closed, or the client has gone.
            }
        }
    }

    private void serve(Stream behaviour) {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                connections.incrementAndGet();
                start(() -> serve(behaviour, client));
            } catch (IOException e) {
                // The socket is closed.
            }
        }
    }

    private static void serve(Stream behaviour, Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] wire = new byte[in.readUnsignedShort()];
            in.readFully(wire);
            behaviour.to(new Message(wire), client.getOutputStream());
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
