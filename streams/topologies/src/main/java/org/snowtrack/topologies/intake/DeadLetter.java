package org.snowtrack.topologies.intake;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A refused record's own bytes; why and whence stand in the headers. Empty where it is longer than {@link #LONGEST}, or
 * a log line: it still lies where it came from.
 */
public record DeadLetter(Bytes value) {

    /** Longest record that is copied, in bytes; well below what a producer sends (1 MiB). */
    static final int LONGEST = 512 * 1024;

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
        boolean whole = size(record) <= LONGEST;
        Bytes value = Bytes.wrap(whole && record.value() != null ? record.value() : new byte[0]);
        Record<String, Object> letter = new Record<>(source.topic(), new DeadLetter(value), record.timestamp());
        if (whole) {
            letter = letter.withHeaders(record.headers());
        }
        return addressed(letter, source, source.offset(), reason);
    }

    /**
     * The letter that refuses a log line, and holds nothing of it: neither its bytes, which name recipients, nor headers
     * that somebody took out of it.
     *
     * @param offset of the record with the line, in the partition of the source
     * @param timestamp of the letter
     */
    public static Record<String, Object> ofLine(RecordMetadata source, long offset, long timestamp, String reason) {
        Bytes nothing = Bytes.wrap(new byte[0]);
        return addressed(new Record<>(source.topic(), new DeadLetter(nothing), timestamp), source, offset, reason);
    }

    private static Record<String, Object> addressed(
            Record<String, Object> letter, RecordMetadata source, long offset, String reason) {
        letter.headers().add(REASON, utf8(reason));
        letter.headers().add(TOPIC, utf8(source.topic()));
        letter.headers().add(PARTITION, utf8(Integer.toString(source.partition())));
        letter.headers().add(OFFSET, utf8(Long.toString(offset)));
        return letter;
    }

    private static long size(Record<byte[], byte[]> record) {
        long size = record.value() == null ? 0 : record.value().length;
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
