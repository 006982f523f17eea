package org.snowtrack.topologies.intake;

import java.util.Optional;

/** What a reporter may be called. */
public final class ReporterName {

    /** Longest name, in characters. */
    static final int MAX = 128;

    private ReporterName() {}

    /** A sentence, where this is no name. */
    public static Optional<String> complaint(String name) {
        if (name.isBlank()) {
            return Optional.of("reporter: nobody is named, and the topic does not bind one.");
        }
        return name.length() > MAX || name.chars().anyMatch(Character::isISOControl)
                ? Optional.of("reporter: a name has at most " + MAX + " characters, none of them a control character.")
                : Optional.empty();
    }
}
