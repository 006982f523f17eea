package org.snowtrack.connectors.envelope;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;

/**
 * Takes the envelope off the lines of one log, whatever it is:
 *
 * <pre>
 * line      = *wrapper [time " "] [syslog] message
 * wrapper   = prefix                             ; see {@link CollectorPrefix}: docker compose, kubectl, journalctl
 *           / time " " ("stdout" / "stderr") " " ("F" / "P") " "   ; Kubernetes
 *           / "@" 24HEXDIG " "                   ; multilog's TAI64N
 *           / JSON                               ; see {@link JsonEnvelope}: Docker, journald, shippers
 * time      = RFC 3164 / RFC 3339 / local        ; local: 2026-11-25 12:00:00[.123][ +0100]
 *           / day-of-week " " local " " zone / seconds "." fraction           ; journalctl
 *           / time ","                           ; first of several columns, which stay in the message (Exchange)
 *           / mm "/" dd "/" yy " " hh:mm:ss TAB  ; local (MailEnable)
 * syslog    = ["&lt;" PRI "&gt;"] time 0*2(word " ") program ["[" pid "]"] ":" " "
 *           / "&lt;" PRI "&gt;1 " time " " host " " program " " pid " " msgid " " structured-data " "    ; RFC 5424
 * message   = ["[ID " digits " " facility "] "]  ; Solaris
 *             ["message repeated " n " times: [" [" "]] text ["]"]
 *           / ["syslogd: "] "last message repeated " n " times"
 *           / "Last message '" text "' repeated " n " times, suppressed by " ...     ; syslog-ng
 * </pre>
 *
 * <p>The words are the host and, with some daemons, the facility. The program is the first word that ends in a colon,
 * and only what may be a host or a facility stands before it, so that nothing inside a message can pose as one. Without
 * a time in front, a program needs its process number. Where two times follow each other, the inner one holds if it
 * says its year and zone; else the outer one, unless that only says when a shipper read the line.
 *
 * <p>Keeps the year of the last date, so that a log's lines must come in their order. For one thread.
 */
public final class Envelope {

    private static final int LONGEST_PRIORITY = 5;
    private static final int MOST_WRAPPERS = 4;
    private static final int WORDS_BEFORE_PROGRAM = 2;
    private static final int MOST_REPEATS = 1_000_000;
    /** Some programs, on Windows above all, begin a file with a byte order mark. */
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private static final byte[] REPEATED = ascii("message repeated ");
    private static final byte[] SYSLOGD = ascii("syslogd");
    private static final byte[] LAST_MESSAGE = ascii("Last message '");
    private static final byte[] QUOTE_REPEATED = ascii("' repeated ");
    private static final byte[] SUPPRESSED = ascii(" times, suppressed by ");
    private static final byte[] TIMES = ascii(" times: [");

    private final LogEntry entry;
    private final ZoneId zone;
    private final InstantSource untimed;
    private Years years;
    private long lastDate;
    /** Whether something may be wrapped in what {@link #takeOffDate} took off. */
    private boolean isWrapped;

    private int year;

    /**
     * A reader for one log.
     *
     * @param zone of times that have none
     * @param years of times that have none
     * @param untimed the time of lines that have none at all: about when they were written
     */
    public Envelope(ZoneId zone, Years years, InstantSource untimed) {
        this.entry = new LogEntry(new Timestamps(zone));
        this.zone = zone;
        this.years = years;
        this.untimed = untimed;
    }

    /** Another file begins, whose years are these. */
    public void begin(Years ofFile) {
        years = ofFile;
        lastDate = 0;
    }

    /**
     * Takes the envelope off a line.
     *
     * @param line an array that holds it
     * @param tag what {@link LogEntry#tag} is to say
     * @return the same entry each time; where there is no envelope, the message is the whole line
     */
    public LogEntry read(byte[] line, int from, int to, long tag) {
        boolean isMarked =
                to - from >= 3 && line[from] == MARK[0] && line[from + 1] == MARK[1] && line[from + 2] == MARK[2];
        entry.reset(line, isMarked ? from + MARK.length : from, to, tag);
        for (int i = 0; i < MOST_WRAPPERS && takeOff(); i++) {
            // Something was wrapped in what was taken off.
        }
        entry.settleTime(untimed);
        readRepeats();
        return entry;
    }

    /** Takes off the outermost layer; whether there may be another below it. */
    private boolean takeOff() {
        byte[] line = entry.bytes();
        int from = entry.from();
        int to = entry.to();
        if (from >= to) {
            return false;
        }
        int at = from;
        if (line[from] == '{') {
            return JsonEnvelope.takeOff(entry, text -> year(text, 0));
        } else if (line[from] == '<') {
            at = behindPriority(line, from, to);
            if (at > from && to - at > 2 && line[at] == '1' && line[at + 1] == ' ') {
                return SyslogHeader.takeOffRfc5424(entry, line, at + 2, to);
            }
            at += at < to && at > from && line[at] == ' ' ? 1 : 0;
            if (at == to) {
                return false;
            }
        }
        if (Timestamps.isRfc3164(line, at, to)) {
            int yearOfDate = year(line, at);
            int end = Timestamps.endOfRfc3164(line, at, to);
            if (!entry.hasTime()) {
                entry.setTime(Timestamps.Kind.RFC3164, line, at, end, yearOfDate);
            }
            SyslogHeader.takeOff(entry, line, Math.min(to, end + 1), to, WORDS_BEFORE_PROGRAM, false);
            return false;
        }
        if (line[at] == '@') {
            int end = Timestamps.behindTai64n(line, at, to);
            if (end > 0) {
                entry.setTime(Timestamps.Kind.TAI64N, line, at, end, 0);
                entry.setFrom(Math.min(to, end + 1));
                return true;
            }
        } else if (line[at] >= '0' && line[at] <= '9' && takeOffDate(line, at, to)) {
            return isWrapped;
        }
        int behindJournal = behindJournal(line, at, to);
        if (behindJournal > 0) {
            SyslogHeader.takeOff(entry, line, Math.min(to, behindJournal + 1), to, WORDS_BEFORE_PROGRAM, false);
            return false;
        }
        int behindPrefix = CollectorPrefix.behind(line, at, to);
        if (behindPrefix > 0) {
            entry.setFrom(behindPrefix);
            return true;
        }
        entry.setFrom(at);
        SyslogHeader.takeOff(entry, line, at, to, 0, true);
        return false;
    }

    /** The index behind a time as journalctl writes it, with its zone; -1 where there is none. */
    private int behindJournal(byte[] line, int at, int to) {
        int end = line[at] == '1' ? Timestamps.endOfEpoch(line, at, to) : -1;
        if (end > 0) {
            entry.setTime(Timestamps.epoch(line, at, end));
            return end;
        }
        if (to - at < 4 || line[at + 3] != ' ') {
            return -1;
        }
        end = Timestamps.endOfJournal(line, at + 4, to);
        if (end < 0) {
            return -1;
        }
        entry.setTime(Timestamps.Kind.LOCAL, line, at + 4, end, 0);
        boolean hasZone = end == at + 23 && end < to && line[end] == ' ';
        return hasZone ? wordEnd(line, end + 1, to) : end;
    }

    private static int wordEnd(byte[] line, int at, int to) {
        int end = at;
        while (end < to && line[end] != ' ') {
            end++;
        }
        return end;
    }

    /** Takes off a time that begins with a digit, if one is there, and whatever header follows. */
    private boolean takeOffDate(byte[] line, int at, int to) {
        isWrapped = false;
        int end = Timestamps.endOfFirstColumn(line, at, to);
        if (end > 0) {
            entry.setTime(Timestamps.Kind.RFC3339, line, at, end, 0);
            entry.setFrom(at);
            return true;
        }
        end = Timestamps.behindRfc3339(line, at, to);
        if (end > 0) {
            entry.setTime(Timestamps.Kind.RFC3339, line, at, end, 0);
            isWrapped = behindFullTime(line, Math.min(to, end + 1), to);
            return true;
        }
        end = Timestamps.endOfLocal(line, at, to);
        if (end > 0) {
            if (!entry.hasTime() || Timestamps.hasOffset(line, at, end)) {
                entry.setTime(Timestamps.Kind.LOCAL, line, at, end, 0);
            }
            SyslogHeader.takeOff(entry, line, Math.min(to, end + 1), to, WORDS_BEFORE_PROGRAM, true);
            return true;
        }
        end = Timestamps.endOfSlashed(line, at, to);
        if (end > 0) {
            entry.setTime(Timestamps.Kind.SLASHED, line, at, end, 0);
            entry.setFrom(end + 1);
            return true;
        }
        return false;
    }

    /** What follows a time that says everything may be another envelope: Kubernetes', or one with a time of its own. */
    private boolean behindFullTime(byte[] line, int at, int to) {
        if (to - at > 9 && line[at] == 's' && line[at + 1] == 't' && line[at + 2] == 'd' && line[at + 6] == ' ') {
            boolean isStream = startsWith(line, at, to, "stdout ") || startsWith(line, at, to, "stderr ");
            if (isStream && (line[at + 7] == 'F' || line[at + 7] == 'P') && line[at + 8] == ' ') {
                entry.setFrom(at + 9);
                return true;
            }
        }
        if (at < to && (line[at] == '{' || Timestamps.isRfc3164(line, at, to) || isFullTime(line, at, to))) {
            entry.setFrom(at);
            return true;
        }
        SyslogHeader.takeOff(entry, line, at, to, WORDS_BEFORE_PROGRAM, false);
        return false;
    }

    private static boolean isFullTime(byte[] line, int at, int to) {
        return Timestamps.behindRfc3339(line, at, to) > 0 || Timestamps.endOfLocal(line, at, to) > 0;
    }

    static int behindPriority(byte[] line, int from, int to) {
        if (line[from] != '<') {
            return from;
        }
        for (int i = from + 1; i < Math.min(from + LONGEST_PRIORITY, to); i++) {
            if (line[i] == '>') {
                return i + 1 < to ? i + 1 : from;
            }
            if (line[i] < '0' || line[i] > '9') {
                return from;
            }
        }
        return from;
    }

    static boolean isOfName(byte b) {
        return (b >= '0' && b <= '9')
                || (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || b == '_'
                || b == '-'
                || b == '.';
    }

    /** The year of a date without one. Most lines have the date of the line before. */
    private int year(byte[] line, int at) {
        Instant shipped = entry.shipped();
        if (shipped != null) {
            return Years.live(zone, InstantSource.fixed(shipped))
                    .next(Timestamps.month(line, at), Timestamps.day(line, at));
        }
        long date = 0;
        for (int i = at; i < at + 6; i++) {
            date = date << 8 | line[i];
        }
        int day = Timestamps.day(line, at);
        if (date != lastDate && day >= 1 && day <= 31) {
            lastDate = date;
            year = years.next(Timestamps.month(line, at), day);
        }
        return year;
    }

    private void readRepeats() {
        int from = entry.from();
        if (from >= entry.to()) {
            return;
        }
        byte first = entry.bytes()[from];
        if (first == 'l' || first == 'L') {
            readRepeatsOfLast(from);
        }
        if (first != 'm' || !entry.startsWith(REPEATED)) {
            return;
        }
        int times = number(entry.bytes(), from + REPEATED.length, entry.to());
        int behind =
                from + REPEATED.length + Integer.toString(Math.max(0, times)).length();
        if (times > 0 && entry.startsWith(behind, TIMES)) {
            entry.setRepeats(times);
            entry.setFrom(behind + TIMES.length);
            if (entry.from() < entry.to() && entry.bytes()[entry.from()] == ' ') {
                // What stood behind the program's colon; journald has taken it off.
                entry.setFrom(entry.from() + 1);
            }
            if (entry.to() > entry.from() && entry.bytes()[entry.to() - 1] == ']') {
                entry.setTo(entry.to() - 1);
            }
        }
    }

    private void readRepeatsOfLast(int from) {
        int at = -1;
        if (entry.startsWith(SyslogHeader.LAST_REPEATED) && entry.isProgram(SYSLOGD)) {
            at = from + SyslogHeader.LAST_REPEATED.length;
        } else if (entry.startsWith(LAST_MESSAGE)) {
            at = behindQuote(from + LAST_MESSAGE.length);
        }
        if (at >= 0) {
            entry.setRepeatsOfLast(number(entry.bytes(), at, entry.to()));
        }
    }

    /** Index of the number of repetitions; the quoted message may hold the same words, so that the last ones count. */
    private int behindQuote(int from) {
        int last = -1;
        for (int at = entry.indexOf(QUOTE_REPEATED, from); at >= 0; at = entry.indexOf(QUOTE_REPEATED, at + 1)) {
            last = at + QUOTE_REPEATED.length;
        }
        return last >= 0 && entry.indexOf(SUPPRESSED, last) >= 0 ? last : -1;
    }

    /** A number of at most a million; 0 where there is none. */
    static int number(byte[] line, int at, int to) {
        int number = 0;
        for (int i = at; i < to && line[i] >= '0' && line[i] <= '9'; i++) {
            number = number * 10 + line[i] - '0';
            if (number > MOST_REPEATS) {
                return 0;
            }
        }
        return number;
    }

    private static boolean startsWith(byte[] line, int at, int to, String beginning) {
        return startsWith(line, at, to, ascii(beginning));
    }

    static boolean startsWith(byte[] line, int at, int to, byte[] beginning) {
        if (to - at < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (line[at + i] != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
