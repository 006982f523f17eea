package org.snowtrack.app.cases;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.pipeline.PipelineRunner;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.intake.DeadLetter;
import org.snowtrack.topologies.intake.IntakeStage;

/**
 * Lives through a case day by day. Each day is a tick, the day's events, and a second tick that asks every block
 * partition to settle; only when all have answered does the next day begin. CAMPAIGN, which settles behind them, is
 * waited for on the last day. Everything goes through one partition, so
 * that a tick stays behind the events before it.
 *
 * <p>The answers on {@code day-settlements} are also the log of progress: a replay that was killed goes on with the
 * first day that not all have settled, and gives that day's events once more, which changes nothing.
 */
public final class Replay {

    /** Told of progress. */
    @FunctionalInterface
    public interface Progress {

        /** So many of all days are settled. */
        void settled(int days, int all);
    }

    private static final int PARTITION = 0;
    private static final Duration POLL = Duration.ofMillis(100);

    private final CaseDirectory caseDirectory;
    private final TopologyConfig config;
    private final Map<String, String> clientSettings;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private final Map<String, Set<Integer>> settled = new HashMap<>();
    private volatile @Nullable Exception sendFailure;

    /**
     * @param clientSettings of Kafka clients, with the bootstrap servers
     */
    public Replay(CaseDirectory caseDirectory, TopologyConfig config, Map<String, String> clientSettings) {
        this.caseDirectory = caseDirectory;
        this.config = config;
        this.clientSettings = Map.copyOf(clientSettings);
    }

    /**
     * Runs to the end of the case: all events counted, nothing pending, everything published.
     *
     * @param pipeline runs already; watched for failure
     */
    public void run(PipelineRunner pipeline, Progress progress) {
        List<LocalDate> days = daysToLive();
        try (Producer<String, byte[]> producer = producer();
                KafkaConsumer<String, DaySettled> settlements =
                        new TopicReader(clientSettings).open(Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class))) {
            TopicReader.readToEnd(settlements, record -> note(record.value()));
            if (settled.isEmpty()) {
                sendUnreadable(producer);
            }
            for (int i = 0; i < days.size(); i++) {
                String settlement = "end of " + days.get(i);
                int answers = config.getInt(TopologyConfig.PARTITIONS) + (i == days.size() - 1 ? 1 : 0);
                if (answers(settlement) < answers) {
                    live(producer, days, i, settlement);
                    while (answers(settlement) < answers) {
                        pipeline.check();
                        checkSent();
                        settlements.poll(POLL).forEach(record -> note(record.value()));
                    }
                }
                progress.settled(i + 1, days.size());
            }
        }
    }

    private void live(Producer<String, byte[]> producer, List<LocalDate> days, int i, String settlement) {
        LocalDate day = days.get(i);
        boolean first = i == 0;
        boolean last = i == days.size() - 1;
        // Settling the new day before its first event ends what yesterday's silence ends; nobody waits for that.
        sendTick(producer, day, "");
        if (first) {
            send(producer, caseDirectory.eventsBefore(day));
        }
        send(producer, caseDirectory.eventsBetween(day, day));
        if (last) {
            // Intake refuses them, with the reason.
            send(producer, caseDirectory.eventsAfter(day));
        }
        sendTick(producer, day, settlement);
        producer.flush();
    }

    /** All days, but of a long silence only its beginning, in which everything ends, and its last day. */
    private List<LocalDate> daysToLive() {
        List<LocalDate> days = caseDirectory.days(Instant.now());
        if (days.isEmpty()) {
            throw new StartupException("The case in " + caseDirectory.path() + " has no usable event, and no period.");
        }
        int memory = config.days(TopologyConfig.HORIZON) + config.days(TopologyConfig.LIST_TTL) + 1;
        Set<LocalDate> alive = new HashSet<>(List.of(days.get(0), days.get(days.size() - 1)));
        LocalDate lastEvent = days.get(0);
        for (LocalDate day : days) {
            if (caseDirectory.eventsBetween(day, day).findAny().isPresent()) {
                lastEvent = day;
            }
            if (!day.isAfter(lastEvent.plusDays(memory))) {
                alive.add(day);
            }
        }
        return days.stream().filter(alive::contains).toList();
    }

    private void send(Producer<String, byte[]> producer, Stream<CaseDirectory.Event> events) {
        events.forEach(event -> {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                    Topic.MAIL_REJECTIONS.topicName(),
                    PARTITION,
                    null,
                    event.value().get());
            record.headers().add(DeadLetter.FILE, utf8(event.file()));
            record.headers().add(DeadLetter.LINE, utf8(Integer.toString(event.line())));
            give(producer, record);
        });
    }

    private void sendTick(Producer<String, byte[]> producer, LocalDate day, String settlement) {
        DayTick tick = new DayTick(day, caseDirectory.reporters(), settlement);
        String topic = Topic.MAIL_REJECTIONS.topicName();
        give(producer, new ProducerRecord<>(topic, PARTITION, null, serde.serialize(topic, tick)));
    }

    /** A line that is no event has no record that intake could refuse; its dead letter is written here. */
    private void sendUnreadable(Producer<String, byte[]> producer) {
        for (CaseDirectory.Unreadable line : caseDirectory.unreadable()) {
            ProducerRecord<String, byte[]> letter =
                    new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), line.file(), new byte[0]);
            letter.headers().add(DeadLetter.REASON, utf8(line.sentence()));
            letter.headers().add(DeadLetter.FILE, utf8(line.file()));
            letter.headers().add(DeadLetter.LINE, utf8(Integer.toString(line.line())));
            give(producer, letter);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps the failure
    private void give(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        producer.send(record, this::sent);
    }

    private void sent(RecordMetadata metadata, @Nullable Exception thrown) {
        if (thrown != null) {
            sendFailure = thrown;
        }
    }

    private void checkSent() {
        Exception thrown = sendFailure;
        if (thrown != null) {
            throw new StartupException(
                    "The broker does not take the case's events: " + thrown.getMessage() + ".", thrown);
        }
    }

    private void note(DaySettled answer) {
        settled.computeIfAbsent(answer.getSettlement(), settlement -> new HashSet<>())
                .add(answer.getPartition());
    }

    private int answers(String settlement) {
        return settled.getOrDefault(settlement, Set.of()).size();
    }

    private Producer<String, byte[]> producer() {
        Properties properties = new Properties();
        properties.putAll(clientSettings);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
