package org.snowtrack.connectors.syslog;

import java.util.Arrays;

/**
 * Cuts a stream into messages, each by the framing that it has (RFC 6587, section 3.4):
 *
 * <pre>
 * stream  = *(counted / line / LF / CR / NUL)
 * counted = 1*7DIGIT " " message                ; so many bytes, the first of which is "&lt;"
 * line    = message LF
 * </pre>
 *
 * <p>A message that is too long is passed over and counted: a cut one could say something else than it did. Senders that
 * count characters and not bytes lose their place; behind a counted message, only a count or a {@code <} may therefore
 * begin the next, and anything else breaks the stream off. An unfinished message is never given out. For one thread.
 */
final class Framing {

    private static final int MOST_DIGITS = 7;

    private enum State {
        START,
        DIGITS,
        BEHIND_COUNT,
        COUNTED,
        TOO_LONG_COUNTED,
        LINE,
        TOO_LONG_LINE,
        BROKEN
    }

    private final int longest;
    private State state = State.START;
    private byte[] message = new byte[1 << 10];
    private int length;
    /** Bytes of the counted message that are still to come. */
    private int missing;

    private boolean isBehindCounted;
    private long tooLong;

    /**
     * A stream that begins.
     *
     * @param longest bytes of a message
     */
    Framing(int longest) {
        this.longest = longest;
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @param lines gets the messages that are now complete
     * @return false if the stream is broken and not to be read on
     */
    boolean take(byte[] bytes, int count, Lines lines) {
        int at = 0;
        while (at < count && state != State.BROKEN) {
            at = switch (state) {
                case START -> start(bytes, at);
                case DIGITS, BEHIND_COUNT -> head(bytes, at);
                case COUNTED, TOO_LONG_COUNTED -> counted(bytes, at, count, lines);
                default -> line(bytes, at, count, lines);
            };
        }
        return state != State.BROKEN;
    }

    private int start(byte[] bytes, int at) {
        byte b = bytes[at];
        length = 0;
        if (b == '\n' || b == '\r' || b == 0) {
            return at + 1;
        }
        if (b >= '1' && b <= '9') {
            state = State.DIGITS;
            return at;
        }
        state = isBehindCounted && b != '<' ? State.BROKEN : State.LINE;
        return at;
    }

    /** What may be a count is kept, as it may also be the beginning of a line. */
    private int head(byte[] bytes, int at) {
        byte b = bytes[at];
        if (state == State.DIGITS && b >= '0' && b <= '9' && length < MOST_DIGITS) {
            keep(bytes, at, at + 1);
            return at + 1;
        }
        if (state == State.DIGITS && b == ' ') {
            keep(bytes, at, at + 1);
            state = State.BEHIND_COUNT;
            return at + 1;
        }
        if (state == State.BEHIND_COUNT && b == '<') {
            missing = 0;
            for (int i = 0; i < length - 1; i++) {
                missing = 10 * missing + message[i] - '0';
            }
            tooLong += missing > longest ? 1 : 0;
            length = 0;
            isBehindCounted = true;
            state = missing > longest ? State.TOO_LONG_COUNTED : State.COUNTED;
            return at;
        }
        state = isBehindCounted ? State.BROKEN : State.LINE;
        return at;
    }

    private int counted(byte[] bytes, int at, int count, Lines lines) {
        int taken = Math.min(missing, count - at);
        if (state == State.COUNTED) {
            keep(bytes, at, at + taken);
        }
        missing -= taken;
        if (missing == 0) {
            lines.add(message, 0, length);
            end();
        }
        return at + taken;
    }

    private int line(byte[] bytes, int at, int count, Lines lines) {
        int end = at;
        while (end < count && bytes[end] != '\n') {
            end++;
        }
        if (state == State.LINE && length + end - at > longest) {
            tooLong++;
            length = 0;
            state = State.TOO_LONG_LINE;
        }
        if (state == State.LINE && end < count && length == 0) {
            lines.add(bytes, at, end);
        } else if (state == State.LINE) {
            keep(bytes, at, end);
            if (end < count) {
                lines.add(message, 0, length);
            }
        }
        if (end < count) {
            isBehindCounted = false;
            end();
            return end + 1;
        }
        return end;
    }

    private void keep(byte[] bytes, int from, int to) {
        int size = to - from;
        if (message.length - length < size) {
            message = Arrays.copyOf(message, Math.max(length + size, 2 * message.length));
        }
        System.arraycopy(bytes, from, message, length, size);
        length += size;
    }

    private void end() {
        state = State.START;
        length = 0;
    }

    /** Whether a message has begun and not ended. */
    boolean isInMessage() {
        return state != State.START && state != State.BROKEN;
    }

    /** Whether the stream was broken off. */
    boolean isBroken() {
        return state == State.BROKEN;
    }

    /** Messages that were too long, so far. */
    long tooLong() {
        return tooLong;
    }
}
