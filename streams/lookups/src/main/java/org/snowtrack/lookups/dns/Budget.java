package org.snowtrack.lookups.dns;

import com.google.common.collect.Comparators;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one lookup may still spend. However its questions branch and are repeated, they share this, so that nobody's zone can make a
 * lookup endless. Safe for any thread.
 */
final class Budget {

    private final AtomicInteger messages;
    private final AtomicInteger connections;
    private final long endNanos;

    /**
     * @param messages that may be sent, by UDP or TCP
     * @param connections how many of them by TCP
     * @param endNanos a {@link System#nanoTime} after which nothing is sent
     */
    Budget(int messages, int connections, long endNanos) {
        this.messages = new AtomicInteger(messages);
        this.connections = new AtomicInteger(connections);
        this.endNanos = endNanos;
    }

    /** Takes one message; false where there is none left. */
    boolean spend() {
        return !isOver() && messages.getAndDecrement() > 0;
    }

    /** Takes one message by TCP; false where there is none left. */
    boolean spendConnection() {
        return connections.getAndDecrement() > 0 && spend();
    }

    /** So much of a wait as there is time for. */
    Duration within(Duration wait) {
        return Comparators.min(wait, Duration.ofNanos(Math.max(0, endNanos - System.nanoTime())));
    }

    /** Whether nothing more may be sent. */
    boolean isOver() {
        return messages.get() <= 0 || System.nanoTime() - endNanos >= 0;
    }
}
