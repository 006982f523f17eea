package org.snowtrack.connectors.rejections;

/**
 * A line that could not be read. Its text is not kept: it may hold a recipient.
 *
 * @param line its number in the file, from 1
 * @param sentence what is wrong with it, for people
 */
public record BrokenLine(int line, String sentence) implements RejectionFile.Entry {

    static BrokenLine tooLong(int line) {
        return new BrokenLine(line, "The line is longer than 1 MiB.");
    }
}
