package org.snowtrack.app.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a line looks like a refusal to somebody who does not know its grammar: the words that servers refuse with, or
 * a reply code that refuses beside an enhanced one. Wrong at times; it shows gaps in grammars, and decides nothing.
 *
 * <p>Most lines of most logs come here, so that most of their bytes are passed over: a window as long as the shortest
 * word moves on as far as its last two bytes allow (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994).
 */
final class Suspicion {

    private static final int WINDOW = 5;
    private static final int PAIRS = 1 << 16;

    private static final List<byte[]> WORDS = Stream.of(
                    "eject", "enied", "refuse", "ser unknown", "nknown user", "locked using", "o such user", "reylist")
            .map(word -> word.getBytes(StandardCharsets.US_ASCII))
            .toList();

    /** The least common part of {@code 550 5.1.1} and {@code 550-5.1.1}, and where it stands in them. */
    private static final List<byte[]> CODES = codes();

    private static final int CODES_BEFORE = 3;

    /** By the last two bytes of a window: how far it is to the next that may hold the beginning of a word; 0 if this does. */
    private static final byte[] STEPS = steps();

    private Suspicion() {}

    private static List<byte[]> codes() {
        List<byte[]> codes = new ArrayList<>();
        for (String begin : List.of(" 4", " 5", "-4", "-5")) {
            for (int digits = 0; digits < 10; digits++) {
                codes.add((begin + "." + digits + ".").getBytes(StandardCharsets.US_ASCII));
            }
        }
        return List.copyOf(codes);
    }

    private static byte[] steps() {
        byte[] steps = new byte[PAIRS];
        Arrays.fill(steps, (byte) (WINDOW - 1));
        Stream.concat(WORDS.stream(), CODES.stream()).forEach(word -> {
            for (int at = 1; at < WINDOW; at++) {
                int pair = pair(word, at);
                steps[pair] = (byte) Math.min(steps[pair], WINDOW - 1 - at);
            }
        });
        return steps;
    }

    private static int pair(byte[] bytes, int at) {
        return (bytes[at - 1] & 0xff) << 8 | (bytes[at] & 0xff);
    }

    static boolean looksLikeRefusal(byte[] line, int from, int to) {
        int last = from + WINDOW - 1;
        while (last < to) {
            int step = STEPS[(line[last - 1] & 0xff) << 8 | (line[last] & 0xff)];
            if (step == 0) {
                if (isRefusal(line, from, last - WINDOW + 1, to)) {
                    return true;
                }
                step = 1;
            }
            last += step;
        }
        return false;
    }

    private static boolean isRefusal(byte[] line, int from, int at, int to) {
        if (line[at + WINDOW - 1] == '.') {
            return isCodes(line, from, at - CODES_BEFORE, to);
        }
        for (byte[] word : WORDS) {
            if (word[0] == line[at] && word.length <= to - at && isAt(word, line, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(byte[] word, byte[] line, int at) {
        for (int i = 1; i < word.length; i++) {
            if (line[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** {@code 550 5.1.1}, {@code 550-5.1.1}. */
    private static boolean isCodes(byte[] line, int from, int at, int to) {
        return at >= from
                && to - at >= 9
                && (line[at + 3] == ' ' || line[at + 3] == '-')
                && (line[at] == '4' || line[at] == '5')
                && (at == from || !isDigit(line[at - 1]))
                && isDigit(line[at + 1])
                && isDigit(line[at + 2])
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
