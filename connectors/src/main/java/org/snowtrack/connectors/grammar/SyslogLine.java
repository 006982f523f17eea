package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a line lie that a syslog daemon wrote: {@code [<PRI>]TIME [WORD [WORD]] PROGRAM[PID]: MESSAGE},
 * with the time of RFC 3164 ({@code Nov 25 12:00:00}) or of RFC 3339, as rsyslog, syslog-ng, journalctl and Postfix's
 * own {@code maillog_file} write it. The words are the host and, with some daemons, the facility. The program is the
 * first word that ends in {@code [digits]:}; another word that ends in a colon is a program without a number and makes
 * the line none of ours, so that nothing inside a message can pose as a program.
 *
 * @param timeFrom index of the time's first byte
 * @param programFrom index of the program's first byte
 * @param programTo index of the bracket behind it
 * @param messageFrom index of the message's first byte; the line's end where it is empty
 */
public record SyslogLine(int timeFrom, int programFrom, int programTo, int messageFrom) {

    private static final int LONGEST_TIME = 40;
    private static final int WORDS_BEFORE_PROGRAM = 2;

    /** The parts of a line; null where it is not of this form. */
    public static @Nullable SyslogLine of(byte[] line, int from, int to) {
        int timeFrom = behindPriority(line, from, to);
        int word = behindTime(line, timeFrom, to);
        for (int i = 0; word > 0 && i <= WORDS_BEFORE_PROGRAM; i++) {
            int end = word;
            while (end < to && line[end] != ' ') {
                end++;
            }
            int bracket = bracket(line, word, end);
            if (bracket > word) {
                return new SyslogLine(timeFrom, word, bracket, Math.min(end + 1, to));
            }
            if (end == to || (end > word && line[end - 1] == ':')) {
                return null;
            }
            word = end + 1;
        }
        return null;
    }

    private static int behindPriority(byte[] line, int from, int to) {
        if (from < to && line[from] == '<') {
            for (int i = from + 1; i < Math.min(from + 5, to); i++) {
                if (line[i] == '>') {
                    return i + 1;
                }
            }
        }
        return from;
    }

    private static int behindTime(byte[] line, int from, int to) {
        if (to - from < 20) {
            return -1;
        }
        if (line[from + 3] == ' ' && line[from + 6] == ' ' && line[from + 9] == ':' && line[from + 15] == ' ') {
            return from + 16;
        }
        if (line[from + 4] == '-' && line[from + 7] == '-' && line[from + 13] == ':') {
            for (int i = from + 19; i < Math.min(from + LONGEST_TIME, to); i++) {
                if (line[i] == ' ') {
                    return i + 1;
                }
            }
        }
        return -1;
    }

    /** The index of the bracket if the word is {@code PROGRAM[digits]:}, else -1. */
    private static int bracket(byte[] line, int from, int to) {
        if (to - from < 5 || line[to - 1] != ':' || line[to - 2] != ']') {
            return -1;
        }
        int i = to - 3;
        while (i > from && line[i] >= '0' && line[i] <= '9') {
            i--;
        }
        return line[i] == '[' && i < to - 3 ? i : -1;
    }

    /** Whether the program's name ends so. */
    public boolean isProgram(byte[] line, byte[] ending) {
        int start = programTo - ending.length;
        return start >= programFrom && startsWith(line, start, programTo, ending);
    }

    /** Whether the bytes from there on begin so. */
    public static boolean startsWith(byte[] line, int from, int to, byte[] beginning) {
        if (to - from < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (line[from + i] != beginning[i]) {
                return false;
            }
        }
        return true;
    }
}
