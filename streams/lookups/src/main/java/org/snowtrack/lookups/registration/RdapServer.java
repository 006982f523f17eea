package org.snowtrack.lookups.registration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Gate;

/**
 * The manners that one server is owed: so many requests at once, so much time between two, and none before it wants any
 * again. Safe for any thread.
 */
final class RdapServer {

    private final RdapClient.Manners manners;
    private final Executor executor;
    private final Gate gate;
    private long nextNanos = System.nanoTime();

    RdapServer(RdapClient.Manners manners, Executor executor) {
        this.manners = manners;
        this.executor = executor;
        gate = new Gate(manners.atOnce(), manners.inLine());
    }

    /**
     * Starts the request in its turn. A server that wants none for longer than {@link RdapClient.Manners#patience}
     * refuses, and so does one whose line is full.
     */
    <A> CompletableFuture<Fresh<A>> send(Supplier<CompletionStage<Fresh<A>>> request) {
        return gate.pass(() -> inTurn(request), Fresh.failed(Failure.REFUSED));
    }

    /** The server wants no request for so long. */
    synchronized void restFor(Duration rest) {
        nextNanos = later(nextNanos, System.nanoTime() + rest.toNanos());
    }

    private <A> CompletionStage<Fresh<A>> inTurn(Supplier<CompletionStage<Fresh<A>>> request) {
        long waitNanos = place();
        if (waitNanos < 0) {
            return CompletableFuture.completedStage(Fresh.failed(Failure.REFUSED));
        }
        return new CompletableFuture<Void>()
                .completeOnTimeout(null, waitNanos, TimeUnit.NANOSECONDS)
                .thenComposeAsync(waited -> request.get(), executor);
    }

    /** How long to wait for the next place; negative if that is too long. */
    private synchronized long place() {
        long now = System.nanoTime();
        long start = later(nextNanos, now);
        if (start - now > manners.patience().toNanos()) {
            return -1;
        }
        nextNanos = start + manners.interval().toNanos();
        return start - now;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
