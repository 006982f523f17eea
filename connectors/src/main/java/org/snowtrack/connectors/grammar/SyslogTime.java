package org.snowtrack.connectors.grammar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the time in front of a syslog line. RFC 3339 says all there is to know. RFC 3164 is local and has no year: it
 * is the latest one that makes the time not later than a day from now, so that a clock that runs ahead is not taken
 * for last year, and 29 February falls into a leap year. A second of 60 is read as 59; a local time that the clocks
 * skip is moved as {@link LocalDateTime#atZone} moves it, one that they repeat is the earlier.
 *
 * <p>Safe for any thread if the clock is.
 */
public final class SyslogTime {

    private static final Duration AHEAD = Duration.ofDays(1);

    /** Between 1896 and 1904 lie the fewest leap years. */
    private static final int MOST_YEARS_TO_LEAP_DAY = 8;

    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private final ZoneId zone;
    private final InstantSource now;

    /**
     * A reader of times.
     *
     * @param zone of times without an offset
     * @param now the clock that infers their year; the time of the last line for an old log
     */
    public SyslogTime(ZoneId zone, InstantSource now) {
        this.zone = zone;
        this.now = now;
    }

    /** The time that begins there; null where there is none. */
    public @Nullable Instant read(byte[] line, int from, int to) {
        try {
            if (to - from >= 15 && line[from + 3] == ' ') {
                return rfc3164(line, from);
            }
            return to - from >= 20 ? rfc3339(line, from, to) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private @Nullable Instant rfc3164(byte[] line, int from) {
        int month = month(line, from);
        int day = line[from + 4] == ' ' ? number(line, from + 5, 1) : number(line, from + 4, 2);
        LocalTime time = time(line, from + 7);
        if (month == 0 || day < 1 || day > 31 || time == null) {
            return null;
        }
        Instant latest = now.instant().plus(AHEAD);
        int year = LocalDateTime.ofInstant(latest, zone).getYear();
        for (int back = 0; back <= MOST_YEARS_TO_LEAP_DAY; back++) {
            if (month == 2 && day == 29 && !Year.isLeap(year - back)) {
                continue;
            }
            Instant instant = LocalDate.of(year - back, month, day)
                    .atTime(time)
                    .atZone(zone)
                    .toInstant();
            if (!instant.isAfter(latest)) {
                return instant;
            }
        }
        return null;
    }

    private static int month(byte[] line, int from) {
        for (int i = 0; i < MONTHS.length(); i += 3) {
            if (line[from] == MONTHS.charAt(i)
                    && line[from + 1] == MONTHS.charAt(i + 1)
                    && line[from + 2] == MONTHS.charAt(i + 2)) {
                return i / 3 + 1;
            }
        }
        return 0;
    }

    private static @Nullable Instant rfc3339(byte[] line, int from, int to) {
        int year = number(line, from, 4);
        int month = number(line, from + 5, 2);
        int day = number(line, from + 8, 2);
        LocalTime time = time(line, from + 11);
        if (year < 0 || month < 0 || day < 0 || time == null || (line[from + 10] != 'T' && line[from + 10] != 't')) {
            return null;
        }
        int at = from + 19;
        int nanos = 0;
        if (line[at] == '.' || line[at] == ',') {
            int unit = 100_000_000;
            for (at++; at < to && line[at] >= '0' && line[at] <= '9'; at++) {
                nanos += (line[at] - '0') * unit;
                unit /= 10;
            }
        }
        ZoneOffset offset = offset(line, at, to);
        return offset == null
                ? null
                : LocalDate.of(year, month, day).atTime(time.withNano(nanos)).toInstant(offset);
    }

    private static @Nullable ZoneOffset offset(byte[] line, int at, int to) {
        if (at < to && (line[at] == 'Z' || line[at] == 'z')) {
            return ZoneOffset.UTC;
        }
        if (to - at < 5 || (line[at] != '+' && line[at] != '-')) {
            return null;
        }
        int sign = line[at] == '+' ? 1 : -1;
        int minutesAt = line[at + 3] == ':' ? at + 4 : at + 3;
        int hours = number(line, at + 1, 2);
        int minutes = minutesAt + 2 <= to ? number(line, minutesAt, 2) : -1;
        return hours < 0 || minutes < 0 ? null : ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
    }

    private static @Nullable LocalTime time(byte[] line, int from) {
        int hour = number(line, from, 2);
        int minute = number(line, from + 3, 2);
        int second = number(line, from + 6, 2);
        if (line[from + 2] != ':' || line[from + 5] != ':' || hour < 0 || minute < 0 || second < 0) {
            return null;
        }
        return LocalTime.of(hour, minute, second == 60 ? 59 : second);
    }

    /** So many digits as a number; -1 where one of them is none. */
    private static int number(byte[] line, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            number = number * 10 + line[i] - '0';
        }
        return number;
    }
}
