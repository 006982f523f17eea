package org.snowtrack.lookups.cache;

/**
 * How often something may be asked.
 *
 * @param perSecond in the long run, 1 to 1,000,000,000
 * @param burst at once after a rest, at least 1
 */
public record Rate(int perSecond, int burst) {

    /** As good as no bound: for the operator's own server, and for benchmarks. */
    public static final Rate UNBOUNDED = new Rate(1_000_000_000, Integer.MAX_VALUE);

    public Rate {
        if (perSecond < 1 || perSecond > 1_000_000_000 || burst < 1) {
            throw new IllegalArgumentException(
                    "A rate needs 1 to 1,000,000,000 a second and a burst of at least 1: " + perSecond + ", " + burst);
        }
    }
}
