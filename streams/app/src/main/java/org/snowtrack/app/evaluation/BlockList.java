package org.snowtrack.app.evaluation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * What a rule listed over the whole case, for however short a time. Immutable; safe for any thread.
 *
 * @param name for people
 * @param blocks disjoint, by first address, each with the time of its listing
 * @param covers all addresses that a mail server would have refused, disjoint, ascending
 */
record BlockList(String name, NavigableMap<IpAddress, Block> blocks, List<IpRange> covers) {

    /** Addresses listed together. */
    record Block(IpRange range, Instant at) {}

    /** Of a rule that covers what it lists. */
    static BlockList of(String name, NavigableMap<IpAddress, Block> blocks) {
        return new BlockList(
                name, blocks, merged(blocks.values().stream().map(Block::range).toList()));
    }

    /**
     * Of everything that was FLAGGED at some time.
     *
     * @param ranges in all their states
     */
    static BlockList of(List<FlaggedRange> ranges) {
        NavigableMap<IpAddress, Block> blocks = new TreeMap<>();
        List<IpRange> covers = new ArrayList<>();
        for (FlaggedRange range : ranges) {
            if (range.getVerdict() != Verdict.FLAGGED) {
                continue;
            }
            range.getCidrs().forEach(cidr -> covers.add(IpRange.parse(cidr)));
            for (RangeMember member : range.getMembers()) {
                IpAddress address = IpAddress.parse(member.getIp());
                if (member.getListedAt() != null) {
                    blocks.merge(
                            address,
                            new Block(new IpRange(address, address), member.getListedAt()),
                            (one, other) -> one.at().isBefore(other.at()) ? one : other);
                }
            }
        }
        return new BlockList("snowtrack", blocks, merged(covers));
    }

    private static List<IpRange> merged(List<IpRange> ranges) {
        List<IpRange> merged = new ArrayList<>();
        ranges.stream().sorted(Comparator.naturalOrder()).forEach(range -> {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).overlaps(range)) {
                IpRange before = merged.get(last);
                IpAddress end = before.last().compareTo(range.last()) > 0 ? before.last() : range.last();
                merged.set(last, new IpRange(before.first(), end));
            } else {
                merged.add(range);
            }
        });
        return merged;
    }

    /** When an address was listed first; empty if never. */
    Optional<Instant> listedAt(IpAddress address) {
        return Optional.ofNullable(blocks.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(block -> block.range().contains(address))
                .map(Block::at);
    }

    /** How many places it covers in all: addresses of IPv4, /64s of IPv6. */
    long covered() {
        return covers.stream().mapToLong(BlockList::places).sum();
    }

    /** How many places of a range it covers. */
    long coveredOf(IpRange range) {
        return covers.stream()
                .filter(range::overlaps)
                .mapToLong(cover -> places(new IpRange(
                        cover.first().compareTo(range.first()) > 0 ? cover.first() : range.first(),
                        cover.last().compareTo(range.last()) < 0 ? cover.last() : range.last())))
                .sum();
    }

    private static long places(IpRange range) {
        return range.first().isIpv4()
                ? range.last().low() - range.first().low() + 1
                : range.last().high() - range.first().high() + 1;
    }
}
