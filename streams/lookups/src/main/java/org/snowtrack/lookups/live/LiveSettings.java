package org.snowtrack.lookups.live;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.dns.DnsClient;

/**
 * Where live answers come from.
 *
 * @param dnsServers recursive DNS servers; empty for those that the machine is set up to use
 * @param dnsRate how often each of them is asked, questions a second, at least 1
 * @param networks a file of networks ({@link org.snowtrack.lookups.networks.NetworkTable}); without one, Team Cymru's DNS
 *     zones are asked
 * @param rdap whether registries are asked about domains at all
 * @param rdapBootstrap where registries of RDAP servers (RFC 9224: dns.json, ipv4.json, ipv6.json) are read from, {@code
 *     file:}, {@code http:} or {@code https:}; for kinds of which none is given, the short lists that ship are used
 */
public record LiveSettings(
        List<InetSocketAddress> dnsServers,
        int dnsRate,
        @Nullable Path networks,
        boolean rdap,
        List<URI> rdapBootstrap) {

    /** The machine's own resolvers, Team Cymru, and RDAP by the shipped registry. */
    public static final LiveSettings DEFAULT =
            new LiveSettings(List.of(), DnsClient.Limits.DEFAULT.server().perSecond(), null, true, List.of());

    public LiveSettings {
        dnsServers = List.copyOf(dnsServers);
        rdapBootstrap = List.copyOf(rdapBootstrap);
    }
}
