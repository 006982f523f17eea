package org.snowtrack.lookups.cache;

import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so much work through at once; the rest waits in line, in order of arrival, without a thread. Safe for any
 * thread.
 *
 * <p>Whoever adds work or ends some moves the line on; of several at once, one does it for all, in a loop instead of by
 * recursion, so that work that ends at once, a million times in a row, needs no stack.
 */
public final class Gate {

    private final int width;
    private final int line;
    private final Queue<Supplier<? extends CompletionStage<?>>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * @param width how much work may be under way, at least 1
     * @param line how much may wait, at least 1
     */
    public Gate(int width, int line) {
        this.width = width;
        this.line = line;
    }

    /**
     * Starts the work now or when its turn comes; its place is free again when its stage completes.
     *
     * @param work does not throw
     * @return false if the line is full; the work is then never started
     */
    public boolean enter(Supplier<? extends CompletionStage<?>> work) {
        if (length.incrementAndGet() > line) {
            length.decrementAndGet();
            return false;
        }
        waiting.add(work);
        moveOn();
        return true;
    }

    private void moveOn() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            while (inside.get() < width) {
                Supplier<? extends CompletionStage<?>> work = waiting.poll();
                if (work == null) {
                    break;
                }
                length.decrementAndGet();
                inside.incrementAndGet();
                work.get().whenComplete((result, failure) -> {
                    inside.decrementAndGet();
                    moveOn();
                });
            }
            answered = calls.addAndGet(-answered);
        } while (answered != 0);
    }
}
