package org.snowtrack.lookups.dns;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether a server is worth asking. After {@value #MISSES} questions in a row without any answer it rests, at first for a
 * second and twice as long each time that it stays silent, up to half a minute, give or take a quarter, so that servers and
 * clients do not fall into step. When a rest is over, one question finds out whether the server is back; any answer
 * ends it all. Whether an answer is good does not matter here: it says more about a zone than about the server.
 *
 * <p>Of many questions that time out together only the first few count: they were asked before anybody could know.
 * Times are {@link System#nanoTime}. Safe for any thread.
 */
final class ServerHealth {

    private static final int MISSES = 4;
    private static final long FIRST_REST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_REST = Duration.ofSeconds(30).toNanos();

    private volatile int misses;
    private long restEnds;

    /** Whether to ask now: the server is well, or its rest is over and it is this question that finds out. */
    boolean admits(long nowNanos) {
        if (isWell()) {
            return true;
        }
        synchronized (this) {
            // An answer may have come meanwhile.
            if (isWell()) {
                return true;
            }
            if (rests(nowNanos)) {
                return false;
            }
            // Until this question is answered, it counts as missed.
            misses++;
            rest(nowNanos);
            return true;
        }
    }

    /** Whether it answers, as far as is known. */
    boolean isWell() {
        return misses < MISSES;
    }

    /** When the rest is over; in the past where there is none. */
    synchronized long restEnds(long nowNanos) {
        return isWell() ? nowNanos : restEnds;
    }

    /** An answer came. */
    void answered() {
        if (misses > 0) {
            synchronized (this) {
                misses = 0;
            }
        }
    }

    /** None came. */
    synchronized void missed(long nowNanos) {
        if (rests(nowNanos)) {
            return;
        }
        misses++;
        if (misses >= MISSES) {
            rest(nowNanos);
        }
    }

    private boolean rests(long nowNanos) {
        return !isWell() && restEnds - nowNanos > 0;
    }

    private void rest(long nowNanos) {
        long rest = Math.min(FIRST_REST << Math.min(misses - MISSES, 10), LONGEST_REST);
        restEnds = nowNanos + rest * 3 / 4 + ThreadLocalRandom.current().nextLong(rest / 2);
    }
}
