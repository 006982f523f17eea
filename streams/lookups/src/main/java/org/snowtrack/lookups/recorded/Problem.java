package org.snowtrack.lookups.recorded;

/**
 * Something in a file that could not be used. The rest of the file was.
 *
 * @param file path, as it was opened
 * @param line from 1; 0 for the whole file
 * @param sentence what is wrong, for people; safe to print, because control and invisible characters are replaced
 */
public record Problem(String file, int line, String sentence) {

    public Problem {
        sentence = sentence.replaceAll("\\p{C}", "?");
    }

    /** {@code file:line: sentence}, or {@code file: sentence}. */
    @Override
    public String toString() {
        return line == 0 ? file + ": " + sentence : file + ":" + line + ": " + sentence;
    }
}
