package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.state.Clock;

/**
 * Judges the stretches around a changed address: reads their rows, asks {@link RangeJudge}, and compares with what
 * stands published over them. Belongs to one task; writes nothing.
 */
final class StretchJudge {

    /**
     * The stretches to judge together, and what stands published over them: those around an address, and those that
     * share a published range with them, so that a range that breaks up is one change and not several.
     */
    record Scene(Set<IpRange> stretches, List<RangeLedger.Published> standing) {}

    /**
     * What came of it.
     *
     * @param entries what to write
     * @param wishes silent addresses that are worth a question, each with the event time of the reason
     */
    record Outcome(List<RangeLedger.Entry> entries, SortedMap<IpAddress, Instant> wishes) {}

    private final RangeJudge judge;
    private final SweepPlan sweep;
    private final JudgeSettings settings;
    private final Window window;
    private final Neighbourhood neighbourhood;
    private final StoredRanges published;

    /**
     * @param rangeMax the most units that a range spans
     */
    StretchJudge(
            JudgeSettings settings,
            SweepPlan sweep,
            int rangeMax,
            Neighbourhood neighbourhood,
            StoredRanges published) {
        this.settings = settings;
        this.sweep = sweep;
        this.judge = new RangeJudge(settings);
        this.window = new Window(settings.units(), settings.runMaxGap(), rangeMax, neighbourhood);
        this.neighbourhood = neighbourhood;
        this.published = published;
    }

    /** What to look at when an address changed. */
    Scene around(IpAddress changed) {
        Set<IpRange> stretches = new TreeSet<>();
        Map<IpRange, RangeLedger.Published> standing = new TreeMap<>();
        Deque<IpAddress> open = new ArrayDeque<>(List.of(changed));
        while (!open.isEmpty()) {
            IpAddress next = open.remove();
            if (stretches.stream().anyMatch(stretch -> stretch.contains(next))) {
                continue;
            }
            for (IpRange stretch : window.around(next)) {
                if (stretches.add(stretch)) {
                    published.over(stretch).forEach((span, range) -> {
                        if (standing.put(span, range) == null) {
                            range.range().getMembers().forEach(member -> open.add(IpAddress.parse(member.getIp())));
                        }
                    });
                }
            }
        }
        return new Scene(stretches, List.copyOf(standing.values()));
    }

    /** Judges; empty while an answer about it is outstanding, which will mark an address of it again. */
    Optional<Outcome> judge(Scene scene, Allowances allowances, Clock clock) {
        if (scene.stretches().stream().anyMatch(neighbourhood::isPending)) {
            return Optional.empty();
        }
        List<FlaggedRange> judged = new ArrayList<>();
        SortedMap<IpAddress, Instant> wishes = new TreeMap<>();
        boolean local = clock.getFeeds() < settings.reportersMin();
        for (IpRange stretch : scene.stretches()) {
            List<AddressView> views = neighbourhood.views(stretch, local);
            Optional<Map<String, DomainRecord>> known = neighbourhood.facts(views);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            RangeJudge.Findings found = judge.find(views, known.get(), allowances, clock.getDay(), clock.getFeeds());
            for (Finding range : found.ranges()) {
                judged.add(new RangeReport(range, settings).toRange(clock.getDay()));
                sweep.wishes(range, found.others(), allowances, neighbourhood::reported)
                        .forEach((address, since) -> wishes.merge(address, since, StretchJudge::earlier));
            }
        }
        return Optional.of(new Outcome(RangeLedger.compare(scene.standing(), judged, clock.getDay()), wishes));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
