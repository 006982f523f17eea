package org.snowtrack.connectors.formats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;

/**
 * Keeps a mistake in a grammar to the line on which it shows: that line counts as unreadable, and the next one is read.
 * Facts are handed on when their line is read, so that nothing but a grammar can fail in between, except what is asked
 * by {@link #outside}. For one thread.
 */
final class GrammarGuard {

    private record Told(long tag, LogFact fact) {}

    /** What failed was no grammar. */
    private static final class OutsideFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final RuntimeException failure;

        OutsideFailure(RuntimeException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private final List<Told> told = new ArrayList<>();
    private final FactSink keeping = (tag, fact) -> told.add(new Told(tag, fact));
    private final Consumer<Throwable> mistakes;

    /** A guard that logs each mistake once. */
    GrammarGuard() {
        this(new Once());
    }

    /**
     * A guard.
     *
     * @param mistakes takes what a grammar threw
     */
    GrammarGuard(Consumer<Throwable> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * Reads a line by a grammar.
     *
     * @param tag of the line
     * @param grammar tells its facts to what it is given
     */
    void read(long tag, Consumer<FactSink> grammar, FactSink facts) {
        told.clear();
        try {
            grammar.accept(keeping);
        } catch (OutsideFailure e) {
            throw e.failure;
        } catch (RuntimeException | StackOverflowError e) {
            mistakes.accept(e);
            told.clear();
            told.add(new Told(tag, LogFact.Notice.UNREADABLE));
        }
        for (Told each : told) {
            facts.accept(each.tag(), each.fact());
        }
    }

    /** Asks for something while a line is read; if that fails, it is no mistake of a grammar. */
    static <T extends @Nullable Object> T outside(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (RuntimeException e) {
            throw new OutsideFailure(e);
        }
    }

    /** Logs a mistake by its place in the code. Its message is left out, as it may hold a part of the line. */
    private static final class Once implements Consumer<Throwable> {

        private final Set<String> known = new HashSet<>();

        @Override
        public void accept(Throwable mistake) {
            String place = Arrays.stream(mistake.getStackTrace())
                    .filter(frame -> frame.getClassName().startsWith("org.snowtrack."))
                    .findFirst()
                    .map(StackTraceElement::toString)
                    .orElse("an unknown place");
            String what = mistake.getClass().getSimpleName() + " at " + place;
            if (known.add(what)) {
                // Asked for only here: it is the one message of a run that is over before a logger is set up.
                Logger log = LoggerFactory.getLogger(GrammarGuard.class);
                log.error(
                        "A log line was not understood because of a mistake in Snowtrack ({}); it counts as unreadable, "
                                + "and reading goes on. Please report it.",
                        what);
            }
        }
    }
}
