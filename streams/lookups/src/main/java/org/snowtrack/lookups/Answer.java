package org.snowtrack.lookups;

import java.util.Optional;

/**
 * How a lookup ended. "No" ({@link NoRecord}) and "don't know" ({@link Failed}) are different things, and only the
 * first may ever count for or against anybody.
 */
public sealed interface Answer<A> {

    /** The source has it. */
    record Found<A>(A value) implements Answer<A> {}

    /** The source says with authority that there is nothing. */
    record NoRecord<A>() implements Answer<A> {}

    /** Nobody could tell. */
    record Failed<A>(Failure failure) implements Answer<A> {}

    /** Why nobody could tell. */
    enum Failure {
        /** No answer in time, or no time for the question: it may be answered later. */
        TIMED_OUT,
        SERVER_FAILURE,
        /** Nobody to ask, or nobody who would tell: asking again soon is no use. */
        REFUSED,
        MALFORMED
    }

    /** The value, where one was found. */
    default Optional<A> found() {
        return this instanceof Found<A> found ? Optional.of(found.value()) : Optional.empty();
    }
}
