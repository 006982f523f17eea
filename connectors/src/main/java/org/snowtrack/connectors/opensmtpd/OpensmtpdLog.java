package org.snowtrack.connectors.opensmtpd;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpCommand;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * OpenSMTPD, as its {@code smtp_session.c} writes since 2016, and before:
 *
 * <pre>
 * line      = syslog-envelope message            ; the program is smtpd
 * message   = id " smtp " (connected / failed / end) / older       ; all else tells nothing
 * id        = 16HEXDIG                           ; of the session
 * connected = ["event="] "connected address=" address " host=" name
 * failed    = ["event="] "failed-command " ["address=" address " host=" name " "] "command=&quot;" command
 *             "&quot; result=&quot;" reply "&quot;"
 * end       = "disconnected " text / "event=closed " text
 * older     = "smtp-in: New session " id " from host " name " [" address "]"
 *           / "smtp-in: session " id ": connection from host " name " [" address "] established"    ; 5.7
 *           / "smtp-in: session " id ": connection from host " name " [" address "] closed (" text  ; 5.7
 *           / "smtp-in: session " id ": received invalid command: &quot;" command "&quot;"          ; 5.7
 *           / "smtp-in: Failed command on session " id ": &quot;" command "&quot; => " reply
 *           / "smtp-in: " ("Closing session " / "Disconnecting session " / "Received disconnect from session ") id
 * address   = dotted quad / "[" IPv6 "]" / "IPv6:" IPv6 / "local"
 * </pre>
 *
 * <p>The address stands where a session begins (and, between 2016 and 2018, in each line, in front of all that a client
 * chooses), and is joined by the host and the session's id, which is random. Commands are quoted as they came, with
 * control characters escaped and quotes not; so they end at the last quote that a result follows, for no reply that
 * OpenSMTPD knows holds a quote. {@code authentication ... result=permfail} is told once more as a failed command.
 * Version 5.7 logs no reply but to AUTH, so that of a recipient that it refused the reason is not known. In the foreground
 * ({@code smtpd -d}, as in containers) it writes messages without program and time.
 *
 * <p>Lines of {@code mta} are about other servers; sessions from {@code local} are programs on the same host. The host's
 * name is not confirmed.
 */
public final class OpensmtpdLog implements LogFormat {

    private static final byte[] PROGRAM = ascii("smtpd");
    private static final byte[] SMTP = ascii(" smtp ");
    private static final byte[] MTA = ascii(" mta ");
    private static final byte[] EVENT = ascii("event=");
    private static final byte[] CONNECTED = ascii("connected address=");
    private static final byte[] FAILED = ascii("failed-command ");
    private static final byte[] ADDRESS = ascii("address=");
    private static final byte[] HOST = ascii(" host=");
    private static final byte[] COMMAND = ascii("command=\"");
    private static final byte[] RESULT = ascii("\" result=\"");
    private static final byte[] DISCONNECTED = ascii("disconnected ");
    private static final byte[] CLOSED = ascii("closed ");
    private static final byte[] AUTHENTICATION = ascii("authentication ");
    private static final byte[] BAD_INPUT = ascii("bad-input ");
    private static final byte[] FAIL = ascii("fail");
    private static final byte[] NOT_DELIVERED = ascii("Fail\"");
    private static final byte[] OLDER = ascii("smtp-in: ");
    private static final byte[] OLDER_NEW = ascii("smtp-in: New session ");
    private static final byte[] OLDER_HOST = ascii(" from host ");
    private static final byte[] OLDER_FAILED = ascii("smtp-in: Failed command on session ");
    private static final byte[] OLDER_COMMAND = ascii(": \"");
    private static final byte[] OLDER_RESULT = ascii("\" => ");
    private static final byte[] OLDER_SESSION = ascii("smtp-in: session ");
    private static final byte[] OLDER_CONNECTION = ascii(": connection from host ");
    private static final byte[] OLDER_ESTABLISHED = ascii("] established");
    private static final byte[] OLDER_INVALID = ascii(": received invalid command: \"");
    private static final byte[][] OLDER_END = {
        ascii("smtp-in: Closing session "),
        ascii("smtp-in: Disconnecting session "),
        ascii("smtp-in: Received disconnect from session ")
    };

    private static final int ID = 16;
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_LINE = 8 << 10;
    private static final String LOCAL = "local";

    @Override
    public String id() {
        return "opensmtpd";
    }

    @Override
    public String name() {
        return "OpenSMTPD";
    }

    @Override
    public String mark() {
        return "a program smtpd[123] with a session's id of 16 hexadecimal digits behind it";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        if (entry.hasProgram() && (!entry.isProgramEnding(PROGRAM) || entry.isInsideProgram('/'))) {
            return false;
        }
        int behind = entry.from() + ID;
        return isId(entry, entry.from())
                ? entry.startsWith(behind, SMTP) || entry.startsWith(behind, MTA)
                : entry.startsWith(OLDER);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return (entry, facts) -> parse(entry, sessions, facts);
    }

    private void parse(LogEntry entry, Sessions sessions, FactSink facts) {
        if (!looksLike(entry)) {
            return;
        }
        int at = entry.from() + ID;
        if (entry.startsWith(at, SMTP)) {
            at += SMTP.length;
            at += entry.startsWith(at, EVENT) ? EVENT.length : 0;
            session(entry, key(entry, entry.from()), at, sessions, facts);
        } else if (entry.startsWith(at, MTA)) {
            if (entry.indexOf(NOT_DELIVERED, at) >= 0) {
                facts.accept(entry.tag(), Notice.HARMLESS);
            }
        } else {
            older(entry, sessions, facts);
        }
    }

    private static void session(LogEntry entry, String key, int at, Sessions sessions, FactSink facts) {
        if (entry.startsWith(at, CONNECTED)) {
            int from = at + CONNECTED.length;
            int end = entry.wordEnd(from);
            begin(entry, key, from, entry.startsWith(end, HOST) ? end : from, sessions, facts);
        } else if (entry.startsWith(at, FAILED)) {
            failed(entry, key, at + FAILED.length, sessions, facts);
        } else if (entry.startsWith(at, DISCONNECTED) || entry.startsWith(at, CLOSED)) {
            sessions.remove(key);
        } else if (entry.startsWith(at, AUTHENTICATION) || entry.startsWith(at, BAD_INPUT)) {
            if (entry.indexOf(FAIL, at) >= 0 || entry.startsWith(at, BAD_INPUT)) {
                facts.accept(entry.tag(), Notice.HARMLESS);
            }
        }
    }

    /** A session begins; {@code local} is remembered as such. */
    private static void begin(LogEntry entry, String key, int from, int to, Sessions sessions, FactSink facts) {
        String text = entry.text(from, to, LONGEST_NAME);
        IpAddress client = Endpoint.address(text);
        if (client == null && !text.equals(LOCAL)) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
        } else {
            sessions.put(key, client == null ? SessionState.NEW.withNote(LOCAL) : SessionState.of(client));
        }
    }

    private static void failed(LogEntry entry, String key, int at, Sessions sessions, FactSink facts) {
        int command = at;
        SessionState state = sessions.get(key);
        if (entry.startsWith(at, ADDRESS)) {
            int addressEnd = entry.wordEnd(at + ADDRESS.length);
            String text = entry.text(at + ADDRESS.length, addressEnd, LONGEST_NAME);
            IpAddress client = Endpoint.address(text);
            if ((client == null && !text.equals(LOCAL)) || !entry.startsWith(addressEnd, HOST)) {
                facts.accept(entry.tag(), Notice.UNREADABLE);
                return;
            }
            state = client == null ? SessionState.NEW.withNote(LOCAL) : SessionState.of(client);
            int hostEnd = entry.wordEnd(Math.min(entry.to(), addressEnd + 1));
            command = Math.min(entry.to(), hostEnd + 1);
        }
        int to = Math.min(entry.to(), command + LONGEST_LINE);
        int result = lastIndexOf(entry, RESULT, command, to);
        if (!entry.startsWith(command, COMMAND) || result < command + COMMAND.length) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
            return;
        }
        int end = to > result + RESULT.length && entry.bytes()[to - 1] == '"' ? to - 1 : to;
        refused(
                entry,
                entry.text(command + COMMAND.length, result, LONGEST_LINE),
                entry.text(result + RESULT.length, end, LONGEST_LINE),
                state,
                facts);
    }

    private static void refused(
            LogEntry entry, String text, String result, @Nullable SessionState state, FactSink facts) {
        SmtpCommand command = text.isEmpty() ? SmtpCommand.CONNECT : SmtpCommand.of(text);
        SmtpReply reply = reply(result);
        Instant time = entry.time();
        if (time == null || reply.code().isEmpty()) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
            return;
        }
        // Every 503 of its own is about the order of commands.
        Reason reason = reply.code().equals("503") ? null : command.refusal(reply);
        if (reason == null || (state != null && state.note().equals(LOCAL))) {
            facts.accept(entry.tag(), Notice.HARMLESS);
            return;
        }
        if (state == null) {
            facts.accept(entry.tag(), Notice.UNATTRIBUTED);
            return;
        }
        int recipients = command.recipients(reason, 0);
        boolean isPolicy = recipients == 0 && reason == Reason.OTHER && reply.isPermanent();
        SessionState told =
                switch (command) {
                    case HELO -> state.withHelo(SmtpCommand.helo(text));
                    case MAIL -> state.withSender(SmtpCommand.address(text)).withMessageBytes(SmtpCommand.size(text));
                    default -> state;
                };
        facts.accept(entry.tag(), told.refusal(time, isPolicy ? Reason.POLICY : reason, reply.codes(), recipients));
    }

    /** The reply without the address that it quotes. */
    private static SmtpReply reply(String result) {
        int open = result.indexOf('<');
        int close = result.lastIndexOf('>');
        return SmtpReply.of(
                open >= 0 ? result.substring(0, open) + (close < open ? "" : result.substring(close + 1)) : result);
    }

    private static void older(LogEntry entry, Sessions sessions, FactSink facts) {
        if (entry.startsWith(OLDER_NEW)) {
            int id = entry.from() + OLDER_NEW.length;
            int host = id + ID + OLDER_HOST.length;
            if (isId(entry, id) && entry.startsWith(id + ID, OLDER_HOST)) {
                int open = entry.wordEnd(host) + 1;
                boolean isWhole =
                        open < entry.to() && entry.bytes()[open] == '[' && entry.bytes()[entry.to() - 1] == ']';
                begin(entry, key(entry, id), open + 1, isWhole ? entry.to() - 1 : open, sessions, facts);
            }
            return;
        }
        if (entry.startsWith(OLDER_SESSION)) {
            session57(entry, entry.from() + OLDER_SESSION.length, sessions, facts);
            return;
        }
        if (entry.startsWith(OLDER_FAILED)) {
            int id = entry.from() + OLDER_FAILED.length;
            int command = id + ID + OLDER_COMMAND.length;
            int to = Math.min(entry.to(), command + LONGEST_LINE);
            int result = lastIndexOf(entry, OLDER_RESULT, command, to);
            if (!isId(entry, id) || !entry.startsWith(id + ID, OLDER_COMMAND) || result < 0) {
                facts.accept(entry.tag(), Notice.UNREADABLE);
                return;
            }
            refused(
                    entry,
                    entry.text(command, result, LONGEST_LINE),
                    entry.text(result + OLDER_RESULT.length, to, LONGEST_LINE),
                    sessions.get(key(entry, id)),
                    facts);
            return;
        }
        for (byte[] end : OLDER_END) {
            int id = entry.from() + end.length;
            if (entry.startsWith(end) && isId(entry, id)) {
                sessions.remove(key(entry, id));
            }
        }
    }

    private static void session57(LogEntry entry, int id, Sessions sessions, FactSink facts) {
        int behind = id + ID;
        if (!isId(entry, id)) {
            return;
        }
        String key = key(entry, id);
        if (entry.startsWith(behind, OLDER_INVALID)) {
            String command = entry.text(behind + OLDER_INVALID.length, entry.to(), LONGEST_NAME);
            if (SmtpCommand.of(command) == SmtpCommand.RCPT) {
                unexplained(entry, sessions.get(key), facts);
            }
        } else if (entry.startsWith(behind, OLDER_CONNECTION)) {
            int open = entry.wordEnd(behind + OLDER_CONNECTION.length) + 1;
            int close = entry.to() - OLDER_ESTABLISHED.length;
            if (close > open && entry.startsWith(close, OLDER_ESTABLISHED) && entry.bytes()[open] == '[') {
                begin(entry, key, open + 1, close, sessions, facts);
            } else {
                sessions.remove(key);
            }
        }
    }

    /** A recipient was refused with a reply that the log does not hold. */
    private static void unexplained(LogEntry entry, @Nullable SessionState state, FactSink facts) {
        boolean isLocal = state != null && state.note().equals(LOCAL);
        SessionState known = state == null ? SessionState.NEW : state;
        facts.accept(entry.tag(), isLocal ? Notice.HARMLESS : known.refusal(entry.time(), Reason.OTHER, null, 1));
    }

    private static int lastIndexOf(LogEntry entry, byte[] wanted, int from, int to) {
        for (int i = to - wanted.length; i >= from; i--) {
            if (entry.bytes()[i] == wanted[0] && entry.startsWith(i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static String key(LogEntry entry, int id) {
        return "opensmtpd " + entry.host() + " " + entry.text(id, id + ID, ID);
    }

    private static boolean isId(LogEntry entry, int from) {
        if (entry.to() - from < ID) {
            return false;
        }
        for (int i = from; i < from + ID; i++) {
            byte b = entry.bytes()[i];
            if ((b < '0' || b > '9') && (b < 'a' || b > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
