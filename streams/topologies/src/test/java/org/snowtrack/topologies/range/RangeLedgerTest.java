package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.range.Judgements.Judgement;
import org.snowtrack.topologies.range.Judgements.Span;
import org.snowtrack.topologies.range.Judgements.Subscriber;
import org.snowtrack.topologies.range.RangeLedger.Entry;
import org.snowtrack.topologies.range.RangeLedger.Published;

class RangeLedgerTest {

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldLeaveStandingWhatWasJudgedLast(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = Judgements.ranges(subscriber, judgement);

            // When
            subscriber.judge(judged);

            // Then
            assertThat(subscriber.ranges())
                    .usingRecursiveComparison()
                    .ignoringFields("first_seen", "flagged_at", "replaces", "members.listed_at")
                    .isEqualTo(byKey(judged));
            assertThat(subscriber.ranges()).allSatisfy(range -> assertThat(range.getValidUntil())
                    .as("renewed")
                    .isEqualTo(Judgements.midnight(subscriber.day + Judgements.VALID_FOR)));
            assertThat(subscriber.judge(judged)).as("judged the same again").isEmpty();
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldWriteSuccessorsFirstAndNameThePredecessorsTheyReplace(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = Judgements.ranges(subscriber, judgement);
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
            List<FlaggedRange> judged = Judgements.ranges(subscriber, judgement);
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
                    assertThat(cleared == null ? Judgements.midnight(subscriber.day) : cleared.getClearedAt())
                            .isEqualTo(Judgements.midnight(subscriber.day));
                }
            }
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverMoveSettledTimesForwardWhileARangeStands(@ForAll("histories") List<Judgement> history) {
        // Given
        Subscriber subscriber = new Subscriber();
        for (Judgement judgement : history) {
            List<FlaggedRange> judged = Judgements.ranges(subscriber, judgement);
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
            subscriber.judge(Judgements.ranges(subscriber, new Judgement(false, Judgements.whole(List.of()))));
            subscriber.nextDay();
        }
        Judgement last = new Judgement(false, Judgements.whole(atTheEnd));

        // When
        direct.judge(Judgements.ranges(direct, last));
        detour.judge(Judgements.ranges(detour, new Judgement(false, Judgements.whole(onTheWay))));
        detour.judge(Judgements.ranges(detour, last));

        // Then
        assertThat(detour.ranges())
                .usingRecursiveComparison()
                .ignoringFields("replaces")
                .isEqualTo(direct.ranges());
    }

    @Test
    void shouldRunOutForAReaderOfARangeThatNobodyRenews() {
        // Given
        Subscriber subscriber = new Subscriber();
        FlaggedRange left = Judgements.range(subscriber.day, 1, List.of(0, 1), Verdict.FLAGGED);
        FlaggedRange right = Judgements.range(subscriber.day, 1, List.of(6, 7), Verdict.FLAGGED);
        subscriber.judge(List.of(left, right));
        for (int day = 0; day < Judgements.VALID_FOR; day++) {
            subscriber.nextDay();

            // When
            List<Entry> entries = RangeLedger.compare(
                    List.of(subscriber.published(left)),
                    List.of(Judgements.range(subscriber.day, 1, List.of(0, 1), Verdict.FLAGGED)),
                    subscriber.day);
            subscriber.write(entries);

            // Then
            assertThat(entries)
                    .as("the renewal is written and tells nothing new")
                    .hasSize(1)
                    .first()
                    .satisfies(entry -> assertThat(((Entry.Put) entry).alert()).isNull());
        }
        assertThat(subscriber.valid()).extracting(RangeLedger::key).containsExactly("192.0.2.0-192.0.2.1");
    }

    @Test
    void shouldKeepTheTimesThatAnEarlierDaySettledThroughASplit() {
        // Given
        Subscriber subscriber = new Subscriber();
        subscriber.judge(List.of(Judgements.range(subscriber.day, 1, List.of(0, 1, 2, 3), Verdict.FLAGGED)));
        Instant flaggedAt = subscriber.ranges().get(0).getFlaggedAt();
        subscriber.nextDay();

        // When
        List<Entry> entries = subscriber.judge(List.of(
                Judgements.range(subscriber.day, 5, List.of(0, 1), Verdict.FLAGGED),
                Judgements.range(subscriber.day, 6, List.of(2, 3), Verdict.FLAGGED)));

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

    @Provide
    Arbitrary<List<Judgement>> histories() {
        return Judgements.histories();
    }

    @Provide
    Arbitrary<List<Span>> spans() {
        return Judgements.spans();
    }
}
