package org.snowtrack.app.pipeline;

/**
 * What the pipeline holds on this machine.
 *
 * @param addresses that somebody reports, about
 * @param pendingLookups questions to the outside world that wait for an answer
 * @param flagged ranges that are FLAGGED
 * @param watched ranges that are WATCHED
 * @param recordsBehind records that the stages have not taken in yet
 */
public record PipelineFigures(long addresses, long pendingLookups, int flagged, int watched, long recordsBehind) {

    static final PipelineFigures NONE = new PipelineFigures(0, 0, 0, 0, 0);
}
