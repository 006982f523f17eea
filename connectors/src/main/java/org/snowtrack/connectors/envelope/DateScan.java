package org.snowtrack.connectors.envelope;

import java.io.IOException;
import java.io.InputStream;

/** Finds the dates without a year in a file, in their order, before the file is read. */
public final class DateScan {

    /** Larger files are looked at in samples: a log does not turn a year within so many bytes. */
    private static final int SCANNED_WHOLE = 8 << 20;

    private static final int SAMPLE = 4 << 10;
    private static final int SAMPLE_EVERY = 256 << 10;

    private DateScan() {}

    /**
     * Looks at the dates of a file whose times may have no year, before it is read. Of a file of more than
     * {@value #SCANNED_WHOLE} bytes only samples are looked at.
     *
     * @param file from its start; read to its end and left open
     */
    public static Years.Scan of(InputStream file) throws IOException {
        Years.Scan scan = new Years.Scan();
        byte[] whole = file.readNBytes(SCANNED_WHOLE);
        addDates(whole, whole.length, true, scan);
        byte[] sample = new byte[SAMPLE];
        int read = file.readNBytes(sample, 0, SAMPLE);
        while (read > 0) {
            addDates(sample, read, false, scan);
            file.skip(SAMPLE_EVERY - SAMPLE);
            read = file.readNBytes(sample, 0, SAMPLE);
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
        int at = Math.max(Envelope.behindPriority(bytes, from, to), CollectorPrefix.behind(bytes, from, to));
        if (Timestamps.isRfc3164(bytes, at, to)) {
            int day = Timestamps.day(bytes, at);
            if (day >= 1 && day <= 31) {
                scan.add(Timestamps.month(bytes, at), day);
            }
        }
    }

    private static int lineEnd(byte[] bytes, int from, int length) {
        int end = ByteScan.indexOf((byte) '\n', bytes, from, length);
        return end < 0 ? length : end;
    }
}
