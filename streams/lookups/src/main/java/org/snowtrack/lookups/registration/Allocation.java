package org.snowtrack.lookups.registration;

import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Whom a registry gave an address to: the smallest registered range around it. A null part is one that the registry did not
 * tell: unknown, not no.
 *
 * @param handle the registry's key of the range, such as {@code NET-192-0-2-0-1}
 * @param name the registry's short name of the range, such as {@code EXAMPLE-NET}
 * @param country ISO 3166 code
 * @param abuseEmail where the holder wants to hear of abuse, lower case
 */
public record Allocation(
        IpRange range,
        @Nullable String handle,
        @Nullable String name,
        @Nullable String country,
        @Nullable String abuseEmail) {}
