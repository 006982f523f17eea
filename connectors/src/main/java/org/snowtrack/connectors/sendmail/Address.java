package org.snowtrack.connectors.sendmail;

/**
 * Finds the end of an address that a client wrote and Sendmail quotes as it is. Goes over it as Sendmail's own
 * {@code prescan} does when it looks for the end of the address in a command: blanks inside quotes, comments and angle
 * brackets belong to it. So whatever a client puts into it, the server's words begin behind.
 *
 * <p>In the log, {@code str2prt} has written a backslash twice and a control character as one with a letter or three
 * digits behind it; so there is none in it.
 */
final class Address {

    private Address() {}

    /** The index of the blank behind the address that begins there; -1 where it does not end. */
    static int end(byte[] bytes, int from, int to) {
        int brackets = 0;
        int comments = 0;
        boolean isQuoted = false;
        boolean isEscaped = false;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (c >= 0 && c < ' ') {
                return -1;
            }
            if (c == '\\') {
                i = lastOfEscape(bytes, i, to);
                isEscaped = bytes[i] == '\\' && !isEscaped;
            } else if (isEscaped) {
                isEscaped = false;
            } else if (isQuoted) {
                isQuoted = c != '"';
            } else if (c == '(') {
                comments++;
            } else if (c == ')') {
                comments--;
            } else if (comments == 0) {
                if (c == ' ' && brackets == 0) {
                    return i;
                }
                isQuoted = c == '"';
                brackets += c == '<' ? 1 : c == '>' ? -1 : 0;
            }
            if (brackets < 0 || comments < 0) {
                return -1;
            }
        }
        return -1;
    }

    private static int lastOfEscape(byte[] bytes, int backslash, int to) {
        int last = backslash + 1;
        if (last < to && isOctal(bytes[last])) {
            last += 2;
        }
        return Math.min(last, to - 1);
    }

    private static boolean isOctal(byte b) {
        return b >= '0' && b <= '7';
    }
}
