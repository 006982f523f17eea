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
 * @param nameServers lower case, without trailing dots, sorted
 */
public record Registration(
        @Nullable String registrar,
        @Nullable String registrarName,
        @Nullable Instant registeredAt,
        @Nullable Instant reregisteredAt,
        @Nullable Instant transferredAt,
        List<String> nameServers) {}
