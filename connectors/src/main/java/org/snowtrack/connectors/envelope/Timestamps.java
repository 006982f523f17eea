package org.snowtrack.connectors.envelope;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times that stand in front of messages. A second of 60 is read as 59; a local time that the clocks skip is
 * moved as {@link java.time.LocalDateTime#atZone} moves it, one that they repeat is the earlier. Safe for any thread.
 */
final class Timestamps {

    /** How a time is written. */
    enum Kind {
        NONE,
        /** {@code Nov 25 12:00:00}, local (RFC 3164), with a fraction where {@code journalctl -o short-precise} wrote it. */
        RFC3164,
        /** {@code 2026-11-25T12:00:00.123+01:00} (RFC 3339), also with a comma, or without the offset's colon or the offset. */
        RFC3339,
        /** {@code 2026-11-25 12:00:00}, with a fraction or an offset behind it where the server writes these. */
        LOCAL,
        /** {@code 11/25/26 12:00:00}, month first, local; the year has two digits or four (MailEnable). */
        SLASHED,
        /** {@code @4000000065a1b2c30a1b2c3d}: TAI64N, as multilog writes it. */
        TAI64N
    }

    private static final int LONGEST_FRACTION = 12;
    private static final int SHORTEST_RFC3164 = "Nov 5 12:00:00".length();
    private static final int TAI64N_LENGTH = 25;
    private static final long TAI64_EPOCH = 1L << 62;

    /** multilog adds this constant to Unix time and knows no leap seconds; so do tai64nlocal and this class. */
    private static final long TAI_OFFSET = 10;

    private final ZoneId zone;

    /**
     * A reader of times.
     *
     * @param zone of times without an offset
     */
    Timestamps(ZoneId zone) {
        this.zone = zone;
    }

    /**
     * Reads a time whose shape is known.
     *
     * @param to index behind it
     * @param year of a time that has none
     * @return null where the shape holds no time
     */
    @Nullable
    Instant read(Kind kind, byte[] line, int at, int to, int year) {
        try {
            return switch (kind) {
                case NONE -> null;
                case RFC3164 -> rfc3164(line, at, to, year);
                case RFC3339 -> withOffset(line, at, at + 19, to);
                case LOCAL -> withOffset(line, at, at + 19, to);
                case SLASHED -> slashed(line, at, to);
                case TAI64N -> tai64n(line, at);
            };
        } catch (DateTimeException e) {
            return null;
        }
    }

    private @Nullable Instant rfc3164(byte[] line, int at, int to, int year) {
        int month = month(line, at);
        int day = day(line, at);
        int behindDay = behindDay(line, at);
        LocalTime time = time(line, behindDay + 1);
        return month == 0 || day < 1 || time == null
                ? null
                : LocalDate.of(year, month, day)
                        .atTime(time.withNano(nanos(line, behindDay + 9, to)))
                        .atZone(zone)
                        .toInstant();
    }

    private static int nanos(byte[] line, int at, int to) {
        int end = behindFraction(line, at, to);
        int nanos = 0;
        int unit = 100_000_000;
        for (int i = at + 1; i < end; i++) {
            nanos += (line[i] - '0') * unit;
            unit /= 10;
        }
        return nanos;
    }

    private @Nullable Instant withOffset(byte[] line, int at, int behindSeconds, int to) {
        int year = number(line, at, 4);
        int month = number(line, at + 5, 2);
        int day = number(line, at + 8, 2);
        LocalTime time = time(line, at + 11);
        if (year < 0 || month < 0 || day < 0 || time == null) {
            return null;
        }
        int end = behindFraction(line, behindSeconds, to);
        int nanos = nanos(line, behindSeconds, to);
        LocalDate date = LocalDate.of(year, month, day);
        int sign = end < to && line[end] == ' ' ? end + 1 : end;
        if (sign >= to) {
            return date.atTime(time.withNano(nanos)).atZone(zone).toInstant();
        }
        ZoneOffset offset = offset(line, sign, to);
        return offset == null ? null : date.atTime(time.withNano(nanos)).toInstant(offset);
    }

    private @Nullable Instant slashed(byte[] line, int at, int to) {
        int digits = to - at - 15;
        int ofCentury = number(line, at + 6, digits);
        int month = number(line, at, 2);
        int day = number(line, at + 3, 2);
        LocalTime time = time(line, to - 8);
        return ofCentury < 0 || month < 0 || day < 0 || time == null
                ? null
                : LocalDate.of(digits == 2 ? 2000 + ofCentury : ofCentury, month, day)
                        .atTime(time)
                        .atZone(zone)
                        .toInstant();
    }

    private static int behindFraction(byte[] line, int at, int to) {
        if (at >= to || (line[at] != '.' && line[at] != ',')) {
            return at;
        }
        int end = at + 1;
        while (end < to && isDigit(line[end])) {
            end++;
        }
        return end;
    }

    private static @Nullable ZoneOffset offset(byte[] line, int at, int to) {
        if (line[at] == 'Z' || line[at] == 'z' || line[at] == 'U') {
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

    private static Instant tai64n(byte[] line, int at) {
        String digits = new String(line, at + 1, TAI64N_LENGTH - 1, StandardCharsets.US_ASCII);
        long seconds = Long.parseUnsignedLong(digits.substring(0, 16), 16) - TAI64_EPOCH - TAI_OFFSET;
        return Instant.ofEpochSecond(seconds, Math.min(999_999_999L, Long.parseLong(digits.substring(16), 16)));
    }

    /** Whether a time of RFC 3164 may stand there: {@code Mmm dd hh:mm:ss}, and a blank or a fraction. */
    static boolean isRfc3164(byte[] line, int at, int to) {
        if (to - at < SHORTEST_RFC3164 || line[at + 3] != ' ') {
            return false;
        }
        int time = behindDay(line, at) + 1;
        int end = time + 8;
        return end <= to
                && line[time - 1] == ' '
                && line[time + 2] == ':'
                && line[time + 5] == ':'
                && (end == to || line[end] == ' ' || line[end] == '.')
                && month(line, at) > 0;
    }

    /** The index behind the time of RFC 3164 that stands there. */
    static int endOfRfc3164(byte[] line, int at, int to) {
        return behindFraction(line, behindDay(line, at) + 9, to);
    }

    /** Days of one digit are padded with a blank, though not by everybody. */
    private static int behindDay(byte[] line, int at) {
        return line[at + 5] == ' ' ? at + 5 : at + 6;
    }

    /**
     * The index behind a time of {@code journalctl -o short-full} whose date begins there, behind the day of the week:
     * {@code 2026-11-25 12:00:00 UTC}. Zones are abbreviated, so that only UTC is known; other times end before them.
     * -1 where none does.
     */
    static int endOfJournal(byte[] line, int at, int to) {
        int end = isDate(line, at, to) && line[at + 10] == ' ' ? at + 19 : -1;
        boolean isUtc = end > 0
                && to - end > 4
                && line[end] == ' '
                && line[end + 1] == 'U'
                && line[end + 2] == 'T'
                && line[end + 3] == 'C'
                && line[end + 4] == ' ';
        return isUtc ? end + 4 : end;
    }

    /** The index behind seconds since 1970 that begin there, with a fraction; -1 where none do. */
    static int endOfEpoch(byte[] line, int at, int to) {
        int point = at + 10;
        if (to - at < 13 || line[point] != '.' || number(line, at + 1, 9) < 0) {
            return -1;
        }
        int end = behindFraction(line, point, to);
        return end > point + 1 && end < to && line[end] == ' ' ? end : -1;
    }

    /** The time of such seconds. */
    static Instant epoch(byte[] line, int at, int end) {
        long seconds = Long.parseLong(new String(line, at, 10, StandardCharsets.US_ASCII));
        return Instant.ofEpochSecond(seconds, nanos(line, at + 10, end));
    }

    /** The index behind a time of RFC 3339 that begins there; -1 where none does. */
    static int behindRfc3339(byte[] line, int at, int to) {
        if (!isDate(line, at, to) || (line[at + 10] != 'T' && line[at + 10] != 't')) {
            return -1;
        }
        int end = behindFraction(line, at + 19, to);
        while (end < to && line[end] != ' ' && end - at < 19 + 2 * LONGEST_FRACTION) {
            end++;
        }
        return end;
    }

    /** The index behind a local time that begins there, and behind the blank that follows; -1 where none does. */
    int behindLocal(byte[] line, int at, int to) {
        int end = endOfLocal(line, at, to);
        return end < 0 ? -1 : Math.min(to, end + 1);
    }

    /** The index behind a local time that begins there; -1 where none does. */
    static int endOfLocal(byte[] line, int at, int to) {
        if (!isDate(line, at, to) || line[at + 10] != ' ') {
            return -1;
        }
        int end = behindFraction(line, at + 19, to);
        end = behindOffset(line, end < to && line[end] == ' ' ? end + 1 : end, to, end);
        return end == to || line[end] == ' ' || line[end] == '\t' ? end : -1;
    }

    /** The index behind {@code +0100}, {@code +01:00} or {@code Z}; another index where none of them begins there. */
    private static int behindOffset(byte[] line, int at, int to, int otherwise) {
        if (at == otherwise && at < to && line[at] == 'Z') {
            return at + 1;
        }
        if (to - at < 5 || (line[at] != '+' && line[at] != '-') || number(line, at + 1, 2) < 0) {
            return otherwise;
        }
        int minutes = line[at + 3] == ':' ? at + 4 : at + 3;
        return minutes + 2 <= to && number(line, minutes, 2) >= 0 ? minutes + 2 : otherwise;
    }

    /** Whether the local time between two indexes says its offset. */
    static boolean hasOffset(byte[] line, int at, int end) {
        return end > behindFraction(line, at + 19, end);
    }

    /** The index behind a time with slashes and a tab behind it that begins there; -1 where none does. */
    static int endOfSlashed(byte[] line, int at, int to) {
        if (to - at < 18
                || line[at + 2] != '/'
                || line[at + 5] != '/'
                || !isDigit(line[at])
                || !isDigit(line[at + 7])) {
            return -1;
        }
        int blank = line[at + 8] == ' ' ? at + 8 : at + 10;
        int end = blank + 9;
        return end < to && line[blank] == ' ' && line[blank + 3] == ':' && line[blank + 6] == ':' && line[end] == '\t'
                ? end
                : -1;
    }

    /** The index behind a time of RFC 3339 in UTC that is the first of a line's columns; -1 where none is. */
    static int endOfFirstColumn(byte[] line, int at, int to) {
        if (!isDate(line, at, to) || line[at + 10] != 'T') {
            return -1;
        }
        int end = behindFraction(line, at + 19, to);
        return end + 1 < to && line[end] == 'Z' && line[end + 1] == ',' ? end + 1 : -1;
    }

    private static boolean isDate(byte[] line, int at, int to) {
        return to - at >= 19
                && line[at + 4] == '-'
                && line[at + 7] == '-'
                && line[at + 13] == ':'
                && line[at + 16] == ':'
                && isDigit(line[at])
                && isDigit(line[at + 18]);
    }

    /** The index behind a TAI64N label that begins there; -1 where none does. */
    static int behindTai64n(byte[] line, int at, int to) {
        int end = at + TAI64N_LENGTH;
        if (end > to || line[at] != '@' || line[at + 1] != '4') {
            return -1;
        }
        for (int i = at + 1; i < end; i++) {
            if (Character.digit(line[i], 16) < 0) {
                return -1;
            }
        }
        return end;
    }

    /** 1 to 12; 0 where no month is abbreviated there. */
    static int month(byte[] line, int at) {
        return switch (line[at] << 16 | line[at + 1] << 8 | line[at + 2]) {
            case 'J' << 16 | 'a' << 8 | 'n' -> 1;
            case 'F' << 16 | 'e' << 8 | 'b' -> 2;
            case 'M' << 16 | 'a' << 8 | 'r' -> 3;
            case 'A' << 16 | 'p' << 8 | 'r' -> 4;
            case 'M' << 16 | 'a' << 8 | 'y' -> 5;
            case 'J' << 16 | 'u' << 8 | 'n' -> 6;
            case 'J' << 16 | 'u' << 8 | 'l' -> 7;
            case 'A' << 16 | 'u' << 8 | 'g' -> 8;
            case 'S' << 16 | 'e' << 8 | 'p' -> 9;
            case 'O' << 16 | 'c' << 8 | 't' -> 10;
            case 'N' << 16 | 'o' << 8 | 'v' -> 11;
            case 'D' << 16 | 'e' << 8 | 'c' -> 12;
            default -> 0;
        };
    }

    /** The day of a time of RFC 3164, or -1. */
    static int day(byte[] line, int at) {
        int end = behindDay(line, at);
        int from = line[at + 4] == ' ' ? at + 5 : at + 4;
        return number(line, from, end - from);
    }

    private static @Nullable LocalTime time(byte[] line, int at) {
        int hour = number(line, at, 2);
        int minute = number(line, at + 3, 2);
        int second = number(line, at + 6, 2);
        return line[at + 2] != ':' || line[at + 5] != ':' || hour < 0 || minute < 0 || second < 0
                ? null
                : LocalTime.of(hour, minute, second == 60 ? 59 : second);
    }

    /** So many digits as a number; -1 where one of them is none. */
    private static int number(byte[] line, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            if (!isDigit(line[i])) {
                return -1;
            }
            number = number * 10 + line[i] - '0';
        }
        return number;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
