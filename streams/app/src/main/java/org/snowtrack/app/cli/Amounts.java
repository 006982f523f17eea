package org.snowtrack.app.cli;

/** Amounts for people. */
final class Amounts {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int STEP = 1024;

    private static final String[] THOUSANDS = {"", "k", "M", "G", "T"};
    private static final int THOUSAND = 1000;

    private Amounts() {}

    /** A count in at most five characters: {@code 999}, {@code 12.3k}, {@code 345k}, {@code 6.7M}. */
    static String count(long count) {
        double amount = count;
        int unit = 0;
        // Not 1000: it would be printed as such.
        while (amount >= THOUSAND - 0.5 && unit < THOUSANDS.length - 1) {
            amount /= THOUSAND;
            unit++;
        }
        boolean hasPoint = unit > 0 && amount < 99.95;
        return (hasPoint ? "%.1f%s" : "%.0f%s").formatted(amount, THOUSANDS[unit]);
    }

    /** Bytes in the largest unit that leaves a number of at least one, with one digit behind the point. */
    static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= STEP && unit < UNITS.length - 1) {
            amount /= STEP;
            unit++;
        }
        return (unit == 0 ? "%.0f %s" : "%.1f %s").formatted(amount, UNITS[unit]);
    }
}
