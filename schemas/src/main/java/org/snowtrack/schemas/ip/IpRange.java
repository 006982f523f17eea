package org.snowtrack.schemas.ip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Consecutive addresses of one family, both ends included. Ordered by first, then last address. Text is
 * {@code first-last}, the key of {@code flagged-ranges}.
 */
public record IpRange(IpAddress first, IpAddress last) implements Comparable<IpRange> {

    private static final Comparator<IpRange> ORDER =
            Comparator.comparing(IpRange::first).thenComparing(IpRange::last);

    /**
     * @throws IllegalArgumentException if the ends are of two families or in the wrong order
     */
    public IpRange {
        if (first.isIpv4() != last.isIpv4()) {
            throw new IllegalArgumentException(
                    "a range cannot start at " + first + " and end at " + last + ": they are of two address families");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("a range cannot start at " + first + " and end before it, at " + last);
        }
    }

    /**
     * Reads {@code first-last}, {@code address/length} (whose host bits may be set) or a single address. An IPv4
     * prefix in its mapped IPv6 form counts its length from there: {@code ::ffff:192.0.2.0/120} is a /24.
     *
     * @throws IllegalArgumentException with a sentence that quotes the part at fault, if it is none of these
     */
    public static IpRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return new IpRange(IpAddress.parse(text.substring(0, dash)), IpAddress.parse(text.substring(dash + 1)));
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress only = IpAddress.parse(text);
            return new IpRange(only, only);
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        int longest = text.indexOf(':') < 0 ? 32 : 128;
        int shortest = longest - address.bits();
        if (!length.matches("[0-9]{1,3}")
                || Integer.parseInt(length) < shortest
                || Integer.parseInt(length) > longest) {
            throw new IllegalArgumentException(
                    "'" + text + "' needs a prefix length from " + shortest + " to " + longest + " after its slash");
        }
        return prefix(address, Integer.parseInt(length) - shortest);
    }

    /**
     * The prefix of this length around an address.
     *
     * @param length 0 to {@link IpAddress#bits()}
     */
    public static IpRange prefix(IpAddress address, int length) {
        return new IpRange(address.floor(length), address.ceiling(length));
    }

    public boolean contains(IpAddress address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    public boolean overlaps(IpRange other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /**
     * The fewest prefixes that hold exactly these addresses, in order, each as {@code address/length}. Where an IPv6
     * range reaches around IPv4's mapped place, that place is written in IPv6 too: no cover of an IPv6 range ever says
     * {@code 0.0.0.0/0}.
     */
    public List<String> toCidrs() {
        List<String> cidrs = new ArrayList<>();
        IpAddress next = first;
        while (true) {
            // Take the widest prefix that starts here and does not reach past the end.
            int host = 0;
            while (host < first.bits()
                    && next.floor(next.bits() - host - 1).equals(next)
                    && next.ceiling(next.bits() - host - 1).compareTo(last) <= 0) {
                host++;
            }
            String mapped = next.isIpv4() && !first.isIpv4() ? "::ffff:" : "";
            cidrs.add(mapped + next + "/" + (first.bits() - host));
            IpAddress end = next.ceiling(next.bits() - host);
            if (end.compareTo(last) >= 0) {
                return cidrs;
            }
            next = end.plus(1);
        }
    }

    @Override
    public int compareTo(IpRange other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
