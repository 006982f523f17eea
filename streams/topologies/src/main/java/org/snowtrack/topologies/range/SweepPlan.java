package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.TopologyConfig;

/**
 * Which silent neighbours of a throwaway range are worth a question on a day. Hosters let addresses in aligned blocks,
 * so a sweep asks for the holes of a range and outwards to the edges of the aligned blocks in which it lies, of the next
 * power of two behind the number of its reported units. That is the first hop. Where it confirms a silent member beyond
 * the reported ones, the second hop goes on to the blocks of twice that size; there is no third. Blocks are never larger
 * than {@code sweep.block.max}, a look never costs more than {@code sweep.budget} questions, the nearest addresses
 * first, and nobody is asked about what lies behind another owner's confirmed name.
 *
 * <p>In IPv6 the question is about the same host part in the neighbouring units.
 *
 * <p>Pure; safe for any thread.
 */
final class SweepPlan {

    private record Wish(IpAddress address, long distance) {}

    private final JudgeSettings settings;
    private final int budget;
    private final int blockMax;

    /**
     * @param budget the most addresses to ask for around one range; none if 0
     * @param blockMax units of the largest block; a power of two
     */
    SweepPlan(JudgeSettings settings, int budget, int blockMax) {
        this.settings = settings;
        this.budget = budget;
        this.blockMax = blockMax;
    }

    static SweepPlan of(TopologyConfig config) {
        return new SweepPlan(
                JudgeSettings.of(config),
                config.getInt(TopologyConfig.SWEEP_BUDGET),
                config.getInt(TopologyConfig.SWEEP_BLOCK_MAX));
    }

    /**
     * What to ask.
     *
     * @param finding a range
     * @param others addresses that carry another owner's confirmed names
     * @param reportedWithin the addresses of a range that somebody reports
     * @return the addresses, each with the event time of the fact that makes it worth asking
     */
    SortedMap<IpAddress, Instant> wishes(
            Finding finding,
            Set<IpAddress> others,
            Allowances allowances,
            Function<IpRange, List<IpAddress>> reportedWithin) {
        SortedMap<IpAddress, Instant> wishes = new TreeMap<>();
        if (!finding.isThrowaway() || budget == 0) {
            return wishes;
        }
        List<IpAddress> members = finding.reported().stream().map(Candidate::ip).toList();
        IpRange span = span(members);
        Optional<Instant> confirmed = confirmedOutside(finding, span);
        IpRange reach = reach(span, confirmed.isPresent() ? 2 : 1);
        Set<IpAddress> reportedUnits =
                reportedWithin.apply(reach).stream().map(this::unit).collect(Collectors.toSet());
        Set<IpAddress> memberUnits = members.stream().map(this::unit).collect(Collectors.toSet());
        Map<IpAddress, Wish> nearest = new HashMap<>();
        for (IpAddress member : members) {
            for (int direction : List.of(-1, 1)) {
                Iterator<Wish> outwards = outwards(member, direction, reach);
                while (outwards.hasNext()) {
                    Wish wish = outwards.next();
                    IpAddress unit = unit(wish.address());
                    if (memberUnits.contains(unit) || allowances.allows(wish.address())) {
                        break;
                    }
                    if (!reportedUnits.contains(unit)) {
                        nearest.merge(unit, wish, (one, other) -> other.distance() < one.distance() ? other : one);
                    }
                    // Who lives there may move out, but what lies behind is not the operator's.
                    if (others.contains(wish.address())) {
                        break;
                    }
                }
            }
        }
        nearest.values().stream()
                .sorted(Comparator.comparingLong(Wish::distance).thenComparing(Wish::address))
                .limit(budget)
                .forEach(wish -> wishes.put(wish.address(), since(wish.address(), finding, confirmed)));
        return wishes;
    }

    /** The same place in the units on one side, the nearest first. */
    private Iterator<Wish> outwards(IpAddress from, int direction, IpRange reach) {
        Units units = settings.units();
        long end = Math.abs(units.distance(from, direction < 0 ? reach.first() : reach.last()));
        return LongStream.rangeClosed(1, end)
                .mapToObj(distance -> new Wish(units.move(from, direction * distance, reach), distance))
                .iterator();
    }

    private IpAddress unit(IpAddress address) {
        return settings.units().around(address).first();
    }

    private static IpRange span(List<IpAddress> ascending) {
        return new IpRange(ascending.get(0), ascending.get(ascending.size() - 1));
    }

    /** The aligned blocks around both ends of a span. */
    private IpRange reach(IpRange span, int hop) {
        long units = settings.units().distance(span.first(), span.last()) + 1;
        long size = Math.min(blockMax, hop * 2L * Long.highestOneBit(units));
        Units places = settings.units();
        return new IpRange(
                places.aligned(span.first(), (int) size).first(),
                places.aligned(span.last(), (int) size).last());
    }

    /** When a sweep first found a member before the first reported one or behind the last. */
    private static Optional<Instant> confirmedOutside(Finding finding, IpRange span) {
        return finding.predicted().stream()
                .filter(member -> !span.contains(member.ip()))
                .flatMap(member -> member.sweptAt().stream())
                .min(Comparator.naturalOrder());
    }

    /** When enough had been seen for the address to be within reach of a throwaway run. */
    private Instant since(IpAddress address, Finding finding, Optional<Instant> confirmed) {
        boolean first = reach(
                        span(finding.reported().stream().map(Candidate::ip).toList()), 1)
                .contains(address);
        List<Instant> times = finding.reported().stream()
                .map(member -> member.view().firstSeen())
                .toList();
        Optional<Instant> reached = Since.firstHeld(times, time -> {
            List<IpAddress> seen = finding.reported().stream()
                    .filter(member -> !member.view().firstSeen().isAfter(time))
                    .map(Candidate::ip)
                    .toList();
            return reach(span(seen), first ? 1 : 2).contains(address);
        });
        return Stream.of(
                        reached,
                        first ? Optional.<Instant>empty() : confirmed,
                        Optional.ofNullable(finding.keys().run()),
                        Optional.ofNullable(finding.keys().registration()))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
