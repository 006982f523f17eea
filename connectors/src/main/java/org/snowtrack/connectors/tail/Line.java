package org.snowtrack.connectors.tail;

import java.nio.charset.StandardCharsets;

/**
 * One complete line of a log. Its bytes are whatever was written; they lie in an array that is shared with the lines
 * around it and never written to again.
 */
public final class Line {

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final long offset;
    private final long next;

    Line(byte[] bytes, int from, int to, long offset, long next) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.offset = offset;
        this.next = next;
    }

    /** The array that holds the line between {@link #from} and {@link #to}; not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the first byte. */
    public int from() {
        return from;
    }

    /** Index behind the last byte; the line end (LF, CR LF) is not part of it. */
    public int to() {
        return to;
    }

    /** Where the line begins in its file, in bytes. */
    public long offset() {
        return offset;
    }

    /** Where the line behind it begins, in bytes. */
    public long next() {
        return next;
    }

    /** The line as UTF-8; what is not becomes U+FFFD. */
    public String text() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
