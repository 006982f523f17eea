package org.snowtrack.connectors.exim;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * Exim's main log and reject log, with any {@code log_selector}:
 *
 * <pre>
 * line     = envelope ["[" n ("/" / "\") m "] "] [time " "] ["[" pid "] "] [message-id " "] message
 * message  = [" DS"] "H=" client fields [" temporarily"] " rejected " what [": " text]
 *          / [" DS"] "H=" client fields " dropped by " what [": " text]       ; TLS on connect
 *          / "rejected " verb " from " client ...: ...         ; HELO that cannot be, MAIL without HELO
 *          / ["temporarily "] "rejected " DQUOTE verb helo DQUOTE " from " client
 *          / "rejected MAIL command H=" client ...
 *          / "rejected MAIL FROM:" sender " H=" client ": message too big: size=" n ...
 *          / "rejected from " sender " H=" client ": " text     ; also "F=" sender " H=" client ... " rejected by ..."
 *          / "unqualified " ("sender" / "recipient") " rejected: " address " H=" client
 *          / "too many recipients: " ... "rejected: sender=" sender " H=" client
 *          / name " authenticator failed for " ["H="] client fields ": " text
 *          / ["temporarily "] "refused connection from " client ... / ["C" / "c"] "onnection from " client " refused" ...
 *          / "SMTP call from " client " dropped: " text
 *          / "VRFY failed for " address " H=" client
 *          / "SMTP protocol synchronization error (...): rejected " (command / "connection from") " H=" client ...
 * fields   = *(" " KEY "=" value)                ; see Fields; I= is our own address
 * </pre>
 *
 * <p>A HELO may hold anything where {@code helo_accept_junk_hosts} says so, even the end of a client and a whole line
 * behind it, and so may quoted senders. So every reading of the client ({@link Client#readings}) is tried, and one is
 * believed only where no other makes a line of Exim's; else nobody is reported. Where the line may have been cut, the
 * true client may stand behind the cut: then a client with a HELO is not believed either. A name or an address without
 * a HELO is written by Exim alone, and nothing behind it counts.
 *
 * <p>Lines that repeat or explain a refusal ({@code sender verify fail}, {@code closed by DROP in ACL}, header dumps in
 * the reject log), warnings, discarded recipients and deliveries tell nothing. Nor do syntax and protocol errors, as
 * they refuse a command and no client.
 */
public final class EximLog implements LogFormat {

    private static final byte[] EXIM = ascii("exim");
    private static final byte[] HOST = ascii("H=");
    private static final byte[] DNSSEC_HOST = ascii(" DSH=");
    private static final byte[] FAILED = ascii(" authenticator failed for ");
    private static final List<byte[]> REFUSALS = List.of(
            ascii("DSH="),
            ascii("rejected "),
            ascii("temporarily rejected "),
            ascii("refused connection from "),
            ascii("temporarily refused connection from "),
            ascii("connection from "),
            ascii("Connection from "),
            ascii("SMTP call from "),
            ascii("SMTP protocol synchronization error ("),
            ascii("VRFY failed for "),
            ascii("unqualified "),
            ascii("too many recipients: "),
            ascii("F="));
    private static final List<byte[]> OTHERS = List.of(
            ascii("U="),
            ascii("SMTP protocol error in "),
            ascii("SMTP syntax error in "),
            ascii("SMTP connection from "),
            ascii("SMTP command timeout on "),
            ascii("SMTP data timeout "),
            ascii("no MAIL in SMTP connection from "),
            ascii("no host name found for IP address "),
            ascii("no IP address found for host "),
            ascii("unexpected disconnection while reading SMTP command from "),
            ascii("TLS error on connection "),
            ascii("Start queue run: pid="),
            ascii("End queue run: pid="),
            ascii("exim "));

    private static final int MOST = 8 << 10;
    private static final int LONGEST_PID = 12;
    private static final int LONGEST_AUTHENTICATOR = 64;
    /** Exim's buffer holds 8 KiB with the time and all. */
    private static final int SURE_OF_FILE = 8_000;
    /** Exim cuts what it sends to syslog behind 870 bytes; older daemons cut the whole line behind 1,024. */
    private static final int SURE_OF_SYSLOG = 840;

    private static final String OVERFLOWED = "**** log string overflowed";

    @Override
    public String id() {
        return "exim";
    }

    @Override
    public String name() {
        return "Exim";
    }

    @Override
    public String mark() {
        return "a local time with H=, a message id or other words of Exim's behind it, nor a program such as exim[123]";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        if (entry.hasProgram()) {
            return isExim(entry);
        }
        int at = behindPid(entry, entry.from());
        return behindId(entry, at) > at || isRefusal(entry, at) || startsWithAny(entry, at, OTHERS);
    }

    /** {@code exim}, {@code exim4} or what {@code syslog_processname} makes of it, such as {@code exim-in}. */
    private static boolean isExim(LogEntry entry) {
        return entry.isProgramBeginning(EXIM);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return EximLog::parse;
    }

    private static void parse(LogEntry entry, FactSink facts) {
        boolean isCut = false;
        boolean isSyslog = entry.hasProgram();
        if (isSyslog) {
            if (!isExim(entry)) {
                return;
            }
            entry.skipTime();
        }
        int at = entry.from();
        if (isSyslog && isPiece(entry, at)) {
            int end = entry.wordEnd(at);
            if (entry.bytes()[at + 1] != '1') {
                return;
            }
            isCut = entry.bytes()[at + 2] == '/';
            at = behindTime(entry, end + 1);
        }
        at = behindId(entry, behindPid(entry, at));
        if (!isRefusal(entry, at)) {
            return;
        }
        String text = entry.text(at, entry.to(), MOST);
        isCut |= entry.to() - entry.from() >= (isSyslog ? SURE_OF_SYSLOG : SURE_OF_FILE) || text.contains(OVERFLOWED);
        Instant time = entry.time();
        LogFact fact = new Message(text, time == null ? Instant.EPOCH : time, isCut).fact();
        if (fact != null) {
            facts.accept(entry.tag(), time == null && fact instanceof Refusal ? Notice.UNREADABLE : fact);
        }
    }

    /** Whether Exim has split a message for syslog: {@code [1/3] } cut anywhere, {@code [1\3] } at a line's end. */
    private static boolean isPiece(LogEntry entry, int at) {
        byte[] bytes = entry.bytes();
        return entry.to() - at > 6
                && bytes[at] == '['
                && isDigit(bytes[at + 1])
                && (bytes[at + 2] == '/' || bytes[at + 2] == '\\')
                && isDigit(bytes[at + 3]);
    }

    /** Behind a local time that stands where no envelope is: {@code 2026-11-25 12:00:00[.000][ +0100] }. */
    private static int behindTime(LogEntry entry, int at) {
        byte[] bytes = entry.bytes();
        if (entry.to() - at < 20 || !isDigit(bytes[at]) || bytes[at + 4] != '-' || bytes[at + 13] != ':') {
            return at;
        }
        int end = Math.min(entry.to(), entry.wordEnd(at + 11) + 1);
        boolean hasZone = entry.to() - end > 6 && (bytes[end] == '+' || bytes[end] == '-') && bytes[end + 5] == ' ';
        return hasZone ? end + 6 : end;
    }

    private static int behindPid(LogEntry entry, int at) {
        byte[] bytes = entry.bytes();
        if (entry.to() - at < 4 || bytes[at] != '[') {
            return at;
        }
        int end = at + 1;
        int last = Math.min(entry.to() - 2, at + LONGEST_PID);
        while (end < last && isDigit(bytes[end])) {
            end++;
        }
        return end > at + 1 && bytes[end] == ']' && bytes[end + 1] == ' ' ? end + 2 : at;
    }

    /** Message ids are {@code 1abcDE-000abc-0A} or, since Exim 4.97, {@code 1abcDE-00000000abc-000A}. */
    private static int behindId(LogEntry entry, int at) {
        int end = at + 16;
        if (isId(entry, at, end, at + 13)) {
            return end + 1;
        }
        end = at + 23;
        return isId(entry, at, end, at + 18) ? end + 1 : at;
    }

    private static boolean isId(LogEntry entry, int at, int end, int dash) {
        byte[] bytes = entry.bytes();
        if (entry.to() <= end || bytes[end] != ' ' || bytes[at + 6] != '-' || bytes[dash] != '-') {
            return false;
        }
        for (int i = at; i < end; i++) {
            if (!isAlphanumeric(bytes[i]) && bytes[i] != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isRefusal(LogEntry entry, int at) {
        if (entry.startsWith(at, HOST) || entry.startsWith(at, DNSSEC_HOST)) {
            return true;
        }
        return startsWithAny(entry, at, REFUSALS) || isAuthenticator(entry, at);
    }

    private static boolean startsWithAny(LogEntry entry, int at, List<byte[]> beginnings) {
        for (byte[] words : beginnings) {
            if (entry.startsWith(at, words)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAuthenticator(LogEntry entry, int at) {
        byte[] bytes = entry.bytes();
        int end = at;
        int last = Math.min(entry.to(), at + LONGEST_AUTHENTICATOR);
        while (end < last && (isAlphanumeric(bytes[end]) || bytes[end] == '_' || bytes[end] == '-')) {
            end++;
        }
        return end > at && entry.startsWith(end, FAILED);
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
