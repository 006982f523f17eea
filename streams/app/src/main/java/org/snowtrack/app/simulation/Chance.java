package org.snowtrack.app.simulation;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;

/** What is drawn for everybody: sizes, dates, who reports. Not thread-safe. */
final class Chance {

    static final int REPORTERS = 120;
    static final int DAYS = 61;
    static final LocalDate FIRST_DAY = LocalDate.of(2026, 4, 1);

    private final Random random;
    private final double[] weights = new double[REPORTERS];
    private final double sum;

    Chance(Random random) {
        this.random = random;
        for (int i = 0; i < REPORTERS; i++) {
            // A few see a lot, most see a little.
            weights[i] = 1 / Math.pow(i + 4.0, 0.8);
        }
        sum = DoubleStream.of(weights).sum();
    }

    /** From one number to another, both included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    double between(double least, double most) {
        return least + random.nextDouble() * (most - least);
    }

    boolean in(double probability) {
        return random.nextDouble() < probability;
    }

    Random random() {
        return random;
    }

    /** So many days before the case begins. */
    LocalDate daysBefore(int days) {
        return FIRST_DAY.minusDays(days);
    }

    /** How much mail a reporter gets, where 1 is the mean of all. */
    double volume(int reporter) {
        return weights[reporter] / sum * REPORTERS;
    }

    /** Different reporters, the large ones more often. */
    List<Integer> reporters(int count) {
        Set<Integer> chosen = new LinkedHashSet<>();
        while (chosen.size() < Math.min(count, REPORTERS)) {
            double at = random.nextDouble() * sum;
            int reporter = 0;
            while (reporter < REPORTERS - 1 && at >= weights[reporter]) {
                at -= weights[reporter++];
            }
            chosen.add(reporter);
        }
        return List.copyOf(chosen);
    }

    /** Most of these, at least one. */
    List<Integer> mostOf(List<Integer> reporters, double least) {
        List<Integer> most = new ArrayList<>();
        double share = between(least, 1);
        for (int reporter : reporters) {
            if (in(share)) {
                most.add(reporter);
            }
        }
        return most.isEmpty() ? List.of(reporters.get(0)) : most;
    }

    /** How many reporters find a decent sender's lists dirty in two months: mostly none or few, one in ten times more. */
    int dirt() {
        return in(0.1) ? between(3, 12) : between(0, 2);
    }

    static boolean tells(int reporter) {
        return reporter % 3 == 1;
    }
}
