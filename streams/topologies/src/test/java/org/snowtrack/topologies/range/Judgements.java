package org.snowtrack.topologies.range;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.range.RangeLedger.Entry;
import org.snowtrack.topologies.range.RangeLedger.Published;

/** Histories of judgements about one stretch of addresses, and who reads what the ledger makes of them. */
final class Judgements {

    private static final int FIRST_DAY = Views.DAY;
    static final int VALID_FOR = 3;
    private static final int PLACES = 12;

    private Judgements() {}

    /** A judgement of the whole stretch, of the same day as the one before or of the next. */
    record Judgement(boolean nextDay, List<Span> spans) {}

    /** A range so many places behind the one before; an inner place that is left out is a hole. */
    record Span(int length, int gapBefore, int leftOut, Verdict verdict, int flaggedHour) {}

    /** Keeps what was written, as the stage and every subscriber do. */
    static final class Subscriber {

        final Map<String, Published> standing = new TreeMap<>();
        int day = FIRST_DAY;

        List<Entry> judge(List<FlaggedRange> judged) {
            List<Entry> entries = RangeLedger.compare(List.copyOf(standing.values()), judged, day);
            write(entries);
            return entries;
        }

        void write(List<Entry> entries) {
            for (Entry entry : entries) {
                if (entry instanceof Entry.Put put) {
                    standing.put(RangeLedger.key(put.published().range()), put.published());
                } else if (entry instanceof Entry.Remove remove) {
                    standing.remove(RangeLedger.key(remove.range()));
                }
            }
        }

        Published published(FlaggedRange range) {
            return Objects.requireNonNull(standing.get(RangeLedger.key(range)));
        }

        /** What a reader who missed tombstones still believes. */
        List<FlaggedRange> valid() {
            return ranges().stream()
                    .filter(range -> range.getValidUntil().isAfter(midnight(day)))
                    .toList();
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

    /** These spans side by side, and one more up to the last place, so that no place is left out. */
    static List<Span> whole(List<Span> spans) {
        return Stream.concat(spans.stream(), Stream.of(new Span(PLACES, 0, 0, Verdict.FLAGGED, 12)))
                .map(span -> new Span(span.length(), 0, 0, Verdict.FLAGGED, span.flaggedHour()))
                .toList();
    }

    static List<FlaggedRange> ranges(Subscriber subscriber, Judgement judgement) {
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

    static FlaggedRange range(int day, int hour, List<Integer> places, Verdict verdict) {
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

    static Instant midnight(int day) {
        return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    static Arbitrary<List<Judgement>> histories() {
        return Combinators.combine(Arbitraries.of(false, true), spans())
                .as(Judgement::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    static Arbitrary<List<Span>> spans() {
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
