package org.snowtrack.app.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Names that nobody has: words out of syllables, under suffixes that are reserved (RFC 6761). Not thread-safe. */
final class Words {

    private static final List<String> HEADS = List.of(
            "b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p", "pl", "r",
            "s", "sk", "st", "t", "tr", "v", "w", "z");
    private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u", "ai", "ea", "io", "ou");
    private static final List<String> TAILS = List.of("", "", "", "n", "r", "l", "s", "m", "k", "nd", "rt", "x");
    private static final List<String> SUFFIXES = List.of("example", "test", "localhost");
    private static final String SILENT_SUFFIX = "invalid";
    private static final int ONE_IN = 8;
    private static final List<String> STARS = List.of(
            "sirius",
            "vega",
            "rigel",
            "deneb",
            "spica",
            "altair",
            "castor",
            "pollux",
            "mira",
            "antares",
            "algol",
            "capella",
            "regulus",
            "procyon",
            "bellatrix",
            "mizar");

    private final Random random;
    private final Set<String> given = new HashSet<>();

    Words(Random random) {
        this.random = random;
    }

    /** Two or three syllables; a word may come twice. */
    String word() {
        StringBuilder word = new StringBuilder();
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
            word.append(any(HEADS)).append(any(VOWELS)).append(any(TAILS));
        }
        return word.toString();
    }

    /** A domain of two labels that was not given before, under any suffix. */
    String domain() {
        return domain(random.nextInt(ONE_IN) != 0);
    }

    /**
     * Likewise, under a suffix whose registry answers, or under one that nobody can ask, as there are some.
     */
    String domain(boolean isKnown) {
        while (true) {
            String domain = word() + (random.nextInt(4) == 0 ? "-" + word() : "") + "."
                    + (isKnown ? any(SUFFIXES) : SILENT_SUFFIX);
            if (given.add(domain)) {
                return domain;
            }
        }
    }

    /** Whether the registry of a domain can be asked. */
    static boolean hasRegistry(String domain) {
        return !domain.endsWith("." + SILENT_SUFFIX);
    }

    String star(int number) {
        return STARS.get(number % STARS.size());
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
