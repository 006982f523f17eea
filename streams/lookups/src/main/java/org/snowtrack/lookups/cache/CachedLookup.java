package org.snowtrack.lookups.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.collect.Comparators;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;

/**
 * A live source behind a memory. Equal questions share one request and one answer; so many requests are under way at
 * once, the rest waits in line, and a question that finds the line full is {@link Failure#REFUSED}. A source that breaks
 * its contract answers {@link Failure#SERVER_FAILURE}.
 */
public final class CachedLookup<Q, A> implements Lookup<Q, A> {

    private final Source<Q, A> source;
    private final Gate gate;
    private final AsyncCache<Q, Fresh<A>> answers;

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
                .buildAsync();
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
        CompletableFuture<Fresh<A>> ours = new CompletableFuture<>();
        CompletableFuture<Fresh<A>> shared = answers.get(question, (asked, executor) -> ours);
        // The cache is not to be re-entered while it adds an entry, and a source may answer at once: hence out here.
        if (shared == ours && !gate.enter(() -> answer(question, ours))) {
            ours.complete(Fresh.failed(Failure.REFUSED));
        }
        return shared.thenApply(Fresh::answer);
    }

    private CompletionStage<Fresh<A>> answer(Q question, CompletableFuture<Fresh<A>> ours) {
        CompletionStage<Fresh<A>> asked;
        try {
            asked = source.ask(question);
        } catch (RuntimeException broken) {
            asked = CompletableFuture.failedStage(broken);
        }
        return asked.exceptionally(broken -> Fresh.failed(Failure.SERVER_FAILURE))
                .whenComplete((fresh, none) -> ours.complete(fresh));
    }
}
