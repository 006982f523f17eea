package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.live.LogSource;
import org.snowtrack.app.topics.TopicCreation;
import org.snowtrack.schemas.topics.Topic;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack topics}: the catalogue, and its creation on a cluster. */
@Command(
        name = "topics",
        description = "Describes Snowtrack's topics, or creates them on a cluster.",
        subcommands = {TopicsCommand.Describe.class, TopicsCommand.Create.class})
public final class TopicsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to do with the topics: describe or create.");
    }

    /** {@code snowtrack topics describe}. */
    @Command(name = "describe", description = "Prints every topic: name, key, value, settings, purpose.")
    public static final class Describe implements Callable<Integer> {

        @Option(names = "--json", description = "Print one JSON object a line.")
        private boolean json;

        @Mixin
        private final ConfigOptions config = new ConfigOptions();

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            int partitions = config.load().partitions();
            PrintWriter out = spec.commandLine().getOut();
            int width = Stream.of(Topic.values())
                    .mapToInt(topic -> topic.topicName().length())
                    .max()
                    .orElse(0);
            for (Topic topic : Topic.values()) {
                if (json) {
                    out.print(json(topic, partitions) + "\n");
                } else {
                    out.printf("%-" + width + "s  %s%n", topic.topicName(), topic.description());
                    if (!topic.isReserved()) {
                        out.printf("%-" + width + "s  key: %s; value: %s%n", "", topic.key(), topic.value());
                        out.printf(
                                "%-" + width + "s  partitions: %d; %s%n",
                                "",
                                topic.partitions(partitions),
                                settings(topic));
                    }
                }
            }
            out.flush();
            return CommandLine.ExitCode.OK;
        }

        private static String settings(Topic topic) {
            return new TreeMap<>(topic.settings())
                    .entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(", "));
        }

        private static String json(Topic topic, int partitions) {
            return "{\"name\":\"%s\",\"key\":\"%s\",\"value\":\"%s\",\"partitions\":%d,\"reserved\":%b,\"description\":\"%s\"}"
                    .formatted(
                            topic.topicName(),
                            topic.key(),
                            topic.value(),
                            topic.partitions(partitions),
                            topic.isReserved(),
                            topic.description());
        }
    }

    /** {@code snowtrack topics create}. */
    @Command(name = "create", description = "Creates the topics that the cluster lacks; changes none that exists.")
    public static final class Create implements Callable<Integer> {

        @Option(
                names = "--bootstrap-servers",
                paramLabel = "HOST:PORT",
                required = true,
                description = "The Kafka cluster.")
        @SuppressWarnings("NullAway.Init")
        private String bootstrapServers;

        @Option(
                names = "--mta-logs",
                paramLabel = "NAME",
                description =
                        "Create mta-logs.NAME, to which this reporter's raw log lines are shipped, and nothing else; "
                                + "repeatable.")
        private List<String> reporters = new ArrayList<>();

        @Mixin
        private final ConfigOptions config = new ConfigOptions();

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            SnowtrackConfig settings = config.load();
            Map<String, Object> clients = new HashMap<>(settings.kafkaClients());
            clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            PrintWriter out = spec.commandLine().getOut();
            Set<String> ofReporters = new TreeSet<>();
            for (String reporter : reporters) {
                LogSource.checkReporter(reporter);
                ofReporters.add(Topic.MTA_LOGS.boundTo(reporter));
            }
            try (Admin admin = Admin.create(clients)) {
                TopicCreation creation = new TopicCreation(settings.partitions(), TopicCreation.CLUSTER_DEFAULT);
                Set<String> created = new LinkedHashSet<>();
                if (ofReporters.isEmpty()) {
                    creation.createMissing(admin).forEach(topic -> created.add(topic.topicName()));
                } else {
                    created.addAll(creation.createForLines(admin, ofReporters));
                }
                created.forEach(topic -> out.println("created " + topic));
                out.println(
                        created.isEmpty()
                                ? "Nothing to create: all topics exist."
                                : created.size() + " topics created.");
                out.flush();
            }
            return CommandLine.ExitCode.OK;
        }
    }
}
