package org.snowtrack.app.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on the terminal, once the work has taken a while. The start script knows whether there is a terminal. */
final class Bar implements AutoCloseable {

    /** A number of steps that nobody knows. */
    static final long UNKNOWN = -1;

    private static final long AFTER_NANOS = 2_000_000_000L;

    private final boolean terminal = Boolean.getBoolean("snowtrack.terminal");
    private final long start = System.nanoTime();
    private final String task;
    private final String unit;
    private final long unitSize;
    private @Nullable ProgressBar bar;

    /**
     * A bar that is not drawn yet.
     *
     * @param task such as {@code Replaying}
     * @param unit such as {@code days}
     * @param unitSize how many steps make one of these
     */
    Bar(String task, String unit, long unitSize) {
        this.task = task;
        this.unit = unit;
        this.unitSize = unitSize;
    }

    /** So many steps of so many, or of {@link #UNKNOWN}, are done. */
    void stepTo(long done, long all) {
        if (bar == null && terminal && System.nanoTime() - start > AFTER_NANOS) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setUnit(" " + unit, unitSize)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setInitialMax(all)
                    .clearDisplayOnFinish()
                    .build();
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
