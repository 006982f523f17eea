package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.ByteScan;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpReply;

/**
 * Postfix's servers, as smtpd's functions {@code log_whatsup}, {@code check_milter_reply} and
 * {@code smtpd_format_cmd_stats}, postscreen and cleanup write:
 *
 * <pre>
 * line     = syslog-envelope message           ; the program is NAME/[.../]DAEMON, as in postfix/submission/smtpd[123]:
 * message  = refusal / session / login         ; smtpd; all else tells nothing
 *          / screened                          ; postscreen
 *          / milter / {@link HeaderCheck}             ; cleanup
 * refusal  = [queue-id ": "] ("reject" / "milter-reject") ": " stage " from " client ": " reply [";" context]
 * queue-id = "NOQUEUE" / 1*ALNUM               ; a real one once an earlier recipient was accepted; none before 2.1
 * stage    = "CONNECT" / "HELO" / "EHLO" / "MAIL" / "RCPT" / "VRFY" / "ETRN" / "AUTH" / "UNKNOWN" / ...
 *          / ("DATA" / "BDAT") [" content"] / "END-OF-MESSAGE"
 * client   = host "[" address "]" [":" port]   ; one word, see {@link Client}
 * reply    = code [" " enhanced] " " text      ; of 510 bytes at most, so text may be cut off
 *          / "bare &lt;LF&gt; received"
 * context  = [" from=&lt;" sender "&gt;"] [" to=&lt;" recipient "&gt;"] " proto=" name [" helo=&lt;" name "&gt;"] [" sasl_" ...]
 * session  = "disconnect from " client *(" " command "=" accepted ["/" offered])
 * login    = "warning: " client ": SASL " method " authentication failed: " text
 * screened = "NOQUEUE: reject: " stage " from [" address "]:" port ": " (reply [";" context] / text)
 *                                              ; postscreen puts commas into the context
 *          / "reject: connect from [" address "]:" port ": " text
 * milter   = queue-id ": milter-reject: " stage " from " client ": " [enhanced " "] text ";" context
 * </pre>
 *
 * <p>A program that is only {@code postfix} is any of them: at the start of a message, none writes what a client chose.
 * Every step is anchored at the one before, from the left, and never looks for its words further on. Host names
 * come from the DNS and cannot hold a blank, so the client is one word whose last bracket the server wrote, whatever
 * follows. One recipient is refused at RCPT and VRFY, and of a message those that the line does not tell: one; at the
 * other stages it is the client. {@code reject_warning}, {@code discard}, {@code hold} and {@code filter} refuse
 * nothing, and what other daemons say was said by other servers, or to nobody.
 *
 * <p>Only the reply decides on the reason, and first its enhanced code (RFC 3463), which no client chooses: Postfix
 * turns X.1.1 into X.1.0 or X.1.7 where a sender is refused. The text is read behind the quoted address that it begins
 * with. A client that forges the context gains a HELO or a sender's domain of its own choice, which it chose before.
 */
public final class PostfixLog implements LogFormat {

    private static final byte[] POSTFIX = ascii("postfix");
    private static final byte[] SMTPD = ascii("smtpd");
    private static final byte[] POSTSCREEN = ascii("/postscreen");
    private static final byte[] CLEANUP = ascii("/cleanup");

    /** Other daemons that say by their name alone that this is Postfix, whatever stands in front of it. */
    private static final List<byte[]> DAEMONS = Stream.of(
                    "smtpd",
                    "postscreen",
                    "cleanup",
                    "qmgr",
                    "smtp",
                    "lmtp",
                    "local",
                    "virtual",
                    "pipe",
                    "bounce",
                    "error",
                    "discard",
                    "anvil",
                    "pickup",
                    "trivial-rewrite",
                    "scache",
                    "master",
                    "tlsproxy",
                    "tlsmgr",
                    "dnsblog",
                    "verify",
                    "flush",
                    "proxymap",
                    "showq",
                    "postlogd",
                    "postfix-script",
                    "nqmgr",
                    "oqmgr",
                    "qmqpd")
            .map(daemon -> ascii("/" + daemon))
            .toList();

    /** Those that tell what became of a message. */
    private static final List<byte[]> DELIVERING = Stream.of("smtp", "lmtp", "local", "virtual", "pipe", "error")
            .map(PostfixLog::ascii)
            .toList();

    private static final byte[] ROOT = ascii("/");
    private static final byte[] DISCONNECT = ascii("disconnect from ");
    private static final byte[] WARNING = ascii("warning: ");
    private static final byte[] SASL = ascii(" SASL ");
    private static final byte[] FAILED = ascii(" authentication failed");
    private static final byte[] SERVER_LOST = ascii("authentication server");
    private static final byte[] REJECT = ascii(": reject: ");
    private static final byte[] MILTER_REJECT = ascii(": milter-reject: ");
    private static final byte[] REJECTED = ascii("reject: ");
    private static final byte[] CONNECT = ascii(": connect from ");
    private static final byte[] PROXY_REJECT = ascii("proxy-reject: ");
    private static final byte[] CONTENT = ascii(" content");
    private static final byte[] FROM = ascii(" from ");
    private static final byte[] BOUNCED = ascii(", status=bounced (");

    /** What cleanup refuses because of what a milter has added. */
    private static final List<byte[]> MILTER_CHECKS =
            List.of(ascii(": milter-header-reject: "), ascii(": milter-body-reject: "));

    /** Actions that are logged in the words of a refusal. */
    private static final List<byte[]> HARMLESS = Stream.of(
                    "reject_warning",
                    "discard",
                    "hold",
                    "filter",
                    "redirect",
                    "milter-hold",
                    "milter-discard",
                    "proxy-reject")
            .map(action -> ascii(": " + action + ": "))
            .toList();

    private static final List<byte[]> OF_RECIPIENTS = Stream.of("RCPT", "VRFY", "DATA", "BDAT", "END-OF-MESSAGE")
            .map(PostfixLog::ascii)
            .toList();

    private static final String BARE_LF = "bare <LF> received;";
    private static final int LONGEST_QUEUE_ID = 32;
    private static final int LONGEST_STAGE = 32;
    private static final int LONGEST_METHOD = 64;
    private static final int LONGEST_CLIENT = 512;
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
        if (!entry.isInsideProgram('/')) {
            return isCut(entry);
        }
        if (entry.isProgramBeginning(POSTFIX)) {
            return true;
        }
        return !entry.isProgramBeginning(ROOT) && isOfAny(DAEMONS, entry);
    }

    /** rsyslog ends the names of programs at their first slash where it writes RFC 5424. */
    private static boolean isCut(LogEntry entry) {
        return entry.isProgram(POSTFIX);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return this::parse;
    }

    private void parse(LogEntry entry, FactSink facts) {
        LogFact fact = looksLike(entry) ? fact(entry) : null;
        if (fact != null) {
            facts.accept(entry.tag(), fact);
        }
    }

    private static @Nullable LogFact fact(LogEntry entry) {
        boolean isCut = isCut(entry);
        if (isCut || entry.isProgramEnding(SMTPD)) {
            if (entry.startsWith(DISCONNECT)) {
                return session(entry, entry.from() + DISCONNECT.length);
            }
            LogFact fact =
                    entry.startsWith(WARNING) ? login(entry, entry.from() + WARNING.length) : ofAction(entry, isCut);
            if (fact != null || !isCut) {
                return fact;
            }
        }
        if (entry.isProgramEnding(CLEANUP)) {
            return ofAction(entry, true);
        }
        if (entry.isProgramEnding(POSTSCREEN)) {
            return ofAction(entry, false);
        }
        boolean isBounce = (isCut || isOfAny(DELIVERING, entry)) && entry.indexOf(BOUNCED, entry.from()) >= 0;
        return isBounce ? LogFact.Notice.HARMLESS : null;
    }

    private static @Nullable LogFact ofAction(LogEntry entry, boolean isCleanup) {
        byte[] bytes = entry.bytes();
        int colon = entry.from();
        int last = Math.min(entry.to(), colon + LONGEST_QUEUE_ID);
        while (colon < last && isAlphanumeric(bytes[colon])) {
            colon++;
        }
        if (colon == entry.from()) {
            return null;
        }
        if (entry.startsWith(colon, MILTER_REJECT)) {
            return atStage(entry, colon + MILTER_REJECT.length, isCleanup);
        }
        if (entry.startsWith(colon, REJECT)) {
            int at = colon + REJECT.length;
            boolean isCheck = isCleanup && at < entry.to() && bytes[at] >= 'a' && bytes[at] <= 'z';
            return isCheck ? HeaderCheck.read(entry, at) : atStage(entry, at, false);
        }
        if (entry.startsWith(REJECTED)) {
            return entry.startsWith(colon, CONNECT)
                    ? refusal(entry, colon + CONNECT.length, 0, false)
                    : atStage(entry, entry.from() + REJECTED.length, false);
        }
        for (byte[] check : MILTER_CHECKS) {
            if (isCleanup && entry.startsWith(colon, check)) {
                return HeaderCheck.read(entry, colon + check.length);
            }
        }
        boolean isHarmless = isAny(HARMLESS, entry, colon) || entry.startsWith(PROXY_REJECT);
        return isHarmless ? LogFact.Notice.HARMLESS : null;
    }

    private static boolean isOfAny(List<byte[]> programs, LogEntry entry) {
        for (byte[] program : programs) {
            if (entry.isProgramEnding(program)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAny(List<byte[]> beginnings, LogEntry entry, int at) {
        for (byte[] beginning : beginnings) {
            if (entry.startsWith(at, beginning)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable LogFact atStage(LogEntry entry, int at, boolean hasNoCode) {
        byte[] bytes = entry.bytes();
        int end = at;
        int last = Math.min(entry.to(), at + LONGEST_STAGE);
        while (end < last && ((bytes[end] >= 'A' && bytes[end] <= 'Z') || bytes[end] == '-')) {
            end++;
        }
        int from = entry.startsWith(end, CONTENT) ? end + CONTENT.length : end;
        if (end == at || !entry.startsWith(from, FROM)) {
            return null;
        }
        int recipients = isAny(OF_RECIPIENTS, entry, at) ? 1 : 0;
        return refusal(entry, from + FROM.length, recipients, hasNoCode);
    }

    private static LogFact refusal(LogEntry entry, int clientFrom, int recipients, boolean hasNoCode) {
        byte[] bytes = entry.bytes();
        int to = entry.to();
        int end = wordEnd(bytes, clientFrom, to);
        boolean isScreened = bytes[clientFrom < end ? clientFrom : end - 1] == '[';
        Client client = bytes[end - 1] == ':' ? Client.read(bytes, clientFrom, end - 1) : null;
        Instant written = client == null ? null : entry.time();
        boolean isOfDaemon = isCut(entry) || isScreened == entry.isProgramEnding(POSTSCREEN);
        if (client == null || written == null || !isOfDaemon) {
            return LogFact.Notice.UNREADABLE;
        }
        String rest = entry.text(end + 1, to, LONGEST_REST);
        Reply answer = Reply.of(rest);
        SmtpReply reply = answer.smtp();
        // Without a code, only the context shows that the text is whole.
        boolean isWhole = (hasNoCode && !answer.context().isEmpty()) || rest.startsWith(BARE_LF);
        // postscreen gives no code where it turns a client away at the door.
        boolean isReadable = !reply.code().isEmpty()
                || (hasNoCode && !reply.enhanced().isEmpty())
                || (isScreened && recipients == 0)
                || isWhole;
        if (!isReadable) {
            return LogFact.Notice.UNREADABLE;
        }
        Reason reason = recipients == 0 ? reply.reasonOfClient() : reply.reason();
        return LogFact.Refusal.of(client.address(), written, reason, reply.codes())
                .withRecipients(recipients)
                .withHelo(helo(answer.context()))
                .withClientName(client.name())
                .withSender(Reply.sender(answer.context()));
    }

    /** A login that failed, unless it did so because nobody could be asked. */
    private static @Nullable LogFact login(LogEntry entry, int clientFrom) {
        byte[] bytes = entry.bytes();
        int end = wordEnd(bytes, clientFrom, entry.to());
        if (bytes[end - 1] != ':' || !entry.startsWith(end, SASL)) {
            return null;
        }
        int method = end + SASL.length;
        int behind = Math.min(entry.to(), entry.wordEnd(method));
        if (behind - method > LONGEST_METHOD || !entry.startsWith(behind, FAILED)) {
            return null;
        }
        if (entry.indexOf(SERVER_LOST, behind) >= 0) {
            return LogFact.Notice.HARMLESS;
        }
        Client client = Client.read(bytes, clientFrom, end - 1);
        Instant written = entry.time();
        return client == null || written == null
                ? LogFact.Notice.UNREADABLE
                : LogFact.Refusal.of(client.address(), written, Reason.AUTH_FAILED, null)
                        .withRecipients(0)
                        .withClientName(client.name());
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
        Client client = Client.read(bytes, clientFrom, end);
        Instant written = entry.time();
        if (client == null || written == null || accepted < 0 || offered < accepted) {
            return LogFact.Notice.UNREADABLE;
        }
        return new LogFact.Session(client.address(), written, accepted, offered);
    }

    private static int wordEnd(byte[] bytes, int from, int to) {
        int last = Math.min(to, from + LONGEST_CLIENT);
        int blank = ByteScan.indexOf((byte) ' ', bytes, from, last);
        return blank < 0 ? last : blank;
    }

    /** Postfix replaces angle brackets inside a HELO, so the last one is the server's. */
    private static @Nullable String helo(String context) {
        int from = context.lastIndexOf(" helo=<");
        int to = from < 0 ? -1 : context.indexOf('>', from);
        return to < 0 ? null : context.substring(from + 7, to);
    }

    /** A count of at most nine digits; -1 where it is none. */
    private static int count(String digits) {
        if (digits.isEmpty() || digits.length() > 9) {
            return -1;
        }
        int count = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            count = count * 10 + digit;
        }
        return count;
    }

    private static boolean isAlphanumeric(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
