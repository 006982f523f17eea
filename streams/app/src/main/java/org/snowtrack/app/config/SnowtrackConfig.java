package org.snowtrack.app.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.topologies.TopologyConfig;

/**
 * The configuration as it was given: flags before environment before file before defaults. Immutable.
 *
 * <p>In the environment a key is upper case, with underscores for dots, behind {@code SNOWTRACK_}: {@code
 * SNOWTRACK_RUN_MAX_GAP}. Keys that begin with {@code client.} go to every Kafka client, without that prefix.
 *
 * @param topology what the stages are told
 * @param kafkaClients settings for Kafka clients, such as TLS and SASL
 */
public record SnowtrackConfig(TopologyConfig topology, Map<String, String> kafkaClients) {

    private static final String CLIENT_PREFIX = "client.";
    private static final String ENVIRONMENT_PREFIX = "SNOWTRACK_";

    /**
     * Reads and checks everything.
     *
     * @param file properties, or null
     * @param environment the process's
     * @param flags by key
     * @throws StartupException with a sentence about the first key or value that does not fit, and where it stands
     */
    public static SnowtrackConfig load(
            @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, String> topology = new TreeMap<>();
        Map<String, String> clients = new TreeMap<>();
        if (file != null) {
            properties(file)
                    .forEach((key, value) -> put((String) key, (String) value, file.toString(), topology, clients));
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX)) {
                String key = name.substring(ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                put(key, value, "the environment variable " + name, topology, clients);
            }
        });
        flags.forEach((key, value) -> put(key, value, "the command line", topology, clients));
        try {
            return new SnowtrackConfig(new TopologyConfig(topology), Map.copyOf(clients));
        } catch (ConfigException e) {
            throw new StartupException("The configuration does not fit: " + e.getMessage() + ".", e);
        }
    }

    /** Partitions of every topic that is partitioned at all. */
    public int partitions() {
        return topology.getInt(TopologyConfig.PARTITIONS);
    }

    /**
     * The same for work that begins and ends on this machine: where nobody chose a number of partitions, one for each
     * processor, but not more than by default. Each costs a dozen stores, which take longer to open than to use.
     */
    public SnowtrackConfig forOneMachine() {
        if (topology.originals().containsKey(TopologyConfig.PARTITIONS)) {
            return this;
        }
        Map<String, Object> settings = new TreeMap<>(topology.originals());
        settings.put(
                TopologyConfig.PARTITIONS,
                Math.min(partitions(), Runtime.getRuntime().availableProcessors()));
        return new SnowtrackConfig(new TopologyConfig(settings), kafkaClients);
    }

    private static void put(
            String key, String value, String source, Map<String, String> topology, Map<String, String> clients) {
        if (key.startsWith(CLIENT_PREFIX)) {
            clients.put(key.substring(CLIENT_PREFIX.length()), value);
        } else if (TopologyConfig.definition().names().contains(key)) {
            topology.put(key, value);
        } else {
            String known = TopologyConfig.definition().names().stream().sorted().collect(Collectors.joining(", "));
            throw new StartupException(
                    "The configuration key '%s' in %s is unknown; known are %s, and client.* for Kafka."
                            .formatted(key, source, known));
        }
    }

    private static Properties properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new StartupException("The configuration file " + file + " does not exist.", e);
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new StartupException("The configuration file " + file + " is not a properties file in UTF-8.", e);
        } catch (IOException e) {
            throw new StartupException(
                    "The configuration file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
        return properties;
    }
}
