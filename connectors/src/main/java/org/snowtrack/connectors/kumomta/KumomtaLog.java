package org.snowtrack.connectors.kumomta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpCommand;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * KumoMTA's log records, as its documentation describes them: an object a line.
 *
 * <pre>
 * record = {"type": kind, "sender": "", "recipient": "" or [""], "size": 0, "response": response,
 *           "peer_address": {"name": HELO, "addr": address}, "timestamp": seconds, "event_time": RFC 3339, ...}
 * response = {"code": 550, "enhanced_code": {"class": 5, "subject": 1, "detail": 1} or null, "content": text,
 *             "command": "RCPT TO:&lt;...&gt;" or null}
 * </pre>
 *
 * <p>Only a {@code Rejection} is this server's own and has a client as its peer. In {@code Bounce} and
 * {@code TransientFailure} another server refuses, which is the peer then. The refused recipient stands in the command
 * alone; {@code recipient} is the last that was accepted, if any. Everything that a client chooses stands in strings,
 * out of which JSON lets nothing; names count only where they belong, the first of each.
 */
public final class KumomtaLog implements LogFormat {

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] TYPE = ascii("\"type\"");
    private static final byte[] PEER = ascii("\"peer_address\"");
    private static final List<byte[]> KINDS = List.of(
            ascii("Rejection\""),
            ascii("Reception\""),
            ascii("Delivery\""),
            ascii("Bounce\""),
            ascii("TransientFailure\""),
            ascii("Expiration\""),
            ascii("AdminBounce\""),
            ascii("AdminRebind\""),
            ascii("OOB\""),
            ascii("Feedback\""),
            ascii("Delayed\""),
            ascii("DeferredInjectionRebind\""),
            ascii("XferIn\""),
            ascii("XferOut\""));
    private static final byte[] REJECTION = KINDS.get(0);
    private static final byte[] BOUNCE = KINDS.get(3);
    private static final byte[] FAILURE = KINDS.get(4);

    private static final int MOST_FIELDS = 200;
    private static final int LONGEST_TEXT = 8 << 10;

    @Override
    public String id() {
        return "kumomta";
    }

    @Override
    public String name() {
        return "KumoMTA";
    }

    @Override
    public String mark() {
        return "a record such as {\"type\":\"Rejection\",...,\"peer_address\":...}";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return kind(entry) != null && entry.indexOf(PEER, entry.from()) > 0;
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return KumomtaLog::parse;
    }

    private static void parse(LogEntry entry, FactSink facts) {
        byte[] kind = kind(entry);
        if (kind == BOUNCE || kind == FAILURE) {
            facts.accept(entry.tag(), Notice.HARMLESS);
        } else if (kind == REJECTION) {
            facts.accept(entry.tag(), rejection(entry));
        }
    }

    /** The first {@code "type"} that has one of the kinds; outside of a string no client can write it. */
    private static byte @Nullable [] kind(LogEntry entry) {
        if (entry.from() >= entry.to() || entry.bytes()[entry.from()] != '{') {
            return null;
        }
        for (int at = entry.indexOf(TYPE, entry.from()); at > 0; at = entry.indexOf(TYPE, at + 1)) {
            int value = behindBlanks(entry, at + TYPE.length);
            if (value < entry.to() && entry.bytes()[value] == ':') {
                value = behindBlanks(entry, value + 1);
                if (value < entry.to() && entry.bytes()[value] == '"') {
                    for (byte[] kind : KINDS) {
                        if (entry.startsWith(value + 1, kind)) {
                            return kind;
                        }
                    }
                }
            }
        }
        return null;
    }

    private static int behindBlanks(LogEntry entry, int at) {
        int end = at;
        while (end < entry.to() && entry.bytes()[end] == ' ') {
            end++;
        }
        return end;
    }

    private static LogFact rejection(LogEntry entry) {
        Map<String, String> fields;
        try {
            fields = fields(entry);
        } catch (IOException e) {
            return Notice.UNREADABLE;
        }
        if (!"Rejection".equals(fields.get("type"))) {
            return Notice.HARMLESS;
        }
        IpAddress client = Endpoint.address(fields.getOrDefault("peer_address.addr", ""));
        Instant written = time(fields);
        if (client == null || written == null) {
            return Notice.UNREADABLE;
        }
        SmtpReply reply = reply(fields);
        String line = fields.getOrDefault("response.command", "");
        SmtpCommand command = line.isEmpty() ? SmtpCommand.UNKNOWN : SmtpCommand.of(line);
        Reason reason = command.refusal(reply);
        if (reason == null) {
            return Notice.HARMLESS;
        }
        String sender = command == SmtpCommand.MAIL ? SmtpCommand.address(line) : fields.get("sender");
        return Refusal.of(client, written, reason, reply.codes())
                .withRecipients(command.recipients(reason, 0))
                .withHelo(command == SmtpCommand.HELO ? SmtpCommand.helo(line) : fields.get("peer_address.name"))
                .withSender(sender)
                .withMessageBytes(size(command == SmtpCommand.MAIL ? SmtpCommand.size(line) : null, fields));
    }

    private static SmtpReply reply(Map<String, String> fields) {
        String code = fields.getOrDefault("response.code", "");
        String content = fields.getOrDefault("response.content", "");
        String klass = fields.getOrDefault("response.enhanced_code.class", "");
        return klass.isEmpty()
                ? SmtpReply.of(code + " " + content)
                : SmtpReply.of(code + " " + klass + "." + fields.getOrDefault("response.enhanced_code.subject", "")
                        + "." + fields.getOrDefault("response.enhanced_code.detail", "") + " " + content);
    }

    private static @Nullable Instant time(Map<String, String> fields) {
        try {
            String precise = fields.get("event_time");
            String seconds = fields.get("timestamp");
            if (precise != null) {
                return Instant.parse(precise);
            }
            return seconds == null ? null : Instant.ofEpochSecond(Long.parseLong(seconds));
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    /** A rejection's own size is 0 in all versions so far: nothing has been received. */
    private static @Nullable Long size(@Nullable Long announced, Map<String, String> fields) {
        if (announced != null) {
            return announced;
        }
        try {
            long size = Long.parseLong(fields.getOrDefault("size", "0"));
            return size > 0 ? size : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The texts and numbers of the record, of {@code peer_address}, {@code response} and its enhanced code. */
    private static Map<String, String> fields(LogEntry entry) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(entry.bytes(), entry.from(), entry.to() - entry.from())) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                read(json, "", fields);
            }
        }
        return fields;
    }

    private static void read(JsonParser json, String path, Map<String, String> fields) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = path + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT && isPath(name)) {
                read(json, name + ".", fields);
            } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
                if (fields.size() < MOST_FIELDS) {
                    String text = json.getText();
                    fields.putIfAbsent(name, text.substring(0, Math.min(text.length(), LONGEST_TEXT)));
                }
            } else {
                json.skipChildren();
            }
        }
        if (json.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("cut off");
        }
    }

    private static boolean isPath(String name) {
        return name.equals("peer_address") || name.equals("response") || name.equals("response.enhanced_code");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
