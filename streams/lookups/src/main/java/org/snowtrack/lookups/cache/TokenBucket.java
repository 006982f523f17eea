package org.snowtrack.lookups.cache;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tokens that grow at a {@link Rate}. Whoever takes one learns how long to wait before using it, so that waiting needs
 * neither a thread nor a queue, and those who take first go first. One number is all the state: the time at which the
 * next token would grow if none had been saved (the virtual scheduling form of the Generic Cell Rate Algorithm, ITU-T
 * I.371, annex A). Safe for any thread.
 */
public final class TokenBucket {

    private final long interval;
    private final long saved;
    private final AtomicLong next;

    /** Full at first. */
    public TokenBucket(Rate rate, long nowNanos) {
        interval = 1_000_000_000L / rate.perSecond();
        saved = interval * (rate.burst() - 1L);
        next = new AtomicLong(nowNanos - saved);
    }

    /**
     * Takes a token.
     *
     * @param nowNanos a {@link System#nanoTime}
     * @param patience the longest wait that is worth it
     * @return nanoseconds to wait; empty if that would be longer, and then nothing is taken
     */
    public OptionalLong take(long nowNanos, Duration patience) {
        while (true) {
            long seen = next.get();
            long oldest = nowNanos - saved;
            long turn = seen - oldest < 0 ? oldest : seen;
            long wait = Math.max(0, turn - nowNanos);
            if (wait > patience.toNanos()) {
                return OptionalLong.empty();
            }
            if (next.compareAndSet(seen, turn + interval)) {
                return OptionalLong.of(wait);
            }
        }
    }
}
