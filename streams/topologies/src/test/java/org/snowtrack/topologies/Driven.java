package org.snowtrack.topologies;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.IntakeStage;
import org.snowtrack.topologies.state.BlockStores;

/** The whole topology under a test driver, with names, registrations and time in the test's hands. */
public final class Driven implements AutoCloseable {

    public static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    private static final LocalTime EVENING = LocalTime.of(18, 0);

    /** Each driver has its own state directory, so that two may be open at once. */
    private static final AtomicInteger DRIVERS = new AtomicInteger();

    private final Map<IpAddress, String> names = new TreeMap<>();
    private final Map<String, Instant> registered = new TreeMap<>();
    private @Nullable CompletableFuture<Void> hold;
    private boolean failing;
    private boolean registryDown;
    private final Map<String, FlaggedRange> standing = new TreeMap<>();
    private int asked;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private final TopologyTestDriver driver;
    private Instant now = DAY.atTime(EVENING).toInstant(ZoneOffset.UTC);

    public Driven() {
        Lookups lookups = new Lookups(
                (ip, at) -> held(name(ip)),
                (ip, at) -> held(new Answer.Found<>(new Network(64500, "EXAMPLE-NET", "DE"))),
                (host, at) -> held(new Answer.NoRecord<>()),
                (domain, at) -> held(new Answer.NoRecord<>()),
                (domain, at) -> held(registration(domain)));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "driven-" + DRIVERS.incrementAndGet());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        driver = new TopologyTestDriver(
                Pipeline.build(new TopologyConfig(Map.of(TopologyConfig.PARTITIONS, "1")), lookups), properties, now);
    }

    private <A> CompletableFuture<Answer<A>> held(Answer<A> answer) {
        asked++;
        if (failing) {
            return CompletableFuture.completedFuture(new Answer.Failed<>(Answer.Failure.TIMED_OUT));
        }
        return hold == null ? CompletableFuture.completedFuture(answer) : hold.thenApply(released -> answer);
    }

    private Answer<List<PtrName>> name(IpAddress ip) {
        String name = names.get(ip);
        return name == null
                ? new Answer.NoRecord<>()
                : new Answer.Found<>(List.of(new PtrName(name, Confirmation.CONFIRMED)));
    }

    private Answer<Registration> registration(String domain) {
        if (registryDown) {
            return new Answer.Failed<>(Answer.Failure.TIMED_OUT);
        }
        Instant at = registered.get(domain);
        return at == null
                ? new Answer.Failed<>(Answer.Failure.REFUSED)
                : new Answer.Found<>(new Registration("IANA:1", "Example Registrar", at, null, null, List.of()));
    }

    /** Lets every lookup fail from now on, or answer again. */
    public void failLookups(boolean fail) {
        failing = fail;
    }

    /** Lets every registration lookup fail from now on, or answer again. */
    public void failRegistrations(boolean fail) {
        registryDown = fail;
    }

    public void unnamed(String ip) {
        names.remove(IpAddress.parse(ip));
    }

    /** Lets every lookup hang from now on, until the returned future is completed. */
    public CompletableFuture<Void> holdLookups() {
        hold = new CompletableFuture<>();
        return hold;
    }

    public Driven named(String ip, String name) {
        names.put(IpAddress.parse(ip), name);
        return this;
    }

    public Driven registered(String domain, LocalDate day) {
        registered.put(domain, day.atStartOfDay(ZoneOffset.UTC).toInstant());
        return this;
    }

    /** Excessive on that day, at noon. */
    public static MailRejection rejection(String ip, String reporter, LocalDate day) {
        return new MailRejection(
                ip,
                reporter,
                day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC),
                RejectionReason.INVALID_RECIPIENT,
                10,
                null,
                null,
                null,
                null,
                ip + " " + reporter + " " + day);
    }

    public void send(SpecificRecord value) {
        send(Topic.MAIL_REJECTIONS.topicName(), serde.serialize("mail-rejections", value));
    }

    public void send(String topic, byte @Nullable [] value) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(null, value));
    }

    public void tick(LocalDate day) {
        send(new DayTick(day, 5, null));
    }

    public void tick(LocalDate day, int feeds) {
        send(new DayTick(day, feeds, null));
    }

    public void allow(String subject, @Nullable LocalDate until) {
        allow(
                subject,
                new Allowance(
                        subject, "ours", until, DAY.atStartOfDay(ZoneOffset.UTC).toInstant()));
    }

    /** Takes an allowance back. */
    public void disallow(String subject) {
        allow(subject, (Allowance) null);
    }

    private void allow(String subject, @Nullable Allowance allowance) {
        byte[] value = allowance == null ? null : AvroSerde.of(Allowance.class).serialize("allowances", allowance);
        driver.createInputTopic(Topic.ALLOWANCES.topicName(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(subject, value);
    }

    /** How many questions the outside world has been asked. */
    public int asked() {
        return asked;
    }

    public void settle(LocalDate day) {
        send(new DayTick(day, 5, "settled " + day));
    }

    /** Lets stages judge and take answers in. */
    public void pass(Duration time) {
        driver.advanceWallClockTime(time);
        now = now.plus(time);
    }

    /** The same second by second: however long the time, one pass lets each stage work once. */
    public void passBySeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            pass(Duration.ofSeconds(1));
        }
    }

    public <V> List<TestRecord<String, V>> read(Topic topic, Deserializer<V> values) {
        TestOutputTopic<String, V> out = driver.createOutputTopic(topic.topicName(), new StringDeserializer(), values);
        return out.readRecordsToList();
    }

    public List<TestRecord<String, byte[]>> deadLetters() {
        return read(Topic.DEAD_LETTERS, new ByteArrayDeserializer());
    }

    /** What stands on flagged-ranges after everything published so far, by key. */
    public Map<String, FlaggedRange> ranges() {
        read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class)).forEach(record -> {
            if (record.value() == null) {
                standing.remove(record.key());
            } else {
                standing.put(record.key(), record.value());
            }
        });
        return Map.copyOf(standing);
    }

    /** Rows of the partition's stores that should be gone once everything has left the horizon, as "store: key". */
    public List<String> rows() {
        List<String> rows = new ArrayList<>();
        driver.getAllStateStores().forEach((name, store) -> {
            if (store instanceof KeyValueStore<?, ?> rowsOfStore && !name.equals(BlockStores.CLOCK)) {
                try (KeyValueIterator<?, ?> all = rowsOfStore.all()) {
                    all.forEachRemaining(row -> rows.add(name + ": " + row.key));
                }
            }
        });
        return rows;
    }

    /** The driver's wall clock. */
    public Instant now() {
        return now;
    }

    /** The range that stands under that key; the test fails where none does. */
    public FlaggedRange range(String key) {
        Map<String, FlaggedRange> ranges = ranges();
        return Objects.requireNonNull(ranges.get(key), () -> key + " does not stand among " + ranges.keySet());
    }

    @Override
    public void close() {
        driver.close();
    }
}
