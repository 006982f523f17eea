package org.snowtrack.topologies.domain;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.pending.AnswerStatus;
import org.snowtrack.topologies.pending.Deadline;

/** What DOMAIN asks about a domain: registration, mail exchangers, and an address for itself and its www. */
final class DomainInquiry {

    private final Lookups lookups;
    private final Deadline deadline;

    DomainInquiry(Lookups lookups, Deadline deadline) {
        this.lookups = lookups;
        this.deadline = deadline;
    }

    /** Asks as of the middle of the day, so that the answer does not depend on which sighting came first. */
    CompletionStage<DomainRecord> ask(String domain, LocalDate day) {
        Instant at = day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
        CompletableFuture<Answer<Registration>> registration =
                deadline.guard(lookups.registration().ask(domain, at));
        CompletableFuture<Answer<List<String>>> mx =
                deadline.guard(lookups.mailExchangers().ask(domain, at));
        CompletableFuture<Answer<List<IpAddress>>> apex =
                deadline.guard(lookups.addresses().ask(domain, at));
        CompletableFuture<Answer<List<IpAddress>>> www =
                deadline.guard(lookups.addresses().ask("www." + domain, at));
        return CompletableFuture.allOf(registration, mx, apex, www)
                .thenApply(all -> record(
                        domain,
                        day,
                        registration.join(),
                        exists(mx.join()),
                        either(exists(apex.join()), exists(www.join()))));
    }

    private static DomainRecord record(
            String domain,
            LocalDate day,
            Answer<Registration> answer,
            @Nullable Boolean hasMx,
            @Nullable Boolean hasWebsite) {
        DomainRecord.Builder record = DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(AnswerStatus.of(answer))
                .setHasMx(hasMx)
                .setHasWebsite(hasWebsite)
                .setAskedFor(day);
        answer.found().ifPresent(found -> record.setRegistrar(found.registrar())
                .setRegistrarName(found.registrarName())
                .setRegisteredAt(found.registeredAt())
                .setReregisteredAt(found.reregisteredAt())
                .setTransferredAt(found.transferredAt())
                .setChangedAt(found.changedAt())
                .setExpiresAt(found.expiresAt())
                .setNameServers(found.nameServers())
                .setStatus(found.status())
                .setRegistrant(digest(found.registrantEmail())));
        return record.build();
    }

    private static @Nullable String digest(@Nullable String email) {
        return email == null ? null : "sha256:" + Hashing.sha256().hashString(email, StandardCharsets.UTF_8);
    }

    private static @Nullable Boolean exists(Answer<? extends List<?>> answer) {
        if (answer instanceof Answer.Failed) {
            return null;
        }
        return answer.found().map(list -> !list.isEmpty()).orElse(false);
    }

    /** Yes if either is; no if neither is; else not known. */
    private static @Nullable Boolean either(@Nullable Boolean one, @Nullable Boolean other) {
        if (Boolean.TRUE.equals(one) || Boolean.TRUE.equals(other)) {
            return true;
        }
        return (one == null || other == null) ? null : Boolean.FALSE;
    }
}
