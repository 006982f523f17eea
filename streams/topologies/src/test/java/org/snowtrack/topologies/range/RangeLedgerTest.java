package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.range.RangeLedger.Entry;
import org.snowtrack.topologies.range.RangeLedger.Published;

class RangeLedgerTest {

    private static final int FIRST_DAY = Views.DAY;
    private static final int VALID_FOR = 3;
    private static final int PLACES = 12;

    /** A judgement of the whole stretch, of the same day as the one before or of the next. */
    record Judgement(boolean nextDay, List<Span> spans) {}

    /** A range so many places behind the one before; an inner place that is left out is a hole. */
    record Span(int length, int gapBefore, int leftOut, Verdict verdict, int flaggedHour) {}

    /** Keeps what was written, as the stage and every subscriber do. */
    private static final class Subscriber {

        final Map<String, Published> standing = new TreeMap<>();
        int day = FIRST_DAY;

        List<Entry> judge(List<FlaggedRange> judged) {
            List<Entry> entries = RangeLedger.compare(List.copyOf(standing.values()), judged, day);
            for (Entry entry : entries) {
                if (entry instanceof Entry.Put put) {
                    standing.put(RangeLedger.key(put.published().range()), put.published());
                } else if (entry instanceof Entry.Remove remove) {
                    standing.remove(RangeLedger.key(remove.range()));
                }
            }
            return entries;
        }

        void nextDay() {
            day++;
            standing.replaceAll(
                    (key, published) -> new Published(published.range(), RangeLedger.settle(published.range())));
        }

        List<FlaggedRange> ranges() {
            return standing.values().stream().map(Published::range).toList();
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldLeaveStandingWhatWasJudgedLast(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = ranges(subscriber, judgement);

            // When
            subscriber.judge(judged);

            // Then
            assertThat(subscriber.ranges())
                    .usingRecursiveComparison()
                    .ignoringFields("first_seen", "flagged_at", "replaces", "members.listed_at")
                    .isEqualTo(byKey(judged));
            assertThat(subscriber.ranges()).allSatisfy(range -> assertThat(range.getValidUntil())
                    .as("renewed")
                    .isEqualTo(midnight(subscriber.day + VALID_FOR)));
            assertThat(subscriber.judge(judged)).as("judged the same again").isEmpty();
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldWriteSuccessorsFirstAndNameThePredecessorsTheyReplace(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = ranges(subscriber, judgement);
            List<FlaggedRange> before = subscriber.ranges();

            // When
            List<Entry> entries = subscriber.judge(judged);

            // Then
            assertThat(entries).isSortedAccordingTo(Comparator.comparing(entry -> entry instanceof Entry.Remove));
            for (Entry entry : entries) {
                if (entry instanceof Entry.Put put
                        && !keys(before)
                                .contains(RangeLedger.key(put.published().range()))) {
                    FlaggedRange range = put.published().range();
                    assertThat(range.getReplaces())
                            .containsExactlyElementsOf(keys(sharing(before, range)).stream()
                                    .filter(key -> !keys(judged).contains(key))
                                    .sorted()
                                    .toList());
                }
                if (entry instanceof Entry.Remove remove) {
                    assertThat(keys(judged)).doesNotContain(RangeLedger.key(remove.range()));
                }
            }
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldTellTheStoryThatTheMembersTell(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = ranges(subscriber, judgement);
            List<FlaggedRange> before = subscriber.ranges();

            // When
            List<Entry> entries = subscriber.judge(judged);

            // Then
            for (Entry entry : entries) {
                if (entry instanceof Entry.Put put) {
                    FlaggedRange range = put.published().range();
                    assertThat(put.alert()).isEqualTo(alert(sharing(before, range), range));
                } else if (entry instanceof Entry.Remove remove) {
                    FlaggedRange cleared = remove.cleared();
                    assertThat(cleared == null)
                            .isEqualTo(!sharing(judged, remove.range()).isEmpty());
                    assertThat(cleared == null ? midnight(subscriber.day) : cleared.getClearedAt())
                            .isEqualTo(midnight(subscriber.day));
                }
            }
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverMoveSettledTimesForwardWhileARangeStands(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = ranges(subscriber, judgement);
            Map<String, Published> before = Map.copyOf(subscriber.standing);

            // When
            subscriber.judge(judged);

            // Then
            for (FlaggedRange range : subscriber.ranges()) {
                for (Published predecessor : before.values()) {
                    if (sharing(List.of(predecessor.range()), range).isEmpty()) {
                        continue;
                    }
                    assertThat(range.getFirstSeen().toEpochMilli())
                            .isLessThanOrEqualTo(predecessor.settled().getFirstSeen());
                    Long settled = predecessor.settled().getFlaggedAt();
                    if (settled != null && range.getFlaggedAt() != null) {
                        assertThat(range.getFlaggedAt().toEpochMilli()).isLessThanOrEqualTo(settled);
                    }
                    range.getMembers().forEach(member -> {
                        Long listed = predecessor.settled().getListedAt().get(member.getIp());
                        if (listed != null && member.getListedAt() != null) {
                            assertThat(member.getListedAt().toEpochMilli()).isLessThanOrEqualTo(listed);
                        }
                    });
                }
            }
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldForgetHowARangeBrokeUpDuringTheDay(
            @ForAll("spans") List<Span> onTheWay, @ForAll("spans") List<Span> atTheEnd) {
        // Given
        Subscriber direct = new Subscriber();
        Subscriber detour = new Subscriber();
        for (Subscriber subscriber : List.of(direct, detour)) {
            subscriber.judge(ranges(subscriber, new Judgement(false, whole(List.of()))));
            subscriber.nextDay();
        }
        Judgement last = new Judgement(false, whole(atTheEnd));

        // When
        direct.judge(ranges(direct, last));
        detour.judge(ranges(detour, new Judgement(false, whole(onTheWay))));
        detour.judge(ranges(detour, last));

        // Then
        assertThat(detour.ranges())
                .usingRecursiveComparison()
                .ignoringFields("replaces")
                .isEqualTo(direct.ranges());
    }

    @Test
    void shouldKeepTheTimesThatAnEarlierDaySettledThroughASplit() {
        // Given
        Subscriber subscriber = new Subscriber();
        subscriber.judge(List.of(range(subscriber.day, 1, List.of(0, 1, 2, 3), Verdict.FLAGGED)));
        Instant flaggedAt = subscriber.ranges().get(0).getFlaggedAt();
        subscriber.nextDay();

        // When
        List<Entry> entries = subscriber.judge(List.of(
                range(subscriber.day, 5, List.of(0, 1), Verdict.FLAGGED),
                range(subscriber.day, 6, List.of(2, 3), Verdict.FLAGGED)));

        // Then
        assertThat(entries).hasSize(3);
        assertThat(subscriber.ranges()).hasSize(2).allSatisfy(range -> {
            assertThat(range.getReplaces()).containsExactly("192.0.2.0-192.0.2.3");
            assertThat(range.getFlaggedAt()).isEqualTo(flaggedAt);
            assertThat(range.getMembers()).extracting(RangeMember::getListedAt).containsOnly(flaggedAt);
        });
    }

    private static @Nullable AlertKind alert(List<FlaggedRange> predecessors, FlaggedRange range) {
        if (predecessors.isEmpty()) {
            return AlertKind.OPENED;
        }
        boolean wasFlagged = predecessors.stream().anyMatch(before -> before.getVerdict() == Verdict.FLAGGED);
        if (wasFlagged != (range.getVerdict() == Verdict.FLAGGED)) {
            return wasFlagged ? AlertKind.LOWERED : AlertKind.RAISED;
        }
        long before = predecessors.stream()
                .flatMap(predecessor -> predecessor.getMembers().stream())
                .count();
        int now = range.getMembers().size();
        return now > before ? AlertKind.GREW : now < before ? AlertKind.SHRANK : null;
    }

    private static List<FlaggedRange> sharing(List<FlaggedRange> ranges, FlaggedRange with) {
        Set<String> ips = with.getMembers().stream().map(RangeMember::getIp).collect(Collectors.toSet());
        return ranges.stream()
                .filter(range -> range.getMembers().stream().anyMatch(member -> ips.contains(member.getIp())))
                .toList();
    }

    private static Set<String> keys(List<FlaggedRange> ranges) {
        return ranges.stream().map(RangeLedger::key).collect(Collectors.toSet());
    }

    private static List<FlaggedRange> byKey(List<FlaggedRange> ranges) {
        return ranges.stream().sorted(Comparator.comparing(RangeLedger::key)).toList();
    }

    /** These spans side by side, and one more up to the last place, so that no place is left out. */
    private static List<Span> whole(List<Span> spans) {
        return Stream.concat(spans.stream(), Stream.of(new Span(PLACES, 0, 0, Verdict.FLAGGED, 12)))
                .map(span -> new Span(span.length(), 0, 0, Verdict.FLAGGED, span.flaggedHour()))
                .toList();
    }

    private static List<FlaggedRange> ranges(Subscriber subscriber, Judgement judgement) {
        if (judgement.nextDay()) {
            subscriber.nextDay();
        }
        List<FlaggedRange> ranges = new ArrayList<>();
        int place = 0;
        for (Span span : judgement.spans()) {
            int first = place + span.gapBefore();
            int last = Math.min(PLACES - 1, first + span.length() - 1);
            List<Integer> members = IntStream.rangeClosed(first, last)
                    .filter(i -> i == first || i == last || i != first + span.leftOut())
                    .boxed()
                    .toList();
            if (!members.isEmpty()) {
                ranges.add(range(subscriber.day, span.flaggedHour(), members, span.verdict()));
            }
            place = last + 1;
        }
        return ranges;
    }

    private static FlaggedRange range(int day, int hour, List<Integer> places, Verdict verdict) {
        Instant flaggedAt = verdict == Verdict.FLAGGED ? midnight(day).plusSeconds(3600L * hour) : null;
        List<RangeMember> members = places.stream()
                .map(place -> new RangeMember("192.0.2." + place, 3, "snow.example", false, flaggedAt))
                .toList();
        return FlaggedRange.newBuilder()
                .setFirstIp(members.get(0).getIp())
                .setLastIp(members.get(members.size() - 1).getIp())
                .setCidrs(List.of())
                .setVerdict(verdict)
                .setScope(Scope.SHARED)
                .setScore(50)
                .setDomains(List.of("snow.example"))
                .setMembers(members)
                .setEvidence(List.of())
                .setFirstSeen(midnight(day - 1).plusSeconds(3600L * hour))
                .setLastSeen(midnight(day))
                .setFlaggedAt(flaggedAt)
                .setValidUntil(midnight(day + VALID_FOR))
                .build();
    }

    private static Instant midnight(int day) {
        return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Provide
    Arbitrary<List<Judgement>> histories() {
        return Combinators.combine(Arbitraries.of(false, true), spans())
                .as(Judgement::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<Span>> spans() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(Verdict.FLAGGED, Verdict.FLAGGED, Verdict.WATCHED),
                        Arbitraries.integers().between(0, 23))
                .as(Span::new)
                .list()
                .ofMaxSize(4);
    }
}
