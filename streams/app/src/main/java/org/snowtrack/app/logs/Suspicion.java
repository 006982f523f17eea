package org.snowtrack.app.logs;

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

    private static final Word REJECT = Word.of("eject", 'j');
    private static final Word DENIED = Word.of("enied", 'd');
    private static final Word REFUSED = Word.of("refuse", 'f');
    private static final Word USER_UNKNOWN = Word.of("ser unknown", 'k');
    private static final Word UNKNOWN_USER = Word.of("nknown user", 'k');
    private static final Word BLOCKED = Word.of("locked using", 'k');
    private static final Word NO_SUCH_USER = Word.of("o such user", 'h');
    private static final Word GREYLIST = Word.of("reylist", 'y');

    private static final boolean[] LETTERS = new boolean[128];

    static {
        for (char letter : "jdfkhy45".toCharArray()) {
            LETTERS[letter] = true;
        }
    }

    private Suspicion() {}

    static boolean looksLikeRefusal(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            // One look in a table instead of one comparison a letter: most bytes are none of them.
            if (line[i] < 0 || !LETTERS[line[i]]) {
                continue;
            }
            boolean isFound =
                    switch (line[i]) {
                        case 'j' -> REJECT.isAt(line, from, i, to);
                        case 'd' -> DENIED.isAt(line, from, i, to);
                        case 'f' -> REFUSED.isAt(line, from, i, to);
                        case 'k' ->
                            USER_UNKNOWN.isAt(line, from, i, to)
                                    || UNKNOWN_USER.isAt(line, from, i, to)
                                    || BLOCKED.isAt(line, from, i, to);
                        case 'h' -> NO_SUCH_USER.isAt(line, from, i, to);
                        case 'y' -> GREYLIST.isAt(line, from, i, to);
                        case '4', '5' -> isCodes(line, from, i, to);
                        default -> false;
                    };
            if (isFound) {
                return true;
            }
        }
        return false;
    }

    /** {@code 550 5.1.1}, {@code 550-5.1.1}. */
    private static boolean isCodes(byte[] line, int from, int at, int to) {
        return to - at >= 9
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
