package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;

/** One free port of loopback, by UDP and by TCP. */
record Ports(DatagramSocket udp, ServerSocket tcp) {

    static Ports open() {
        try {
            while (true) {
                ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                try {
                    return new Ports(new DatagramSocket(tcp.getLocalPort(), tcp.getInetAddress()), tcp);
                } catch (BindException e) {
                    // Somebody has it by UDP, a client perhaps.
                    tcp.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
