package org.snowtrack.topologies.activity;

import org.snowtrack.topologies.state.ReporterStanding;

/**
 * How many of an address's recipients a reporter accepted, for each that it refused. Of its excessive days at least the
 * threshold is known to have been refused, whether or not the facts that tell of accepted recipients say so.
 */
public enum Acceptance {
    /** Its logs do not tell. */
    UNKNOWN,
    /** Fewer than it refused, or none. */
    LESS,
    /** As many as it refused, and less than {@value #MUCH_RATIO} times as many. */
    SOME,
    /** {@value #MUCH_RATIO} times as many, and less than {@value #MOST_RATIO} times. */
    MUCH,
    /**
     * {@value #MOST_RATIO} times as many or more: the reporter sees a sender with a stale address book, not one that
     * guesses. Senders' best practice is to have less than a tenth refused.
     */
    MOST;

    private static final int MUCH_RATIO = 5;
    private static final int MOST_RATIO = 10;

    /**
     * @param threshold invalid recipients that make a reporter's day count
     */
    static Acceptance of(ReporterStanding standing, int threshold) {
        if (standing.getBalanceSince() == 0) {
            return UNKNOWN;
        }
        long accepted = standing.getAccepted();
        long rejected = Math.max(standing.getRejected(), (long) threshold * standing.getDays());
        if (accepted == 0 || accepted < rejected) {
            return LESS;
        }
        if (accepted < MUCH_RATIO * rejected) {
            return SOME;
        }
        return accepted < MOST_RATIO * rejected ? MUCH : MOST;
    }

    /** Whether far more was accepted than refused: MUCH or MOST. */
    public boolean isFarMore() {
        return this == MUCH || this == MOST;
    }
}
