package org.snowtrack.lookups;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * A question to the outside world. Asking never blocks and never throws: a failure is an {@link Answer.Failed}, and
 * the stage never completes exceptionally. Implementations are safe for any thread.
 *
 * @param <Q> the question
 * @param <A> what a successful answer holds
 */
@FunctionalInterface
public interface Lookup<Q, A> {

    /**
     * Asks.
     *
     * @param question what is asked
     * @param at the event time that the question is about; recorded sources answer as of then, live ones answer as of
     *     now
     */
    CompletionStage<Answer<A>> ask(Q question, Instant at);
}
