package org.snowtrack.topologies.domain;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.LookupStatus;

/**
 * DOMAIN's model: what several answers about one domain say together. An answer replaces what was known before; a
 * failure replaces nothing.
 *
 * <p>Pure; safe for any thread.
 */
public final class DomainFacts {

    /** Days after which a registration is asked for again: a domain that changes hands becomes fresh. */
    public static final int REFRESH_DAYS = 3;

    private DomainFacts() {}

    /** The facts after one more answer. Its later day stands. */
    static DomainRecord merge(@Nullable DomainRecord known, DomainRecord answer) {
        if (known == null) {
            return answer;
        }
        DomainRecord registration = isAnswer(answer) || !isAnswer(known) ? answer : known;
        return record(
                registration,
                answer.getHasMx() == null ? known.getHasMx() : answer.getHasMx(),
                answer.getHasWebsite() == null ? known.getHasWebsite() : answer.getHasWebsite(),
                known.getAskedFor().isBefore(answer.getAskedFor()) ? answer.getAskedFor() : known.getAskedFor(),
                known.getWideSince());
    }

    /** The facts of a domain that is seen on many networks since a day; null while it is not. */
    static DomainRecord wideSince(@Nullable LocalDate day, DomainRecord facts) {
        return record(facts, facts.getHasMx(), facts.getHasWebsite(), facts.getAskedFor(), day);
    }

    /**
     * Whether asking again soon could tell more than this answer. A registry that refuses will refuse again, and one whose
     * answer cannot be read will not write another at once; they are asked again when {@link #isDue}.
     */
    static boolean isWorthAsking(DomainRecord answer) {
        return answer.getRegistration() == LookupStatus.TIMED_OUT
                || answer.getRegistration() == LookupStatus.SERVER_FAILURE
                || answer.getHasMx() == null
                || answer.getHasWebsite() == null;
    }

    /**
     * Whether a sighting of this day asks again: after {@link #REFRESH_DAYS} days, or one where the registry had nothing to
     * tell, because that can change any day.
     */
    public static boolean isDue(DomainRecord facts, LocalDate day) {
        int rest = facts.getRegistration() == LookupStatus.FOUND ? REFRESH_DAYS : 1;
        return !day.isBefore(facts.getAskedFor().plusDays(rest));
    }

    /** Whether both say the same, whenever they were asked for. */
    static boolean isSame(@Nullable DomainRecord one, DomainRecord other) {
        return one != null
                && record(one, one.getHasMx(), one.getHasWebsite(), other.getAskedFor(), one.getWideSince())
                        .equals(other);
    }

    /** Not by Avro's copying builder, which turns lists into a type of its own that cannot be compared. */
    private static DomainRecord record(
            DomainRecord registration,
            @Nullable Boolean hasMx,
            @Nullable Boolean hasWebsite,
            LocalDate askedFor,
            @Nullable LocalDate wideSince) {
        return new DomainRecord(
                registration.getDomain(),
                registration.getRegistration(),
                registration.getRegistrar(),
                registration.getRegistrarName(),
                registration.getRegisteredAt(),
                registration.getReregisteredAt(),
                registration.getTransferredAt(),
                registration.getChangedAt(),
                registration.getExpiresAt(),
                registration.getNameServers(),
                registration.getStatus(),
                registration.getRegistrant(),
                hasMx,
                hasWebsite,
                askedFor,
                wideSince);
    }

    private static boolean isAnswer(DomainRecord facts) {
        return facts.getRegistration() == LookupStatus.FOUND || facts.getRegistration() == LookupStatus.NO_RECORD;
    }
}
