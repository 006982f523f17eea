package org.snowtrack.app.pipeline;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.Pipeline;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.DomainStores;

/**
 * Runs the pipeline in this process, exactly once, with its state in a data directory. A failure of a stage stops it
 * for good and is told by {@link #check}: it is our bug, and going on would hide it.
 */
public final class PipelineRunner implements AutoCloseable {

    /** The version of the state: a change that cannot read the older rows raises the number. */
    public static final String APPLICATION_ID = "snowtrack-3";

    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);
    private static final int SESSION_MILLIS = 6_000;
    private static final int POLL_LIMIT_MILLIS = 60_000;
    private static final int NEW_TOPICS_INTERVAL_MILLIS = 10_000;
    private static final int COUNTED_MAX = 10_000;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final KafkaStreams streams;
    private final CompletableFuture<Void> running = new CompletableFuture<>();
    private volatile @Nullable Throwable failure;
    private volatile PipelineFigures figures = PipelineFigures.NONE;

    private PipelineRunner(KafkaStreams streams) {
        this.streams = streams;
    }

    /**
     * Starts the pipeline and returns when all its tasks run. The topics must exist.
     *
     * @param bootstrapServers of the embedded broker, or of a cluster
     */
    public static PipelineRunner start(
            SnowtrackConfig config, Lookups lookups, String bootstrapServers, DataDirectory directory) {
        Topology topology = Pipeline.build(config.topology(), lookups, ShippedLines::new);
        PipelineRunner runner =
                new PipelineRunner(new KafkaStreams(topology, settings(config, bootstrapServers, directory)));
        runner.start();
        return runner;
    }

    private static Properties settings(SnowtrackConfig config, String bootstrapServers, DataDirectory directory) {
        Properties settings = new Properties();
        settings.putAll(config.kafkaClients());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.streamsPath().toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), config.partitions())));
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        // Stages read what they wrote a moment ago, in order; a cache in front would only be flushed at every commit.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        // A fixed member name: after a crash the new process takes the old one's place at once, without a timeout.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), directory.memberName());
        // A process that is killed while members agree on their tasks leaves the others waiting for these.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MILLIS);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), SESSION_MILLIS / 4);
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), POLL_LIMIT_MILLIS);
        // A reporter's new topic is found so soon.
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), NEW_TOPICS_INTERVAL_MILLIS);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 60_000);
        // While the broker ends the last transaction it refuses the first request of the next. Those behind it would
        // arrive out of order, which works out in the end, but which the broker tells as errors.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        return settings;
    }

    private void start() {
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                running.complete(null);
            } else if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                running.completeExceptionally(
                        new StartupException("The pipeline stopped while it was starting.", failure));
            }
        });
        streams.setUncaughtExceptionHandler(thrown -> {
            LOG.debug("The pipeline failed.", thrown);
            failure = thrown;
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        try {
            running.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            check();
            throw new StartupException(
                    "The pipeline was not running after " + START_LIMIT.toSeconds() + " s.",
                    failure == null ? e : failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new StartupException("The start was interrupted.", e);
        }
    }

    /**
     * Tells of a failure, where there was one.
     *
     * @throws PipelineFailedException if a stage has failed
     */
    public void check() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new PipelineFailedException(thrown);
        }
    }

    /** What it holds now; while it is moving to another state, what it held before. */
    public PipelineFigures figures() {
        try {
            int flagged = 0;
            int watched = 0;
            try (KeyValueIterator<Bytes, FlaggedRange> ranges =
                    this.<FlaggedRange>store(BlockStores.PUBLISHED_RANGES).all()) {
                while (ranges.hasNext()) {
                    boolean isFlagged = ranges.next().value.getVerdict() == Verdict.FLAGGED;
                    flagged += isFlagged ? 1 : 0;
                    watched += isFlagged ? 0 : 1;
                }
            }
            figures = new PipelineFigures(
                    count(store(BlockStores.ADDRESSES)),
                    store(BlockStores.PENDING_ADDRESSES).approximateNumEntries()
                            + store(DomainStores.PENDING_DOMAINS).approximateNumEntries(),
                    flagged,
                    watched,
                    recordsBehind());
        } catch (InvalidStateStoreException moving) {
            LOG.debug("Figures are a moment old.", moving);
        }
        return figures;
    }

    /** Few are counted. Many are estimated, which counts a row anew each time that it was written. */
    private static long count(ReadOnlyKeyValueStore<Bytes, ?> store) {
        long count = 0;
        try (KeyValueIterator<Bytes, ?> rows = store.all()) {
            while (rows.hasNext() && count <= COUNTED_MAX) {
                rows.next();
                count++;
            }
        }
        return count > COUNTED_MAX ? Math.max(count, store.approximateNumEntries()) : count;
    }

    private <V> ReadOnlyKeyValueStore<Bytes, V> store(String name) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
    }

    private long recordsBehind() {
        return streams.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag")
                        && metric.getKey().tags().getOrDefault("client-id", "").endsWith("-consumer"))
                .map(metric -> metric.getValue().metricValue())
                .filter(Double.class::isInstance)
                .mapToDouble(Double.class::cast)
                .filter(lag -> lag > 0)
                .mapToLong(lag -> (long) lag)
                .sum();
    }

    /** Stops within five seconds; what is uncommitted is done again at the next start. */
    @Override
    public void close() {
        streams.close(STOP_LIMIT);
    }
}
