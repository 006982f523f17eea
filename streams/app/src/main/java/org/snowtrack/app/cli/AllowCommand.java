package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.results.PlainText;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.app.topics.TopicCreation;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.AllowanceSubject;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snowtrack allow}: what must never be listed. */
@Command(
        name = "allow",
        description = "Allows a range of addresses or a domain: what is listed of it leaves at once.",
        subcommands = {AllowCommand.ListAll.class, AllowCommand.Remove.class})
public final class AllowCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "CIDR|DOMAIN",
            arity = "0..1",
            description = "A CIDR block, a range FIRST-LAST, an address, or a domain.")
    private @Nullable String subject;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Allows all that a file names: a line is what, why and, if not for ever, the last UTC day, with"
                            + " tabs between them.")
    private @Nullable Path file;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever reads the list later.")
    private @Nullable String reason;

    @Option(
            names = "--until",
            paramLabel = "DATE",
            description = "The last UTC day on which it holds. Default: for ever.")
    private @Nullable LocalDate until;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (file != null) {
            return allowAll(file);
        }
        if (subject == null || reason == null || reason.isBlank()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Say what to allow, and why with --reason; or --file, list, or remove.");
        }
        if (until != null && until.isBefore(LocalDate.now(ZoneOffset.UTC))) {
            throw new CommandLine.ParameterException(spec.commandLine(), "The day " + until + " is over.");
        }
        String canonical = canonical(subject, spec);
        Allowance allowance =
                new Allowance(canonical, reason, until, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        write(kafka, config.load(), Map.of(canonical, Optional.of(allowance)));
        tell(spec, sentence(allowance));
        return CommandLine.ExitCode.OK;
    }

    private int allowAll(Path list) {
        if (subject != null || reason != null || until != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "With --file, the file alone says what is allowed, why and until when.");
        }
        List<Allowance> allowances = AllowFile.read(list, Instant.now());
        write(kafka, config.load(), allowances.stream().collect(Collectors.toMap(Allowance::getSubject, Optional::of)));
        allowances.forEach(allowance -> tell(spec, sentence(allowance)));
        return CommandLine.ExitCode.OK;
    }

    /** {@code snowtrack allow list}. */
    @Command(name = "list", description = "Prints everything that is allowed.")
    public static final class ListAll implements Callable<Integer> {

        @Mixin
        private final KafkaOptions kafka = new KafkaOptions();

        @Mixin
        private final ConfigOptions config = new ConfigOptions();

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            SortedMap<String, Allowance> allowances = kafka.use(config.load(), AllowCommand::read);
            PrintWriter out = spec.commandLine().getOut();
            int width =
                    allowances.keySet().stream().mapToInt(String::length).max().orElse(0);
            allowances.forEach((subject, allowance) -> out.printf(
                    "%-" + width + "s  %-16s  %s%n",
                    subject,
                    allowance.getUntil() == null ? "for ever" : "until " + allowance.getUntil(),
                    PlainText.of(allowance.getReason())));
            if (allowances.isEmpty()) {
                out.println("Nothing is allowed.");
            }
            out.flush();
            return CommandLine.ExitCode.OK;
        }
    }

    /** {@code snowtrack allow remove}. */
    @Command(name = "remove", description = "Takes an allowance back.")
    public static final class Remove implements Callable<Integer> {

        @Parameters(paramLabel = "CIDR|DOMAIN", description = "What was allowed.")
        @SuppressWarnings("NullAway.Init")
        private String subject;

        @Mixin
        private final KafkaOptions kafka = new KafkaOptions();

        @Mixin
        private final ConfigOptions config = new ConfigOptions();

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            String canonical = canonical(subject, spec);
            SnowtrackConfig settings = config.load();
            if (!kafka.use(settings, AllowCommand::read).containsKey(canonical)) {
                throw new StartupException(canonical + " is not allowed; snowtrack allow list shows what is.");
            }
            write(kafka, settings, Map.of(canonical, Optional.empty()));
            tell(spec, canonical + " is not allowed any more.");
            return CommandLine.ExitCode.OK;
        }
    }

    private static String canonical(String subject, CommandLine.Model.CommandSpec spec) {
        try {
            return AllowanceSubject.canonical(subject);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage() + ".", e);
        }
    }

    private static SortedMap<String, Allowance> read(Map<String, String> settings) {
        SortedMap<String, Allowance> allowances = new TreeMap<>();
        new TopicReader(settings).readAll(Topic.ALLOWANCES, AvroSerde.of(Allowance.class), record -> {
            if (record.value() == null) {
                allowances.remove(record.key());
            } else {
                allowances.put(record.key(), record.value());
            }
        });
        return allowances;
    }

    private static String sentence(Allowance allowance) {
        return "Allowed " + allowance.getSubject()
                + (allowance.getUntil() == null ? "." : " until " + allowance.getUntil() + ".");
    }

    /** Writes allowances by subject, and a tombstone where one is empty. */
    private static void write(KafkaOptions kafka, SnowtrackConfig config, Map<String, Optional<Allowance>> allowances) {
        kafka.use(config, settings -> {
            Map<String, Object> clients = Map.copyOf(settings);
            try (Admin admin = Admin.create(clients)) {
                new TopicCreation(config.partitions(), TopicCreation.CLUSTER_DEFAULT)
                        .createMissing(admin, EnumSet.of(Topic.ALLOWANCES));
            }
            try (KafkaProducer<String, Allowance> producer =
                    new KafkaProducer<>(clients, new StringSerializer(), AvroSerde.of(Allowance.class))) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                allowances.forEach((subject, allowance) -> sent.add(producer.send(
                        new ProducerRecord<>(Topic.ALLOWANCES.topicName(), subject, allowance.orElse(null)))));
                for (Future<RecordMetadata> each : sent) {
                    each.get();
                }
                return sent.size();
            } catch (ExecutionException e) {
                throw new StartupException("Kafka did not take the allowance: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
    }

    private static void tell(CommandLine.Model.CommandSpec spec, String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(sentence);
        out.flush();
    }
}
