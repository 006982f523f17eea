package org.snowtrack.connectors.envelope;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;

/**
 * Takes the envelope off the lines of one log, whatever it is:
 *
 * <pre>
 * line      = *wrapper [time " "] [syslog] message
 * wrapper   = name *" " "| "                     ; docker compose logs
 *           / time " " ("stdout" / "stderr") " " ("F" / "P") " "   ; Kubernetes
 *           / "@" 24HEXDIG " "                   ; multilog's TAI64N
 *           / JSON                               ; see {@link JsonEnvelope}: Docker, journald, shippers
 * time      = RFC 3164 / RFC 3339 / local        ; local: 2026-11-25 12:00:00[.123][ +0100]
 *           / time ","                           ; first of several columns, which stay in the message (Exchange)
 *           / mm "/" dd "/" yy " " hh:mm:ss TAB  ; local (MailEnable)
 * syslog    = ["&lt;" PRI "&gt;"] time 0*2(word " ") program ["[" pid "]"] ":" " "
 *           / "&lt;" PRI "&gt;1 " time " " host " " program " " pid " " msgid " " structured-data " "    ; RFC 5424
 * message   = ["[ID " digits " " facility "] "]  ; Solaris
 *             ["message repeated " n " times: [ "] text ["]"]
 *           / "last message repeated " n " times"
 * </pre>
 *
 * <p>The words are the host and, with some daemons, the facility. The program is the first word that ends in a colon,
 * and only what may be a host or a facility stands before it, so that nothing inside a message can pose as one. Without a time in front, a program needs its process number. Where
 * two times follow each other, the inner one holds if it says its year and zone; else the outer one.
 *
 * <p>Keeps the year of the last date, so that a log's lines must come in their order. For one thread.
 */
public final class Envelope {

    private static final int LONGEST_PRIORITY = 5;
    private static final int LONGEST_NAME = 64;
    private static final int MOST_WRAPPERS = 4;
    private static final int WORDS_BEFORE_PROGRAM = 2;
    private static final int MOST_REPEATS = 1_000_000;
    private static final byte[] SOLARIS = ascii("[ID ");
    private static final byte[] REPEATED = ascii("message repeated ");
    private static final byte[] TIMES = ascii(" times: [ ");
    private static final byte[] LAST_REPEATED = ascii("last message repeated ");

    /** Larger files are looked at in samples: a log does not turn a year within so many bytes. */
    private static final int SCANNED_WHOLE = 8 << 20;

    private static final int SAMPLE = 4 << 10;
    private static final int SAMPLE_EVERY = 256 << 10;

    private final LogEntry entry;
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
        entry.reset(line, from, to, tag);
        for (int i = 0; i < MOST_WRAPPERS && takeOff(); i++) {
            // Something was wrapped in what was taken off.
        }
        if (!entry.hasTime()) {
            entry.setUntimed(untimed.instant());
        }
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
                return takeOffRfc5424(line, at + 2, to);
            }
        }
        if (Timestamps.isRfc3164(line, at, to)) {
            int yearOfDate = year(line, at);
            if (!entry.hasTime()) {
                entry.setTime(Timestamps.Kind.RFC3164, line, at, at + 15, yearOfDate);
            }
            takeOffHeader(line, Math.min(to, at + 16), to, WORDS_BEFORE_PROGRAM, false);
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
        int behindName = behindName(line, at, to);
        if (behindName > 0) {
            entry.setFrom(behindName);
            return true;
        }
        entry.setFrom(at);
        takeOffHeader(line, at, to, 0, true);
        return false;
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
            if (!entry.hasTime() || isOffset(line, end - 5)) {
                entry.setTime(Timestamps.Kind.LOCAL, line, at, end, 0);
            }
            takeOffHeader(line, Math.min(to, end + 1), to, WORDS_BEFORE_PROGRAM, true);
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

    private static boolean isOffset(byte[] line, int at) {
        return line[at] == '+' || line[at] == '-';
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
        takeOffHeader(line, at, to, WORDS_BEFORE_PROGRAM, false);
        return false;
    }

    private static boolean isFullTime(byte[] line, int at, int to) {
        return Timestamps.behindRfc3339(line, at, to) > 0 || Timestamps.endOfLocal(line, at, to) > 0;
    }

    private static int behindPriority(byte[] line, int from, int to) {
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

    /** The index behind {@code name | }, as docker compose puts it in front of each line; -1 where there is none. */
    private static int behindName(byte[] line, int from, int to) {
        int at = from;
        int last = Math.min(to, from + LONGEST_NAME);
        while (at < last && isOfName(line[at])) {
            at++;
        }
        int nameEnd = at;
        while (at < last && line[at] == ' ') {
            at++;
        }
        boolean isName = nameEnd > from && at > nameEnd && to - at >= 2 && line[at] == '|' && line[at + 1] == ' ';
        return isName ? at + 2 : -1;
    }

    private static boolean isOfName(byte b) {
        return (b >= '0' && b <= '9')
                || (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || b == '_'
                || b == '-'
                || b == '.';
    }

    /** The year of a date without one. Most lines have the date of the line before. */
    private int year(byte[] line, int at) {
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

    /**
     * Takes off host, facility and program.
     *
     * @param words most words before the program
     * @param needsNumber whether only {@code program[digits]:} is one, as nothing else tells that this is syslog
     */
    private void takeOffHeader(byte[] line, int at, int to, int words, boolean needsNumber) {
        entry.setFrom(at);
        int word = at;
        int host = at;
        int hostEnd = at;
        for (int i = 0; i <= words && word < to; i++) {
            int end = word;
            while (end < to && line[end] != ' ') {
                end++;
            }
            if (needsNumber && !isOfHeader(line, word, end)) {
                return;
            }
            if (end > word && line[end - 1] == ':') {
                int bracket = bracket(line, word, end);
                if (bracket > word || !needsNumber) {
                    if (hostEnd > host) {
                        entry.setHost(host, hostEnd);
                    }
                    entry.setProgram(word, bracket > word ? bracket : end - 1);
                    entry.setFrom(behindSolaris(line, Math.min(end + 1, to), to));
                }
                return;
            }
            if (startsWith(line, word, to, LAST_REPEATED)) {
                entry.setRepeatsOfLast(number(line, word + LAST_REPEATED.length, to));
                entry.setFrom(to);
                return;
            }
            if (!isHostOrFacility(line, word, end)) {
                return;
            }
            if (hostEnd == host && end > word && line[word] != '<') {
                host = word;
                hostEnd = end;
            }
            word = end + 1;
        }
    }

    /** Whether a word can be a host's or a program's: what servers write before a client's words often cannot. */
    private static boolean isOfHeader(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            boolean isOther = line[i] == '/' || line[i] == '[' || line[i] == ']' || line[i] == ':' || line[i] == '@';
            if (!isOfName(line[i]) && !isOther) {
                return false;
            }
        }
        return to > from && line[from] != '[';
    }

    /** Whatever else a word is, it belongs to the message, and nothing behind it is a program. */
    private static boolean isHostOrFacility(byte[] line, int from, int to) {
        boolean isInBrackets = to - from > 2 && line[from] == '<' && line[to - 1] == '>';
        for (int i = isInBrackets ? from + 1 : from; i < (isInBrackets ? to - 1 : to); i++) {
            if (!isOfName(line[i]) && line[i] != ':' && line[i] != '%' && line[i] != '/' && line[i] != '@') {
                return false;
            }
        }
        return true;
    }

    /** The index of the bracket if the word is {@code PROGRAM[digits]:}, else -1. */
    private static int bracket(byte[] line, int from, int to) {
        if (to - from < 5 || line[to - 2] != ']') {
            return -1;
        }
        int i = to - 3;
        while (i > from && line[i] >= '0' && line[i] <= '9') {
            i--;
        }
        return line[i] == '[' && i < to - 3 ? i : -1;
    }

    private static int behindSolaris(byte[] line, int at, int to) {
        if (!startsWith(line, at, to, SOLARIS)) {
            return at;
        }
        for (int i = at + SOLARIS.length; i < to - 1 && i < at + LONGEST_NAME; i++) {
            if (line[i] == ']' && line[i + 1] == ' ') {
                return i + 2;
            }
        }
        return at;
    }

    /** {@code TIME HOST APP-NAME PROCID MSGID STRUCTURED-DATA [BOM]MESSAGE}. */
    private boolean takeOffRfc5424(byte[] line, int at, int to) {
        int time = at;
        int[] ends = new int[5];
        int word = at;
        for (int i = 0; i < ends.length; i++) {
            int end = word;
            while (end < to && line[end] != ' ') {
                end++;
            }
            ends[i] = end;
            word = Math.min(end + 1, to);
        }
        if (Timestamps.behindRfc3339(line, time, to) == ends[0]) {
            entry.setTime(Timestamps.Kind.RFC3339, line, time, ends[0], 0);
        }
        if (ends[1] - ends[0] > 2 || line[ends[0] + 1 < to ? ends[0] + 1 : to - 1] != '-') {
            entry.setHost(Math.min(ends[0] + 1, to), ends[1]);
        }
        int program = Math.min(ends[1] + 1, to);
        if (ends[2] - program > 1 || (ends[2] > program && line[program] != '-')) {
            entry.setProgram(program, ends[2]);
        }
        int message = behindStructuredData(line, word, to);
        if (message < to && line[message] == ' ') {
            // What stood behind the colon of the old form, which rsyslog keeps.
            message++;
        }
        if (to - message >= 3
                && line[message] == (byte) 0xef
                && line[message + 1] == (byte) 0xbb
                && line[message + 2] == (byte) 0xbf) {
            message += 3;
        }
        entry.setFrom(message);
        // Without a program, the message may be a whole line of a file.
        return !entry.hasProgram() && message < to;
    }

    private static int behindStructuredData(byte[] line, int at, int to) {
        int i = at;
        if (i < to && line[i] == '-') {
            i++;
        }
        while (i < to && line[i] == '[') {
            boolean isQuoted = false;
            for (i++; i < to && (isQuoted || line[i] != ']'); i++) {
                if (isQuoted && line[i] == '\\') {
                    i++;
                } else if (line[i] == '"') {
                    isQuoted = !isQuoted;
                }
            }
            i = Math.min(i + 1, to);
        }
        return i < to && line[i] == ' ' ? i + 1 : i;
    }

    private void readRepeats() {
        int from = entry.from();
        if (from >= entry.to() || entry.bytes()[from] != 'm' || !entry.startsWith(REPEATED)) {
            return;
        }
        int times = number(entry.bytes(), from + REPEATED.length, entry.to());
        int behind =
                from + REPEATED.length + Integer.toString(Math.max(0, times)).length();
        if (times > 0 && entry.startsWith(behind, TIMES)) {
            entry.setRepeats(times);
            entry.setFrom(behind + TIMES.length);
            if (entry.to() > entry.from() && entry.bytes()[entry.to() - 1] == ']') {
                entry.setTo(entry.to() - 1);
            }
        }
    }

    /** A number of at most a million; 0 where there is none. */
    private static int number(byte[] line, int at, int to) {
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

    private static boolean startsWith(byte[] line, int at, int to, byte[] beginning) {
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

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Looks at the dates of a file whose times may have no year, before it is read. Of a file of more than
     * {@value #SCANNED_WHOLE} bytes only samples are looked at.
     *
     * @param file from its start; read to its end and left open
     */
    public static Years.Scan scan(InputStream file) throws IOException {
        Years.Scan scan = new Years.Scan();
        InputStream in = new BufferedInputStream(file, SAMPLE_EVERY);
        byte[] whole = in.readNBytes(SCANNED_WHOLE);
        addDates(whole, whole.length, true, scan);
        byte[] sample = new byte[SAMPLE];
        int read = in.readNBytes(sample, 0, SAMPLE);
        while (read > 0) {
            addDates(sample, read, false, scan);
            in.skip(SAMPLE_EVERY - SAMPLE);
            read = in.readNBytes(sample, 0, SAMPLE);
        }
        return scan;
    }

    private static void addDates(byte[] bytes, int length, boolean beginsWithLine, Years.Scan scan) {
        int from = beginsWithLine ? 0 : lineEnd(bytes, 0, length) + 1;
        while (from < length) {
            int to = lineEnd(bytes, from, length);
            addDate(bytes, from, to, scan);
            from = to + 1;
        }
    }

    private static void addDate(byte[] bytes, int from, int to, Years.Scan scan) {
        if (from >= to) {
            return;
        }
        int at = Math.max(behindPriority(bytes, from, to), behindName(bytes, from, to));
        if (Timestamps.isRfc3164(bytes, at, to)) {
            int day = Timestamps.day(bytes, at);
            if (day >= 1 && day <= 31) {
                scan.add(Timestamps.month(bytes, at), day);
            }
        }
    }

    private static int lineEnd(byte[] bytes, int from, int length) {
        int end = from;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }
}
