package org.snowtrack.topologies.activity;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.topologies.state.LargeMessage;

/**
 * The largest message that an address sent, if it is large. Sizes count in steps of {@link #LARGE}: most mail is smaller
 * and costs nothing, and an address is not judged again for every byte that its messages grow by.
 *
 * <p>Pure; safe for any thread.
 */
public final class LargeMessages {

    /** Size from which a message is large, in bytes. */
    public static final long LARGE = 100_000;

    private LargeMessages() {}

    /** Whether a fact tells of a large message. */
    public static boolean isToldBy(MailRejection rejection) {
        return rejection.getMessageBytes() != null && rejection.getMessageBytes() >= LARGE;
    }

    /** The large message that a fact tells of; empty where it tells of none. */
    static Optional<LargeMessage> of(MailRejection rejection) {
        return isToldBy(rejection)
                ? Optional.of(new LargeMessage(
                        rejection.getMessageBytes() / LARGE * LARGE,
                        rejection.getObservedAt().toEpochMilli()))
                : Optional.empty();
    }

    /** The larger of two; of equal sizes, the earlier. Null is no large message. */
    static @Nullable LargeMessage larger(@Nullable LargeMessage one, @Nullable LargeMessage other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        boolean isFirst =
                one.getBytes() == other.getBytes() ? one.getAt() <= other.getAt() : one.getBytes() > other.getBytes();
        return isFirst ? one : other;
    }
}
