package org.snowtrack.connectors.formats;

import com.google.common.io.CountingInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.snowtrack.connectors.envelope.ByteScan;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.tail.LogTail;

/** One way through a {@link LogFile}, line by line. For one thread. */
final class LogPass {

    private static final byte LINE_FEED = '\n';
    /** Small enough to be still in the processor's cache when its lines are read. */
    private static final int CHUNK = 128 << 10;

    private final InputStream in;
    private final CountingInputStream counted;
    private final LogReader lines;
    private final LogFile.Reader reader;
    private byte[] buffer = new byte[CHUNK];
    private long start;
    private long number;
    private boolean hasTold;
    private boolean isSkipping;
    private final FactSink facts = this::fact;

    LogPass(InputStream in, CountingInputStream counted, LogReader lines, LogFile.Reader reader) {
        this.in = in;
        this.counted = counted;
        this.lines = lines;
        this.reader = reader;
    }

    void run() throws IOException {
        int filled = 0;
        int read = in.readNBytes(buffer, 0, buffer.length);
        while (read > 0) {
            filled += read;
            int left = lines(filled);
            start += filled - left;
            if (left > LogTail.LONGEST) {
                isSkipping = true;
                left = 0;
            }
            keep(filled - left, left);
            filled = left;
            reader.progress(counted.getCount());
            read = in.readNBytes(buffer, filled, CHUNK);
        }
        if (filled > 0 || isSkipping) {
            line(0, filled);
        }
        lines.end(facts);
    }

    /** Moves the begun line to the front, with room for a chunk behind it. */
    private void keep(int from, int length) {
        byte[] next = length + CHUNK > buffer.length ? new byte[2 * length + CHUNK] : buffer;
        System.arraycopy(buffer, from, next, 0, length);
        buffer = next;
    }

    /** Reads the complete lines; returns how many bytes are left behind them. */
    private int lines(int filled) {
        int from = 0;
        int end = ByteScan.indexOf(LINE_FEED, buffer, from, filled);
        while (end >= 0) {
            line(from, end);
            from = end + 1;
            end = ByteScan.indexOf(LINE_FEED, buffer, from, filled);
        }
        return filled - from;
    }

    private void line(int from, int end) {
        number++;
        if (isSkipping || end - from > LogTail.LONGEST) {
            isSkipping = false;
            reader.tooLong(number);
            return;
        }
        int to = end > from && buffer[end - 1] == '\r' ? end - 1 : end;
        hasTold = false;
        lines.read(buffer, from, to, start + from, number, facts);
        reader.line(number, buffer, from, to, hasTold);
    }

    private void fact(long line, LogFact fact) {
        hasTold = true;
        reader.fact(line, fact);
    }
}
