package org.snowtrack.topologies.pending;

import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.LookupStatus;

/** How an answer is written down in records. */
public final class AnswerStatus {

    private AnswerStatus() {}

    public static LookupStatus of(Answer<?> answer) {
        if (answer instanceof Answer.Failed<?> failed) {
            return of(failed.failure());
        }
        return answer instanceof Answer.Found ? LookupStatus.FOUND : LookupStatus.NO_RECORD;
    }

    private static LookupStatus of(Answer.Failure failure) {
        return switch (failure) {
            case TIMED_OUT -> LookupStatus.TIMED_OUT;
            case SERVER_FAILURE -> LookupStatus.SERVER_FAILURE;
            case REFUSED -> LookupStatus.REFUSED;
            case MALFORMED -> LookupStatus.MALFORMED;
        };
    }
}
