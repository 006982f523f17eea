package org.snowtrack.connectors.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines that were put into JSON objects on their way, one object a line:
 *
 * <ul>
 *   <li>Docker's json-file driver: {@code {"log":"...\n","stream":"stdout","time":"..."}};
 *   <li>Fluent Bit: {@code log} with {@code @timestamp} in seconds, or {@code date};
 *   <li>journald ({@code journalctl -o json}): {@code MESSAGE}, as text or as an array of bytes,
 *       {@code SYSLOG_IDENTIFIER}, {@code _HOSTNAME}, {@code __REALTIME_TIMESTAMP} in microseconds;
 *   <li>Filebeat, Vector and rsyslog: {@code message} with {@code @timestamp} or {@code timestamp}, the host as
 *       {@code host}, {@code hostname} or {@code host.name}, the program, if it was taken off already, as
 *       {@code appname}, {@code programname}, {@code ident}, {@code syslogtag}.
 * </ul>
 *
 * <p>An object of a mail server's own (KumoMTA, Haraka) has none of these shapes and is left alone.
 */
final class JsonEnvelope {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_FIELDS = 200;

    private JsonEnvelope() {}

    /** Takes an object off, if it is an envelope; whether its text may be one, too. */
    static boolean takeOff(LogEntry entry) {
        Map<String, byte[]> fields;
        try {
            fields = fields(entry);
        } catch (IOException e) {
            // Cut off, or no JSON at all.
            return false;
        }
        byte[] message = fields.get("MESSAGE");
        if (message != null && fields.containsKey("__REALTIME_TIMESTAMP")) {
            return unwrap(
                    entry,
                    message,
                    micros(text(fields, "__REALTIME_TIMESTAMP")),
                    text(fields, "_HOSTNAME"),
                    first(fields, "SYSLOG_IDENTIFIER", "_COMM"));
        }
        message = fields.get("log");
        if (message != null
                && (fields.containsKey("time")
                        || fields.containsKey("stream")
                        || fields.containsKey("date")
                        || fields.containsKey("@timestamp"))) {
            return unwrap(
                    entry,
                    message,
                    time(first(fields, "time", "date", "@timestamp")),
                    first(fields, "hostname", "host"),
                    null);
        }
        message = fields.get("message");
        boolean isShipped = fields.containsKey("@timestamp")
                || (fields.containsKey("timestamp")
                        && (fields.containsKey("host") || fields.containsKey("source_type")))
                || (fields.containsKey("ident") && fields.containsKey("time"));
        if (message != null && isShipped) {
            return unwrap(
                    entry,
                    message,
                    time(first(fields, "timestamp", "@timestamp", "time")),
                    first(fields, "hostname", "host"),
                    first(fields, "appname", "programname", "ident", "SYSLOG_IDENTIFIER", "syslogtag"));
        }
        return false;
    }

    private static boolean unwrap(
            LogEntry entry, byte[] message, @Nullable Instant time, @Nullable String host, @Nullable String program) {
        int end = message.length;
        while (end > 0 && (message[end - 1] == '\n' || message[end - 1] == '\r')) {
            end--;
        }
        byte[] text = end == message.length ? message : java.util.Arrays.copyOf(message, end);
        if (program == null) {
            entry.setInner(text);
        } else {
            entry.setProgram(withoutNumber(program), text);
        }
        if (time != null) {
            entry.setTime(time);
        }
        if (host != null) {
            entry.setHost(host);
        }
        return program == null;
    }

    /** rsyslog's syslogtag is {@code program[123]:}. */
    private static String withoutNumber(String program) {
        int bracket = program.indexOf('[');
        String name = bracket > 0 ? program.substring(0, bracket) : program;
        return name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    }

    /** The object's texts and numbers, and arrays of bytes; the first of a name counts. */
    private static Map<String, byte[]> fields(LogEntry entry) throws IOException {
        Map<String, byte[]> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(entry.bytes(), entry.from(), entry.to() - entry.from())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME && fields.size() < MOST_FIELDS) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value.isScalarValue()) {
                    fields.putIfAbsent(name, json.getText().getBytes(StandardCharsets.UTF_8));
                } else if (value == JsonToken.START_ARRAY && name.equals("MESSAGE")) {
                    fields.putIfAbsent(name, bytes(json));
                } else if (value == JsonToken.START_OBJECT && name.equals("host")) {
                    String host = nameIn(json);
                    if (host != null) {
                        fields.putIfAbsent(name, host.getBytes(StandardCharsets.UTF_8));
                    }
                } else {
                    json.skipChildren();
                }
            }
        }
        return fields;
    }

    /** Filebeat's host is an object, {@code {"name":"mx1",...}}. */
    private static @Nullable String nameIn(JsonParser json) throws IOException {
        String host = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isName = json.currentName().equals("name");
            JsonToken value = json.nextToken();
            if (value.isScalarValue()) {
                host = isName ? json.getText() : host;
            } else {
                json.skipChildren();
            }
        }
        return host;
    }

    private static byte[] bytes(JsonParser json) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                bytes.write(json.getIntValue());
            } else if (json.currentToken() == null) {
                throw new IOException("cut off");
            } else {
                json.skipChildren();
            }
        }
        return bytes.toByteArray();
    }

    private static @Nullable String text(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static @Nullable String first(Map<String, byte[]> fields, String... names) {
        for (String name : names) {
            String value = text(fields, name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Instant micros(@Nullable String text) {
        try {
            long micros = text == null ? -1 : Long.parseLong(text);
            return micros < 0 ? null : Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    /** RFC 3339, or seconds since the epoch. */
    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.indexOf('-') > 0
                    ? OffsetDateTime.parse(text).toInstant()
                    : Instant.ofEpochMilli(Math.round(Double.parseDouble(text) * 1e3));
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }
}
