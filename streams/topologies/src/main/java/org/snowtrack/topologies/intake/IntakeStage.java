package org.snowtrack.topologies.intake;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.activity.LargeMessages;

/**
 * INTAKE: reads raw bytes, checks every field, binds the reporter, and hands the fact on under its block's key.
 * What is refused becomes a {@link DeadLetter} with the reason in its headers. Keeps no state.
 *
 * <p>Ticks are taken from the bare topic only, where the operator's own feeders write; they go on to every partition.
 */
public final class IntakeStage implements Processor<byte[], byte[], String, Object> {

    /** What may travel on {@code mail-rejections}. */
    public static AvroSerde<SpecificRecord> serde() {
        return AvroSerde.ofAny(MailRejection.class, DayTick.class);
    }

    private final AvroSerde<SpecificRecord> serde = serde();
    private @Nullable LocalDate today;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        Optional<String> boundReporter = Topic.boundReporter(source.topic());
        SpecificRecord value;
        try {
            value = serde.deserialize(source.topic(), record.value());
        } catch (SerializationException e) {
            refuse(record, source, String.valueOf(e.getMessage()));
            return;
        }
        if (value instanceof DayTick tick) {
            if (boundReporter.isPresent()) {
                refuse(record, source, "A tick is only taken from " + Topic.MAIL_REJECTIONS.topicName() + " itself.");
                return;
            }
            today = tick.getDay();
            context.forward(new Record<>("tick", tick, record.timestamp()));
            // Whoever asked for a settlement waits for it; the usual commit interval would be added at every hop.
            context.commit();
        } else if (value instanceof MailRejection rejection) {
            Admission.Outcome outcome = Admission.admit(rejection, boundReporter, now());
            if (outcome instanceof Admission.Outcome.Refused refused) {
                refuse(record, source, refused.reason());
            } else if (outcome instanceof Admission.Outcome.Admitted admitted && counts(admitted.rejection())) {
                context.forward(
                        new Record<>(Block.of(admitted.source()).toString(), admitted.rejection(), record.timestamp()));
            }
        } else {
            refuse(record, source, "The record is empty.");
        }
    }

    /** Whether any stage behind this one would look at it. */
    private static boolean counts(MailRejection rejection) {
        return rejection.getAcceptedRecipients() != null
                || LargeMessages.isToldBy(rejection)
                || (rejection.getReason() == RejectionReason.INVALID_RECIPIENT
                        && rejection.getRejectedRecipients() > 0);
    }

    /** The wall clock, or in a replay the end of the replayed day, whichever comes first. */
    private Instant now() {
        Instant wall = Instant.ofEpochMilli(context.currentSystemTimeMs());
        if (today == null) {
            return wall;
        }
        Instant endOfDay = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return endOfDay.isBefore(wall) ? endOfDay : wall;
    }

    private void refuse(Record<byte[], byte[]> record, RecordMetadata source, String reason) {
        context.forward(DeadLetter.of(record, source, reason));
    }
}
