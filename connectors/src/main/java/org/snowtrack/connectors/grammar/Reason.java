package org.snowtrack.connectors.grammar;

import org.snowtrack.schemas.RejectionReason;

/**
 * Why a server refused, as {@link RejectionReason} says it on topics. An enum of its own, because the generated one
 * reads its schema when it is first touched, which takes as long as a hundred thousand lines of a log.
 */
public enum Reason {
    INVALID_RECIPIENT,
    RELAY_DENIED,
    BLOCKLISTED,
    POLICY,
    GREYLISTED,
    AUTH_FAILED,
    CONTENT,
    SIZE_EXCEEDED,
    OTHER;

    /** The same in a record. */
    public RejectionReason inRecords() {
        return RejectionReason.valueOf(name());
    }

    /** The one that a record means. */
    public static Reason of(RejectionReason inRecords) {
        return valueOf(inRecords.name());
    }
}
