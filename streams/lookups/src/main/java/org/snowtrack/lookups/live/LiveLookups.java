package org.snowtrack.lookups.live;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.cache.CachedLookup;
import org.snowtrack.lookups.cache.Limits;
import org.snowtrack.lookups.dns.DnsClient;
import org.snowtrack.lookups.dns.DnsRecords;
import org.snowtrack.lookups.dns.DnsServers;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.CymruOrigins;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.networks.NetworkTable;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.lookups.registration.Allocation;
import org.snowtrack.lookups.registration.CachedAllocations;
import org.snowtrack.lookups.registration.RdapBootstrap;
import org.snowtrack.lookups.registration.RdapClient;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * All lookups against the world as it is now. Everything they know is in memory: a restart asks anew. Lookups that are
 * under way when this is closed, and those asked later, fail.
 */
public final class LiveLookups implements AutoCloseable {

    private static final Duration BOOTSTRAP_TIMEOUT = Duration.ofSeconds(10);
    private static final int BOOTSTRAP_BYTES = 8 << 20;

    private final DnsClient dns;
    private final @Nullable RdapClient rdap;
    private final Lookups lookups;

    private LiveLookups(DnsClient dns, @Nullable RdapClient rdap, Lookup<IpAddress, Network> network) {
        this.dns = dns;
        this.rdap = rdap;
        DnsRecords records = new DnsRecords(dns);
        lookups = new Lookups(
                new CachedLookup<IpAddress, List<PtrName>>(records::ptr, Limits.DNS),
                network,
                new CachedLookup<String, List<IpAddress>>(records::addresses, Limits.DNS),
                new CachedLookup<String, List<String>>(records::mailExchangers, Limits.DNS),
                rdap == null ? refusing() : new CachedLookup<String, Registration>(rdap::domain, Limits.REGISTRIES),
                rdap == null
                        ? refusing()
                        : new CachedAllocations(
                                new CachedLookup<IpAddress, Allocation>(rdap::network, Limits.REGISTRIES)::fresh));
    }

    /**
     * Opens the sources. Reads the files that the settings name, and waits some seconds for a bootstrap registry on the web.
     *
     * @param problems told of everything in them that cannot be used, once, before this returns; a registry that cannot be
     *     read is replaced by the one that ships, a file of networks that cannot be read knows nothing
     */
    public static LiveLookups open(LiveSettings settings, Consumer<Problem> problems) {
        DnsClient dns = new DnsClient(
                settings.dnsServers().isEmpty() ? DnsServers.ofThisMachine() : settings.dnsServers(),
                DnsClient.Limits.DEFAULT.asking(settings.dnsRate()));
        RdapClient rdap = settings.rdap()
                ? new RdapClient(bootstrap(settings.rdapBootstrap(), problems), RdapClient.Manners.DEFAULT)
                : null;
        Lookup<IpAddress, Network> network = settings.networks() == null
                ? new CymruOrigins(new CachedLookup<String, List<String>>(new DnsRecords(dns)::texts, Limits.DNS))
                : NetworkTable.read(settings.networks(), problems);
        return new LiveLookups(dns, rdap, network);
    }

    /** Safe for any thread. */
    public Lookups lookups() {
        return lookups;
    }

    /**
     * Whether the DNS can be asked at all; waits a few seconds at most.
     *
     * @return a sentence for people, if no server answers
     */
    public Optional<String> problem() {
        return dns.problem();
    }

    @Override
    public void close() {
        dns.close();
        if (rdap != null) {
            rdap.close();
        }
    }

    private static <Q, A> Lookup<Q, A> refusing() {
        return (question, at) -> CompletableFuture.completedStage(new Answer.Failed<>(Failure.REFUSED));
    }

    /** The registries that can be read, in their order; what none of them has is from those that ship. */
    private static RdapBootstrap bootstrap(List<URI> sources, Consumer<Problem> problems) {
        return Stream.concat(
                        sources.stream().flatMap(source -> bootstrap(source, problems).stream()),
                        Stream.of(RdapBootstrap.shipped()))
                .reduce(RdapBootstrap::and)
                .orElseThrow();
    }

    private static Optional<RdapBootstrap> bootstrap(URI source, Consumer<Problem> problems) {
        try {
            URLConnection connection = source.toURL().openConnection();
            connection.setConnectTimeout((int) BOOTSTRAP_TIMEOUT.toMillis());
            connection.setReadTimeout((int) BOOTSTRAP_TIMEOUT.toMillis());
            try (InputStream bytes = connection.getInputStream()) {
                return Optional.of(RdapBootstrap.parse(bytes.readNBytes(BOOTSTRAP_BYTES)));
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.accept(new Problem(
                    source.toString(),
                    0,
                    "the registry of RDAP servers cannot be used, the shipped one is: " + e.getMessage()));
            return Optional.empty();
        }
    }
}
