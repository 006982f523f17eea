package org.snowtrack.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding (specification, "Single-object encoding"): two marker bytes, the schema's 64-bit
 * fingerprint, the binary record. No registry is needed, and one topic may carry several record types: the
 * fingerprint tells them apart. A null value is a tombstone and stays null.
 *
 * <p>Only the compiled-in schemas are read. A schema that gains or loses a field, or an enum a symbol, has a new
 * fingerprint, and what was written before is refused as unknown: such a change needs new topics and a new state
 * version. Documentation and defaults are not part of the fingerprint.
 *
 * <p>Every way in which bytes can be wrong ends in a {@link SerializationException}, and lengths are checked against
 * the bytes at hand before anything is allocated.
 *
 * <p>Thread-safe.
 *
 * @param <T> the record type, or {@link SpecificRecord} where several share the topic
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T>, Serializer<T>, Deserializer<T> {

    /** Marker (2) and fingerprint (8). */
    private static final int HEADER = 10;

    /**
     * The reader is fed from the array itself. Avro's own BinaryMessageDecoder reads a stream of unknown length, so
     * that four changed bytes make it allocate two gigabytes.
     */
    private record Codec<T>(BinaryMessageEncoder<T> encoder, DatumReader<T> reader) {}

    /**
     * Reads lists as Java's own: those of Avro do not know times, and throw when they are compared. Avro's fast reader
     * gives no way to choose.
     */
    private static final class RecordReader<T> extends SpecificDatumReader<T> {

        RecordReader(Schema schema, SpecificData model) {
            super(schema, schema, model);
            model.setFastReaderEnabled(false);
        }

        @Override
        protected Object newArray(@Nullable Object old, int size, Schema schema) {
            return new ArrayList<>(size);
        }
    }

    private static final String OURS = "org.snowtrack.";

    static {
        // Avro 1.12.2 loads no class that it was not told to trust. Only our own records are added, those of the
        // stages' rows among them, and only compiled-in schemas ever name one.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith(OURS)));
    }

    private final Map<Long, Codec<T>> byFingerprint = new LinkedHashMap<>();
    private final Map<Schema, Codec<T>> bySchema = new LinkedHashMap<>();

    private AvroSerde(Iterable<Schema> schemas) {
        for (Schema schema : schemas) {
            SpecificData model = SpecificData.getForSchema(schema);
            Codec<T> codec = new Codec<>(new BinaryMessageEncoder<>(model, schema), new RecordReader<>(schema, model));
            byFingerprint.put(SchemaNormalization.parsingFingerprint64(schema), codec);
            bySchema.put(schema, codec);
        }
    }

    /** A serde for one record type. */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
        return new AvroSerde<>(List.of(SpecificData.get().getSchema(type)));
    }

    /** A serde for a topic that carries any of these record types. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static AvroSerde<SpecificRecord> ofAny(Class<? extends SpecificRecord>... types) {
        return new AvroSerde<>(
                Arrays.stream(types).map(SpecificData.get()::getSchema).toList());
    }

    @Override
    @SuppressWarnings("NullAway") // a tombstone is null in Kafka's contract
    public byte[] serialize(@Nullable String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        Codec<T> codec = bySchema.get(value.getSchema());
        if (codec == null) {
            throw new SerializationException("A " + value.getSchema().getName() + " does not belong on " + topic + ".");
        }
        try {
            ByteBuffer bytes = codec.encoder().encode(value);
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // a tombstone is null in Kafka's contract
    public T deserialize(@Nullable String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < HEADER || bytes[0] != (byte) 0xC3 || bytes[1] != (byte) 0x01) {
            throw new SerializationException("The value is not in Avro's single-object encoding.");
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        Codec<T> codec = byFingerprint.get(fingerprint);
        if (codec == null) {
            throw new SerializationException(
                    "The value's schema, fingerprint %016x, is not known here.".formatted(fingerprint));
        }
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
            T value = codec.reader().read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("The value goes on behind its Avro record.");
            }
            return value;
        } catch (SerializationException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // Avro throws a dozen kinds, some of them Java's own
            throw new SerializationException("The value is not a whole Avro record.", e);
        }
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        // Nothing to configure: the schemas are compiled in.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
