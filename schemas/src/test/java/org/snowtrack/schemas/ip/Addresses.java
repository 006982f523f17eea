package org.snowtrack.schemas.ip;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Addresses and ranges of both families, edges included, and the oracle's view of them. */
final class Addresses extends DomainContextBase {

    static final IpAddress FIRST_IPV4 = IpAddress.ipv4(0);
    static final IpAddress LAST_IPV4 = IpAddress.ipv4(0xffff_ffffL);
    static final IpAddress FIRST_IPV6 = new IpAddress(0, 0);
    static final IpAddress LAST_IPV6 = new IpAddress(-1, -1);

    @Provide
    Arbitrary<IpAddress> addresses() {
        return Arbitraries.oneOf(ipv4(), ipv6());
    }

    /** Both ends of one family; half of them near each other, as real ranges are. */
    @Provide
    Arbitrary<IpRange> ranges() {
        return Arbitraries.oneOf(ranges(ipv4()), ranges(ipv6()));
    }

    private static Arbitrary<IpAddress> ipv4() {
        return Arbitraries.longs().between(0, 0xffff_ffffL).map(IpAddress::ipv4);
    }

    private static Arbitrary<IpAddress> ipv6() {
        Arbitrary<Long> bits = Arbitraries.oneOf(
                Arbitraries.longs(), Arbitraries.longs().between(0, 0xffff_ffff_ffffL), Arbitraries.of(0L, -1L));
        return bits.flatMap(high -> bits.map(low -> new IpAddress(high, low))).filter(address -> !address.isIpv4());
    }

    private static Arbitrary<IpRange> ranges(Arbitrary<IpAddress> addresses) {
        Arbitrary<IpRange> near = addresses.flatMap(first -> Arbitraries.longs()
                .between(0, 5000)
                .map(first::plus)
                .filter(last -> last.isIpv4() == first.isIpv4() && last.compareTo(first) >= 0)
                .map(last -> new IpRange(first, last)));
        Arbitrary<IpRange> any = addresses.flatMap(
                one -> addresses.map(two -> one.compareTo(two) <= 0 ? new IpRange(one, two) : new IpRange(two, one)));
        return Arbitraries.oneOf(near, any);
    }

    static IPAddress oracle(String text) {
        return new IPAddressString(text).getAddress();
    }

    /** By number, not by text. */
    static IPAddress oracle(IpAddress address) {
        byte[] bytes = address.toBytes();
        return address.isIpv4() ? new IPv4Address(ByteBuffer.wrap(bytes).getInt(12)) : new IPv6Address(bytes);
    }
}
