package org.snowtrack.lookups.cache;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
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
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
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
     * @param work of which an exception or error is a failure
     * @param refusal the result if the line is full; the work is then never started
     * @return completes as the work does
     */
    public <T> CompletableFuture<T> pass(Supplier<? extends CompletionStage<T>> work, T refusal) {
        if (length.incrementAndGet() > line) {
            length.decrementAndGet();
            return CompletableFuture.completedFuture(refusal);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        waiting.add(() -> start(work, result));
        moveOn();
        return result;
    }

    /** Whatever goes wrong, an error too, is the work's failure: the line behind it goes on. */
    private <T> void start(Supplier<? extends CompletionStage<T>> work, CompletableFuture<T> result) {
        try {
            work.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
                leave();
            });
        } catch (Throwable e) {
            result.completeExceptionally(e);
            leave();
        }
    }

    private void leave() {
        inside.decrementAndGet();
        moveOn();
    }

    private void moveOn() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            while (inside.get() < width) {
                Runnable work = waiting.poll();
                if (work == null) {
                    break;
                }
                length.decrementAndGet();
                inside.incrementAndGet();
                work.run();
            }
            answered = calls.addAndGet(-answered);
        } while (answered != 0);
    }
}
