package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.snowtrack.app.live.Feeder;
import org.snowtrack.app.live.FreeSpace;
import org.snowtrack.app.pipeline.PipelineFailedException;
import org.snowtrack.app.pipeline.PipelineFigures;
import org.snowtrack.app.pipeline.PipelineRunner;
import org.snowtrack.app.status.NodeStatus;
import org.snowtrack.app.status.StatusFile;

/**
 * Looks after a running node once a second: whether all of it works, and what it is doing, for the status file and, on
 * a terminal, a line that stays in its place.
 */
final class Watch {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int COLUMNS = 79;
    /** To the line's start, and away with it. */
    private static final String CLEAR = "\r\u001b[K";

    private final Node node;
    private final PipelineRunner pipeline;
    private final Feeder feeder;
    private final FreeSpace space;
    private final PrintWriter err;
    private final StatusFile file;
    private final String startedAt = now();
    private final boolean terminal = Boolean.getBoolean("snowtrack.terminal");

    Watch(Node node, PipelineRunner pipeline, Feeder feeder, FreeSpace space, PrintWriter err) {
        this.node = node;
        this.pipeline = pipeline;
        this.feeder = feeder;
        this.space = space;
        this.err = err;
        this.file = StatusFile.in(node.directory().path());
        node.running(file::remove);
    }

    void ready(int logs) {
        file.write(status());
        err.printf(
                "snowtrack: ready after %.1f s, following %s; Kafka at %s, data in %s%n",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
                logs == 1 ? "1 log" : logs + " logs",
                node.bootstrapServers(),
                node.directory().path());
        err.flush();
    }

    /** Returns when the node is stopped; throws when a part of it has failed. */
    void untilReleased() {
        try {
            while (!node.awaitRelease(INTERVAL)) {
                checkPipeline();
                feeder.check();
                NodeStatus status = status();
                file.write(status);
                if (terminal) {
                    draw(status);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkPipeline() {
        try {
            pipeline.check();
        } catch (PipelineFailedException e) {
            // Not our bug where somebody has created a topic that is too large.
            node.checkTopics();
            throw e;
        }
    }

    private NodeStatus status() {
        PipelineFigures figures = pipeline.figures();
        return new NodeStatus(
                ProcessHandle.current().pid(),
                startedAt,
                now(),
                node.bootstrapServers(),
                figures.addresses(),
                figures.pendingLookups(),
                figures.flagged(),
                figures.watched(),
                figures.recordsBehind(),
                space.bytes(),
                feeder.trouble().orElse(null),
                feeder.logs());
    }

    private void draw(NodeStatus status) {
        err.print(CLEAR + line(status));
        err.flush();
    }

    /** What it is doing, on one line of a terminal of 80 columns. */
    static String line(NodeStatus status) {
        String line = "lines %s  rejected %s  IPs %s  lookups %s  flagged %d  watched %d  lag %s, %s"
                .formatted(
                        Amounts.count(status.lines()),
                        Amounts.count(status.refusals()),
                        Amounts.count(status.addresses()),
                        Amounts.count(status.pendingLookups()),
                        status.flagged(),
                        status.watched(),
                        Amounts.bytes(status.bytesBehind()),
                        Amounts.count(status.recordsBehind()));
        return line.substring(0, Math.min(line.length(), COLUMNS));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
