package org.snowtrack.connectors.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import org.snowtrack.connectors.envelope.Envelope;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.LogFormat;

/** Tells an operator who gave the wrong file or the wrong format before any line is lost without a word. */
public final class FormatCheck {

    /** How many lines are looked at, as long as they lie in the file's first MiB. */
    public static final int LINES = 1_000;

    private static final int BYTES = 1 << 20;

    private FormatCheck() {}

    /**
     * Looks at the first lines of a log.
     *
     * @return one sentence if none of them is of the format; nothing if one is, or if there is no line yet
     * @throws IOException if the file cannot be read
     */
    public static Optional<String> complaint(Path log, LogFormat format) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(log)) {
            bytes = in.readNBytes(BYTES);
        }
        // Only shapes are looked at, not times.
        Envelope envelope = new Envelope(
                ZoneOffset.UTC, Years.live(ZoneOffset.UTC, InstantSource.system()), InstantSource.system());
        int lines = 0;
        int from = 0;
        while (from < bytes.length && lines < LINES) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            if (format.looksLike(envelope.read(bytes, from, to, lines))) {
                return Optional.empty();
            }
            lines++;
            from = to + 1;
        }
        return lines == 0 ? Optional.empty() : Optional.of(sentence(log, format, lines));
    }

    private static String sentence(Path log, LogFormat format, int lines) {
        String which = lines == 1 ? "its only line has not" : "none of its first " + lines + " lines has";
        return log + " does not look like a " + format.name() + " log: " + which + " " + format.mark() + ".";
    }
}
