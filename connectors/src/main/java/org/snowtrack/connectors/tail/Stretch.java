package org.snowtrack.connectors.tail;

import java.util.List;

/**
 * What one poll read: lines of one file, one behind the other.
 *
 * @param file where they stand
 * @param offset where in the file was read on, in bytes
 * @param lines in order; none where only a part of a line that is too long was skipped
 * @param content the file itself, until the next poll
 */
public record Stretch(FileIdentity file, long offset, List<Line> lines, LogContent content) {}
