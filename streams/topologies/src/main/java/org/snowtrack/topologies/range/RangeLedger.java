package org.snowtrack.topologies.range;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.state.SettledTimes;

/**
 * What to write when a stretch has been judged anew: the difference between the ranges that stand published over it
 * and those that the judge sees now.
 *
 * <p>A range whose key is new takes the place of all published ranges with which it shares a member; it names them,
 * and is written before their tombstones. Times that were settled on an earlier day live on in the successor, because
 * the rows that proved them expire before the range does: {@code flagged_at}, {@code first_seen} and each member's
 * {@code listed_at} never move forward while a range stands. Times of the current day are always computed anew, so
 * that they do not depend on the order in which the day's facts came.
 *
 * <p>Pure; safe for any thread.
 */
final class RangeLedger {

    /** A range as it stands on the topic, with what earlier days settled about it. */
    record Published(FlaggedRange range, SettledTimes settled) {}

    /** One thing to write. In order: all puts, then all removals. */
    sealed interface Entry {

        /** Write a range; tell a story where there is one. */
        record Put(Published published, @Nullable AlertKind alert) implements Entry {}

        /** Write a tombstone. {@code cleared} is the range as it last was, where nothing takes its place. */
        record Remove(FlaggedRange range, @Nullable FlaggedRange cleared) implements Entry {}
    }

    private RangeLedger() {}

    /** The key of a range on its topic. */
    static String key(FlaggedRange range) {
        return range.getFirstIp() + "-" + range.getLastIp();
    }

    /**
     * Compares.
     *
     * @param standing all published ranges that overlap the stretch
     * @param judged the ranges that the judge sees in it now
     * @param day the current UTC day, as epoch day
     */
    static List<Entry> compare(List<Published> standing, List<FlaggedRange> judged, int day) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Published> byKey = standing.stream()
                .collect(Collectors.toMap(published -> key(published.range()), published -> published));
        Set<String> judgedKeys = judged.stream().map(RangeLedger::key).collect(Collectors.toSet());
        Set<String> replaced = new HashSet<>();
        for (FlaggedRange range : judged) {
            List<Published> predecessors = standing.stream()
                    .filter(published -> shareMember(published.range(), range))
                    .toList();
            Set<String> replaces = new TreeSet<>();
            predecessors.stream()
                    .map(published -> key(published.range()))
                    .filter(key -> !judgedKeys.contains(key))
                    .forEach(replaces::add);
            replaced.addAll(replaces);
            Published same = byKey.get(key(range));
            FlaggedRange next = withSettled(
                    range,
                    predecessors,
                    same == null ? List.copyOf(replaces) : same.range().getReplaces());
            SettledTimes settled = merge(predecessors, next);
            if (same == null || !same.range().equals(next) || !same.settled().equals(settled)) {
                entries.add(new Entry.Put(new Published(next, settled), alert(predecessors, next)));
            }
        }
        for (Published published : standing) {
            String key = key(published.range());
            if (!judgedKeys.contains(key)) {
                entries.add(new Entry.Remove(
                        published.range(), replaced.contains(key) ? null : cleared(published.range(), day)));
            }
        }
        return entries;
    }

    /** What a range's times are worth once the day is over. */
    static SettledTimes settle(FlaggedRange range) {
        Map<String, Long> listedAt = new TreeMap<>();
        for (RangeMember member : range.getMembers()) {
            if (member.getListedAt() != null) {
                listedAt.put(member.getIp(), member.getListedAt().toEpochMilli());
            }
        }
        Instant flaggedAt = range.getFlaggedAt();
        return new SettledTimes(
                flaggedAt == null ? null : flaggedAt.toEpochMilli(),
                range.getFirstSeen().toEpochMilli(),
                listedAt);
    }

    private static boolean shareMember(FlaggedRange one, FlaggedRange other) {
        Set<String> ips = one.getMembers().stream().map(RangeMember::getIp).collect(Collectors.toSet());
        return other.getMembers().stream().map(RangeMember::getIp).anyMatch(ips::contains);
    }

    private static SettledTimes merge(List<Published> predecessors, FlaggedRange next) {
        Long flaggedAt = null;
        long firstSeen = Long.MAX_VALUE;
        Map<String, Long> listedAt = new HashMap<>();
        for (Published predecessor : predecessors) {
            SettledTimes settled = predecessor.settled();
            if (settled.getFlaggedAt() != null) {
                flaggedAt = flaggedAt == null ? settled.getFlaggedAt() : Math.min(flaggedAt, settled.getFlaggedAt());
            }
            firstSeen = Math.min(firstSeen, settled.getFirstSeen());
            for (RangeMember member : next.getMembers()) {
                Long listed = settled.getListedAt().get(member.getIp());
                if (listed != null) {
                    listedAt.merge(member.getIp(), listed, Math::min);
                }
            }
        }
        return new SettledTimes(flaggedAt, firstSeen, new TreeMap<>(listedAt));
    }

    private static FlaggedRange withSettled(FlaggedRange range, List<Published> predecessors, List<String> replaces) {
        SettledTimes settled = merge(predecessors, range);
        Instant firstSeen = earlier(range.getFirstSeen(), settled.getFirstSeen());
        if (range.getVerdict() != Verdict.FLAGGED) {
            return copy(range, range.getMembers(), firstSeen, null, null, replaces);
        }
        List<RangeMember> members = range.getMembers().stream()
                .map(member -> new RangeMember(
                        member.getIp(),
                        member.getReporters(),
                        member.getPtr(),
                        member.getPredicted(),
                        earlier(member.getListedAt(), settled.getListedAt().get(member.getIp()))))
                .toList();
        return copy(range, members, firstSeen, earlier(range.getFlaggedAt(), settled.getFlaggedAt()), null, replaces);
    }

    private static Instant earlier(Instant computed, @Nullable Long settled) {
        return settled == null || settled >= computed.toEpochMilli() ? computed : Instant.ofEpochMilli(settled);
    }

    private static @Nullable AlertKind alert(List<Published> predecessors, FlaggedRange next) {
        if (predecessors.isEmpty()) {
            return AlertKind.OPENED;
        }
        boolean wasFlagged =
                predecessors.stream().anyMatch(before -> before.range().getVerdict() == Verdict.FLAGGED);
        boolean isFlagged = next.getVerdict() == Verdict.FLAGGED;
        if (wasFlagged != isFlagged) {
            return isFlagged ? AlertKind.RAISED : AlertKind.LOWERED;
        }
        int before = predecessors.stream()
                .mapToInt(predecessor -> predecessor.range().getMembers().size())
                .sum();
        int now = next.getMembers().size();
        return now == before ? null : now > before ? AlertKind.GREW : AlertKind.SHRANK;
    }

    private static FlaggedRange cleared(FlaggedRange range, int day) {
        return copy(
                range,
                range.getMembers(),
                range.getFirstSeen(),
                range.getFlaggedAt(),
                LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant(),
                range.getReplaces());
    }

    /** Avro's copying builder turns lists into a type of its own that cannot be compared. */
    private static FlaggedRange copy(
            FlaggedRange range,
            List<RangeMember> members,
            Instant firstSeen,
            @Nullable Instant flaggedAt,
            @Nullable Instant clearedAt,
            List<String> replaces) {
        return new FlaggedRange(
                range.getFirstIp(),
                range.getLastIp(),
                range.getCidrs(),
                range.getVerdict(),
                range.getScope(),
                range.getScore(),
                range.getDomains(),
                members,
                range.getNetwork(),
                range.getEvidence(),
                firstSeen,
                range.getLastSeen(),
                flaggedAt,
                clearedAt,
                range.getValidUntil(),
                range.getReportersSince(),
                range.getRunSince(),
                range.getRegistrationSince(),
                range.getReportersNeeded(),
                range.getSparedBy(),
                range.getClearsOn(),
                replaces);
    }
}
