package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.results.Results;
import org.snowtrack.schemas.FlaggedRange;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack demo}: the real case of 2018, end to end on an embedded broker. */
@Command(
        name = "demo",
        description = "Replays a real case of 2018 on an embedded Kafka broker and prints the analyst's table.")
public final class DemoCommand implements Callable<Integer> {

    private static final String CASE = "large-file-2018";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep state here, so that 'report' can be asked afterwards. Default: a temporary directory.")
    private @Nullable Path dataDirectory;

    @Option(names = "--json", description = "Print JSON lines instead of the table.")
    private boolean json;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (!json) {
            err.println("Replaying one provider's April and May 2018 through an embedded Kafka broker ...");
            err.flush();
        }
        List<FlaggedRange> ranges =
                new ReplayRun(caseDirectory(), dataDirectory, config.load(), err).run(Results::ranges);
        Reports.print(ranges, json, spec.commandLine());
        return CommandLine.ExitCode.OK;
    }

    private static Path caseDirectory() {
        String home = System.getProperty("snowtrack.home", "");
        Path path = Path.of(home, "cases", CASE);
        if (home.isEmpty() || !Files.isDirectory(path)) {
            throw new StartupException("The demo's case is not where the distribution has it (" + path
                    + "); start snowtrack by its script bin/snowtrack.");
        }
        return path;
    }
}
