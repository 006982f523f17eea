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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.IntakeStage;
import org.snowtrack.topologies.lines.PlainLines;

/** The whole topology under a test driver, with names, registrations and time in the test's hands. */
public final class Driven implements AutoCloseable {

    public static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    private static final Network NETWORK = new Network(64500, "EXAMPLE-NET", "DE");
    private static final LocalTime EVENING = LocalTime.of(18, 0);

    /** Each driver has its own state directory, so that two may be open at once. */
    private static final AtomicInteger DRIVERS = new AtomicInteger();

    private final Map<IpAddress, String> names = new TreeMap<>();
    private final Set<IpAddress> unconfirmed = new TreeSet<>();
    private final Map<IpAddress, Network> networks = new TreeMap<>();
    private final Map<String, Instant> registered = new TreeMap<>();
    private final Map<String, Answer.Failure> failures = new TreeMap<>();
    private final Map<String, Answer.Failure> registryFailures = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private @Nullable CompletableFuture<Void> hold;
    private CompletableFuture<Void> registrations = CompletableFuture.completedFuture(null);
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private final TopologyTestDriver driver;
    private final Map<String, FlaggedRange> standing = new TreeMap<>();
    private Instant now = DAY.atTime(EVENING).toInstant(ZoneOffset.UTC);
    private boolean failing;

    public Driven() {
        Lookups lookups = new Lookups(
                (ip, at) -> told(ip.toString(), name(ip)),
                (ip, at) -> told(ip.toString(), new Answer.Found<>(networks.getOrDefault(ip, NETWORK))),
                (host, at) -> told(host, new Answer.NoRecord<>()),
                (domain, at) -> told(domain, new Answer.NoRecord<>()),
                (domain, at) -> registrations.thenCombine(
                        told(domain, registration(domain)), (released, registration) -> registration),
                (ip, at) -> told(ip.toString(), new Answer.NoRecord<>()));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "driven-" + DRIVERS.incrementAndGet());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        driver = new TopologyTestDriver(
                Pipeline.build(
                        new TopologyConfig(Map.of(TopologyConfig.PARTITIONS, "1")),
                        lookups,
                        (zone, sessions) -> new PlainLines(sessions)),
                properties,
                now);
    }

    private <A> CompletableFuture<Answer<A>> told(String question, Answer<A> answer) {
        Answer.Failure failure = failing ? Answer.Failure.TIMED_OUT : failures.get(question);
        Answer<A> told = failure == null ? answer : new Answer.Failed<>(failure);
        return hold == null ? CompletableFuture.completedFuture(told) : hold.thenApply(released -> told);
    }

    private Answer<List<PtrName>> name(IpAddress ip) {
        asked.add(ip.toString());
        String name = names.get(ip);
        return name == null
                ? new Answer.NoRecord<>()
                : new Answer.Found<>(List.of(
                        new PtrName(name, unconfirmed.contains(ip) ? Confirmation.REFUTED : Confirmation.CONFIRMED)));
    }

    private Answer<Registration> registration(String domain) {
        asked.add(domain);
        Answer.Failure failure = registryFailures.get(domain);
        if (failure != null) {
            return new Answer.Failed<>(failure);
        }
        Instant at = registered.get(domain);
        return at == null
                ? new Answer.Failed<>(Answer.Failure.REFUSED)
                : new Answer.Found<>(new Registration(
                        "IANA:1", "Example Registrar", at, null, null, null, null, List.of(), List.of(), null));
    }

    /** Lets every lookup hang from now on, until the returned future is completed. */
    public CompletableFuture<Void> holdLookups() {
        hold = new CompletableFuture<>();
        return hold;
    }

    /** Lets every question about a registration hang from now on, until the returned future is completed. */
    public CompletableFuture<Void> holdRegistrations() {
        registrations = new CompletableFuture<>();
        return registrations;
    }

    public Driven named(String ip, String name) {
        names.put(IpAddress.parse(ip), name);
        return this;
    }

    /** Lets the name of this address not lead back to it. */
    public Driven unconfirmed(String ip) {
        unconfirmed.add(IpAddress.parse(ip));
        return this;
    }

    /** Lets another network announce this address. */
    public Driven announced(String ip, long asn) {
        networks.put(IpAddress.parse(ip), new Network(asn, "NET-" + asn, "DE"));
        return this;
    }

    public Driven registered(String domain, LocalDate day) {
        registered.put(domain, day.atStartOfDay(ZoneOffset.UTC).toInstant());
        return this;
    }

    /** Lets every question about this address or domain fail from now on. */
    public Driven failing(String question, Answer.Failure failure) {
        failures.put(question, failure);
        return this;
    }

    /** Lets only the registry fail about this domain from now on. */
    public Driven failingRegistration(String domain, Answer.Failure failure) {
        registryFailures.put(domain, failure);
        return this;
    }

    /** Lets the registry answer about this domain again. */
    public void answeringRegistration(String domain) {
        registryFailures.remove(domain);
    }

    /** Lets every question about this address or domain be answered again. */
    public void answering(String question) {
        failures.remove(question);
    }

    /** Lets every lookup fail from now on, or answer again. */
    public void failLookups(boolean fail) {
        failing = fail;
    }

    public void unnamed(String ip) {
        names.remove(IpAddress.parse(ip));
    }

    /** The addresses whose names and the domains whose registrations were asked for, in order, repeated ones too. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Excessive on that day, at noon. */
    public static MailRejection rejection(String ip, String reporter, LocalDate day) {
        return MailRejection.newBuilder()
                .setSourceIp(ip)
                .setReporter(reporter)
                .setObservedAt(day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC))
                .setReason(RejectionReason.INVALID_RECIPIENT)
                .setRejectedRecipients(10)
                .setOrigin(ip + " " + reporter + " " + day)
                .build();
    }

    public void send(SpecificRecord value) {
        send(Topic.MAIL_REJECTIONS.topicName(), serde.serialize("mail-rejections", value));
    }

    public void send(String topic, byte @Nullable [] value) {
        send(topic, new TestRecord<>(null, value));
    }

    public void send(String topic, TestRecord<byte[], byte[]> record) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(record);
    }

    /** Facts about a domain for a block, as DOMAIN sends them. */
    public void deliver(String block, DomainRecord facts) {
        driver.createInputTopic(
                        Topic.DOMAIN_FACTS.topicName(), new StringSerializer(), AvroSerde.of(DomainRecord.class))
                .pipeInput(block, facts);
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

    /** The driver's wall clock. */
    public Instant now() {
        return now;
    }

    public <V> List<TestRecord<String, V>> read(Topic topic, Deserializer<V> values) {
        TestOutputTopic<String, V> out = driver.createOutputTopic(topic.topicName(), new StringDeserializer(), values);
        return out.readRecordsToList();
    }

    public List<TestRecord<String, byte[]>> deadLetters() {
        return read(Topic.DEAD_LETTERS, new ByteArrayDeserializer());
    }

    /** How often a stage's sensor of that name was recorded. */
    public double total(String sensor) {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(sensor + "-total"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    /** How many rows each store holds; stores without any are left out. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        for (String name : driver.getAllStateStores().keySet()) {
            try (KeyValueIterator<Object, Object> all =
                    driver.getKeyValueStore(name).all()) {
                all.forEachRemaining(row -> rows.merge(name, 1L, Long::sum));
            }
        }
        return rows;
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
