package org.snowtrack.app.results;

import java.util.regex.Pattern;

/**
 * Text of others, for a terminal. Names, holders of networks and rejected values are chosen by whoever wrote the zone,
 * the table or the log, and a terminal obeys what it is shown.
 */
public final class PlainText {

    /** Control and format characters (the bidirectional ones among them), separators of lines, halves of characters. */
    private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    private PlainText() {}

    /** The text, with {@code <U+001B>} and the like for everything that a terminal would obey instead of showing it. */
    public static String of(String text) {
        return UNSHOWN.matcher(text)
                .replaceAll(match -> "<U+%04X>".formatted(match.group().codePointAt(0)));
    }
}
