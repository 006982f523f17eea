package org.snowtrack.topologies.lines;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.HeldRefusal;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.intake.DeadLetter;
import org.snowtrack.topologies.intake.ReporterName;

/**
 * LINES: reads raw log lines and hands on what they refuse, one {@link MailRejection} a fact, keyed by its source. The
 * topic's suffix binds the reporter; on the bare topic the record's key names it.
 *
 * <p>A fact's origin is {@code TOPIC-PARTITION:OFFSET} of the record that completed it, with {@code /2} and so on for
 * further ones of the same record. The clock is the record's own time. So what comes out is a pure function of the
 * partition's records, wherever the task is stopped in between. A line that looks like a refusal and cannot be read is
 * a {@link DeadLetter} without the line.
 */
public final class LinesStage implements Processor<byte[], byte[], String, Object> {

    private static final String UNREADABLE =
            "The line looks like a refusal or the end of a session, but its client, time or numbers cannot be read.";
    private static final String UNATTRIBUTED =
            "The line refuses a client whose address stood on another line of its session, which is missing.";

    private final TopologyConfig config;
    private final LineReader.Factory readers;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private StoredLogSessions sessions;

    @SuppressWarnings("NullAway.Init")
    private LineReader reader;

    @SuppressWarnings("NullAway.Init")
    private Sensor read;

    @SuppressWarnings("NullAway.Init")
    private Sensor unreadable;

    @SuppressWarnings("NullAway.Init")
    private Sensor unattributed;

    public LinesStage(TopologyConfig config, LineReader.Factory readers) {
        this.config = config;
        this.readers = readers;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        sessions = new StoredLogSessions(context);
        reader = readers.reader(config.zone(TopologyConfig.MTA_LOGS_ZONE), sessions);
        read = sensor("lines-read");
        unreadable = sensor("lines-unreadable");
        unattributed = sensor("lines-unattributed");
    }

    private Sensor sensor(String name) {
        return context.metrics()
                .addRateTotalSensor(
                        "snowtrack", context.taskId().toString(), name, Sensor.RecordingLevel.INFO, "stage", "lines");
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        Optional<String> bound = Topic.boundReporter(source.topic());
        String key = text(record.key());
        String reporter = bound.orElse(key);
        sessions.advance(source.topic(), source.offset(), reporter, bound.isPresent() ? key : "");
        Facts facts = new Facts(record, source, reporter);
        String complaint = complaint(record, reporter);
        if (complaint == null) {
            read.record();
            byte[] line = record.value();
            reader.read(line, endOf(line), source.offset(), Instant.ofEpochMilli(record.timestamp()), facts);
        } else {
            facts.refuse(source.offset(), complaint);
        }
        for (HeldRefusal refusal : sessions.takeLost()) {
            facts.unattributed(refusal.getOffset());
        }
    }

    private static @Nullable String complaint(Record<byte[], byte[]> record, String reporter) {
        if (record.value() == null) {
            return "The record is empty.";
        }
        return reporter.isBlank()
                ? "The record's key, which names the reporter on " + Topic.MTA_LOGS.topicName() + ", is missing."
                : ReporterName.complaint(reporter).orElse(null);
    }

    private static String text(byte @Nullable [] key) {
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }

    private static int endOf(byte[] line) {
        int end = line.length;
        while (end > 0 && (line[end - 1] == '\n' || line[end - 1] == '\r')) {
            end--;
        }
        return end;
    }

    /** Hands on what one record tells. */
    private final class Facts implements LineFacts {

        private final Record<byte[], byte[]> record;
        private final RecordMetadata source;
        private final String reporter;
        private int told;

        Facts(Record<byte[], byte[]> record, RecordMetadata source, String reporter) {
            this.record = record;
            this.source = source;
            this.reporter = reporter;
        }

        @Override
        public void rejection(MailRejection rejection) {
            context.forward(new Record<>(
                    rejection.getSourceIp(),
                    new MailRejection(
                            rejection.getSourceIp(),
                            reporter,
                            rejection.getObservedAt(),
                            rejection.getReason(),
                            rejection.getRejectedRecipients(),
                            rejection.getAcceptedRecipients(),
                            rejection.getMessageBytes(),
                            rejection.getHelo(),
                            rejection.getClientName(),
                            rejection.getMailFromDomain(),
                            origin()),
                    record.timestamp()));
        }

        private String origin() {
            told++;
            String place = source.topic() + "-" + source.partition() + ":" + source.offset();
            return told == 1 ? place : place + "/" + told;
        }

        @Override
        public void unreadable() {
            unreadable.record();
            refuse(source.offset(), UNREADABLE);
        }

        @Override
        public void unattributed(long offset) {
            unattributed.record();
            refuse(offset, UNATTRIBUTED);
        }

        private void refuse(long offset, String reason) {
            context.forward(DeadLetter.ofLine(source, offset, record.timestamp(), reason));
        }
    }
}
