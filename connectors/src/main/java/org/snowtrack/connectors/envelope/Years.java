package org.snowtrack.connectors.envelope;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The years of a log whose times have none (RFC 3164), from their order. Lines come in the order in which they were
 * written, give or take {@link #DISORDER_DAYS} days; so a date that lies before the last one belongs to the next year.
 * The first line's year is known from a look at the whole file ({@link Scan}), else it is the latest in which the date
 * exists and is not more than a day ahead of the clock, so that a clock that runs ahead is not taken for last year.
 *
 * <p>For one thread.
 */
public final class Years {

    /** By so much a line may be late and is not taken for one of next year. */
    public static final int DISORDER_DAYS = 35;

    private static final Duration AHEAD = Duration.ofDays(1);
    /** Days are counted as if every month had 31: only their order matters. */
    private static final int DAYS = 372;
    /** Between 1896 and 1904 lie the fewest leap years. */
    private static final int MOST_YEARS_TO_LEAP_DAY = 8;

    private final ZoneId zone;
    private final InstantSource now;
    private OptionalInt first;
    private int year;
    private int last = -1;

    private Years(ZoneId zone, InstantSource now, OptionalInt first) {
        this.zone = zone;
        this.now = now;
        this.first = first;
    }

    /**
     * For lines that come as they are written.
     *
     * @param now the clock
     */
    public static Years live(ZoneId zone, InstantSource now) {
        return new Years(zone, now, OptionalInt.empty());
    }

    /** The year of the next line's date; the latest possible one where the date never exists. */
    int next(int month, int day) {
        int ordinal = ordinal(month, day);
        int forward = Math.floorMod(ordinal - last, DAYS);
        if (last < 0) {
            year = first.orElseGet(() -> latest(month, day));
            first = OptionalInt.empty();
        } else if (forward > DAYS - DISORDER_DAYS) {
            return ordinal > last ? year - 1 : year;
        } else if (ordinal < last) {
            year++;
        }
        last = ordinal;
        // A clock that was set back, or a file with a gap of a year: never the future.
        if (isAhead(year, month, day)) {
            year = latest(month, day);
        }
        return year;
    }

    private boolean isAhead(int candidate, int month, int day) {
        try {
            return LocalDate.of(candidate, month, day)
                    .atStartOfDay(zone)
                    .toInstant()
                    .isAfter(now.instant().plus(AHEAD));
        } catch (DateTimeException e) {
            return true;
        }
    }

    private int latest(int month, int day) {
        int latest = now.instant().plus(AHEAD).atZone(zone).getYear();
        for (int back = 0; back <= MOST_YEARS_TO_LEAP_DAY; back++) {
            if (!isAhead(latest - back, month, day)) {
                return latest - back;
            }
        }
        return latest;
    }

    private static int ordinal(int month, int day) {
        return (month - 1) * 31 + day - 1;
    }

    /** A look at all dates of a file, in order, before the file is read. */
    public static final class Scan {

        private int first = -1;
        private int last = -1;
        private int turns;
        private final List<Integer> leapTurns = new ArrayList<>();

        /** The next line's date. */
        void add(int month, int day) {
            int ordinal = ordinal(month, day);
            int turn = turns;
            if (first < 0) {
                first = ordinal;
                last = ordinal;
            } else if (Math.floorMod(ordinal - last, DAYS) > DAYS - DISORDER_DAYS) {
                turn = ordinal > last ? turns - 1 : turns;
            } else {
                turns += ordinal < last ? 1 : 0;
                turn = turns;
                last = ordinal;
            }
            if (month == 2 && day == 29 && !leapTurns.contains(turn)) {
                leapTurns.add(turn);
            }
        }

        /**
         * The years of the file: the latest in which all its days exist and the last does not lie behind the time at
         * which the file was last written to.
         *
         * @param modified when that was
         * @param now the clock, for what is written to it later
         */
        public Years years(ZoneId zone, Instant modified, InstantSource now) {
            if (last < 0) {
                return live(zone, now);
            }
            int latest = live(zone, InstantSource.fixed(modified)).latest(last / 31 + 1, last % 31 + 1);
            for (int back = 0; back <= MOST_YEARS_TO_LEAP_DAY; back++) {
                int start = latest - back - turns;
                if (leapTurns.stream().allMatch(turn -> Year.isLeap(start + (long) turn))) {
                    return new Years(zone, now, OptionalInt.of(start));
                }
            }
            return new Years(zone, now, OptionalInt.of(latest - turns));
        }
    }
}
