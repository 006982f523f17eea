package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.SyslogLine;
import org.snowtrack.connectors.grammar.SyslogTime;
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
    private static final int LONGEST_NAME = 255;
    /** Syslog daemons end a line at 8 KiB at the latest; what a forger writes behind that is not worth a look. */
    private static final int LONGEST_REST = 8 << 10;

    private final SyslogTime time;

    /**
     * The grammar for one server's log.
     *
     * @param zone in which the server writes times without an offset
     * @param now the clock that infers their year
     */
    public PostfixLog(ZoneId zone, InstantSource now) {
        time = new SyslogTime(zone, now);
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
    public boolean looksLike(byte[] bytes, int from, int to) {
        SyslogLine line = SyslogLine.of(bytes, from, to);
        return line != null && isOfPostfix(bytes, line);
    }

    private static boolean isOfPostfix(byte[] bytes, SyslogLine line) {
        for (int i = line.programFrom() + 1; i < line.programTo() - 1; i++) {
            if (bytes[i] == '/') {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable LogFact parse(byte[] bytes, int from, int to) {
        SyslogLine line = SyslogLine.of(bytes, from, to);
        if (line == null || !line.isProgram(bytes, SMTPD) || !isOfPostfix(bytes, line)) {
            return null;
        }
        int message = line.messageFrom();
        if (SyslogLine.startsWith(bytes, message, to, DISCONNECT)) {
            return session(bytes, line, message + DISCONNECT.length, to);
        }
        int client = behindAction(bytes, message, to);
        return client < 0 ? null : refusal(bytes, line, client, to);
    }

    /** Where the client begins if a recipient was refused, else -1. */
    private static int behindAction(byte[] bytes, int message, int to) {
        int colon = message;
        int last = Math.min(to, message + LONGEST_QUEUE_ID);
        while (colon < last && isAlphanumeric(bytes[colon])) {
            colon++;
        }
        if (colon == message) {
            return -1;
        }
        if (SyslogLine.startsWith(bytes, colon, to, REJECT)) {
            return colon + REJECT.length;
        }
        return SyslogLine.startsWith(bytes, colon, to, MILTER_REJECT) ? colon + MILTER_REJECT.length : -1;
    }

    private LogFact refusal(byte[] bytes, SyslogLine line, int clientFrom, int to) {
        int end = wordEnd(bytes, clientFrom, to);
        IpAddress client = bytes[end - 1] == ':' ? client(bytes, clientFrom, end - 1) : null;
        Instant written = client == null ? null : time.read(bytes, line.timeFrom(), line.programFrom());
        if (client == null || written == null || !isRefusingCode(bytes, end + 1, to)) {
            return LogFact.Unreadable.LINE;
        }
        int restEnd = Math.min(to, end + 1 + LONGEST_REST);
        String rest = new String(bytes, end + 1, restEnd - end - 1, StandardCharsets.UTF_8);
        int context = rest.indexOf(Reply.CONTEXT);
        return new LogFact.Refusal(client, written, Reply.of(rest).reason(), helo(rest), senderDomain(rest, context));
    }

    private @Nullable LogFact session(byte[] bytes, SyslogLine line, int clientFrom, int to) {
        int end = wordEnd(bytes, clientFrom, to);
        String counts = new String(bytes, end, Math.min(to - end, LONGEST_REST), StandardCharsets.ISO_8859_1);
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
        Instant written = time.read(bytes, line.timeFrom(), line.programFrom());
        if (client == null || written == null || accepted < 0 || offered < accepted) {
            return LogFact.Unreadable.LINE;
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
        return to < 0 ? null : name(rest.substring(from + 7, to));
    }

    private static @Nullable String senderDomain(String rest, int context) {
        if (context < 0) {
            return null;
        }
        int to = rest.indexOf("> to=<", context);
        to = to < 0 ? rest.indexOf("> proto=", context) : to;
        int at = to < 0 ? -1 : rest.lastIndexOf('@', to);
        return at <= context ? null : name(rest.substring(at + 1, to).toLowerCase(Locale.ROOT));
    }

    /** Nothing with an at sign goes on: it might be a recipient. */
    private static @Nullable String name(String text) {
        boolean isName = !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.chars().noneMatch(c -> c <= ' ' || c == 0x7f || c == '@' || c == '<' || c == '>');
        return isName ? text : null;
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
