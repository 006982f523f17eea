package org.snowtrack.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.results.Results;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.schemas.FlaggedRange;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack report}: the ranges that stand, as the analyst's table. */
@Command(name = "report", description = "Prints the ranges that stand: address, reporters (xN), name, and why.")
public final class ReportCommand implements Callable<Integer> {

    /** Where to read. */
    static final class Source {

        @Option(names = "--data-dir", paramLabel = "DIR", description = "State that demo or replay left here.")
        private @Nullable Path dataDirectory;

        @Option(
                names = "--bootstrap-servers",
                paramLabel = "HOST:PORT",
                description = "A Kafka cluster that Snowtrack writes to.")
        private @Nullable String bootstrapServers;
    }

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--json", description = "Print JSON lines instead of the table.")
    private boolean json;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        Reports.print(ranges(config.load()), json, spec.commandLine());
        return CommandLine.ExitCode.OK;
    }

    private List<FlaggedRange> ranges(SnowtrackConfig settings) {
        if (source.bootstrapServers != null) {
            Map<String, String> clients = new HashMap<>(settings.kafkaClients());
            clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, source.bootstrapServers);
            return new Results(new TopicReader(clients)).ranges();
        }
        if (source.dataDirectory == null || !Files.isDirectory(source.dataDirectory)) {
            throw new StartupException("The data directory " + source.dataDirectory
                    + " does not exist; name the one that demo or replay was given with --data-dir.");
        }
        if (!DataDirectory.isOne(source.dataDirectory)) {
            throw new StartupException("The directory " + source.dataDirectory
                    + " holds no data of Snowtrack; name the one that demo or replay was given with --data-dir.");
        }
        try (EmbeddedRun run = EmbeddedRun.start(source.dataDirectory, settings, directory -> {})) {
            return new Results(new TopicReader(run.clientSettings())).ranges();
        }
    }
}
