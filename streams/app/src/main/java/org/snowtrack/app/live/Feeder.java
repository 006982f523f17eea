package org.snowtrack.app.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.pipeline.PipelineFailedException;
import org.snowtrack.app.status.LogStatus;

/** Feeds the pipeline from one thread: the day, and every log in turn. Thread-safe. */
public final class Feeder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final List<LogPattern> patterns;
    private final List<LogFollower> followers = new CopyOnWriteArrayList<>();
    private final Set<Path> followed = new HashSet<>();
    private final Positions positions;
    private final Producer<String, byte[]> producer;
    private final DayClock day;
    private final FreeSpace space;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "snowtrack-feeder");
    private volatile @Nullable Throwable failure;
    private volatile @Nullable String shortage;

    private Feeder(
            List<LogPattern> patterns,
            Positions positions,
            Producer<String, byte[]> producer,
            DayClock day,
            FreeSpace space) {
        this.patterns = patterns;
        this.positions = positions;
        this.producer = producer;
        this.day = day;
        this.space = space;
    }

    /**
     * Starts to feed.
     *
     * @param patterns of the logs to follow, those included that appear later
     * @param directory where positions are kept
     * @param clientSettings of Kafka clients, with the bootstrap servers
     * @param feeds how many reporters feed the deployment
     */
    public static Feeder start(
            List<LogPattern> patterns,
            DataDirectory directory,
            Map<String, String> clientSettings,
            Clock clock,
            IntSupplier feeds,
            FreeSpace space) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        Producer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        Positions positions = Positions.open(directory.positionsFile());
        Feeder feeder = new Feeder(patterns, positions, producer, new DayClock(clock, feeds, producer), space);
        feeder.lookForLogs();
        feeder.thread.start();
        return feeder;
    }

    /**
     * Whether all logs can be followed. One that was read before may be missing, between two of its files.
     *
     * @throws StartupException with a sentence about the first that cannot
     */
    public static void checkReadable(List<LogSource> logs, DataDirectory directory) {
        Positions positions = Positions.open(directory.positionsFile());
        Set<Path> paths = new HashSet<>();
        for (LogSource log : logs) {
            if (!paths.add(log.path())) {
                throw new StartupException("The log " + log.path() + " is named twice; one log has one reporter.");
            }
            log.checkReadable(positions.of(log).isPresent());
        }
    }

    private void run() {
        try {
            long housekeeping = 0;
            boolean idle = false;
            while (!stop.await(idle ? PAUSE.toMillis() : 0, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - housekeeping >= HOUSEKEEPING.toNanos() || housekeeping == 0) {
                    housekeeping = System.nanoTime();
                    keepHouse();
                }
                idle = true;
                if (shortage == null) {
                    for (LogFollower follower : followers) {
                        idle &= follower.follow();
                    }
                    positions.saveNew();
                }
            }
            positions.save();
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void keepHouse() {
        try {
            day.check();
        } catch (KafkaException e) {
            LOG.warn("{}", e.getMessage());
        }
        positions.save();
        followers.forEach(LogFollower::release);
        lookForLogs();
        Optional<String> found = space.shortage();
        if (found.isPresent() && shortage == null) {
            LOG.warn("{} Until then no log is read.", found.get());
        }
        shortage = found.orElse(null);
    }

    /** Follows what has appeared since the last look. */
    private void lookForLogs() {
        for (LogPattern pattern : patterns) {
            try {
                for (LogSource log : pattern.logs()) {
                    if (!followed.contains(log.path())) {
                        followers.add(new LogFollower(log, pattern.spool(), positions, producer));
                        followed.add(log.path());
                    }
                }
            } catch (IOException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
    }

    /**
     * Tells of a failure, where there was one.
     *
     * @throws PipelineFailedException if the thread has failed
     */
    public void check() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new PipelineFailedException(thrown);
        }
    }

    /** How far each log has been read. */
    public List<LogStatus> logs() {
        return followers.stream()
                .map(follower -> new LogStatus(
                        follower.source().path().toString(),
                        follower.source().reporter(),
                        follower.counts().lines(),
                        follower.counts().refusals(),
                        follower.counts().unreadable(),
                        follower.counts().tooLong(),
                        follower.counts().bytesBehind()))
                .toList();
    }

    /** A sentence about what keeps it from reading, if anything does. */
    public Optional<String> trouble() {
        return Optional.ofNullable(shortage);
    }

    /** Stops after what is being read now; the rest is read at the next start. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(STOP_LIMIT);
        for (LogFollower follower : followers) {
            try {
                follower.close();
            } catch (IOException e) {
                LOG.warn("The log {} could not be closed: {}", follower.source().path(), e.getMessage());
            }
        }
    }
}
