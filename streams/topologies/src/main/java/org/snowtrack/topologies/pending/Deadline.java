package org.snowtrack.topologies.pending;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.snowtrack.lookups.Answer;

/** Makes every lookup end: in time, and with a value. */
public final class Deadline {

    private final Duration limit;

    public Deadline(Duration limit) {
        this.limit = limit;
    }

    /** The same answer, or {@code TIMED_OUT} at the deadline, or {@code SERVER_FAILURE} where the source broke its contract. */
    public <A> CompletableFuture<Answer<A>> guard(CompletionStage<Answer<A>> lookup) {
        CompletableFuture<Answer<A>> future = lookup.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            return future;
        }
        return future.copy()
                .completeOnTimeout(
                        new Answer.Failed<>(Answer.Failure.TIMED_OUT), limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(broken -> new Answer.Failed<>(Answer.Failure.SERVER_FAILURE));
    }
}
