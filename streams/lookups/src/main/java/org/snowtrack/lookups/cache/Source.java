package org.snowtrack.lookups.cache;

import java.util.concurrent.CompletionStage;

/**
 * Where answers come from, without memory. Safe for any thread; asking never blocks.
 *
 * @param <Q> the question, with value equality
 * @param <A> what a successful answer holds
 */
@FunctionalInterface
public interface Source<Q, A> {

    /** Asks, every time it is called. The stage completes in bounded time. */
    CompletionStage<Fresh<A>> ask(Q question);
}
