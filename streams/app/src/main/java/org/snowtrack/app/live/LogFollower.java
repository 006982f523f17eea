package org.snowtrack.app.live;

import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.feed.Batch;
import org.snowtrack.connectors.feed.FeedCounts;
import org.snowtrack.connectors.feed.LogFeed;
import org.snowtrack.connectors.syslog.Spool;
import org.snowtrack.connectors.tail.Position;
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
    private final @Nullable Spool spool;
    private final Positions positions;
    private final Producer<String, byte[]> producer;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private volatile LogFeed feed;
    private @Nullable String trouble;

    /**
     * A follower that has read nothing yet.
     *
     * @param spool that the log is of, if it is of one
     * @throws IOException with a sentence, if the spool cannot be read
     */
    LogFollower(LogSource source, @Nullable Spool spool, Positions positions, Producer<String, byte[]> producer)
            throws IOException {
        this.source = source;
        this.spool = spool;
        this.positions = positions;
        this.producer = producer;
        this.feed = open();
    }

    private LogFeed open() throws IOException {
        Position kept = positions.of(source).orElse(null);
        return new LogFeed(
                source.path(),
                source.reporter(),
                source.format(),
                source.zone(),
                InstantSource.system(),
                spool == null ? kept : spool.start(kept),
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
            publish(batch.rejections());
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

    private void publish(List<MailRejection> rejections) throws IOException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        String topic = source.topic();
        try {
            for (MailRejection rejection : rejections) {
                sent.add(producer.send(
                        new ProducerRecord<>(topic, rejection.getSourceIp(), serde.serialize(topic, rejection))));
            }
            producer.flush();
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        } catch (ExecutionException | KafkaException e) {
            // What the feed has handed over is only read again by a new one.
            feed.close();
            feed = open();
            throw new IOException(
                    "Kafka did not take what was read from " + source.path() + ", which is read again until it does: "
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Once, not at every attempt. */
    private void tell(String sentence) {
        if (!sentence.equals(trouble)) {
            trouble = sentence;
            LOG.warn("{}", sentence);
        }
    }

    /** What has been read for good is no longer needed. To be called when the positions are saved. */
    void release() {
        Optional<Position> kept = spool == null ? Optional.empty() : positions.of(source);
        if (spool != null && kept.isPresent()) {
            try {
                spool.release(kept.get());
            } catch (IOException e) {
                tell(String.valueOf(e.getMessage()));
            }
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
