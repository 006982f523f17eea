package org.snowtrack.lookups.networks;

import java.util.stream.IntStream;
import org.snowtrack.schemas.ip.IpAddress;

/** {@link Stretches} of IPv4 in 8 bytes each. */
final class Ipv4Stretches {

    /** Starts, ascending as signed numbers: the top bit is turned over. */
    private final int[] starts;

    private final int[] numbers;

    Ipv4Stretches(Stretches wide) {
        starts = IntStream.range(0, wide.size())
                .map(stretch -> key(wide.start(stretch)))
                .toArray();
        numbers = IntStream.range(0, wide.size()).map(wide::number).toArray();
    }

    int size() {
        return numbers.length;
    }

    int number(int stretch) {
        return numbers[stretch];
    }

    IpAddress start(int stretch) {
        return IpAddress.ipv4(Integer.toUnsignedLong(starts[stretch] ^ Integer.MIN_VALUE));
    }

    /** The stretch that holds the address. */
    int indexOf(IpAddress address) {
        int key = key(address);
        int low = 1;
        int high = starts.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private static int key(IpAddress address) {
        return (int) address.low() ^ Integer.MIN_VALUE;
    }
}
