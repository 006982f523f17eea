package org.snowtrack.app.live;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.IntakeStage;

/**
 * Tells the pipeline which UTC day it is, and how many reporters feed it: at the start, at every midnight, and when a
 * reporter joins. Several of these may run on one cluster; a tick for a day that has begun changes nothing. Not
 * thread-safe.
 */
final class DayClock {

    private static final Logger LOG = LoggerFactory.getLogger(DayClock.class);

    private final Clock clock;
    private final IntSupplier feeds;
    private final Producer<String, byte[]> producer;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private @Nullable LocalDate told;
    private @Nullable LocalDate setBackTo;
    private int toldFeeds;

    DayClock(Clock clock, IntSupplier feeds, Producer<String, byte[]> producer) {
        this.clock = clock;
        this.feeds = feeds;
        this.producer = producer;
    }

    /**
     * To be called every few seconds.
     *
     * @throws KafkaException if Kafka could not be told; the next call tries again
     */
    void check() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        int now = feeds.getAsInt();
        if (told != null && today.isBefore(told)) {
            if (!today.equals(setBackTo)) {
                setBackTo = today;
                LOG.warn(
                        "The machine's clock was set back from {} to {}. Days never go back here: everything waits for "
                                + "{}. Set the clock right, by NTP for example.",
                        told,
                        today,
                        told.plusDays(1));
            }
            return;
        }
        if (!today.equals(told) || now != toldFeeds) {
            tell(new DayTick(today, now, null));
            told = today;
            toldFeeds = now;
        }
    }

    private void tell(DayTick tick) {
        String topic = Topic.MAIL_REJECTIONS.topicName();
        try {
            producer.send(new ProducerRecord<>(topic, 0, null, serde.serialize(topic, tick)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka did not take the tick of " + tick.getDay() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
