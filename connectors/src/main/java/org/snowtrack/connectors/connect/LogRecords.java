package org.snowtrack.connectors.connect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.feed.Batch;
import org.snowtrack.connectors.feed.LogFeed;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.serde.AvroSerde;

/**
 * One log as Connect's records. A batch's position is the offset of its last record only: those before it carry the
 * offset of the batch before, so that where Connect commits between two of them, the batch is read again as a whole. For
 * one thread.
 */
final class LogRecords implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecords.class);
    private static final String POSITION = "position";

    private final Path path;
    private final Map<String, String> partition;
    private final String topic;
    private final LogFeed feed;
    private final AvroSerde<MailRejection> serde = AvroSerde.of(MailRejection.class);
    private @Nullable Position position;
    private @Nullable String trouble;

    /**
     * Opens nothing yet.
     *
     * @param partition what Connect files its position under
     * @param start where to go on; null for the start of the file
     */
    LogRecords(Path path, Map<String, String> partition, SourceConfig config, @Nullable Position start) {
        this.path = path;
        this.partition = partition;
        this.topic = config.topic();
        this.position = start;
        this.feed = new LogFeed(
                path,
                config.reporter(),
                config.format(),
                config.zone(),
                InstantSource.system(),
                start,
                notice -> LOG.warn("{}", notice));
    }

    /**
     * The position that Connect has kept.
     *
     * @throws ConnectException with a sentence if it is none
     */
    static @Nullable Position kept(@Nullable Map<String, Object> offset) {
        Object text = offset == null ? null : offset.get(POSITION);
        try {
            return text == null ? null : Position.parse(text.toString());
        } catch (IllegalArgumentException e) {
            throw new ConnectException(
                    e.getMessage() + " Delete the connector's offsets, and the log is read again from its beginning.",
                    e);
        }
    }

    /**
     * Reads a little, without waiting.
     *
     * @param records gets what was read
     * @return whether there is nothing more to read for now
     */
    boolean poll(List<SourceRecord> records) {
        try {
            Batch batch = feed.poll();
            List<MailRejection> rejections = batch.rejections();
            for (int i = 0; i < rejections.size(); i++) {
                boolean isLast = i == rejections.size() - 1;
                records.add(record(rejections.get(i), isLast ? batch.position() : position));
            }
            position = batch.position();
            trouble = null;
            return batch.isIdle();
        } catch (IOException e) {
            tell(String.valueOf(e.getMessage()));
            return true;
        }
    }

    private SourceRecord record(MailRejection rejection, @Nullable Position offset) {
        return new SourceRecord(
                partition,
                offset == null ? Map.of() : Map.of(POSITION, offset.toText()),
                topic,
                null,
                Schema.STRING_SCHEMA,
                rejection.getSourceIp(),
                Schema.BYTES_SCHEMA,
                serde.serialize(topic, rejection));
    }

    /** Once, not at every attempt. */
    private void tell(String sentence) {
        if (!sentence.equals(trouble)) {
            trouble = sentence;
            LOG.warn("{}: {} It is tried again.", path, sentence);
        }
    }

    /** Behind everything that was read so far; null while there was no file. */
    @Nullable
    Position position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        feed.close();
    }
}
