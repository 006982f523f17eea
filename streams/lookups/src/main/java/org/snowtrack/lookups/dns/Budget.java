package org.snowtrack.lookups.dns;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one lookup may still spend. However its questions branch, they share this, so that nobody's zone can make a
 * lookup endless. Safe for any thread.
 */
final class Budget {

    private final AtomicInteger questions;
    private final long endNanos;

    /** @param endNanos a {@link System#nanoTime} after which no question is asked */
    Budget(int questions, long endNanos) {
        this.questions = new AtomicInteger(questions);
        this.endNanos = endNanos;
    }

    /** Takes one question; false where there is none left. */
    boolean spend() {
        return !isOver() && questions.getAndDecrement() > 0;
    }

    /** Whether the time is over. */
    boolean isOver() {
        return System.nanoTime() - endNanos >= 0;
    }
}
