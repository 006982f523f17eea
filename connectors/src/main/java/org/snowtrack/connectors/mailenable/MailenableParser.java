package org.snowtrack.connectors.mailenable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
import org.snowtrack.connectors.mailenable.MailenableLog.Layout;
import org.snowtrack.schemas.ip.IpAddress;

/** Reads inbound lines and keeps HELO, sender and counts of their sessions; see {@link MailenableLog}. */
final class MailenableParser implements LogParser {

    private static final String KEY = "mailenable/";
    private static final String GREETING = "CONN";
    private static final int LONGEST_LINE = 8 << 10;
    private static final int LONGEST_SOCKET = 12;

    private final Sessions sessions;

    MailenableParser(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Recipients of the current message and of the session that were accepted, and those of the session offered. */
    private record Counts(int accepted, int taken, int offered) {

        static Counts of(String note) {
            String[] parts = note.split(";", -1);
            return parts.length == 3
                    ? new Counts(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]))
                    : new Counts(0, 0, 0);
        }

        Counts with(SmtpCommand command, boolean isDone) {
            return switch (command) {
                case RCPT -> new Counts(accepted + (isDone ? 1 : 0), taken + (isDone ? 1 : 0), offered + 1);
                case MAIL, HELO -> new Counts(0, taken, offered);
                default -> this;
            };
        }

        String note() {
            return accepted + ";" + taken + ";" + offered;
        }
    }

    @Override
    public void parse(LogEntry entry, FactSink facts) {
        Layout layout = MailenableLog.layout(entry, MailenableLog.INBOUND);
        if (layout == null) {
            return;
        }
        List<String> values = values(entry.text(entry.from(), entry.to(), LONGEST_LINE), layout);
        if (values.size() <= layout.command + 2) {
            return;
        }
        String verb = values.get(layout.command);
        SmtpCommand command = verb.isEmpty() || verb.equals(GREETING) ? SmtpCommand.CONNECT : SmtpCommand.of(verb);
        String argument = values.get(layout.command + 1);
        String line = argument.regionMatches(true, 0, verb, 0, verb.length()) ? argument : verb + " " + argument;
        String answer = values.get(layout.command + 2);
        IpAddress client = Endpoint.address(values.get(layout.client));
        if (client == null) {
            if (command.refusal(SmtpReply.of(answer)) != null) {
                facts.accept(entry.tag(), Notice.UNREADABLE);
            }
            return;
        }
        String socket = layout.socket < 0 ? "" : values.get(layout.socket);
        String key = socket.isEmpty() || socket.length() > LONGEST_SOCKET ? null : KEY + socket + "/" + client;
        SessionState state = state(key, client, command, line);
        Counts counts = Counts.of(state.note());
        refuse(entry, state, command, counts.accepted(), answer, facts);
        if (key != null) {
            keep(entry, key, state, command, verb, counts.with(command, answer.startsWith("2")), facts);
        }
    }

    private static List<String> values(String line, Layout layout) {
        List<String> values = new ArrayList<>();
        int from = 0;
        while (values.size() <= layout.command + 2 && from <= line.length()) {
            int end = line.indexOf(layout.separator, from);
            end = end < 0 ? line.length() : end;
            String value = line.substring(from, end);
            if (layout == Layout.W3C) {
                value = value.equals("-") || value.equals("{blank}") ? "" : value.replace('+', ' ');
            }
            values.add(value.strip());
            from = end + 1;
        }
        return values;
    }

    /** What is known of the session, this line included. A greeting begins one; the socket may have had another. */
    private SessionState state(@Nullable String key, IpAddress client, SmtpCommand command, String line) {
        SessionState known = key == null || command == SmtpCommand.CONNECT ? null : sessions.get(key);
        SessionState state = known == null ? SessionState.of(client) : known;
        return switch (command) {
            case HELO -> state.withHelo(SmtpCommand.helo(line));
            case MAIL -> state.withSender(SmtpCommand.address(line)).withMessageBytes(SmtpCommand.size(line));
            default -> state;
        };
    }

    private static void refuse(
            LogEntry entry, SessionState state, SmtpCommand command, int accepted, String answer, FactSink facts) {
        SmtpReply reply = SmtpReply.of(answer);
        if (reply.code().isEmpty()) {
            return;
        }
        Reason reason = command.refusal(reply);
        facts.accept(
                entry.tag(),
                reason == null
                        ? Notice.HARMLESS
                        : state.refusal(entry.time(), reason, reply.codes(), command.recipients(reason, accepted)));
    }

    private void keep(
            LogEntry entry,
            String key,
            SessionState state,
            SmtpCommand command,
            String verb,
            Counts counts,
            FactSink facts) {
        if (!verb.equalsIgnoreCase("QUIT")) {
            boolean isWorthKeeping = command == SmtpCommand.HELO
                    || command == SmtpCommand.MAIL
                    || command == SmtpCommand.RCPT
                    || sessions.get(key) != null;
            if (command == SmtpCommand.CONNECT) {
                sessions.remove(key);
            } else if (isWorthKeeping) {
                sessions.put(key, state.withNote(counts.note()));
            }
            return;
        }
        sessions.remove(key);
        Instant written = entry.time();
        IpAddress client = state.client();
        if (written != null && client != null && counts.offered() > 0) {
            facts.accept(entry.tag(), new LogFact.Session(client, written, counts.taken(), counts.offered()));
        }
    }
}
