package org.snowtrack.connectors.tail;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * A place in a log, to go on from after a restart.
 *
 * @param file the file
 * @param offset bytes from its start, always the start of a line
 * @param modified when the file was last seen to be written to, in whole milliseconds; what was written later, in
 *     another file, has not been read
 */
public record Position(FileIdentity file, long offset, Instant modified) {

    /** One line of text, for {@link #parse}: {@code OFFSET FINGERPRINT MODIFIED KEY}. */
    public String toText() {
        return offset + " " + file.fingerprint() + " " + modified + " " + file.key();
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text, if it is anything else
     */
    public static Position parse(String text) {
        String[] parts = text.split(" ", 4);
        try {
            if (parts.length == 4 && parts[1].matches("[0-9a-f]{16}")) {
                long offset = Long.parseLong(parts[0]);
                if (offset >= 0) {
                    return new Position(new FileIdentity(parts[3], parts[1]), offset, Instant.parse(parts[2]));
                }
            }
        } catch (NumberFormatException | DateTimeException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not a position in a log.");
    }
}
