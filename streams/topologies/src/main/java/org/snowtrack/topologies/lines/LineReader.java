package org.snowtrack.topologies.lines;

import java.time.Instant;
import java.time.ZoneId;

/**
 * Reads log lines of any mail servers, mixed. Remembers nothing between two lines but through the sessions that it was
 * given, so that one can go on where another one stopped. For one thread.
 */
@FunctionalInterface
public interface LineReader {

    /** Makes readers. Safe for any thread. */
    @FunctionalInterface
    interface Factory {

        /**
         * A reader.
         *
         * @param zone of times that have none
         * @param sessions of whichever log the line is from that is being read
         */
        LineReader reader(ZoneId zone, LogSessions sessions);
    }

    /**
     * Reads a line. Never throws, whatever the bytes are.
     *
     * @param line its bytes without a line end, or a shipper's JSON object around them; not to be changed, nor kept
     * @param to index behind the line
     * @param offset what {@link LineFacts} is to call the line
     * @param shipped about when it was written, for times that have no year, and for lines that have no time
     */
    void read(byte[] line, int to, long offset, Instant shipped, LineFacts facts);
}
