package org.snowtrack.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.status.NodeStatus;
import org.snowtrack.app.status.StatusFile;
import picocli.CommandLine.Option;

/** Where a command finds what Snowtrack has written: on a cluster, or in a data directory, whoever runs on it. */
final class KafkaOptions {

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The data directory of run, demo or replay. Default: that of run.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "A Kafka cluster that Snowtrack works on, instead of a data directory.")
    private @Nullable String bootstrapServers;

    /** Where run keeps its state unless told otherwise: the user's own place for such things. */
    static Path defaultDataDirectory() {
        String home = System.getenv("XDG_DATA_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share", "snowtrack")
                : Path.of(home, "snowtrack");
    }

    Path dataDirectory() {
        return dataDirectory == null ? defaultDataDirectory() : dataDirectory;
    }

    /**
     * Uses the Kafka there. Where nobody runs on the data directory, the embedded broker runs on it meanwhile.
     *
     * @param use is given settings of Kafka clients, with the bootstrap servers
     */
    <T> T use(SnowtrackConfig config, Function<Map<String, String>, T> use) {
        if (bootstrapServers != null) {
            if (dataDirectory != null) {
                throw new StartupException("Name a data directory or a cluster, not both.");
            }
            return use.apply(settings(config, bootstrapServers));
        }
        Path directory = dataDirectory();
        if (!Files.isDirectory(directory)) {
            throw new StartupException("The data directory " + directory
                    + " does not exist; name the one that run, demo or replay was given with --data-dir.");
        }
        if (!DataDirectory.isOne(directory)) {
            throw new StartupException("The directory " + directory
                    + " holds no data of Snowtrack; name the one that run, demo or replay was given with --data-dir.");
        }
        Optional<NodeStatus> running = StatusFile.in(directory).ofRunning();
        if (running.isPresent()) {
            return use.apply(settings(config, running.get().bootstrapServers()));
        }
        try (Node node = Node.start(directory, config, claimed -> {})) {
            return use.apply(node.clientSettings());
        }
    }

    private static Map<String, String> settings(SnowtrackConfig config, String bootstrapServers) {
        Map<String, String> settings = new HashMap<>(config.kafkaClients());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return settings;
    }
}
