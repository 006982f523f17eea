package org.snowtrack.lookups.registration;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.snowtrack.lookups.cache.Gate;

/**
 * The manners that one server is owed: so many requests at once, so much time between two, and none before it wants any
 * again. Whenever it complains the interval doubles, up to {@link #LONGEST_INTERVAL}; every request that it takes makes it a
 * little shorter again, down to what the manners say. Safe for any thread.
 */
final class RdapServer {

    /** Between two requests to a server that complains of every one. */
    static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

    private static final long FIRST_SLOWDOWN_NANOS = Duration.ofMillis(100).toNanos();
    private static final int RECOVERY = 16;

    private final RdapClient.Manners manners;
    private final Executor executor;
    private final Gate gate;
    private long intervalNanos;
    private long nextNanos = System.nanoTime();

    RdapServer(RdapClient.Manners manners, Executor executor) {
        this.manners = manners;
        this.executor = executor;
        gate = new Gate(manners.atOnce(), manners.inLine());
        intervalNanos = manners.interval().toNanos();
    }

    /**
     * Starts the request in its turn.
     *
     * @param lookup whom the request is for; once it is done, nothing is sent
     * @return empty, at once, where the line is full or the server's turn is further away than {@link
     *     RdapClient.Manners#patience}: nothing was sent
     */
    <A> CompletableFuture<Optional<A>> send(Future<?> lookup, Supplier<CompletionStage<A>> request) {
        return gate.pass(() -> inTurn(lookup, request), Optional.empty());
    }

    /** The server took a request. */
    synchronized void took() {
        intervalNanos = Math.max(manners.interval().toNanos(), intervalNanos - intervalNanos / RECOVERY);
    }

    /** The server has enough, and wants no request for so long. */
    synchronized void complained(Duration rest) {
        intervalNanos = Math.min(LONGEST_INTERVAL.toNanos(), Math.max(FIRST_SLOWDOWN_NANOS, 2 * intervalNanos));
        nextNanos = later(nextNanos, System.nanoTime() + Math.max(0, rest.toNanos()));
    }

    /** Between the starts of two requests, as things are. */
    synchronized Duration interval() {
        return Duration.ofNanos(intervalNanos);
    }

    private <A> CompletionStage<Optional<A>> inTurn(Future<?> lookup, Supplier<CompletionStage<A>> request) {
        long waitNanos = lookup.isDone() ? -1 : place();
        if (waitNanos < 0) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return new CompletableFuture<Void>()
                .completeOnTimeout(null, waitNanos, TimeUnit.NANOSECONDS)
                .thenComposeAsync(
                        waited -> lookup.isDone()
                                ? CompletableFuture.completedStage(Optional.empty())
                                : request.get().thenApply(Optional::of),
                        executor);
    }

    /** How long to wait for the next place; negative if that is too long. */
    private synchronized long place() {
        long now = System.nanoTime();
        long start = later(nextNanos, now);
        if (start - now > manners.patience().toNanos()) {
            return -1;
        }
        nextNanos = start + intervalNanos;
        return start - now;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
