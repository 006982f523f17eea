package org.snowtrack.lookups.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Source;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Remembers networks by their ranges, so that all addresses of one cost one question. An answer about more than an IPv4 /16 or
 * IPv6 /40 is taken for the /24 or /48 around the address only: within the great ranges of providers, others are registered.
 * Of such a /24 or /48 one question is under way at a time; the rest waits for it, and is asked, one after the other, as far
 * as its answer is not about them. Safe for any thread.
 */
public final class CachedAllocations implements Lookup<IpAddress, Allocation> {

    private static final int MAX_PREFIXES = 100_000;

    private final Source<IpAddress, Allocation> source;
    private final Map<IpRange, CompletableFuture<Answer<Allocation>>> underWay = new ConcurrentHashMap<>();

    /** By prefix, as a range; an answer's range is a few of them. */
    private final Cache<IpRange, Fresh<Allocation>> networks;

    /**
     * @param source asked about what is not remembered; remembers absence and failures itself, says for how much longer what
     *     it found holds, and never completes exceptionally
     */
    public CachedAllocations(Source<IpAddress, Allocation> source) {
        this(source, Ticker.systemTicker());
    }

    CachedAllocations(Source<IpAddress, Allocation> source, Ticker ticker) {
        this.source = source;
        networks = Caffeine.newBuilder()
                .maximumSize(MAX_PREFIXES)
                .expireAfter(Expiry.<IpRange, Fresh<Allocation>>writing((prefix, fresh) -> fresh.lifetime()))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** {@inheritDoc} The time does not matter: the answer is as of now, or as of the memory. */
    @Override
    public CompletionStage<Answer<Allocation>> ask(IpAddress address, Instant at) {
        Optional<Answer<Allocation>> known = known(address);
        if (known.isPresent()) {
            return CompletableFuture.completedStage(known.get());
        }
        IpRange block = block(address);
        CompletableFuture<Answer<Allocation>> ours = new CompletableFuture<>();
        CompletableFuture<Answer<Allocation>> others = underWay.putIfAbsent(block, ours);
        if (others != null) {
            // Who could tell nothing about one address can not about the next: a failure is everybody's.
            return others.thenCompose(answer -> answer instanceof Answer.Failed || isAbout(answer, address)
                    ? CompletableFuture.completedStage(answer)
                    : ask(address, at));
        }
        // Answered meanwhile: an answer is remembered before it is no longer under way.
        Optional<Answer<Allocation>> meanwhile = known(address);
        if (meanwhile.isPresent()) {
            return CompletableFuture.completedStage(settle(block, ours, meanwhile.get()));
        }
        return source.ask(address).thenApply(fresh -> {
            fresh.answer().found().ifPresent(allocation -> remember(address, allocation.range(), fresh));
            return settle(block, ours, fresh.answer());
        });
    }

    private Answer<Allocation> settle(
            IpRange block, CompletableFuture<Answer<Allocation>> ours, Answer<Allocation> answer) {
        underWay.remove(block);
        ours.complete(answer);
        return answer;
    }

    private static boolean isAbout(Answer<Allocation> answer, IpAddress address) {
        return answer.found()
                .filter(allocation -> allocation.range().contains(address))
                .isPresent();
    }

    private Optional<Answer<Allocation>> known(IpAddress address) {
        return IntStream.rangeClosed(widest(address), address.bits())
                .map(length -> widest(address) + address.bits() - length)
                .mapToObj(length -> IpRange.prefix(address, length))
                .flatMap(prefix -> Optional.ofNullable(networks.getIfPresent(prefix)).stream())
                .map(Fresh::answer)
                .findFirst();
    }

    private void remember(IpAddress address, IpRange range, Fresh<Allocation> fresh) {
        IpRange widest = IpRange.prefix(address, widest(address));
        if (widest.contains(range.first()) && widest.contains(range.last())) {
            range.toCidrs().forEach(cidr -> networks.put(IpRange.parse(cidr), fresh));
        } else {
            networks.put(block(address), fresh);
        }
    }

    private static IpRange block(IpAddress address) {
        return IpRange.prefix(address, address.isIpv4() ? 24 : 48);
    }

    private static int widest(IpAddress address) {
        return address.isIpv4() ? 16 : 40;
    }
}
