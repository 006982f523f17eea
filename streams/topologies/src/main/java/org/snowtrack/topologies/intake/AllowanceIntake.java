package org.snowtrack.topologies.intake;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.serde.AvroSerde;

/** INTAKE of what the operator allows: checks it, and hands it on under its canonical subject. Keeps no state. */
public final class AllowanceIntake implements Processor<byte[], byte[], String, Object> {

    private final AvroSerde<Allowance> serde = AvroSerde.of(Allowance.class);

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        try {
            if (record.key() == null) {
                throw new IllegalArgumentException("The key, which says what is allowed, is missing");
            }
            String subject = AllowanceSubject.canonical(new String(record.key(), StandardCharsets.UTF_8));
            Allowance allowance = record.value() == null ? null : serde.deserialize(source.topic(), record.value());
            context.forward(new Record<>(subject, new AllowanceChange(subject, allowance), record.timestamp()));
        } catch (SerializationException | IllegalArgumentException e) {
            context.forward(DeadLetter.of(record, source, e.getMessage() + "."));
        }
    }
}
