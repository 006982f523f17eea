package org.snowtrack.lookups.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.collect.Comparators;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;

/**
 * A live source behind a memory. Equal questions share one request and one answer; so many requests are under way at
 * once, the rest waits in line, and a question that finds the line full is {@link Failure#REFUSED}. A source that breaks
 * its contract answers {@link Failure#SERVER_FAILURE}.
 *
 * <p>What is under way is kept beside the cache instead of in it, as Caffeine's asynchronous one would: that one steps over
 * every unfinished entry whenever it evicts, which is quadratic where the line is long.
 */
public final class CachedLookup<Q, A> implements Lookup<Q, A> {

    private final Source<Q, A> source;
    private final Gate gate;
    private final Map<Q, CompletableFuture<Fresh<A>>> underWay = new ConcurrentHashMap<>();
    private final Cache<Q, Fresh<A>> answers;

    public CachedLookup(Source<Q, A> source, Limits limits) {
        this(source, limits, Ticker.systemTicker());
    }

    CachedLookup(Source<Q, A> source, Limits limits, Ticker ticker) {
        this.source = source;
        gate = new Gate(limits.inFlight(), limits.waiting());
        answers = Caffeine.newBuilder()
                .maximumSize(limits.answers())
                .expireAfter(Expiry.<Q, Fresh<A>>creating((question, fresh) -> memory(fresh, limits)))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    private static Duration memory(Fresh<?> fresh, Limits limits) {
        if (!fresh.whole()) {
            return limits.failure();
        }
        Duration ceiling = fresh.answer() instanceof Answer.NoRecord ? limits.absenceCeiling() : limits.ceiling();
        return Comparators.min(Comparators.max(fresh.lifetime(), limits.floor()), ceiling);
    }

    /** {@inheritDoc} The time does not matter: the answer is as of now, or as of the memory. */
    @Override
    public CompletionStage<Answer<A>> ask(Q question, Instant at) {
        Fresh<A> known = answers.getIfPresent(question);
        if (known != null) {
            return CompletableFuture.completedStage(known.answer());
        }
        CompletableFuture<Fresh<A>> ours = new CompletableFuture<>();
        CompletableFuture<Fresh<A>> others = underWay.putIfAbsent(question, ours);
        if (others != null) {
            return others.thenApply(Fresh::answer);
        }
        // Answered meanwhile: an answer is remembered before it is no longer under way.
        Fresh<A> meanwhile = answers.getIfPresent(question);
        if (meanwhile != null) {
            return CompletableFuture.completedStage(settle(question, ours, meanwhile));
        }
        return gate.pass(() -> source.ask(question), Fresh.<A>failed(Failure.REFUSED))
                .exceptionally(broken -> Fresh.failed(Failure.SERVER_FAILURE))
                .thenApply(fresh -> {
                    answers.put(question, fresh);
                    return settle(question, ours, fresh);
                });
    }

    private Answer<A> settle(Q question, CompletableFuture<Fresh<A>> ours, Fresh<A> fresh) {
        underWay.remove(question);
        ours.complete(fresh);
        return fresh.answer();
    }
}
