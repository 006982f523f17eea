package org.snowtrack.connectors.rejections;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/**
 * A rejection as one line of JSON, the format of {@code rejections.jsonl} in a case directory: an object of the record's
 * field names. {@code source_ip}, {@code reporter}, {@code observed_at} (RFC 3339, any offset, kept to the
 * millisecond), {@code reason} and {@code rejected_recipients} are required; the others may be absent or null.
 *
 * <p>Reading refuses only what the record cannot hold. Whether an address is possible, a count sensible or a time near
 * is intake's judgement, and such values pass through. Fields that the record does not have are skipped, never kept,
 * so that no recipient travels; for the same reason no sentence quotes the line.
 *
 * <p>Thread-safe.
 */
public final class RejectionJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxStringLength(1 << 16)
                    .maxNameLength(1 << 10)
                    .maxNumberLength(100)
                    .build())
            // Names of unknown fields are the sender's choice and would stay in the VM's table of strings.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /** Java's own ISO formats also take years of ten digits, times without seconds and offsets with them. */
    private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendValue(ChronoField.YEAR, 4)
            .appendPattern("-MM-dd'T'HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendOffset("+HH:MM", "Z")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final Map<String, RejectionReason> REASONS =
            Stream.of(RejectionReason.values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private static final String REASON_NAMES =
            Stream.of(RejectionReason.values()).map(Enum::name).collect(Collectors.joining(", "));

    private enum Field {
        SOURCE_IP,
        REPORTER,
        OBSERVED_AT,
        REASON,
        REJECTED_RECIPIENTS,
        ACCEPTED_RECIPIENTS,
        MESSAGE_BYTES,
        HELO,
        CLIENT_NAME,
        MAIL_FROM_DOMAIN,
        ORIGIN;

        private static final Field[] ALL = values();
        private static final Map<String, Field> BY_KEY =
                Stream.of(ALL).collect(Collectors.toMap(field -> field.key, Function.identity()));

        private final String key = name().toLowerCase(Locale.ROOT);

        private boolean isRequired() {
            return compareTo(REJECTED_RECIPIENTS) <= 0;
        }

        private IllegalArgumentException refused(String why) {
            return new IllegalArgumentException("The field '" + key + "' " + why + ".");
        }
    }

    private RejectionJson() {}

    /**
     * Reads one rejection.
     *
     * @param line one JSON object; strings up to 64 Ki characters
     * @throws IllegalArgumentException with a sentence that says what is wrong and in which field: not JSON, not an
     *     object, a field that is missing, occurs twice or is of the wrong type, an unknown reason, an unreadable time,
     *     a number that is not whole or beyond the record's 32 bits (64 for {@code message_bytes})
     */
    public static MailRejection parse(String line) {
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("The line is not a JSON object.");
            }
            Map<Field, @Nullable Object> values = readObject(json);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("The line goes on behind its JSON object.");
            }
            return record(values);
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException("The line holds a value that is too long or nested too deeply.");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "The line is not JSON from column " + e.getLocation().getColumnNr() + " on.");
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail to be read", e);
        }
    }

    private static Map<Field, @Nullable Object> readObject(JsonParser json) throws IOException {
        Map<Field, @Nullable Object> values = new EnumMap<>(Field.class);
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            Field field = Field.BY_KEY.get(key);
            JsonToken token = json.nextToken();
            if (field == null) {
                json.skipChildren();
                continue;
            }
            if (values.containsKey(field)) {
                throw field.refused("occurs twice");
            }
            boolean isAbsent = token == JsonToken.VALUE_NULL && !field.isRequired();
            values.put(field, isAbsent ? null : value(field, json));
        }
        for (Field field : Field.ALL) {
            if (field.isRequired() && !values.containsKey(field)) {
                throw field.refused("is missing");
            }
        }
        return values;
    }

    private static Object value(Field field, JsonParser json) throws IOException {
        return switch (field) {
            case SOURCE_IP, REPORTER, HELO, CLIENT_NAME, MAIL_FROM_DOMAIN, ORIGIN -> text(field, json);
            case OBSERVED_AT -> time(field, text(field, json));
            case REASON -> reason(field, text(field, json));
            case REJECTED_RECIPIENTS, ACCEPTED_RECIPIENTS ->
                (int) number(field, json, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case MESSAGE_BYTES -> number(field, json, Long.MIN_VALUE, Long.MAX_VALUE);
        };
    }

    private static String text(Field field, JsonParser json) throws IOException {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            throw field.refused("must be a string, not " + kind(json.currentToken()));
        }
        return json.getText();
    }

    private static Instant time(Field field, String text) {
        try {
            return RFC_3339.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw field.refused("must be a time in the form of RFC 3339, such as 2018-04-05T06:07:08Z or "
                    + "2018-04-05T08:07:08.5+02:00");
        }
    }

    private static RejectionReason reason(Field field, String text) {
        RejectionReason reason = REASONS.get(text);
        if (reason == null) {
            throw field.refused("must be one of " + REASON_NAMES);
        }
        return reason;
    }

    private static long number(Field field, JsonParser json, long least, long most) throws IOException {
        boolean isFraction = json.hasToken(JsonToken.VALUE_NUMBER_FLOAT);
        if (!isFraction && !json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw field.refused("must be a whole number, not " + kind(json.currentToken()));
        }
        if (isFraction
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || json.getLongValue() < least
                || json.getLongValue() > most) {
            throw field.refused("must be a whole number from " + least + " to " + most);
        }
        return json.getLongValue();
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case START_ARRAY -> "an array";
            case START_OBJECT -> "an object";
            default -> "a string";
        };
    }

    private static MailRejection record(Map<Field, @Nullable Object> values) {
        return new MailRejection(
                (String) values.get(Field.SOURCE_IP),
                (String) values.get(Field.REPORTER),
                (Instant) values.get(Field.OBSERVED_AT),
                (RejectionReason) values.get(Field.REASON),
                (Integer) values.get(Field.REJECTED_RECIPIENTS),
                (Integer) values.get(Field.ACCEPTED_RECIPIENTS),
                (Long) values.get(Field.MESSAGE_BYTES),
                (String) values.get(Field.HELO),
                (String) values.get(Field.CLIENT_NAME),
                (String) values.get(Field.MAIL_FROM_DOMAIN),
                (String) values.get(Field.ORIGIN));
    }

    /**
     * Writes one rejection as a line of ASCII without its end; nulls are omitted. {@link #parse} reads the same record
     * back, as long as no string is longer than it reads.
     *
     * @throws IllegalArgumentException if the time lies outside the years 0 to 9999, which RFC 3339 cannot write
     */
    public static String write(MailRejection rejection) {
        Instant observedAt = rejection.getObservedAt();
        int year = observedAt.atOffset(ZoneOffset.UTC).getYear();
        if (year < 0 || year > 9999) {
            throw Field.OBSERVED_AT.refused("cannot be written as RFC 3339, whose years are 0 to 9999");
        }
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            writeText(json, Field.SOURCE_IP, rejection.getSourceIp());
            writeText(json, Field.REPORTER, rejection.getReporter());
            writeText(json, Field.OBSERVED_AT, observedAt.toString());
            writeText(json, Field.REASON, rejection.getReason().name());
            json.writeNumberField(Field.REJECTED_RECIPIENTS.key, rejection.getRejectedRecipients());
            if (rejection.getAcceptedRecipients() != null) {
                json.writeNumberField(Field.ACCEPTED_RECIPIENTS.key, rejection.getAcceptedRecipients());
            }
            if (rejection.getMessageBytes() != null) {
                json.writeNumberField(Field.MESSAGE_BYTES.key, rejection.getMessageBytes());
            }
            writeText(json, Field.HELO, rejection.getHelo());
            writeText(json, Field.CLIENT_NAME, rejection.getClientName());
            writeText(json, Field.MAIL_FROM_DOMAIN, rejection.getMailFromDomain());
            writeText(json, Field.ORIGIN, rejection.getOrigin());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail to be written", e);
        }
        return line.toString();
    }

    private static void writeText(JsonGenerator json, Field field, @Nullable String text) throws IOException {
        if (text != null) {
            json.writeStringField(field.key, text);
        }
    }
}
