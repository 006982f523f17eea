package org.snowtrack.connectors.haraka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;

/**
 * A line of Haraka's core that may tell something of a session, whichever of the three forms it has.
 *
 * @param session the connection's UUID, without the number of the transaction
 * @param words what the line is about, such as {@code connect} or {@code recipient <bob@example.org>}
 * @param fields what follows, by name; the first of each
 */
record HarakaLine(String session, String words, Map<String, String> fields) {

    private static final JsonFactory JSON = new JsonFactory();

    private static final List<String> LEVEL_NAMES =
            List.of("NOTICE", "INFO", "ERROR", "DEBUG", "PROTOCOL", "DATA", "WARN", "CRIT", "ALERT", "EMERG");
    private static final List<byte[]> LEVELS =
            LEVEL_NAMES.stream().map(HarakaLine::ascii).toList();
    /** The levels of the lines that matter come first. */
    private static final int LEVELS_READ = 3;

    private static final byte[] NEXT = ascii("] [");
    private static final byte[] CORE = ascii("] [core] ");
    private static final byte[] LOGFMT_LEVEL = ascii("level=");
    private static final byte[] LOGFMT_UUID = ascii(" uuid=");
    private static final byte[] JSON_LEVEL = ascii("\"level\"");
    private static final byte[] JSON_UUID = ascii("\"uuid\"");

    private static final List<byte[]> BEGINNINGS = List.of(
            ascii("connect "),
            ascii("disconnect "),
            ascii("recipient <"),
            ascii("sender <"),
            ascii("message "),
            ascii("queue "),
            ascii("hook="),
            ascii("HAProxy "),
            ascii("deny(soft?) over"),
            ascii("Incoming message exceeded "));

    private static final int SHORTEST_UUID = 8;
    private static final int LONGEST_UUID = 48;
    private static final int LONGEST_TEXT = 8 << 10;
    private static final int LONGEST_JSON = 256 << 10;
    private static final int MOST_FIELDS = 64;

    /** Whether Haraka may have written the entry. */
    static boolean isHaraka(LogEntry entry) {
        return isJson(entry) ? isHaraka(jsonFields(entry)) : uuid(entry) > 0;
    }

    /** Reads an entry; null where it is none of Haraka's, or none that tells anything. */
    static @Nullable HarakaLine of(LogEntry entry) {
        if (isJson(entry)) {
            return json(jsonFields(entry));
        }
        int uuid = uuid(entry);
        if (uuid < 0 || entry.bytes()[uuid] == '-' || !isLevelRead(entry)) {
            return null;
        }
        int end = uuid;
        while (end < entry.to() && isOfUuid(entry.bytes()[end])) {
            end++;
        }
        String session = entry.text(uuid, end, LONGEST_UUID);
        while (end < entry.to() && (isOfUuid(entry.bytes()[end]) || entry.bytes()[end] == '.')) {
            end++;
        }
        return entry.bytes()[start(entry)] == '[' ? plain(entry, session, end) : logfmt(entry, session, end);
    }

    /** On a terminal, a line begins with its colour. */
    private static int start(LogEntry entry) {
        int from = entry.from();
        if (from + 5 < entry.to() && entry.bytes()[from] == 0x1b && entry.bytes()[from + 4] == 'm') {
            return from + 5;
        }
        return from;
    }

    /** Where the UUID begins, or the hyphen in its stead; -1 where the line does not begin as Haraka's do. */
    private static int uuid(LogEntry entry) {
        int at = start(entry);
        if (at >= entry.to()) {
            return -1;
        }
        int begin =
                switch (entry.bytes()[at]) {
                    case '[' -> behind(entry, behindLevel(entry, at + 1), NEXT);
                    case 'l' -> behind(entry, behindLevel(entry, behind(entry, at, LOGFMT_LEVEL)), LOGFMT_UUID);
                    default -> -1;
                };
        if (begin < 0 || begin + 1 >= entry.to()) {
            return -1;
        }
        if (entry.bytes()[begin] == '-' && !isOfUuid(entry.bytes()[begin + 1])) {
            return begin;
        }
        int end = begin;
        while (end < entry.to() && isOfUuid(entry.bytes()[end])) {
            end++;
        }
        return end - begin >= SHORTEST_UUID && end - begin <= LONGEST_UUID ? begin : -1;
    }

    private static int behind(LogEntry entry, int at, byte[] text) {
        return at >= 0 && entry.startsWith(at, text) ? at + text.length : -1;
    }

    private static int behindLevel(LogEntry entry, int at) {
        for (byte[] level : LEVELS) {
            if (at >= 0 && entry.startsWith(at, level)) {
                return at + level.length;
            }
        }
        return -1;
    }

    private static boolean isLevelRead(LogEntry entry) {
        int start = start(entry);
        int level = entry.bytes()[start] == '[' ? start + 1 : start + LOGFMT_LEVEL.length;
        return LEVELS.subList(0, LEVELS_READ).stream().anyMatch(read -> entry.startsWith(level, read));
    }

    private static boolean isOfUuid(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'F') || (b >= 'a' && b <= 'f') || b == '-';
    }

    private static @Nullable HarakaLine plain(LogEntry entry, String session, int behindUuid) {
        if (!entry.startsWith(behindUuid, CORE)) {
            return null;
        }
        int at = behindUuid + CORE.length;
        // Where the text is empty, a second blank stands before the fields.
        if (at < entry.to() && entry.bytes()[at] == ' ') {
            at++;
        }
        for (byte[] beginning : BEGINNINGS) {
            if (entry.startsWith(at, beginning)) {
                String text = entry.text(at, entry.to(), LONGEST_TEXT);
                int fields = fieldsFrom(text);
                return new HarakaLine(session, text.substring(0, fields).strip(), fields(text, fields));
            }
        }
        return null;
    }

    /** The address behind {@code recipient} and {@code sender} is the client's; a quoted local part may hold anything. */
    private static int fieldsFrom(String text) {
        if (text.startsWith("hook=")) {
            return 0;
        }
        int at = text.indexOf(' ') + 1;
        if (at <= 0 || at >= text.length() || text.charAt(at) != '<') {
            return text.startsWith("deny(") || text.startsWith("Incoming ") ? text.length() : Math.max(0, at);
        }
        boolean isQuoted = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (isQuoted && c == '\\') {
                at++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (!isQuoted && c == '>') {
                return at + 1;
            }
        }
        return text.length();
    }

    private static @Nullable HarakaLine logfmt(LogEntry entry, String session, int behindUuid) {
        Map<String, String> fields = fields(entry.text(behindUuid, entry.to(), LONGEST_TEXT), 0);
        return ofCore(session, fields);
    }

    private static @Nullable HarakaLine ofCore(String session, Map<String, String> fields) {
        boolean isCore = "core".equals(fields.containsKey("origin") ? fields.get("origin") : fields.get("source"));
        return isCore
                ? new HarakaLine(session, fields.getOrDefault("message", "").strip(), fields)
                : null;
    }

    /** Reads {@code name=value} and {@code name="value"}, in which quotes and backslashes have one more in front. */
    private static Map<String, String> fields(String text, int from) {
        Map<String, String> fields = new HashMap<>();
        int at = from;
        while (at < text.length() && fields.size() < MOST_FIELDS) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                break;
            }
            String name = text.substring(at, equals).strip();
            at = equals + 1;
            StringBuilder value = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        at++;
                    }
                    value.append(text.charAt(at));
                }
                at++;
            } else {
                int end = text.indexOf(' ', at);
                end = end < 0 ? text.length() : end;
                value.append(text, at, end);
                at = end;
            }
            fields.putIfAbsent(name, value.toString());
        }
        return fields;
    }

    /** Whether it is an object with the two names that Haraka's have, in whatever order a shipper has left them. */
    private static boolean isJson(LogEntry entry) {
        int start = start(entry);
        return start < entry.to()
                && entry.bytes()[start] == '{'
                && entry.indexOf(JSON_LEVEL, start) > 0
                && entry.indexOf(JSON_UUID, start) > 0;
    }

    private static Map<String, String> jsonFields(LogEntry entry) {
        Map<String, String> fields = new HashMap<>();
        int start = start(entry);
        int length = Math.min(entry.to() - start, LONGEST_JSON);
        try (JsonParser json = JSON.createParser(entry.bytes(), start, length)) {
            json.nextToken();
            read(json, "", fields);
        } catch (IOException e) {
            // Cut off: what stands in front of that holds.
        }
        return fields;
    }

    private static boolean isHaraka(Map<String, String> fields) {
        String uuid = fields.getOrDefault("uuid", "");
        return (uuid.equals("-") || !session(uuid).isEmpty()) && LEVEL_NAMES.contains(fields.getOrDefault("level", ""));
    }

    private static @Nullable HarakaLine json(Map<String, String> fields) {
        String session = session(fields.getOrDefault("uuid", ""));
        boolean isRead = LEVEL_NAMES.subList(0, LEVELS_READ).contains(fields.getOrDefault("level", ""));
        return session.isEmpty() || !isRead ? null : ofCore(session, fields);
    }

    /** The connection's UUID; empty where there is none. */
    private static String session(String uuid) {
        int dot = uuid.indexOf('.');
        String session = dot < 0 ? uuid : uuid.substring(0, dot);
        boolean isUuid = session.length() >= SHORTEST_UUID
                && session.length() <= LONGEST_UUID
                && session.chars().allMatch(c -> c < 0x80 && isOfUuid((byte) c));
        return isUuid ? session : "";
    }

    /** A reply may be an object of its own, made for an enhanced code. */
    private static void read(JsonParser json, String path, Map<String, String> fields) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = path + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT && name.equals("msg")) {
                read(json, "msg.", fields);
            } else if (value != null && value.isScalarValue() && fields.size() < MOST_FIELDS) {
                String text = json.getText();
                fields.putIfAbsent(name, text.substring(0, Math.min(text.length(), LONGEST_TEXT)));
            } else if (value == JsonToken.START_ARRAY && json.nextToken() == JsonToken.VALUE_STRING) {
                fields.putIfAbsent(name, json.getText());
                while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                    json.skipChildren();
                }
            } else {
                json.skipChildren();
            }
        }
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
