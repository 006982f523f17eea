package org.snowtrack.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.snowtrack.app.results.Results;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.schemas.FlaggedRange;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack report}: the ranges that stand, as the analyst's table. */
@Command(name = "report", description = "Prints the ranges that stand: address, reporters (xN), name, and why.")
public final class ReportCommand implements Callable<Integer> {

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--json", description = "Print JSON lines instead of the table.")
    private boolean json;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        List<FlaggedRange> ranges =
                kafka.use(config.load(), settings -> new Results(new TopicReader(settings)).ranges());
        Reports.print(ranges, json, spec.commandLine());
        return CommandLine.ExitCode.OK;
    }
}
