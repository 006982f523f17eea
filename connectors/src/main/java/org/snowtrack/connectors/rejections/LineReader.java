package org.snowtrack.connectors.rejections;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the lines of a stream. Bytes that are not UTF-8 are replaced by U+FFFD; a byte-order mark at the start
 * and the ends of lines (LF, CR LF) are taken off. Of a line longer than {@link #LONGEST} only the number is told.
 */
final class LineReader implements Closeable {

    /** Longest line to be held, in bytes: 1 MiB. */
    static final int LONGEST = 1 << 20;

    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private int position;
    private int limit;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(1 << 10);
    private int number;
    private @Nullable String text;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * Goes to the next line.
     *
     * @return false at the end of the stream
     * @throws IOException from the stream; the line that it cut is lost, and {@link #number()} is still that of the
     *     line before
     */
    boolean advance() throws IOException {
        held.reset();
        long length = 0;
        boolean isWhole = false;
        while (!isWhole) {
            if (position == limit && !fill()) {
                if (length == 0) {
                    return false;
                }
                break;
            }
            int end = position;
            while (end < limit && chunk[end] != '\n') {
                end++;
            }
            length += end - position;
            if (length <= LONGEST) {
                held.write(chunk, position, end - position);
            }
            isWhole = end < limit;
            position = isWhole ? end + 1 : end;
        }
        number++;
        text = length <= LONGEST ? decode() : null;
        return true;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }

    private String decode() {
        String line = held.toString(StandardCharsets.UTF_8);
        int start = number == 1 && line.startsWith("\uFEFF") ? 1 : 0;
        int end = line.endsWith("\r") ? line.length() - 1 : line.length();
        return line.substring(start, end);
    }

    /** The current line's number, from 1; 0 before the first. */
    int number() {
        return number;
    }

    /** The current line's text; null before the first line, and where the line is too long to be held. */
    @Nullable
    String text() {
        return text;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
