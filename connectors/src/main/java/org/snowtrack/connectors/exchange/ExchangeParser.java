package org.snowtrack.connectors.exchange;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpCommand;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** Joins commands and replies of Exchange's sessions; see {@link ExchangeLog}. */
final class ExchangeParser implements LogParser {

    private static final String KEY = "exchange/";
    /** Begin with a sign that no session's id has. */
    private static final String FIELDS = "exchange#fields";

    private static final String TYPE = "exchange#type";

    private static final int LONGEST_LINE = 8 << 10;
    private static final int LONGEST_SESSION = 64;

    private final Sessions sessions;

    ExchangeParser(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void parse(LogEntry entry, FactSink facts) {
        if (entry.from() >= entry.to()) {
            return;
        }
        if (entry.bytes()[entry.from()] == '#') {
            header(entry);
        } else if (ExchangeLog.isRow(entry) || sessions.get(FIELDS) != null) {
            if (sessions.get(TYPE) == null) {
                row(entry, facts);
            }
        }
    }

    /** Each file begins so; other columns than the usual ones and other logs than SmtpReceive are remembered. */
    private void header(LogEntry entry) {
        if (entry.startsWith(ExchangeLog.TYPE)) {
            String type = text(entry);
            if (type.contains("SMTP Receive")) {
                sessions.remove(TYPE);
            } else {
                sessions.put(TYPE, SessionState.NEW);
            }
        } else if (entry.startsWith(ExchangeLog.FIELDS)) {
            String line = text(entry);
            Columns columns = Columns.of(line);
            sessions.remove(FIELDS);
            if (columns != null && !columns.equals(Columns.USUAL)) {
                sessions.put(FIELDS, SessionState.NEW.withNote(line));
            }
        }
    }

    private Columns columns() {
        SessionState remembered = sessions.get(FIELDS);
        Columns columns = remembered == null ? null : Columns.of(remembered.note());
        return columns == null ? Columns.USUAL : columns;
    }

    private void row(LogEntry entry, FactSink facts) {
        Columns columns = columns();
        List<String> values = columns.values(text(entry));
        if (values.size() <= columns.event() || values.size() <= columns.session()) {
            return;
        }
        String session = values.get(columns.session());
        String key = KEY + session;
        if (session.isEmpty() || session.length() > LONGEST_SESSION) {
            return;
        }
        String data = values.size() > columns.data() ? values.get(columns.data()) : "";
        IpAddress client = values.size() > columns.remote() ? Endpoint.address(values.get(columns.remote())) : null;
        switch (values.get(columns.event())) {
            case "+" ->
                sessions.put(
                        key,
                        (client == null ? SessionState.NEW : SessionState.of(client))
                                .withNote(Dialogue.NEW.with(Dialogue.GREETING).note()));
            case "<" -> command(key, client, data);
            case ">" -> reply(entry, time(entry, columns, values), key, client, data, facts);
            case "*" -> {
                if (data.startsWith("Tarpit for '") && data.contains("due to '")) {
                    facts.accept(entry.tag(), Notice.HARMLESS);
                }
            }
            case "-" -> end(entry, time(entry, columns, values), key, client, facts);
            default -> {
                // Cut off, or a kind of line that is not known.
            }
        }
    }

    private SessionState state(String key, @Nullable IpAddress client) {
        SessionState known = sessions.get(key);
        if (known == null) {
            return client == null ? SessionState.NEW : SessionState.of(client);
        }
        return client == null ? known : known.withClient(client);
    }

    private void command(String key, @Nullable IpAddress client, String line) {
        SessionState state = state(key, client);
        SmtpCommand command = SmtpCommand.of(line);
        char letter =
                switch (command) {
                    case HELO -> Dialogue.HELO;
                    case AUTH -> Dialogue.AUTH;
                    case MAIL -> Dialogue.MAIL;
                    case RCPT -> Dialogue.RCPT;
                    case VRFY -> Dialogue.VRFY;
                    case DATA -> Dialogue.DATA;
                    default -> other(line);
                };
        if (command == SmtpCommand.HELO) {
            state = state.withHelo(SmtpCommand.helo(line));
        } else if (command == SmtpCommand.MAIL) {
            state = state.withSender(SmtpCommand.address(line)).withMessageBytes(SmtpCommand.size(line));
        }
        sessions.put(key, state.withNote(Dialogue.of(state.note()).with(letter).note()));
    }

    private static char other(String line) {
        String upper = line.substring(0, Math.min(10, line.length())).toUpperCase(Locale.ROOT);
        if (upper.startsWith("XPROXY")) {
            return Dialogue.PROXY;
        }
        return upper.startsWith("RSET") ? Dialogue.RSET : Dialogue.OTHER;
    }

    private void reply(
            LogEntry entry,
            @Nullable Instant written,
            String key,
            @Nullable IpAddress client,
            String line,
            FactSink facts) {
        int code = code(line);
        if (code < 0) {
            return;
        }
        SessionState state = state(key, client);
        Dialogue dialogue = Dialogue.of(state.note());
        Dialogue next = dialogue.answered(code);
        SmtpCommand command = dialogue.command();
        boolean isKnown = sessions.get(key) != null;
        if (isKnown) {
            sessions.put(key, state.withNote(next.note()));
        }
        if (code < 400) {
            return;
        }
        SmtpReply reply = SmtpReply.of(line);
        Reason reason = command.refusal(reply);
        facts.accept(
                entry.tag(),
                reason == null || dialogue.isProxied()
                        ? Notice.HARMLESS
                        : state.refusal(
                                written, reason, reply.codes(), command.recipients(reason, dialogue.accepted())));
    }

    /** The code of a reply's last line, 200 to 599; -1 where it is none. */
    private static int code(String line) {
        boolean isLast = line.length() >= 3
                && (line.length() == 3 || line.charAt(3) == ' ')
                && line.charAt(0) >= '2'
                && line.charAt(0) <= '5'
                && line.chars().limit(3).allMatch(c -> c >= '0' && c <= '9');
        return isLast ? Integer.parseInt(line.substring(0, 3)) : -1;
    }

    private void end(
            LogEntry entry, @Nullable Instant written, String key, @Nullable IpAddress client, FactSink facts) {
        SessionState known = sessions.remove(key);
        if (known == null) {
            return;
        }
        IpAddress address = client == null ? known.client() : client;
        Dialogue dialogue = Dialogue.of(known.note());
        if (address != null && written != null && dialogue.offered() > 0 && !dialogue.isProxied()) {
            facts.accept(entry.tag(), new LogFact.Session(address, written, dialogue.taken(), dialogue.offered()));
        }
    }

    private static @Nullable Instant time(LogEntry entry, Columns columns, List<String> values) {
        if (columns.time() == 0) {
            return entry.time();
        }
        try {
            return values.size() > columns.time() ? Instant.parse(values.get(columns.time())) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String text(LogEntry entry) {
        return entry.text(entry.from(), entry.to(), LONGEST_LINE);
    }
}
