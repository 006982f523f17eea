package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * The unit of consecutiveness: one IPv4 address, or one IPv6 prefix (a /64 unless configured otherwise), because a
 * whole /64 is one host's to choose from.
 *
 * <p>Pure; safe for any thread.
 *
 * @param ipv6Prefix length of the IPv6 unit, 48 to 64
 */
record Units(int ipv6Prefix) {

    /** How many units the second address lies behind the first; both in one block, in order. */
    long distance(IpAddress first, IpAddress second) {
        return first.isIpv4()
                ? second.low() - first.low()
                : (second.high() >>> hostBits()) - (first.high() >>> hostBits());
    }

    /** Bits of the upper half that lie within a unit. */
    private int hostBits() {
        return Long.SIZE - ipv6Prefix;
    }

    /** The addresses of the unit around an address. */
    IpRange around(IpAddress address) {
        return IpRange.prefix(address, address.isIpv4() ? address.bits() : ipv6Prefix);
    }

    /**
     * The aligned stretch of so many units around an address.
     *
     * @param units a power of two
     */
    IpRange aligned(IpAddress address, int units) {
        int unitPrefix = address.isIpv4() ? address.bits() : ipv6Prefix;
        return IpRange.prefix(address, unitPrefix - Integer.numberOfTrailingZeros(units));
    }

    /** The address so many units further on (or back), at least and at most the ends of the limit. */
    IpAddress move(IpAddress from, long units, IpRange limit) {
        IpAddress moved =
                from.isIpv4() ? from.plus(units) : new IpAddress(from.high() + (units << hostBits()), from.low());
        boolean overran = units < 0 ? moved.compareTo(from) > 0 : moved.compareTo(from) < 0;
        if (overran || !limit.contains(moved)) {
            return units < 0 ? limit.first() : limit.last();
        }
        return moved;
    }

    /**
     * The fewest prefixes that hold exactly the units of these addresses.
     *
     * @param addresses ascending
     */
    List<String> cover(Collection<IpAddress> addresses) {
        List<IpRange> stretches = new ArrayList<>();
        for (IpAddress address : addresses) {
            IpRange unit = around(address);
            IpRange last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
            if (last != null && unit.first().compareTo(last.last().plus(1)) <= 0) {
                stretches.set(stretches.size() - 1, new IpRange(last.first(), unit.last()));
            } else {
                stretches.add(unit);
            }
        }
        return stretches.stream().flatMap(stretch -> stretch.toCidrs().stream()).toList();
    }
}
