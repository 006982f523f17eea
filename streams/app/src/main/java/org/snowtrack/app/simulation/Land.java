package org.snowtrack.app.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Who lets addresses: hosters with a /17 of the shared space (RFC 6598) each, in which customers live next to each
 * other, mostly with a few free places between them; and each with a /40 of the documentation's IPv6 (RFC 3849). Not
 * thread-safe.
 */
final class Land {

    /** A hoster. */
    record Provider(int asn, String name, String domain, String country, IpRange ipv4, IpRange ipv6) {}

    private static final int PROVIDERS = 24;
    private static final int SLASH_17 = 1 << 15;
    private static final long SLASH_40_UNITS = 1L << 24;
    private static final IpAddress SHARED = IpAddress.parse("100.64.0.0");
    private static final IpAddress DOCUMENTATION = IpAddress.parse("2001:db8::");
    private static final List<String> COUNTRIES = List.of("DE", "FR", "NL", "US", "PL", "GB");

    private final Random random;
    private final List<Provider> providers = new ArrayList<>();
    private final IpAddress[] free = new IpAddress[PROVIDERS];
    private final long[] freeUnit = new long[PROVIDERS];

    Land(Random random, Words words) {
        this.random = random;
        for (int i = 0; i < PROVIDERS; i++) {
            IpAddress first = SHARED.plus((long) i * SLASH_17);
            IpAddress unit = new IpAddress(DOCUMENTATION.high() + i * SLASH_40_UNITS, 0);
            String name = words.word();
            providers.add(new Provider(
                    64_496 + i,
                    name.toUpperCase(Locale.ROOT) + "-HOSTING",
                    name + "-net.example",
                    COUNTRIES.get(i % COUNTRIES.size()),
                    IpRange.prefix(first, 17),
                    IpRange.prefix(unit, 40)));
            free[i] = first.plus(16);
            freeUnit[i] = 16;
        }
    }

    List<Provider> providers() {
        return providers;
    }

    Provider any() {
        return providers.get(random.nextInt(PROVIDERS));
    }

    /** So many places in a row, behind whoever came last. */
    List<IpAddress> row(Provider provider, int places) {
        int index = providers.indexOf(provider);
        int gap = random.nextInt(3) == 0 ? random.nextInt(2) : 2 + random.nextInt(6);
        List<IpAddress> row = new ArrayList<>();
        IpAddress next = free[index].plus(gap);
        for (int i = 0; i < places; i++) {
            row.add(next);
            next = next.plus(1);
        }
        if (!provider.ipv4().contains(next.plus(64))) {
            throw new IllegalStateException("the world is larger than its land; choose a smaller scale");
        }
        free[index] = next;
        return row;
    }

    /** So many /64s in a row, one address in each. */
    List<IpAddress> unitRow(Provider provider, int places) {
        int index = providers.indexOf(provider);
        long first = provider.ipv6().first().high() + freeUnit[index];
        freeUnit[index] += places + 2L + random.nextInt(8);
        List<IpAddress> row = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            row.add(new IpAddress(first + i, 1 + random.nextInt(9)));
        }
        return row;
    }
}
