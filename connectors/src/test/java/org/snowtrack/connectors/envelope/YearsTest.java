package org.snowtrack.connectors.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Logs of several years whose dates have none: gaps of most of a year, lines that come a month late. */
class YearsTest {

    /** Days are counted as if all months had 31, of which a year has seven more than there are. */
    private static final int UNCOUNTED = 8;

    private static final int LATEST = 30;

    /** Days from one line to the next: a year less what may be taken for late, and what the lines before were late. */
    private static final int LONGEST_GAP = 365 - Years.DISORDER_DAYS - UNCOUNTED - LATEST;

    @Property(shrinking = ShrinkingMode.OFF)
    void shouldFindTheYearsOfFileThatWasLastWrittenAtItsLastLine(@ForAll("logs") List<LocalDate> log) {
        // Given
        LocalDate last = latest(log);

        // Then
        assertThat(read(log, scan(log).years(ZoneOffset.UTC, noon(last), InstantSource.fixed(noon(last)))))
                .isEqualTo(log);
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void shouldFindTheYearsOfFileThatWasTouchedLaterIfItHoldsALeapDay(
            @ForAll("logs") List<LocalDate> start, @ForAll @IntRange(max = 3 * 365) int later) {
        // Given
        List<LocalDate> log = untilLeapDay(start);
        Instant modified = noon(latest(log).plusDays(later));

        // Then
        assertThat(read(log, scan(log).years(ZoneOffset.UTC, modified, InstantSource.fixed(modified))))
                .isEqualTo(log);
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void shouldFindTheYearsOfLinesThatComeAsTheyAreWritten(@ForAll("logs") List<LocalDate> log) {
        // Given
        Instant[] now = {noon(log.get(0))};
        Years years = Years.live(ZoneOffset.UTC, () -> now[0]);
        List<LocalDate> read = new ArrayList<>();

        // When
        for (int i = 0; i < log.size(); i++) {
            now[0] = noon(latest(log.subList(0, i + 1)));
            read.add(date(years, log.get(i)));
        }

        // Then
        assertThat(read).isEqualTo(log);
    }

    /** Dates in the order in which they were written; one in four is late, never the first. */
    @Provide
    Arbitrary<List<LocalDate>> logs() {
        Arbitrary<Integer> gap = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(0, 2)),
                Tuple.of(2, Arbitraries.integers().between(0, LONGEST_GAP)),
                Tuple.of(2, Arbitraries.just(-1)));
        Arbitrary<Integer> late = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(0, LATEST)));
        Arbitrary<List<int[]>> steps = Combinators.combine(gap, late)
                .as((days, delay) -> new int[] {days, delay})
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
        return Combinators.combine(Arbitraries.integers().between(0, 20 * 365), steps)
                .as((start, days) -> log(LocalDate.of(2003, 1, 1).plusDays(start), days));
    }

    private static List<LocalDate> log(LocalDate start, List<int[]> steps) {
        List<LocalDate> log = new ArrayList<>(List.of(start));
        LocalDate now = start;
        for (int[] step : steps) {
            now = step[0] < 0 ? nextLandmark(now) : now.plusDays(step[0]);
            log.add(now.minusDays(step[1]));
        }
        return log;
    }

    private static List<LocalDate> untilLeapDay(List<LocalDate> start) {
        List<LocalDate> log = new ArrayList<>(start);
        LocalDate now = latest(start);
        while (!isLeapDay(now)) {
            now = nextLandmark(now);
            log.add(now);
        }
        return log;
    }

    /** 31 December, 1 January or 29 February, whichever comes next. */
    private static LocalDate nextLandmark(LocalDate day) {
        LocalDate next = day.plusDays(1);
        while (!isLeapDay(next) && next.getDayOfYear() != 1 && next.plusDays(1).getDayOfYear() != 1) {
            next = next.plusDays(1);
        }
        return next.isAfter(day.plusDays(LONGEST_GAP)) ? day.plusDays(LONGEST_GAP) : next;
    }

    @Test
    void shouldLookAtLeapDayOfLateLineToo() {
        // Given
        List<LocalDate> log = List.of(LocalDate.of(2024, 2, 28), LocalDate.of(2024, 3, 1), LocalDate.of(2024, 2, 29));
        Instant touched = Instant.parse("2026-11-25T12:00:00Z");

        // Then
        assertThat(read(log, scan(log).years(ZoneOffset.UTC, touched, InstantSource.fixed(touched))))
                .isEqualTo(log);
    }

    @Test
    void shouldCountOnOverYearsWithoutSight() {
        // Given
        List<LocalDate> log = IntStream.rangeClosed(0, 120)
                .mapToObj(month -> LocalDate.of(2016, 11, 25).plusMonths(month))
                .toList();

        // Then
        assertThat(read(
                        log,
                        scan(log).years(ZoneOffset.UTC, noon(latest(log)), InstantSource.fixed(noon(latest(log))))))
                .isEqualTo(log)
                .last()
                .isEqualTo(LocalDate.of(2026, 11, 25));
    }

    private static boolean isLeapDay(LocalDate day) {
        return day.getMonthValue() == 2 && day.getDayOfMonth() == 29;
    }

    private static Years.Scan scan(List<LocalDate> log) {
        Years.Scan scan = new Years.Scan();
        log.forEach(day -> scan.add(day.getMonthValue(), day.getDayOfMonth()));
        return scan;
    }

    private static List<LocalDate> read(List<LocalDate> log, Years years) {
        return log.stream().map(day -> date(years, day)).toList();
    }

    /** Where the year is wrong and the day is 29 February, the day before. */
    private static LocalDate date(Years years, LocalDate day) {
        int year = years.next(day.getMonthValue(), day.getDayOfMonth());
        boolean exists = !isLeapDay(day) || Year.isLeap(year);
        return LocalDate.of(year, day.getMonthValue(), exists ? day.getDayOfMonth() : 28);
    }

    private static LocalDate latest(List<LocalDate> log) {
        return log.stream().max(LocalDate::compareTo).orElseThrow();
    }

    private static Instant noon(LocalDate day) {
        return day.atTime(12, 0).toInstant(ZoneOffset.UTC);
    }
}
