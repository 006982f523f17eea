package org.snowtrack.lookups.cache;

import java.time.Duration;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;

/**
 * An answer as its source gave it, and for how long.
 *
 * @param lifetime how long the source says that it holds; zero where it does not say
 * @param whole whether all of it could be told; what is not whole is worth asking again soon
 */
public record Fresh<A>(Answer<A> answer, Duration lifetime, boolean whole) {

    /** All of it is known. */
    public static <A> Fresh<A> found(A value, Duration lifetime) {
        return new Fresh<>(new Answer.Found<>(value), lifetime, true);
    }

    /** Part of it is known. */
    public static <A> Fresh<A> partlyFound(A value) {
        return new Fresh<>(new Answer.Found<>(value), Duration.ZERO, false);
    }

    /** There is nothing. */
    public static <A> Fresh<A> noRecord(Duration lifetime) {
        return new Fresh<>(new Answer.NoRecord<>(), lifetime, true);
    }

    /** Nobody could tell. */
    public static <A> Fresh<A> failed(Failure failure) {
        return new Fresh<>(new Answer.Failed<>(failure), Duration.ZERO, false);
    }
}
