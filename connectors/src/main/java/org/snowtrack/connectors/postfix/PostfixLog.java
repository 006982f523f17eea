package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Postfix's SMTP server, as its functions {@code log_whatsup}, {@code check_milter_reply} and
 * {@code smtpd_format_cmd_stats} write:
 *
 * <pre>
 * line     = syslog-envelope message           ; the program is NAME/[.../]smtpd, as in postfix/submission/smtpd[123]:
 * message  = refusal / session                 ; all else tells nothing
 * refusal  = queue-id ": " ("reject" / "milter-reject") ": RCPT from " client ": " reply [";" context]
 * queue-id = "NOQUEUE" / 1*ALNUM               ; a real one once an earlier recipient was accepted
 * client   = host "[" address "]" [":" port]   ; one word
 * reply    = code [" " enhanced] " " text      ; of 510 bytes at most, so text may be cut off
 * context  = [" from=&lt;" sender "&gt;"] [" to=&lt;" recipient "&gt;"] " proto=" name [" helo=&lt;" name "&gt;"] [" sasl_" ...]
 * session  = "disconnect from " client *(" " command "=" accepted ["/" offered])
 * </pre>
 *
 * <p>Every step is anchored at the one before, from the left, and never looks for its words further on. Host names
 * come from the DNS and cannot hold a blank, so the client is one word whose last bracket the server wrote, whatever
 * follows. {@code reject_warning}, {@code discard}, {@code hold} and {@code filter} refuse nothing; other stages than
 * RCPT (CONNECT, HELO, MAIL, DATA, END-OF-MESSAGE) and postscreen do not refuse one recipient.
 *
 * <p>Only the reply decides on the reason, and first its enhanced code (RFC 3463), which no client chooses: Postfix
 * turns X.1.1 into X.1.0 or X.1.7 where a sender is refused. The text is read behind the quoted address that it begins
 * with. A client that forges the context gains a HELO or a sender's domain of its own choice, which it chose before.
 */
public final class PostfixLog implements LogFormat {

    private static final byte[] SMTPD = ascii("smtpd");
    private static final byte[] DISCONNECT = ascii("disconnect from ");
    private static final byte[] REJECT = ascii(": reject: RCPT from ");
    private static final byte[] MILTER_REJECT = ascii(": milter-reject: RCPT from ");

    private static final int LONGEST_QUEUE_ID = 32;
    private static final int LONGEST_CLIENT = 512;
    private static final int LONGEST_ADDRESS = 64;
    /** Syslog daemons end a line at 8 KiB at the latest; what a forger writes behind that is not worth a look. */
    private static final int LONGEST_REST = 8 << 10;

    @Override
    public String id() {
        return "postfix";
    }

    @Override
    public String name() {
        return "Postfix";
    }

    @Override
    public String mark() {
        return "a program such as postfix/smtpd[123]";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return entry.isInsideProgram('/');
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return PostfixLog::parse;
    }

    private static void parse(LogEntry entry, FactSink facts) {
        if (!entry.isProgramEnding(SMTPD) || !entry.isInsideProgram('/')) {
            return;
        }
        LogFact fact;
        if (entry.startsWith(DISCONNECT)) {
            fact = session(entry, entry.from() + DISCONNECT.length);
        } else {
            int client = behindAction(entry);
            fact = client < 0 ? null : refusal(entry, client);
        }
        if (fact != null) {
            facts.accept(entry.tag(), fact);
        }
    }

    /** Where the client begins if a recipient was refused, else -1. */
    private static int behindAction(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int colon = entry.from();
        int last = Math.min(entry.to(), colon + LONGEST_QUEUE_ID);
        while (colon < last && isAlphanumeric(bytes[colon])) {
            colon++;
        }
        if (colon == entry.from()) {
            return -1;
        }
        if (entry.startsWith(colon, REJECT)) {
            return colon + REJECT.length;
        }
        return entry.startsWith(colon, MILTER_REJECT) ? colon + MILTER_REJECT.length : -1;
    }

    private static LogFact refusal(LogEntry entry, int clientFrom) {
        byte[] bytes = entry.bytes();
        int to = entry.to();
        int end = wordEnd(bytes, clientFrom, to);
        IpAddress client = bytes[end - 1] == ':' ? client(bytes, clientFrom, end - 1) : null;
        Instant written = client == null ? null : entry.time();
        if (client == null || written == null || !isRefusingCode(bytes, end + 1, to)) {
            return LogFact.Notice.UNREADABLE;
        }
        String rest = entry.text(end + 1, to, LONGEST_REST);
        int context = rest.indexOf(Reply.CONTEXT);
        Reply reply = Reply.of(rest);
        return LogFact.Refusal.of(client, written, reply.reason(), reply.codes())
                .withHelo(helo(rest))
                .withSender(sender(rest, context));
    }

    private static @Nullable LogFact session(LogEntry entry, int clientFrom) {
        byte[] bytes = entry.bytes();
        int end = wordEnd(bytes, clientFrom, entry.to());
        String counts = entry.text(end, entry.to(), LONGEST_REST);
        int rcpt = counts.indexOf(" rcpt=");
        if (rcpt < 0) {
            return null;
        }
        int numbersEnd = counts.indexOf(' ', rcpt + 1);
        String numbers = counts.substring(rcpt + 6, numbersEnd < 0 ? counts.length() : numbersEnd);
        int slash = numbers.indexOf('/');
        int accepted = count(slash < 0 ? numbers : numbers.substring(0, slash));
        int offered = slash < 0 ? accepted : count(numbers.substring(slash + 1));
        IpAddress client = client(bytes, clientFrom, end);
        Instant written = entry.time();
        if (client == null || written == null || accepted < 0 || offered < accepted) {
            return LogFact.Notice.UNREADABLE;
        }
        return new LogFact.Session(client, written, accepted, offered);
    }

    private static int wordEnd(byte[] bytes, int from, int to) {
        int end = from;
        int last = Math.min(to, from + LONGEST_CLIENT);
        while (end < last && bytes[end] != ' ') {
            end++;
        }
        return end;
    }

    /** The address of a word {@code host[address]} or {@code host[address]:port}; null where it is not one. */
    private static @Nullable IpAddress client(byte[] bytes, int from, int to) {
        int close = to - 1;
        while (close > from && bytes[close] >= '0' && bytes[close] <= '9') {
            close--;
        }
        if (close > from && bytes[close] == ':') {
            close--;
        } else {
            close = to - 1;
        }
        int open = close;
        while (open > from && bytes[open] != '[') {
            open--;
        }
        if (open <= from || bytes[close] != ']' || close - open > LONGEST_ADDRESS) {
            return null;
        }
        String text = new String(bytes, open + 1, close - open - 1, StandardCharsets.ISO_8859_1);
        try {
            return IpAddress.parse(text.startsWith("IPv6:") ? text.substring(5) : text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isRefusingCode(byte[] bytes, int from, int to) {
        return to - from >= 3
                && (bytes[from] == '4' || bytes[from] == '5')
                && isDigit(bytes[from + 1])
                && isDigit(bytes[from + 2])
                && (to - from == 3 || bytes[from + 3] == ' ');
    }

    /** Postfix replaces angle brackets inside a HELO, so the last one is the server's. */
    private static @Nullable String helo(String rest) {
        int from = rest.lastIndexOf(" helo=<");
        int to = from < 0 ? -1 : rest.indexOf('>', from);
        return to < 0 ? null : rest.substring(from + 7, to);
    }

    private static @Nullable String sender(String rest, int context) {
        if (context < 0) {
            return null;
        }
        int to = rest.indexOf("> to=<", context);
        to = to < 0 ? rest.indexOf("> proto=", context) : to;
        return to < 0 ? null : rest.substring(context + Reply.CONTEXT.length(), to);
    }

    /** A count of at most nine digits; -1 where it is none. */
    private static int count(String digits) {
        boolean isCount =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isCount ? Integer.parseInt(digits) : -1;
    }

    private static boolean isAlphanumeric(byte b) {
        return isDigit(b) || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
