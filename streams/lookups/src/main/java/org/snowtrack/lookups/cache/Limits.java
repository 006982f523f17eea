package org.snowtrack.lookups.cache;

import java.time.Duration;

/**
 * What a {@link CachedLookup} may use, and how long it remembers.
 *
 * @param inFlight questions under way at once, at least 1
 * @param waiting questions that may wait behind them; one more fails at once
 * @param bytes of the heap that remembered questions and answers may take, at least 1; each counts by its text, so high that it
 *     takes less, a usual answer of the DNS for 600 bytes or so
 * @param floor shortest memory of an answer, whatever its source says, unless a ceiling is lower
 * @param ceiling longest memory of what was found
 * @param absenceCeiling longest memory of what was not (RFC 2308, section 5, advises one to three hours)
 * @param stale for how long after its time a whole answer still stands in where nobody can tell any more, or not all
 *     of it (RFC 8767, section 5, advises one to three days); zero for never
 * @param failure memory of an answer that could not be told, or not whole; a few seconds, so that a passing trouble
 *     passes but a burst of equal questions is one
 * @param patience after which a question that its source has not answered is given up, and its place is another's; a last net,
 *     wider than the bounds that each source has itself
 */
public record Limits(
        int inFlight,
        int waiting,
        long bytes,
        Duration floor,
        Duration ceiling,
        Duration absenceCeiling,
        Duration stale,
        Duration failure,
        Duration patience) {

    /** For sources whose answers say how long they hold. */
    public static final Limits DNS = new Limits(
            1024,
            10_000,
            96L << 20,
            Duration.ofMinutes(1),
            Duration.ofDays(1),
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(2));

    /** For registries, which do not say; each of their servers has bounds of its own. */
    public static final Limits REGISTRIES = new Limits(
            1000,
            10_000,
            96L << 20,
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofHours(1),
            Duration.ofDays(7),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10));
}
