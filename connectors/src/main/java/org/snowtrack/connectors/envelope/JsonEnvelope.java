package org.snowtrack.connectors.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lines that were put into JSON objects on their way, one object a line:
 *
 * <ul>
 *   <li>Docker's json-file driver and Fluent Bit: {@code {"log":"...\n","stream":"stdout","time":"..."}}, with
 *       {@code date}, {@code @timestamp} or {@code container_id} instead;
 *   <li>journald ({@code journalctl -o json}, Fluent Bit's systemd input): {@code MESSAGE}, as text or as an array of
 *       bytes, {@code SYSLOG_IDENTIFIER}, {@code _HOSTNAME}, {@code __REALTIME_TIMESTAMP} in microseconds;
 *   <li>syslog-ng: {@code MESSAGE} with {@code PROGRAM}, {@code HOST} and {@code ISODATE} or {@code DATE};
 *   <li>Filebeat, Logstash, Vector, Fluentd and rsyslog: {@code message} or {@code msg} with {@code @timestamp} or
 *       {@code timestamp}, the program, if it was taken off already, as {@code syslogtag}, {@code appname},
 *       {@code ident} and others. rsyslog ends its {@code programname} before a slash, so that it comes last.
 * </ul>
 *
 * <p>The time is that at which the text was written where a container or journald wrote it, or a syslog daemon parsed it;
 * where a shipper has read a whole line from a file, it is that of the reading only.
 *
 * <p>A field of a field is {@code outer.inner}. An object of a mail server's own (KumoMTA, Haraka) has none of these
 * shapes and is left alone.
 */
final class JsonEnvelope {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_FIELDS = 200;
    private static final int DEEPEST = 4;

    private static final String[] PROGRAM = {
        "syslogtag",
        "appname",
        "app_name",
        "ident",
        "SYSLOG_IDENTIFIER",
        "PROGRAM",
        "program",
        "process.program",
        "log.syslog.appname",
        "syslog.appname",
        "syslog.identifier",
        "app-name",
        "process.name",
        "programname"
    };
    private static final String[] HOST = {
        "hostname", "host", "_HOSTNAME", "HOST", "log.syslog.hostname", "host.hostname", "host.name", "logsource"
    };
    private static final String[] TIME = {
        "timestamp",
        "@timestamp",
        "time",
        "date",
        "timereported",
        "timegenerated",
        "ISODATE",
        "R_ISODATE",
        "S_ISODATE",
        "DATE"
    };
    private static final String[] MICROS = {"_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"};

    /** Numbers of at least so much are milliseconds since the epoch, not seconds. */
    private static final double MILLIS = 1e11;

    private JsonEnvelope() {}

    /**
     * Takes an object off, if it is an envelope.
     *
     * @param years tells the year of a time of RFC 3164
     * @return whether its text may be one, too
     */
    static boolean takeOff(LogEntry entry, ToIntFunction<byte[]> years) {
        Map<String, byte[]> fields;
        try {
            fields = fields(entry);
        } catch (IOException e) {
            // Cut off, or no JSON at all.
            return false;
        }
        byte[] message = message(fields);
        if (message == null) {
            return false;
        }
        String program = first(fields, PROGRAM);
        if (program == null && fields.containsKey("MESSAGE")) {
            program = first(fields, "_COMM");
        }
        if (hasAny(fields, "CONTAINER_ID")) {
            // Docker's journald driver: the identifier is the container's, and a whole line of a file was wrapped.
            program = null;
        }
        unwrap(entry, withoutLineEnd(message), program);
        Instant micros = micros(first(fields, MICROS));
        if (micros != null) {
            entry.setTime(micros);
        } else if (setTime(entry, fields, years) && program == null && !fields.containsKey("stream")) {
            entry.takeTimeForThatOfReading();
        }
        String host = first(fields, HOST);
        if (host != null) {
            entry.setHost(host);
        }
        return program == null;
    }

    /** The text that was wrapped; null where the object is of no shipper's shape. */
    private static byte @Nullable [] message(Map<String, byte[]> fields) {
        byte[] message = fields.get("MESSAGE");
        if (message != null && hasAny(fields, "__REALTIME_TIMESTAMP", "SYSLOG_IDENTIFIER", "PROGRAM", "_HOSTNAME")) {
            return message;
        }
        message = fields.get("log");
        if (message != null && hasAny(fields, "time", "stream", "date", "@timestamp", "container_id")) {
            return message;
        }
        message = fields.get("message");
        boolean isShipped = hasAny(fields, "@timestamp", "ident", "syslogtag")
                || (fields.containsKey("timestamp") && hasAny(fields, "host", "hostname", "source_type"));
        if (message != null && isShipped) {
            return message;
        }
        message = fields.get("msg");
        return message != null && hasAny(fields, "syslogtag", "programname") ? message : null;
    }

    private static boolean hasAny(Map<String, byte[]> fields, String... names) {
        return Arrays.stream(names).anyMatch(fields::containsKey);
    }

    private static byte[] withoutLineEnd(byte[] message) {
        int end = message.length;
        while (end > 0 && (message[end - 1] == '\n' || message[end - 1] == '\r')) {
            end--;
        }
        return end == message.length ? message : Arrays.copyOf(message, end);
    }

    private static void unwrap(LogEntry entry, byte[] text, @Nullable String program) {
        if (program == null) {
            entry.setInner(text);
            return;
        }
        entry.setProgram(withoutNumber(program), text);
        // rsyslog's msg begins with the blank that stood behind the tag.
        if (text.length > 0 && text[0] == ' ') {
            entry.setFrom(1);
        }
    }

    /** rsyslog's syslogtag is {@code program[123]:}. */
    private static String withoutNumber(String program) {
        int bracket = program.indexOf('[');
        String name = bracket > 0 ? program.substring(0, bracket) : program;
        return name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean setTime(LogEntry entry, Map<String, byte[]> fields, ToIntFunction<byte[]> years) {
        for (String name : TIME) {
            byte[] text = fields.get(name);
            if (text != null && setTime(entry, text, years)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 3339 or 3164, local time, or seconds or milliseconds since the epoch. */
    private static boolean setTime(LogEntry entry, byte[] text, ToIntFunction<byte[]> years) {
        if (Timestamps.isRfc3164(text, 0, text.length)) {
            int end = Timestamps.endOfRfc3164(text, 0, text.length);
            entry.setTime(Timestamps.Kind.RFC3164, text, 0, end, years.applyAsInt(text));
            return true;
        }
        if (Timestamps.behindRfc3339(text, 0, text.length) == text.length) {
            entry.setTime(Timestamps.Kind.RFC3339, text, 0, text.length, 0);
            return true;
        }
        if (Timestamps.endOfLocal(text, 0, text.length) == text.length) {
            entry.setTime(Timestamps.Kind.LOCAL, text, 0, text.length, 0);
            return true;
        }
        try {
            double number = Double.parseDouble(new String(text, StandardCharsets.ISO_8859_1));
            entry.setTime(Instant.ofEpochMilli(Math.round(number >= MILLIS ? number : number * 1e3)));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The object's texts and numbers, arrays of bytes, the first of an array of texts; the first of a name counts. */
    private static Map<String, byte[]> fields(LogEntry entry) throws IOException {
        Map<String, byte[]> fields = new HashMap<>();
        Deque<String> outer = new ArrayDeque<>();
        outer.push("");
        try (JsonParser json = JSON.createParser(entry.bytes(), entry.from(), entry.to() - entry.from())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (!outer.isEmpty() && fields.size() < MOST_FIELDS) {
                if (json.nextToken() != JsonToken.FIELD_NAME) {
                    outer.pop();
                    continue;
                }
                String name = outer.element() + json.currentName();
                JsonToken value = json.nextToken();
                if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    fields.putIfAbsent(name, json.getText().getBytes(StandardCharsets.UTF_8));
                } else if (value == JsonToken.START_ARRAY && name.equals("MESSAGE")) {
                    fields.putIfAbsent(name, bytes(json));
                } else if (value == JsonToken.START_ARRAY) {
                    firstText(json, name, fields);
                } else if (value == JsonToken.START_OBJECT && outer.size() < DEEPEST) {
                    outer.push(name + ".");
                } else {
                    json.skipChildren();
                }
            }
        }
        return fields;
    }

    /** journald has an array where an entry has a field more than once. */
    private static void firstText(JsonParser json, String name, Map<String, byte[]> fields) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                fields.putIfAbsent(name, json.getText().getBytes(StandardCharsets.UTF_8));
            } else if (json.currentToken() == null) {
                throw new IOException("cut off");
            } else {
                json.skipChildren();
            }
        }
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

    private static @Nullable String first(Map<String, byte[]> fields, String... names) {
        for (String name : names) {
            byte[] value = fields.get(name);
            if (value != null) {
                return new String(value, StandardCharsets.UTF_8);
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
}
