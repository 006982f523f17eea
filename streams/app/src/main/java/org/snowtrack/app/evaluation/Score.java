package org.snowtrack.app.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.snowtrack.app.evaluation.Sightings.Sighted;
import org.snowtrack.app.evaluation.Truth.Plot;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * How a block list does on the ranges of one kind. Only addresses that mailed are counted; they are what there is to
 * catch, or to spare. Immutable.
 *
 * @param ranges with an address that mailed
 * @param rangesListed those of which an address was listed
 * @param addresses that mailed
 * @param listed of these
 * @param ahead of these: listed before their own first mail
 * @param late addresses that began at least a week after the first of their range, in ranges where that are at least
 *     three of ten
 * @param lateAhead of these: listed before their own first mail
 * @param covered places of the kind that were covered, whether they mailed or not
 * @param delays of the ranges that were listed: from the first mail of any address of theirs to the first listing
 */
record Score(
        int ranges,
        int rangesListed,
        int addresses,
        int listed,
        int ahead,
        int late,
        int lateAhead,
        long covered,
        List<Duration> delays) {

    static final Score NOTHING = new Score(0, 0, 0, 0, 0, 0, 0, 0, List.of());

    private static final Duration WEEK = Duration.ofDays(7);
    private static final double MANY = 0.3;

    Score {
        delays = delays.stream().sorted().toList();
    }

    /** The score of one range. */
    static Score of(Plot plot, Sightings sightings, BlockList list) {
        Map<IpAddress, Sighted> mailed =
                sightings.all().subMap(plot.range().first(), true, plot.range().last(), true);
        long covered = list.coveredOf(plot.range());
        if (mailed.isEmpty()) {
            return new Score(0, 0, 0, 0, 0, 0, 0, covered, List.of());
        }
        Instant first = mailed.values().stream()
                .map(Sighted::firstMail)
                .min(Instant::compareTo)
                .orElseThrow();
        Instant later = first.plus(WEEK);
        int listed = 0;
        int ahead = 0;
        int late = 0;
        int lateAhead = 0;
        Instant flagged = null;
        for (Map.Entry<IpAddress, Sighted> one : mailed.entrySet()) {
            Optional<Instant> at = list.listedAt(one.getKey());
            Instant own = one.getValue().firstMail();
            boolean isAhead = at.isPresent() && at.get().isBefore(own);
            boolean isLate = !own.isBefore(later);
            listed += at.isPresent() ? 1 : 0;
            ahead += isAhead ? 1 : 0;
            late += isLate ? 1 : 0;
            lateAhead += isLate && isAhead ? 1 : 0;
            if (at.isPresent() && (flagged == null || at.get().isBefore(flagged))) {
                flagged = at.get();
            }
        }
        boolean hasLateHalf = late >= MANY * mailed.size();
        return new Score(
                1,
                flagged == null ? 0 : 1,
                mailed.size(),
                listed,
                ahead,
                hasLateHalf ? late : 0,
                hasLateHalf ? lateAhead : 0,
                covered,
                flagged == null ? List.of() : List.of(Duration.between(first, flagged)));
    }

    static Score sum(Collection<Score> scores) {
        return scores.stream().reduce(NOTHING, Score::plus);
    }

    Score plus(Score other) {
        List<Duration> both = new ArrayList<>(delays);
        both.addAll(other.delays);
        return new Score(
                ranges + other.ranges,
                rangesListed + other.rangesListed,
                addresses + other.addresses,
                listed + other.listed,
                ahead + other.ahead,
                late + other.late,
                lateAhead + other.lateAhead,
                covered + other.covered,
                both);
    }

    /**
     * The delay that so much of the listed ranges did not exceed; empty where none was listed.
     *
     * @param share from 0 to 1
     */
    Optional<Duration> delay(double share) {
        return Stream.of(delays)
                .filter(all -> !all.isEmpty())
                .map(all -> all.get(Math.max(0, (int) Math.ceil(share * all.size()) - 1)))
                .filter(Objects::nonNull)
                .findFirst();
    }
}
