package org.snowtrack.lookups.networks;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Ranges of one address family, each with a number, that may overlap in any way. {@link #cut} sweeps once over them in
 * address order and leaves disjoint stretches: the smallest range that holds an address decides, of equally small ones
 * the one that was added first. Neighbours with the same number become one stretch. O(n log n). Not safe for threads.
 */
final class RangeRows {

    /**
     * Two ranges that cannot both be right: they cross, or are the same and have different numbers. One inside another
     * is none, for networks announce parts of theirs in detail.
     *
     * @param count how many ranges are in conflict with one before them
     */
    record Conflict(IpRange one, IpRange other, int count) {}

    private static final int COLUMNS = 4;

    private final IpRange family;

    /** First and last address of each row, each as high and low half. */
    private long[] ends = new long[COLUMNS * 1024];

    private int[] numbers = new int[1024];
    private int size;
    private boolean isAscending = true;

    /** @param family all its addresses */
    RangeRows(IpRange family) {
        this.family = family;
    }

    void add(IpRange range, int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        isAscending &= size == 0 || first(size - 1).compareTo(range.first()) <= 0;
        int column = COLUMNS * size;
        ends[column] = range.first().high();
        ends[column + 1] = range.first().low();
        ends[column + 2] = range.last().high();
        ends[column + 3] = range.last().low();
        numbers[size++] = number;
    }

    /** @param gap the number of addresses that are in no range */
    Stretches cut(int gap) {
        return new Sweep(gap).stretches();
    }

    /** The first conflict, and how many there are. */
    Optional<Conflict> conflict() {
        Deque<Integer> around = new ArrayDeque<>();
        Conflict conflict = null;
        for (int row : outermostFirst()) {
            while (!around.isEmpty() && last(around.element()).compareTo(first(row)) < 0) {
                around.remove();
            }
            if (!around.isEmpty() && isInConflict(around.element(), row)) {
                conflict = conflict == null
                        ? new Conflict(range(around.element()), range(row), 1)
                        : new Conflict(conflict.one(), conflict.other(), conflict.count() + 1);
            }
            around.push(row);
        }
        return Optional.ofNullable(conflict);
    }

    private boolean isInConflict(int outer, int inner) {
        boolean isSame = range(outer).equals(range(inner));
        return isSame ? numbers[outer] != numbers[inner] : last(inner).compareTo(last(outer)) > 0;
    }

    private IpRange range(int row) {
        return new IpRange(first(row), last(row));
    }

    /** The rows by first address, of those that begin together the longest first. */
    private int[] outermostFirst() {
        int[] order = order();
        int from = 0;
        for (int i = 1; i <= order.length; i++) {
            if (i == order.length || !first(order[i]).equals(first(order[from]))) {
                if (i - from > 1) {
                    int[] together = IntStream.of(Arrays.copyOfRange(order, from, i))
                            .boxed()
                            .sorted(Comparator.comparing(this::last).reversed())
                            .mapToInt(Integer::intValue)
                            .toArray();
                    System.arraycopy(together, 0, order, from, together.length);
                }
                from = i;
            }
        }
        return order;
    }

    /** The rows by first address. Most files have that order already. */
    private int[] order() {
        IntStream rows = IntStream.range(0, size);
        return isAscending
                ? rows.toArray()
                : rows.boxed()
                        .sorted(Comparator.comparing(this::first))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    private IpAddress first(int row) {
        return new IpAddress(ends[COLUMNS * row], ends[COLUMNS * row + 1]);
    }

    private IpAddress last(int row) {
        return new IpAddress(ends[COLUMNS * row + 2], ends[COLUMNS * row + 3]);
    }

    /** How far the last address is from the first. */
    private IpAddress span(int row) {
        IpAddress first = first(row);
        IpAddress last = last(row);
        long borrow = Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0;
        return new IpAddress(last.high() - first.high() - borrow, last.low() - first.low());
    }

    private final class Sweep {

        private final PriorityQueue<Integer> open = new PriorityQueue<>(
                Comparator.comparing(RangeRows.this::span).thenComparing(Comparator.naturalOrder()));
        private final int gap;
        private long[] highs = new long[size + 1];
        private long[] lows = new long[size + 1];
        private int[] found = new int[size + 1];
        private int count;

        Sweep(int gap) {
            this.gap = gap;
        }

        Stretches stretches() {
            IpAddress position = family.first();
            for (int row : order()) {
                IpAddress first = first(row);
                if (!first.equals(position)) {
                    advance(position, first.plus(-1));
                    position = first;
                }
                open.add(row);
            }
            advance(position, family.last());
            return new Stretches(Arrays.copyOf(highs, count), Arrays.copyOf(lows, count), Arrays.copyOf(found, count));
        }

        /** No range starts between the two; some may end. */
        private void advance(IpAddress from, IpAddress until) {
            IpAddress at = from;
            while (true) {
                while (!open.isEmpty() && last(open.element()).compareTo(at) < 0) {
                    open.remove();
                }
                start(at, open.isEmpty() ? gap : numbers[open.element()]);
                if (open.isEmpty() || last(open.element()).compareTo(until) >= 0) {
                    return;
                }
                at = last(open.element()).plus(1);
            }
        }

        private void start(IpAddress at, int number) {
            if (count == 0 || found[count - 1] != number) {
                if (count == found.length) {
                    highs = Arrays.copyOf(highs, 2 * count);
                    lows = Arrays.copyOf(lows, 2 * count);
                    found = Arrays.copyOf(found, 2 * count);
                }
                highs[count] = at.high();
                lows[count] = at.low();
                found[count++] = number;
            }
        }
    }
}
