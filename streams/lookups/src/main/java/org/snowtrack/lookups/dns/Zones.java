package org.snowtrack.lookups.dns;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.lookups.cache.TokenBucket;
import org.snowtrack.lookups.names.HostNames;
import org.xbill.DNS.Name;

/**
 * How often each zone may be asked, whichever server does the asking for us. A zone is the /24 or /48 of a reverse name, and
 * the registrable domain of any other; where that cannot be told, its last three labels. Zones that were not asked for a while, or are too many, are forgotten, and have
 * all their tokens again. Safe for any thread.
 */
final class Zones {

    private static final int REMEMBERED = 50_000;
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final Name IPV4 = Name.fromConstantString("in-addr.arpa.");
    private static final Name IPV6 = Name.fromConstantString("ip6.arpa.");
    private static final int LABELS_OF_24 = 6;
    private static final int LABELS_OF_48 = 15;

    /** Those of a host name, and the root's. */
    private static final int LABELS_OF_SHORTEST = 3;

    /** Three, and the root's: what is left where no registrable domain can be told. */
    private static final int LABELS_OF_ANY = 4;

    private final LoadingCache<Name, TokenBucket> buckets;

    Zones(Rate rate) {
        buckets = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(MEMORY)
                .executor(Runnable::run)
                .build(zone -> new TokenBucket(rate, System.nanoTime()));
    }

    /** Takes a token: nanoseconds to wait; empty if that would be longer than the patience. */
    OptionalLong take(Name name, Duration patience) {
        return buckets.get(zone(name)).take(System.nanoTime(), patience);
    }

    /** The zone that pays for a name. */
    static Name zone(Name name) {
        if (name.subdomain(IPV4)) {
            return last(name, LABELS_OF_24);
        }
        if (name.subdomain(IPV6)) {
            return last(name, LABELS_OF_48);
        }
        return HostNames.normalize(name.toString())
                .or(() -> hostNameWithin(name))
                .flatMap(HostNames::registrableDomain)
                .map(domain -> last(
                        name,
                        2 + (int) domain.chars().filter(letter -> letter == '.').count()))
                .orElseGet(() -> last(name, LABELS_OF_ANY));
    }

    /** An alias may have labels that no host name has, and a zone as many of these as it likes. */
    private static Optional<String> hostNameWithin(Name name) {
        return IntStream.rangeClosed(1, name.labels() - LABELS_OF_SHORTEST)
                .mapToObj(labels -> HostNames.normalize(new Name(name, labels).toString()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Name last(Name name, int labels) {
        return name.labels() <= labels ? name : new Name(name, name.labels() - labels);
    }
}
