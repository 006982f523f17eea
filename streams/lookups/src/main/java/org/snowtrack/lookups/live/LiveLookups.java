package org.snowtrack.lookups.live;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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

    /** For all registries together. */
    private static final Duration BOOTSTRAP_TIMEOUT = Duration.ofSeconds(20);

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
     * Opens the sources. Reads the files that the settings name, and waits 20 seconds at most for bootstrap registries on the web.
     *
     * @param problems told of everything in them that cannot be used, once, before this returns; a registry that cannot be
     *     read is replaced by the one that ships, a file of networks that cannot be read knows nothing
     */
    public static LiveLookups open(LiveSettings settings, Consumer<Problem> problems) {
        // Clients hold threads and sockets: after all that can fail.
        RdapBootstrap bootstrap = settings.rdap() ? bootstrap(settings.rdapBootstrap(), problems) : null;
        NetworkTable table = settings.networks() == null ? null : NetworkTable.read(settings.networks(), problems);
        DnsClient dns = new DnsClient(
                settings.dnsServers().isEmpty() ? DnsServers.ofThisMachine() : settings.dnsServers(),
                DnsClient.Limits.DEFAULT.asking(settings.dnsRate()));
        return new LiveLookups(
                dns,
                bootstrap == null ? null : new RdapClient(bootstrap, RdapClient.Manners.DEFAULT),
                table == null
                        ? new CymruOrigins(
                                new CachedLookup<String, List<String>>(new DnsRecords(dns)::texts, Limits.DNS))
                        : table);
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
        // All at once, so that together they take no longer than one.
        List<CompletableFuture<RdapBootstrap>> reading = sources.stream()
                .map(source -> RdapBootstrap.read(source, BOOTSTRAP_TIMEOUT))
                .toList();
        return Stream.concat(
                        IntStream.range(0, sources.size())
                                .mapToObj(i -> await(reading.get(i), sources.get(i), problems))
                                .flatMap(Optional::stream),
                        Stream.of(RdapBootstrap.shipped()))
                .reduce(RdapBootstrap::and)
                .orElseThrow();
    }

    private static Optional<RdapBootstrap> await(
            CompletableFuture<RdapBootstrap> reading, URI source, Consumer<Problem> problems) {
        try {
            return Optional.of(reading.join());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.accept(new Problem(
                    source.toString(),
                    0,
                    "the registry of RDAP servers cannot be used, the shipped one is: "
                            + (cause.getMessage() == null ? cause : cause.getMessage())));
            return Optional.empty();
        }
    }
}
