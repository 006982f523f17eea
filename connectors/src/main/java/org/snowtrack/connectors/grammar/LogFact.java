package org.snowtrack.connectors.grammar;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

/** What one line of a log tells. No fact holds a recipient. */
public sealed interface LogFact {

    /**
     * One recipient was refused.
     *
     * @param client as the server saw it on its socket
     * @param time when the line was written
     * @param reason why
     * @param helo what the client called itself; its own choice, without control characters, at most 255 characters
     * @param senderDomain domain of the envelope sender; the client's choice likewise, lower case
     */
    record Refusal(
            IpAddress client,
            Instant time,
            RejectionReason reason,
            @Nullable String helo,
            @Nullable String senderDomain)
            implements LogFact {}

    /**
     * A client has left; this many recipients it had offered, and this many of them were taken.
     *
     * @param client as the server saw it on its socket
     * @param time when the line was written
     * @param acceptedRecipients 0 to {@code offeredRecipients}
     * @param offeredRecipients at least 0
     */
    record Session(IpAddress client, Instant time, int acceptedRecipients, int offeredRecipients) implements LogFact {}

    /** The line begins as a refusal or a session does, but its client, time or numbers cannot be read. */
    enum Unreadable implements LogFact {
        LINE
    }
}
