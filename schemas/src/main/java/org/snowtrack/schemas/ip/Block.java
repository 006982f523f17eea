package org.snowtrack.schemas.ip;

/**
 * The unit of partitioning: an IPv4 /16 or an IPv6 /40. All that is decided by adjacency is decided within one block.
 * Text, and key of every topic that is partitioned by block, is {@code 54.38.0.0/16}.
 */
public record Block(IpRange range) {

    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 40;

    public static Block of(IpAddress address) {
        return new Block(IpRange.prefix(address, length(address)));
    }

    private static int length(IpAddress address) {
        return address.isIpv4() ? IPV4_LENGTH : IPV6_LENGTH;
    }

    @Override
    public String toString() {
        return range.first() + "/" + length(range.first());
    }
}
