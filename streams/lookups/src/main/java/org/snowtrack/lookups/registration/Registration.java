package org.snowtrack.lookups.registration;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a registry says about a domain. A null or empty part is one that it did not tell or redacted: unknown, not no.
 *
 * @param registrar identity for comparison: {@code IANA:} and the registrar's IANA number, else its name in lower case,
 *     else its handle
 * @param registrarName as the registry writes it
 * @param changedAt when anything of the registration last changed
 * @param nameServers lower case, without trailing dots, sorted
 * @param status in the words of RFC 8056, such as {@code client transfer prohibited}, sorted
 * @param registrantEmail the registrant's own mail address, lower case; personal where the registrant is a person, so it is
 *     to link domains, not to be shown or kept
 */
public record Registration(
        @Nullable String registrar,
        @Nullable String registrarName,
        @Nullable Instant registeredAt,
        @Nullable Instant reregisteredAt,
        @Nullable Instant transferredAt,
        @Nullable Instant changedAt,
        @Nullable Instant expiresAt,
        List<String> nameServers,
        List<String> status,
        @Nullable String registrantEmail) {}
