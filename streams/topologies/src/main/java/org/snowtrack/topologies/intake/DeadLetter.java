package org.snowtrack.topologies.intake;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** A refused record's own bytes; why and whence stand in the headers. */
public record DeadLetter(Bytes value) {

    /** Header: the sentence that says why. */
    public static final String REASON = "reason";
    /** Header: the topic it came on. */
    public static final String TOPIC = "topic";
    /** Header: its partition there, in decimal. */
    public static final String PARTITION = "partition";
    /** Header: its offset there, in decimal. */
    public static final String OFFSET = "offset";
    /** Header that feeders of files set: the file's name. */
    public static final String FILE = "file";
    /** Header that feeders of files set: the line, counted from 1, in decimal. */
    public static final String LINE = "line";

    /** The letter that refuses a record. */
    static Record<String, Object> of(Record<byte[], byte[]> record, RecordMetadata source, String reason) {
        Bytes value = Bytes.wrap(record.value() == null ? new byte[0] : record.value());
        Record<String, Object> letter =
                new Record<>(source.topic(), new DeadLetter(value), record.timestamp(), record.headers());
        letter.headers().add(REASON, utf8(reason));
        letter.headers().add(TOPIC, utf8(source.topic()));
        letter.headers().add(PARTITION, utf8(Integer.toString(source.partition())));
        letter.headers().add(OFFSET, utf8(Long.toString(source.offset())));
        return letter;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
