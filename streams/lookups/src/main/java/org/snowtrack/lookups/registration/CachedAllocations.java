package org.snowtrack.lookups.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Remembers networks by their ranges, so that all addresses of one cost one question. An answer about more than an IPv4 /16 or
 * IPv6 /40 is taken for the /24 or /48 around the address only: within the great ranges of providers, others are registered.
 * Safe for any thread.
 */
public final class CachedAllocations implements Lookup<IpAddress, Allocation> {

    private static final int MAX_PREFIXES = 100_000;
    private static final Duration MEMORY = Duration.ofDays(1);

    private final Lookup<IpAddress, Allocation> source;

    /** By prefix, as a range; an answer's range is a few of them. */
    private final Cache<IpRange, Answer<Allocation>> networks = Caffeine.newBuilder()
            .maximumSize(MAX_PREFIXES)
            .expireAfterWrite(MEMORY)
            .executor(Runnable::run)
            .build();

    /**
     * @param source asked about what is not remembered; remembers absence and failures itself
     */
    public CachedAllocations(Lookup<IpAddress, Allocation> source) {
        this.source = source;
    }

    /** {@inheritDoc} The time does not matter: the answer is as of now, or as of the memory. */
    @Override
    public CompletionStage<Answer<Allocation>> ask(IpAddress address, Instant at) {
        return known(address)
                .<CompletionStage<Answer<Allocation>>>map(CompletableFuture::completedStage)
                .orElseGet(() -> source.ask(address, at).thenApply(answer -> {
                    answer.found().ifPresent(allocation -> remember(address, allocation.range(), answer));
                    return answer;
                }));
    }

    private Optional<Answer<Allocation>> known(IpAddress address) {
        return IntStream.rangeClosed(widest(address), address.bits())
                .map(length -> widest(address) + address.bits() - length)
                .mapToObj(length -> IpRange.prefix(address, length))
                .flatMap(prefix -> Optional.ofNullable(networks.getIfPresent(prefix)).stream())
                .findFirst();
    }

    private void remember(IpAddress address, IpRange range, Answer<Allocation> answer) {
        IpRange widest = IpRange.prefix(address, widest(address));
        if (widest.contains(range.first()) && widest.contains(range.last())) {
            range.toCidrs().forEach(cidr -> networks.put(IpRange.parse(cidr), answer));
        } else {
            networks.put(IpRange.prefix(address, address.isIpv4() ? 24 : 48), answer);
        }
    }

    private static int widest(IpAddress address) {
        return address.isIpv4() ? 16 : 40;
    }
}
