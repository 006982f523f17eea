package org.snowtrack.lookups.dns;

import com.google.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.xbill.DNS.ResolverConfig;

/** Which DNS servers to ask. */
public final class DnsServers {

    private static final int PORT = 53;

    private DnsServers() {}

    /**
     * Reads {@code HOST:PORT}, {@code HOST} or {@code [IPV6]:PORT}; a host that is a name is resolved by the system.
     *
     * @throws IllegalArgumentException with a sentence, if it is none of these or the name is not known
     */
    public static InetSocketAddress parse(String text) {
        HostAndPort server;
        try {
            server = HostAndPort.fromString(text).withDefaultPort(PORT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not a DNS server; write HOST:PORT", e);
        }
        InetSocketAddress address = server.getHost().isBlank() || server.getPort() == 0
                ? InetSocketAddress.createUnresolved(text, PORT)
                : new InetSocketAddress(server.getHost(), server.getPort());
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("'" + text + "' is not the address of a DNS server");
        }
        return address;
    }

    /** Those that this machine is set up to use; where none is, the one that would run on it. */
    public static List<InetSocketAddress> ofThisMachine() {
        List<InetSocketAddress> servers = ResolverConfig.getCurrentConfig().servers();
        return servers.isEmpty()
                ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT))
                : List.copyOf(servers);
    }
}
