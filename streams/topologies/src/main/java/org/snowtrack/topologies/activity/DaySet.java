package org.snowtrack.topologies.activity;

import java.util.stream.IntStream;

/**
 * A set of days, at most 64 of them in a row.
 *
 * @param lastDay the latest day, as epoch day
 * @param bits bit i stands for the day i days before the latest; 0 is the empty set
 */
public record DaySet(int lastDay, long bits) {

    public static final DaySet EMPTY = new DaySet(0, 0);

    public boolean isEmpty() {
        return bits == 0;
    }

    public boolean contains(int day) {
        int back = lastDay - day;
        return back >= 0 && back < Long.SIZE && ((bits >>> back) & 1) != 0;
    }

    /** This set and one day more; days that fall more than 63 days behind the latest are lost. */
    public DaySet plus(int day) {
        if (isEmpty()) {
            return new DaySet(day, 1);
        }
        if (day <= lastDay) {
            int back = lastDay - day;
            return back < Long.SIZE ? new DaySet(lastDay, bits | (1L << back)) : this;
        }
        int ahead = day - lastDay;
        return new DaySet(day, (ahead < Long.SIZE ? bits << ahead : 0) | 1);
    }

    /** This set without one day. */
    public DaySet minus(int day) {
        if (!contains(day)) {
            return this;
        }
        long rest = bits & ~(1L << (lastDay - day));
        if (rest == 0) {
            return EMPTY;
        }
        int shift = Long.numberOfTrailingZeros(rest);
        return new DaySet(lastDay - shift, rest >>> shift);
    }

    public DaySet union(DaySet other) {
        return other.days().boxed().reduce(this, DaySet::plus, DaySet::union);
    }

    /** The days, ascending. */
    public IntStream days() {
        return IntStream.rangeClosed(0, Long.SIZE - 1)
                .map(i -> Long.SIZE - 1 - i)
                .filter(back -> ((bits >>> back) & 1) != 0)
                .map(back -> lastDay - back);
    }
}
