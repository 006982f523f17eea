package org.snowtrack.app.live;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.feed.Batch;
import org.snowtrack.connectors.feed.FeedCounts;
import org.snowtrack.connectors.feed.LogFeed;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.topologies.intake.IntakeStage;

/**
 * Publishes one log to its reporter's topic. A position is noted when Kafka has everything before it, so that a crash
 * at any point reads some lines twice and none never; twice read is not twice counted, because the origins are the same.
 *
 * <p>For one thread; {@link #counts} is for any.
 */
final class LogFollower implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);

    private final LogSource source;
    private final Positions positions;
    private final Producer<String, byte[]> producer;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile LogFeed feed;
    private @Nullable String trouble;

    LogFollower(LogSource source, Positions positions, Producer<String, byte[]> producer) {
        this.source = source;
        this.positions = positions;
        this.producer = producer;
        this.feed = open();
    }

    private LogFeed open() {
        return new LogFeed(
                source.path(),
                source.reporter(),
                source.format(),
                positions.of(source).orElse(null),
                notice -> LOG.warn("{}", notice));
    }

    /**
     * Reads and publishes a little.
     *
     * @return whether there is nothing more to do for now
     */
    boolean follow() {
        try {
            Batch batch = feed.poll();
            batch.rejections().forEach(this::publish);
            if (!batch.rejections().isEmpty()) {
                producer.flush();
            }
            Exception failed = failure.getAndSet(null);
            if (failed != null) {
                feed.close();
                feed = open();
                throw new IOException(
                        "Kafka did not take what was read from " + source.path() + ": " + failed.getMessage()
                                + " It is read again until Kafka does.",
                        failed);
            }
            if (batch.position() != null) {
                positions.put(source, batch.position());
            }
            trouble = null;
            return batch.isIdle();
        } catch (IOException e) {
            tell(String.valueOf(e.getMessage()));
            return true;
        }
    }

    private void publish(MailRejection rejection) {
        String topic = source.topic();
        producer.send(
                new ProducerRecord<>(topic, rejection.getSourceIp(), serde.serialize(topic, rejection)),
                (metadata, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    }
                });
    }

    /** Once, not at every attempt. */
    private void tell(String sentence) {
        if (!sentence.equals(trouble)) {
            trouble = sentence;
            LOG.warn("{}", sentence);
        }
    }

    LogSource source() {
        return source;
    }

    FeedCounts counts() {
        return feed.counts();
    }

    @Override
    public void close() throws IOException {
        feed.close();
    }
}
