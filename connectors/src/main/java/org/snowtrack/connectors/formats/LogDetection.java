package org.snowtrack.connectors.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.snowtrack.connectors.envelope.Envelope;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.LogFormat;

/**
 * Finds out in which format a log is, from its first lines, and tells an operator who gave the wrong file or the wrong
 * format before any line is lost without a word.
 */
public final class LogDetection {

    /** How many lines are looked at, as long as they lie in the first {@link #BYTES}. */
    public static final int LINES = 1_000;

    /** How many bytes are looked at: 1 MiB. */
    public static final int BYTES = 1 << 20;

    private LogDetection() {}

    /**
     * The format of a log; if lines of several are there, all of them, line by line.
     *
     * @param head the log's first bytes
     * @return empty where no line is of any format
     */
    public static Optional<LogFormat> of(byte[] head) {
        List<LogFormat> found = new ArrayList<>();
        lines(head, entry -> {
            for (LogFormat format : LogFormats.ALL) {
                if (!found.contains(format) && format.looksLike(entry)) {
                    found.add(format);
                }
            }
        });
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(found.size() == 1 ? found.get(0) : new AnyLog());
    }

    /**
     * Looks at the first lines of a log that is to be followed.
     *
     * @return one sentence if it is compressed, or if none of them is of the format; nothing if one is, or if there is
     *     no line yet
     * @throws IOException if the file cannot be read
     */
    public static Optional<String> complaint(Path log, LogFormat format) throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            byte[] head = in.readNBytes(BYTES);
            boolean isGzip = head.length > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
            return isGzip
                    ? Optional.of(log + " is compressed, so that nothing more will be written to it.")
                    : complaint(log, head, format);
        }
    }

    static Optional<String> complaint(Path log, byte[] head, LogFormat format) {
        boolean[] isFound = {false};
        int lines = lines(head, entry -> isFound[0] |= format.looksLike(entry));
        return lines == 0 || isFound[0] ? Optional.empty() : Optional.of(sentence(log, format, lines));
    }

    private static int lines(byte[] head, Consumer<LogEntry> look) {
        // Only shapes are looked at, not times.
        InstantSource clock = InstantSource.system();
        Envelope envelope = new Envelope(ZoneOffset.UTC, Years.live(ZoneOffset.UTC, clock), clock);
        int lines = 0;
        int from = 0;
        while (from < head.length && lines < LINES) {
            int to = from;
            while (to < head.length && head[to] != '\n') {
                to++;
            }
            int end = to > from && head[to - 1] == '\r' ? to - 1 : to;
            look.accept(envelope.read(head, from, end, lines));
            lines++;
            from = to + 1;
        }
        return lines;
    }

    private static String sentence(Path log, LogFormat format, int lines) {
        String which = lines == 1 ? "its only line has not" : "none of its first " + lines + " lines has";
        String article = "AEIO".indexOf(format.name().charAt(0)) < 0 ? " a " : " an ";
        return log + " does not look like" + article + format.name() + " log: " + which + " " + format.mark() + ".";
    }
}
