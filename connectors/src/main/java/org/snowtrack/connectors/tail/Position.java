package org.snowtrack.connectors.tail;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in a log, to go on from after a restart.
 *
 * @param file the file
 * @param offset bytes from its start, always the start of a line
 * @param modified when the file was last seen to be written to, in whole milliseconds; what was written later, in
 *     another file, has not been read
 * @param done where what is new begins, if that is further on: lines before it are read again only to know the sessions
 *     that they belong to
 */
public record Position(
        FileIdentity file,
        long offset,
        Instant modified,
        @Nullable Done done) {

    /**
     * Where what is new begins.
     *
     * @param fingerprint of the file
     * @param offset bytes from its start
     */
    public record Done(String fingerprint, long offset) {}

    private static final String FINGERPRINT = "[0-9a-f]{16}";

    /** Where all that lies further on is new. */
    public Position(FileIdentity file, long offset, Instant modified) {
        this(file, offset, modified, null);
    }

    /** One line of text, for {@link #parse}: {@code OFFSET[/FINGERPRINT/OFFSET] FINGERPRINT MODIFIED KEY}. */
    public String toText() {
        String until = done == null ? "" : "/" + done.fingerprint() + "/" + done.offset();
        return offset + until + " " + file.fingerprint() + " " + modified + " " + file.key();
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text, if it is anything else
     */
    public static Position parse(String text) {
        String[] parts = text.split(" ", 4);
        try {
            if (parts.length == 4 && parts[1].matches(FINGERPRINT)) {
                String[] offsets = parts[0].split("/", -1);
                long offset = Long.parseLong(offsets[0]);
                Done done = offsets.length == 3 ? new Done(offsets[1], Long.parseLong(offsets[2])) : null;
                boolean isRight = offsets.length == 1
                        || (done != null && done.fingerprint().matches(FINGERPRINT) && done.offset() >= 0);
                if (offset >= 0 && isRight) {
                    return new Position(new FileIdentity(parts[3], parts[1]), offset, Instant.parse(parts[2]), done);
                }
            }
        } catch (NumberFormatException | DateTimeException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not a position in a log.");
    }
}
