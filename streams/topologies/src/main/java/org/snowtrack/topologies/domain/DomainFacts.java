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
final class DomainFacts {

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
                known.getAskedFor().isBefore(answer.getAskedFor()) ? answer.getAskedFor() : known.getAskedFor());
    }

    /** Whether asking again could tell more. A registry that refuses will refuse again. */
    static boolean isWorthAsking(DomainRecord facts) {
        return (!isAnswer(facts) && facts.getRegistration() != LookupStatus.REFUSED)
                || facts.getHasMx() == null
                || facts.getHasWebsite() == null;
    }

    /** Whether both say the same, whenever they were asked for. */
    static boolean isSame(@Nullable DomainRecord one, DomainRecord other) {
        return one != null
                && record(one, one.getHasMx(), one.getHasWebsite(), other.getAskedFor())
                        .equals(other);
    }

    /** Not by Avro's copying builder, which turns lists into a type of its own that cannot be compared. */
    private static DomainRecord record(
            DomainRecord registration, @Nullable Boolean hasMx, @Nullable Boolean hasWebsite, LocalDate askedFor) {
        return new DomainRecord(
                registration.getDomain(),
                registration.getRegistration(),
                registration.getRegistrar(),
                registration.getRegistrarName(),
                registration.getRegisteredAt(),
                registration.getReregisteredAt(),
                registration.getTransferredAt(),
                registration.getNameServers(),
                hasMx,
                hasWebsite,
                askedFor);
    }

    private static boolean isAnswer(DomainRecord facts) {
        return facts.getRegistration() == LookupStatus.FOUND || facts.getRegistration() == LookupStatus.NO_RECORD;
    }
}
