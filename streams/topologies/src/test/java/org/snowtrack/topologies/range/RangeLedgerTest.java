package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.TODAY;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.range.RangeLedger.Entry;
import org.snowtrack.topologies.range.RangeLedger.Published;

class RangeLedgerTest {

    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final int PLACES = 12;

    /** What the judge sees at one moment: which places belong to which range, and whether days went by before. */
    record Judgement(List<Integer> cuts, Set<Integer> silent, boolean flagged, boolean newDay) {}

    @Property(tries = 500)
    void shouldLeaveExactlyTheLastJudgementStanding(@ForAll("stories") List<Judgement> story) {
        Map<String, Published> topic = new TreeMap<>();
        int day = TODAY;
        for (Judgement judgement : story) {
            // Given
            if (judgement.newDay()) {
                day++;
                topic.replaceAll(
                        (key, published) -> new Published(published.range(), RangeLedger.settle(published.range())));
            }
            List<FlaggedRange> judged = ranges(judgement, day);
            Map<String, Published> before = new TreeMap<>(topic);

            // When
            List<Entry> entries = RangeLedger.compare(List.copyOf(topic.values()), judged, day);

            // Then
            boolean removing = false;
            for (Entry entry : entries) {
                if (entry instanceof Entry.Put put) {
                    assertThat(removing).as("successors come before tombstones").isFalse();
                    topic.put(RangeLedger.key(put.published().range()), put.published());
                } else if (entry instanceof Entry.Remove remove) {
                    removing = true;
                    assertThat(topic.remove(RangeLedger.key(remove.range()))).isNotNull();
                }
            }
            assertThat(topic.keySet())
                    .isEqualTo(judged.stream().map(RangeLedger::key).collect(Collectors.toSet()));
            assertSuccession(before, entries);
            assertSettledTimesStay(before, topic);
            assertThat(RangeLedger.compare(List.copyOf(topic.values()), judged, day))
                    .as("the same judgement again says nothing")
                    .isEmpty();
        }
    }

    /** New keys name all predecessors with which they share a member; who has a successor is not told as cleared. */
    private static void assertSuccession(Map<String, Published> before, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Put put
                    && !before.containsKey(RangeLedger.key(put.published().range()))) {
                FlaggedRange range = put.published().range();
                List<String> gone = before.values().stream()
                        .map(Published::range)
                        .filter(old -> old.getMembers().stream().anyMatch(member -> hasMember(range, member)))
                        .map(RangeLedger::key)
                        .filter(key -> entries.stream()
                                .anyMatch(other -> other instanceof Entry.Remove remove
                                        && RangeLedger.key(remove.range()).equals(key)))
                        .toList();
                assertThat(range.getReplaces()).containsExactlyElementsOf(gone);
                assertThat(put.alert() == AlertKind.OPENED)
                        .isEqualTo(before.values().stream().noneMatch(old -> old.range().getMembers().stream()
                                .anyMatch(member -> hasMember(range, member))));
            } else if (entry instanceof Entry.Remove remove) {
                boolean succeeded = entries.stream()
                        .anyMatch(other -> other instanceof Entry.Put put
                                && put.published().range().getReplaces().contains(RangeLedger.key(remove.range())));
                if (remove.cleared() != null) {
                    assertThat(succeeded).isFalse();
                    assertThat(remove.cleared().getClearedAt()).isNotNull();
                }
            }
        }
    }

    private static void assertSettledTimesStay(Map<String, Published> before, Map<String, Published> after) {
        after.forEach((key, published) -> {
            FlaggedRange range = published.range();
            if (range.getVerdict() != Verdict.FLAGGED) {
                return;
            }
            for (Published old : before.values()) {
                for (RangeMember member : range.getMembers()) {
                    Long settled = old.settled().getListedAt().get(member.getIp());
                    if (settled != null) {
                        assertThat(member.getListedAt()).isBeforeOrEqualTo(Instant.ofEpochMilli(settled));
                        assertThat(range.getFlaggedAt())
                                .isBeforeOrEqualTo(
                                        Instant.ofEpochMilli(old.settled().getFlaggedAt()));
                    }
                }
            }
        });
    }

    @Test
    void shouldTellAStoryOfOpeningGrowingAndClearing() {
        // Given
        Judgement small = new Judgement(List.of(), from(3), true, false);
        Judgement large = new Judgement(List.of(), from(4), true, false);
        Judgement watched = new Judgement(List.of(), from(4), false, false);
        List<Published> standing = List.of();

        // When
        List<AlertKind> story = new ArrayList<>();
        for (Judgement judgement : List.of(small, large, watched, large, small)) {
            List<Entry> entries = RangeLedger.compare(standing, ranges(judgement, TODAY), TODAY);
            Entry.Put put = (Entry.Put) entries.get(0);
            story.add(put.alert());
            standing = List.of(put.published());
        }
        Entry.Remove end = (Entry.Remove)
                RangeLedger.compare(standing, List.of(), TODAY + 1).get(0);

        // Then
        assertThat(story)
                .containsExactly(
                        AlertKind.OPENED, AlertKind.GREW, AlertKind.LOWERED, AlertKind.RAISED, AlertKind.SHRANK);
        assertThat(Objects.requireNonNull(end.cleared()).getClearedAt()).isEqualTo(START.plus(Duration.ofDays(1)));
    }

    private static boolean hasMember(FlaggedRange range, RangeMember member) {
        return range.getMembers().stream().anyMatch(other -> other.getIp().equals(member.getIp()));
    }

    /** All places from this one on. */
    private static Set<Integer> from(int first) {
        return IntStream.range(first, PLACES).boxed().collect(Collectors.toSet());
    }

    /** Reported places in order, cut into ranges of at least two. */
    private static List<FlaggedRange> ranges(Judgement judgement, int day) {
        List<FlaggedRange> ranges = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int place = 0; place <= PLACES; place++) {
            if (place == PLACES || judgement.cuts().contains(place)) {
                if (open.size() >= 2) {
                    ranges.add(range(open, judgement.flagged(), day));
                }
                open = new ArrayList<>();
            }
            if (!judgement.silent().contains(place)) {
                open.add(place);
            }
        }
        return ranges;
    }

    private static FlaggedRange range(List<Integer> places, boolean flagged, int day) {
        Instant now = START.plus(Duration.ofDays(day - TODAY));
        return FlaggedRange.newBuilder()
                .setFirstIp("192.0.2." + places.get(0))
                .setLastIp("192.0.2." + places.get(places.size() - 1))
                .setCidrs(List.of())
                .setVerdict(flagged ? Verdict.FLAGGED : Verdict.WATCHED)
                .setScope(Scope.SHARED)
                .setScore(50)
                .setDomains(List.of("snow.example"))
                .setMembers(places.stream()
                        .map(place -> RangeMember.newBuilder()
                                .setIp("192.0.2." + place)
                                .setReporters(4)
                                .setListedAt(flagged ? now.plusSeconds(place) : null)
                                .build())
                        .toList())
                .setEvidence(List.of())
                .setFirstSeen(now)
                .setLastSeen(now)
                .setFlaggedAt(flagged ? now : null)
                .setValidUntil(now.plus(Duration.ofDays(3)))
                .build();
    }

    @Provide
    Arbitrary<List<Judgement>> stories() {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, PLACES - 1);
        return Combinators.combine(
                        place.list().uniqueElements().ofMaxSize(3),
                        place.set().ofMaxSize(5),
                        Arbitraries.of(true, true, true, false),
                        Arbitraries.of(true, false))
                .as(Judgement::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }
}
