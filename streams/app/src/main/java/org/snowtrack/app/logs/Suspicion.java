package org.snowtrack.app.logs;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a line looks like a refusal to somebody who does not know its grammar: the words that servers refuse with, or
 * a reply code that refuses beside an enhanced one. Wrong at times; it shows gaps in grammars, and decides nothing.
 */
final class Suspicion {

    /** Words by their rarest letter: where it stands in them, and they. */
    private record Word(String text, int letter) {

        static Word of(String text, char letter) {
            return new Word(text, text.indexOf(letter));
        }

        boolean isAt(byte[] line, int from, int at, int to) {
            int start = at - letter;
            if (start < from || start + text.length() > to) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if (line[start + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The words of each letter, none for the digits of codes; null for most bytes, which cost one look. */
    private static final Word[][] BY_LETTER = new Word[128][];

    static {
        BY_LETTER['4'] = new Word[0];
        BY_LETTER['5'] = new Word[0];
        Stream.of(
                        Word.of("eject", 'j'),
                        Word.of("enied", 'd'),
                        Word.of("refuse", 'f'),
                        Word.of("ser unknown", 'k'),
                        Word.of("nknown user", 'k'),
                        Word.of("locked using", 'k'),
                        Word.of("o such user", 'h'),
                        Word.of("reylist", 'y'))
                .collect(Collectors.groupingBy(word -> word.text.charAt(word.letter)))
                .forEach((letter, words) -> BY_LETTER[letter] = words.toArray(Word[]::new));
    }

    private Suspicion() {}

    static boolean looksLikeRefusal(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            byte letter = line[i];
            Word[] words = letter < 0 ? null : BY_LETTER[letter];
            if (words != null && (isAny(words, line, from, i, to) || isCodes(line, from, i, to))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAny(Word[] words, byte[] line, int from, int at, int to) {
        for (Word word : words) {
            if (word.isAt(line, from, at, to)) {
                return true;
            }
        }
        return false;
    }

    /** {@code 550 5.1.1}, {@code 550-5.1.1}. */
    private static boolean isCodes(byte[] line, int from, int at, int to) {
        return (line[at] == '4' || line[at] == '5')
                && to - at >= 9
                && (at == from || line[at - 1] < '0' || line[at - 1] > '9')
                && isDigit(line[at + 1])
                && isDigit(line[at + 2])
                && (line[at + 3] == ' ' || line[at + 3] == '-')
                && line[at + 4] == line[at]
                && line[at + 5] == '.'
                && isDigit(line[at + 6])
                && line[at + 7] == '.'
                && isDigit(line[at + 8]);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
