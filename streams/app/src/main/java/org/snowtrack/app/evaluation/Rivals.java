package org.snowtrack.app.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.snowtrack.app.evaluation.BlockList.Block;
import org.snowtrack.app.evaluation.Sightings.Excess;
import org.snowtrack.app.evaluation.Sightings.Sighted;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * The rules that people use without names and registrations, on the same counts. An address is bad once any reporter
 * found it excessive. In IPv6 a /64 is a place and a /56 takes the part of the /24.
 *
 * <ul>
 *   <li>An address, once so many reporters found it excessive within the horizon.
 *   <li>A /24, once four of its places are bad: the idea of UCEPROTECT's level 2.
 *   <li>The smallest CIDR from the lowest to the highest bad place of a /24, once there are two: the rule of bbfh.
 * </ul>
 *
 * <p>Pure; safe for any thread.
 */
final class Rivals {

    private static final int FEW = 3;
    private static final int MANY = 10;
    private static final int CROWD = 4;
    private static final int PAIR = 2;

    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 56;
    private static final int IPV6_PLACE = 64;

    private final Sightings sightings;
    private final Duration horizon;

    Rivals(Sightings sightings, Duration horizon) {
        this.sightings = sightings;
        this.horizon = horizon;
    }

    /** What each would have listed. */
    List<BlockList> all() {
        return List.of(
                reporters(FEW),
                reporters(MANY),
                neighbours("/24 with " + CROWD + " bad addresses", CROWD, true),
                neighbours("smallest CIDR over the bad of a /24", PAIR, false));
    }

    private BlockList reporters(int enough) {
        NavigableMap<IpAddress, Block> blocks = new TreeMap<>();
        sightings.all().forEach((address, sighted) -> reached(sighted, enough)
                .ifPresent(at -> blocks.put(address, new Block(new IpRange(address, address), at))));
        return BlockList.of(enough + " reporters of an address", blocks);
    }

    /** When the number of distinct reporters within the horizon was reached. */
    private Optional<Instant> reached(Sighted sighted, int enough) {
        Map<String, Instant> latest = new HashMap<>();
        for (Excess excess : sighted.excesses()) {
            latest.put(excess.reporter(), excess.at());
            Instant oldest = excess.at().minus(horizon);
            latest.values().removeIf(at -> !at.isAfter(oldest));
            if (latest.size() >= enough) {
                return Optional.of(excess.at());
            }
        }
        return Optional.empty();
    }

    private record Bad(IpAddress place, Instant since) {}

    private BlockList neighbours(String name, int enough, boolean whole) {
        Map<IpAddress, Map<IpAddress, Instant>> networks = new TreeMap<>();
        sightings.all().forEach((address, sighted) -> {
            if (!sighted.excesses().isEmpty()) {
                IpAddress place = address.isIpv4() ? address : address.floor(IPV6_PLACE);
                networks.computeIfAbsent(network(address).first(), first -> new TreeMap<>())
                        .merge(
                                place,
                                sighted.excesses().get(0).at(),
                                (one, other) -> one.isBefore(other) ? one : other);
            }
        });
        NavigableMap<IpAddress, Block> blocks = new TreeMap<>();
        networks.values().forEach(places -> {
            List<Bad> bad = new ArrayList<>();
            places.forEach((place, since) -> bad.add(new Bad(place, since)));
            bad.sort(Comparator.comparing(Bad::since));
            if (bad.size() >= enough && whole) {
                IpRange network = network(bad.get(0).place());
                blocks.put(
                        network.first(), new Block(network, bad.get(enough - 1).since()));
            } else if (bad.size() >= enough) {
                grow(bad, blocks);
            }
        });
        return BlockList.of(name, blocks);
    }

    /** The cover grows with each bad place, and what it newly covers is listed from then on. */
    private static void grow(List<Bad> bad, NavigableMap<IpAddress, Block> blocks) {
        IpAddress lowest = bad.get(0).place();
        IpAddress highest = lowest;
        IpRange covered = null;
        for (Bad next : bad.subList(1, bad.size())) {
            lowest = next.place().compareTo(lowest) < 0 ? next.place() : lowest;
            highest = next.place().compareTo(highest) > 0 ? next.place() : highest;
            IpRange cover = smallestPrefix(lowest, highest);
            if (covered == null) {
                blocks.put(cover.first(), new Block(cover, next.since()));
            } else {
                if (cover.first().compareTo(covered.first()) < 0) {
                    IpRange below = new IpRange(cover.first(), covered.first().plus(-1));
                    blocks.put(below.first(), new Block(below, next.since()));
                }
                if (cover.last().compareTo(covered.last()) > 0) {
                    IpRange above = new IpRange(covered.last().plus(1), cover.last());
                    blocks.put(above.first(), new Block(above, next.since()));
                }
            }
            covered = cover;
        }
    }

    private static IpRange network(IpAddress address) {
        return IpRange.prefix(address, address.isIpv4() ? IPV4_NETWORK : IPV6_NETWORK);
    }

    private static IpRange smallestPrefix(IpAddress lowest, IpAddress highest) {
        int length = lowest.isIpv4() ? lowest.bits() : IPV6_PLACE;
        while (!lowest.floor(length).equals(highest.floor(length))) {
            length--;
        }
        return IpRange.prefix(lowest, length);
    }
}
