package org.snowtrack.lookups.networks;

import org.snowtrack.schemas.ip.IpAddress;

/**
 * Consecutive addresses cut into disjoint stretches, each with a number. A stretch ends before the next one starts; the
 * first starts with the first address there is, so that every address is in one. Immutable; safe for any thread.
 */
final class Stretches {

    /** Starts, ascending as unsigned numbers. */
    private final long[] highs;

    private final long[] lows;
    private final int[] numbers;

    Stretches(long[] highs, long[] lows, int[] numbers) {
        this.highs = highs;
        this.lows = lows;
        this.numbers = numbers;
    }

    int size() {
        return numbers.length;
    }

    int number(int stretch) {
        return numbers[stretch];
    }

    IpAddress start(int stretch) {
        return new IpAddress(highs[stretch], lows[stretch]);
    }

    /** The stretch that holds the address. */
    int indexOf(IpAddress address) {
        int low = 1;
        int high = numbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int byHigh = Long.compareUnsigned(highs[middle], address.high());
            if (byHigh < 0 || (byHigh == 0 && Long.compareUnsigned(lows[middle], address.low()) <= 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
