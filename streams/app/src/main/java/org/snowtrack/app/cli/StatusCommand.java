package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.results.PlainText;
import org.snowtrack.app.status.LogStatus;
import org.snowtrack.app.status.NodeStatus;
import org.snowtrack.app.status.StatusFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack status}: what the process on a data directory is doing. */
@Command(name = "status", description = "Tells what snowtrack run is doing, from another shell.")
public final class StatusCommand implements Callable<Integer> {

    private static final Duration STALE = Duration.ofSeconds(15);

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The data directory that run was given. Default: that of run.")
    private @Nullable Path dataDirectory;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        Path directory = dataDirectory == null ? KafkaOptions.defaultDataDirectory() : dataDirectory;
        Optional<NodeStatus> running = StatusFile.in(directory).ofRunning();
        NodeStatus status = running.orElseThrow(() -> new StartupException(
                "No snowtrack runs on " + directory + "; start it with snowtrack run --data-dir " + directory + "."));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(StatusFile.json(status) + "\n");
        } else {
            print(status, out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static void print(NodeStatus status, PrintWriter out) {
        row(out, "Process", status.pid() + " since " + status.startedAt() + ", Kafka at " + status.bootstrapServers());
        row(out, "Lines", "%,d read, %s behind".formatted(status.lines(), Amounts.bytes(status.bytesBehind())));
        row(out, "Rejections", "%,d, %,d records behind".formatted(status.refusals(), status.recordsBehind()));
        row(out, "Addresses", "%,d, %,d lookups pending".formatted(status.addresses(), status.pendingLookups()));
        row(out, "Ranges", "%,d flagged, %,d watched".formatted(status.flagged(), status.watched()));
        row(out, "Disk", Amounts.bytes(status.freeBytes()) + " free");
        if (Instant.parse(status.updatedAt()).isBefore(Instant.now().minus(STALE))) {
            row(out, "Trouble", "The process has not told anything since " + status.updatedAt() + ".");
        }
        if (status.trouble() != null) {
            row(out, "Trouble", status.trouble());
        }
        int width = status.logs().stream()
                .mapToInt(log -> PlainText.of(log.path()).length())
                .max()
                .orElse(0);
        for (LogStatus log : status.logs()) {
            out.printf(
                    "  %-" + width + "s  %s: %,d lines, %,d rejections, %s behind%s%n",
                    PlainText.of(log.path()),
                    log.reporter(),
                    log.lines(),
                    log.refusals(),
                    Amounts.bytes(log.bytesBehind()),
                    log.unreadable() + log.tooLong() == 0
                            ? ""
                            : ", %,d lines could not be read".formatted(log.unreadable() + log.tooLong()));
        }
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf("%-10s  %s%n", name, value);
    }
}
