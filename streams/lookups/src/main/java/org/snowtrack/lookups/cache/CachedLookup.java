package org.snowtrack.lookups.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.collect.Comparators;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;

/**
 * A live source behind a memory. Equal questions share one request and one answer; so many requests are under way at
 * once, the rest waits in line, and a question that finds the line full is {@link Failure#REFUSED}. A source that breaks
 * its contract, by an error too, answers {@link Failure#SERVER_FAILURE}, and one that never answers
 * {@link Failure#TIMED_OUT}. Where nobody can tell any more, or not all of it, what was found before as a whole stands in for
 * it, unmarked (RFC 8767): old names are nearer to the truth than none, and whoever asks asks again within a day. What was
 * absent does not: not knowing must not pass for "no".
 *
 * <p>The memory is bounded by what questions and answers hold, as their text tells ({@link Limits#bytes}); an answer that is
 * larger than all of it is told, but not remembered.
 *
 * <p>What is under way is kept beside the cache instead of in it, as Caffeine's asynchronous one would: that one steps over
 * every unfinished entry whenever it evicts, which is quadratic where the line is long.
 */
public final class CachedLookup<Q, A> implements Lookup<Q, A> {

    private final Source<Q, A> source;
    private final Gate gate;
    private final Map<Q, CompletableFuture<Fresh<A>>> underWay = new ConcurrentHashMap<>();
    private final Cache<Q, Remembered<A>> answers;
    private final Limits limits;
    private final Ticker ticker;

    public CachedLookup(Source<Q, A> source, Limits limits) {
        this(source, limits, Ticker.systemTicker());
    }

    CachedLookup(Source<Q, A> source, Limits limits, Ticker ticker) {
        this.source = source;
        this.limits = limits;
        this.ticker = ticker;
        gate = new Gate(limits.inFlight(), limits.waiting());
        answers = Caffeine.newBuilder()
                .maximumWeight(limits.bytes())
                .weigher((Q question, Remembered<A> known) -> bytes(question, known))
                .expireAfter(Expiry.<Q, Remembered<A>>writing(
                        (question, known) -> Duration.ofNanos(known.staleUntil() - ticker.read())))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** An answer, until when it is as good as new, and until when it is better than none; both by the ticker. */
    private record Remembered<A>(Fresh<A> fresh, long freshUntil, long staleUntil) {

        Fresh<A> at(long now) {
            return new Fresh<>(fresh.answer(), Duration.ofNanos(freshUntil - now), fresh.whole());
        }
    }

    /** {@inheritDoc} The time does not matter: the answer is as of now, or as of the memory. */
    @Override
    public CompletionStage<Answer<A>> ask(Q question, Instant at) {
        return fresh(question).thenApply(Fresh::answer);
    }

    /**
     * The answer, and for how much longer it is remembered without asking, what stands in too: for memories in front of this
     * one. Never completes exceptionally.
     */
    public CompletionStage<Fresh<A>> fresh(Q question) {
        Optional<Fresh<A>> known = known(question);
        if (known.isPresent()) {
            return CompletableFuture.completedStage(known.get());
        }
        CompletableFuture<Fresh<A>> ours = new CompletableFuture<>();
        CompletableFuture<Fresh<A>> others = underWay.putIfAbsent(question, ours);
        if (others != null) {
            return others.copy();
        }
        // Answered meanwhile: an answer is remembered before it is no longer under way.
        Optional<Fresh<A>> meanwhile = known(question);
        if (meanwhile.isPresent()) {
            return CompletableFuture.completedStage(settle(question, ours, meanwhile.get()));
        }
        return asked(question).thenApply(fresh -> settle(question, ours, remember(question, fresh)));
    }

    /** Never throws, and never completes exceptionally. */
    private CompletableFuture<Fresh<A>> asked(Q question) {
        try {
            return gate.pass(() -> inTime(source.ask(question)), Fresh.<A>failed(Failure.REFUSED))
                    .handle((fresh, broken) -> fresh == null ? Fresh.failed(Failure.SERVER_FAILURE) : fresh);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.completedFuture(Fresh.failed(Failure.SERVER_FAILURE));
        }
    }

    private CompletionStage<Fresh<A>> inTime(CompletionStage<Fresh<A>> asked) {
        CompletableFuture<Fresh<A>> answer = asked.toCompletableFuture();
        return answer.isDone()
                ? answer
                : answer.copy()
                        .completeOnTimeout(
                                Fresh.failed(Failure.TIMED_OUT),
                                limits.patience().toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private Optional<Fresh<A>> known(Q question) {
        long now = ticker.read();
        return Optional.ofNullable(answers.getIfPresent(question))
                .filter(known -> known.freshUntil() - now > 0)
                .map(known -> known.at(now));
    }

    private static <Q, A> int bytes(Q question, Remembered<A> known) {
        return Footprint.OF_AN_ENTRY
                + Footprint.of(question)
                + known.fresh().answer().found().map(Footprint::of).orElse(0);
    }

    /** What to answer. An answer that cannot be remembered, for lack of memory perhaps, is one all the same. */
    private Fresh<A> remember(Q question, Fresh<A> fresh) {
        try {
            return remembered(question, fresh);
        } catch (RuntimeException | Error e) {
            return fresh;
        }
    }

    private Fresh<A> remembered(Q question, Fresh<A> fresh) {
        long now = ticker.read();
        Remembered<A> before = answers.getIfPresent(question);
        if (!fresh.whole()
                && before != null
                && before.fresh().answer() instanceof Answer.Found
                && before.fresh().whole()) {
            return remember(
                    question,
                    new Remembered<>(before.fresh(), now + limits.failure().toNanos(), before.staleUntil()),
                    now);
        }
        long until = now + memory(fresh).toNanos();
        long staleUntil = fresh.whole() && fresh.answer() instanceof Answer.Found
                ? until + limits.stale().toNanos()
                : until;
        return remember(question, new Remembered<>(fresh, until, staleUntil), now);
    }

    private Fresh<A> remember(Q question, Remembered<A> known, long now) {
        answers.put(question, known);
        return known.at(now);
    }

    private Duration memory(Fresh<A> fresh) {
        if (!fresh.whole()) {
            return limits.failure();
        }
        Duration ceiling = fresh.answer() instanceof Answer.NoRecord ? limits.absenceCeiling() : limits.ceiling();
        return Comparators.min(Comparators.max(fresh.lifetime(), limits.floor()), ceiling);
    }

    private Fresh<A> settle(Q question, CompletableFuture<Fresh<A>> ours, Fresh<A> fresh) {
        underWay.remove(question);
        ours.complete(fresh);
        return fresh;
    }
}
