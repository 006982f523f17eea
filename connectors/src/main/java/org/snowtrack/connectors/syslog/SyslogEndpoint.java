package org.snowtrack.connectors.syslog;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Where syslog is received. UDP (RFC 5426) knows no sender for sure: whoever reaches the port can report whom they
 * like, under any sender's address.
 *
 * @param transport how it comes
 * @param address where to listen; port 0 lets the system choose
 * @param tls for {@link Transport#TLS} and for nothing else
 * @param senders from which it may come; empty for any
 */
public record SyslogEndpoint(
        Transport transport,
        InetSocketAddress address,
        @Nullable TlsServer tls,
        List<IpRange> senders) {

    /** How messages come. */
    public enum Transport {
        /** A datagram each (RFC 5426). */
        UDP,
        /** A stream, framed by counts or line ends (RFC 6587). */
        TCP,
        /** The same over TLS (RFC 5425). */
        TLS;

        String scheme() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern TEXT =
            Pattern.compile("(udp|tcp|tls)://(?:\\[([0-9a-fA-F:.]+)]|([0-9.]+)):([0-9]{1,5})");

    private static final int LAST_PORT = 65_535;

    public SyslogEndpoint {
        if ((transport == Transport.TLS) != (tls != null)) {
            throw new IllegalArgumentException("A certificate is for TLS, and TLS needs one.");
        }
        senders = List.copyOf(senders);
    }

    /**
     * Reads {@code udp://ADDRESS:PORT}, {@code tcp://ADDRESS:PORT} or {@code tls://ADDRESS:PORT}; the address is that
     * of one of this host's interfaces, or {@code 0.0.0.0} or {@code [::]} for all of them.
     *
     * @param tls what this host shows its senders, if it has something to show
     * @param senders from which messages may come; empty for any
     * @throws IllegalArgumentException with a sentence if it is anything else, or needs a certificate and there is none
     */
    public static SyslogEndpoint parse(String text, @Nullable TlsServer tls, List<IpRange> senders) {
        Matcher match = TEXT.matcher(text);
        int port = match.matches() ? Integer.parseInt(match.group(4)) : LAST_PORT + 1;
        if (port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' does not say where to listen: udp://0.0.0.0:514 would, or tcp://[::]:601, or tls://0.0.0.0:6514.");
        }
        Transport transport = Transport.valueOf(match.group(1).toUpperCase(Locale.ROOT));
        if (transport == Transport.TLS && tls == null) {
            throw new IllegalArgumentException("To listen at " + text + ", a certificate and its key are needed.");
        }
        String host = match.group(2) == null ? match.group(3) : match.group(2);
        return new SyslogEndpoint(
                transport,
                new InetSocketAddress(IpAddress.parse(host).toInetAddress(), port),
                transport == Transport.TLS ? tls : null,
                senders);
    }

    boolean allows(IpAddress sender) {
        return senders.isEmpty() || senders.stream().anyMatch(range -> range.contains(sender));
    }

    @Override
    public String toString() {
        return transport.scheme() + "://" + hostAndPort(address);
    }

    static String hostAndPort(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
