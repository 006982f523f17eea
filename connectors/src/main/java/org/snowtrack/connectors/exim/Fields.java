package org.snowtrack.connectors.exim;

import org.jspecify.annotations.Nullable;

/**
 * The {@code KEY=value} words that stand between the client and what happened to it: {@code I=} (our own address),
 * {@code U=}, {@code X=}, {@code CV=}, {@code DN="..."}, {@code SNI=}, {@code F=<...>}, {@code A=}, {@code P=} and
 * whatever other versions add.
 *
 * @param sender what stands behind {@code F=}, without angle brackets; null where there is none
 * @param end index behind the last one
 */
record Fields(@Nullable String sender, int end) {

    private static final int LONGEST_KEY = 6;

    static Fields read(String text, int from) {
        String sender = null;
        int at = from;
        while (text.startsWith(" ", at)) {
            int value = behindKey(text, at + 1);
            int end;
            if (value < 0) {
                end = behindFlag(text, at + 1);
            } else if (text.startsWith(" F=<", at)) {
                end = behindSender(text, value + 1);
                sender = end < 0 ? null : text.substring(value + 1, end - 1);
            } else if (text.startsWith("\"", value)) {
                end = text.indexOf('"', value + 1) + 1;
            } else {
                int blank = text.indexOf(' ', value);
                end = blank < 0 ? text.length() : blank;
                sender = text.startsWith(" F=", at) ? text.substring(value, end) : sender;
            }
            if (end <= at) {
                break;
            }
            at = end;
        }
        return new Fields(sender, at);
    }

    private static int behindKey(String text, int from) {
        int at = from;
        while (at < text.length() && at <= from + LONGEST_KEY && isLetter(text.charAt(at))) {
            at++;
        }
        return at > from && text.startsWith("=", at) ? at + 1 : -1;
    }

    /** TCP fast open, pipelining and DNSSEC have no value: {@code TFO}, {@code TFO*}, {@code L}, {@code L-}, {@code DS}. */
    private static int behindFlag(String text, int from) {
        int end = text.indexOf(' ', from);
        String word = end < 0 ? "" : text.substring(from, Math.min(end, from + LONGEST_KEY));
        boolean isFlag = word.equals("TFO")
                || word.equals("TFO*")
                || word.equals("DS")
                || word.equals("L")
                || word.equals("L-")
                || word.equals("L*")
                || word.equals("L.")
                || word.equals("L.-")
                || word.equals("L*-");
        return isFlag ? end : -1;
    }

    /** The index behind the sender's closing bracket, which is no part of a quoted string; -1 where none is. */
    static int behindSender(String text, int from) {
        int at = from;
        boolean isQuoted = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == '>' && !isQuoted) {
                return at + 1;
            }
            at++;
        }
        return -1;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
