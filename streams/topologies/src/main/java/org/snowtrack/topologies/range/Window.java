package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.range.Window.Places.Direction;

/**
 * How far to look around a changed address. A cluster is all places of a block that lie within the gap of each
 * other, a place being a reported address, or a silent one of which a sweep knows a confirmed name; no range can reach
 * out of one. A cluster of at most {@code range.max} units is looked at whole, a longer
 * one in the aligned stretches of that many units. So what is judged together depends on the addresses alone, not on
 * which of them changed, and a look costs little more than twice
 * {@code range.max} rows.
 *
 * <p>Pure; safe for any thread if the scans are.
 */
final class Window {

    private final Units units;
    private final int maxGap;
    private final int maxUnits;
    private final Places places;

    /** The addresses of the partition that may be in a range, or part one. */
    interface Places {

        enum Direction {
            ASCENDING,
            DESCENDING
        }

        /** Visits the places within a range until the visitor says no. */
        void walk(IpRange within, Direction direction, Predicate<IpAddress> visitor);
    }

    /**
     * @param maxUnits a power of two
     */
    Window(Units units, int maxGap, int maxUnits, Places places) {
        this.units = units;
        this.maxGap = maxGap;
        this.maxUnits = maxUnits;
        this.places = places;
    }

    /**
     * The stretches to judge when an address changed: one around it if it is a place; else those of the clusters on
     * its left and right that it might have joined, and itself, so that what stood published over it is seen.
     */
    List<IpRange> around(IpAddress changed) {
        if (nearest(new IpRange(changed, changed), Direction.ASCENDING).isPresent()) {
            return List.of(cluster(changed));
        }
        List<IpRange> windows = new ArrayList<>();
        windows.add(new IpRange(changed, changed));
        IpRange block = Block.of(changed).range();
        IpAddress first = units.around(units.move(changed, -maxGap - 1L, block)).first();
        IpAddress last = units.around(units.move(changed, maxGap + 1L, block)).last();
        nearest(new IpRange(first, changed), Direction.DESCENDING).ifPresent(left -> windows.add(cluster(left)));
        nearest(new IpRange(changed, last), Direction.ASCENDING).ifPresent(right -> windows.add(cluster(right)));
        return windows;
    }

    private Optional<IpAddress> nearest(IpRange within, Direction direction) {
        List<IpAddress> found = new ArrayList<>();
        places.walk(within, direction, address -> {
            found.add(address);
            return false;
        });
        return found.stream().findFirst();
    }

    private IpRange cluster(IpAddress member) {
        IpRange block = Block.of(member).range();
        IpAddress first = end(member, new IpRange(floor(member, block), member), Direction.DESCENDING);
        IpAddress last = end(member, new IpRange(member, ceiling(member, block)), Direction.ASCENDING);
        if (units.distance(first, last) < maxUnits) {
            return new IpRange(first, last);
        }
        IpRange aligned = units.aligned(member, maxUnits);
        return new IpRange(max(first, aligned.first()), min(last, aligned.last()));
    }

    private IpAddress end(IpAddress member, IpRange within, Direction outwards) {
        IpAddress[] end = {member};
        places.walk(within, outwards, next -> {
            boolean near = Math.abs(units.distance(end[0], next)) <= maxGap + 1L;
            end[0] = near ? next : end[0];
            return near;
        });
        return end[0];
    }

    private IpAddress floor(IpAddress member, IpRange block) {
        return units.around(units.move(member, -reach(), block)).first();
    }

    private IpAddress ceiling(IpAddress member, IpRange block) {
        return units.around(units.move(member, reach(), block)).last();
    }

    /** So far that a cluster which goes on behind {@code range.max} units is never taken for one that ends there. */
    private long reach() {
        return (long) maxUnits + maxGap;
    }

    private static IpAddress max(IpAddress one, IpAddress other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static IpAddress min(IpAddress one, IpAddress other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
