package org.snowtrack.connectors.exim;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.RejectionReason;

/**
 * Exim's main log and reject log, with any {@code log_selector}:
 *
 * <pre>
 * line     = envelope ["[" n ("/" / "\") m "] "] [time " "] ["[" pid "] "] [message-id " "] message
 * message  = [" DS"] "H=" client fields [" temporarily"] " rejected " what [": " text]
 *          / "rejected " verb " from " client ...: ...         ; HELO that cannot be, MAIL without HELO
 *          / ["temporarily "] "rejected " DQUOTE verb helo DQUOTE " from " client
 *          / "rejected MAIL command H=" client ...
 *          / "rejected MAIL FROM:" sender " H=" client ": message too big: size=" n ...
 *          / "rejected from " sender " H=" client ": " text     ; also "F=" sender " H=" client ... " rejected by ..."
 *          / "unqualified " ("sender" / "recipient") " rejected: " address " H=" client
 *          / "too many recipients: " ... "rejected: sender=" sender " H=" client
 *          / name " authenticator failed for " ["H="] client fields ": " text
 *          / "refused connection from " client ... / ["C" / "c"] "onnection from " client " refused" ...
 *          / "SMTP call from " client " dropped: " text
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
    private static final byte[] EXIM4 = ascii("exim4");
    private static final byte[] HOST = ascii("H=");
    private static final byte[] DNSSEC_HOST = ascii(" DSH=");
    private static final byte[] FAILED = ascii(" authenticator failed for ");
    private static final List<byte[]> REFUSALS = List.of(
            ascii("rejected "),
            ascii("temporarily rejected "),
            ascii("refused connection from "),
            ascii("connection from "),
            ascii("Connection from "),
            ascii("SMTP call from "),
            ascii("SMTP protocol synchronization error ("),
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

    private static boolean isExim(LogEntry entry) {
        return entry.isProgram(EXIM) || entry.isProgram(EXIM4);
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

    /** What Exim wrote behind time, process and message id. */
    private record Message(String text, Instant time, boolean isCut) {

        /** What a line would tell if this were its client; null where Exim writes no such line. */
        @FunctionalInterface
        private interface Reading {
            @Nullable
            LogFact of(Client client, Fields fields);
        }

        @Nullable
        LogFact fact() {
            if (text.startsWith("H=") || text.startsWith(" DSH=")) {
                // Nothing can be refused where the word is missing; deliveries begin like this, too.
                return text.contains(" rejected ") || text.contains(": discarded by ")
                        ? only(text.indexOf('=') + 1, this::rejected)
                        : null;
            }
            if (text.startsWith("F=")) {
                int host = behindAddress(2, " ");
                return text.contains(" rejected by local_scan(): ") ? onlyBehindHost(host, this::rejected) : null;
            }
            int failed = text.indexOf(" authenticator failed for ");
            if (failed >= 0 && text.lastIndexOf(' ', failed - 1) < 0) {
                int from = failed + 26;
                return text.startsWith("U=", from)
                        ? Notice.HARMLESS
                        : only(text.startsWith("H=", from) ? from + 2 : from, this::unauthenticated);
            }
            if (text.startsWith("rejected ") || text.startsWith("temporarily rejected ")) {
                return rejectedFirst(text.indexOf("rejected ") + 9);
            }
            return early();
        }

        private @Nullable LogFact early() {
            if (text.startsWith("refused connection from ")) {
                return only(24, (client, fields) -> refusal(client, null, RejectionReason.POLICY, 0, null));
            }
            if (text.startsWith("onnection from ", 1)) {
                return text.contains(" refused")
                        ? only(
                                16,
                                (client, fields) -> text.startsWith(" refused", fields.end())
                                        ? refusal(client, null, RejectionReason.POLICY, 0, null)
                                        : null)
                        : null;
            }
            if (text.startsWith("SMTP call from ")) {
                int from = text.startsWith("H=", 15) ? 17 : 15;
                return only(
                        from,
                        (client, fields) -> text.startsWith(" dropped: ", fields.end())
                                ? refusal(client, null, RejectionReason.POLICY, 0, null)
                                : null);
            }
            if (text.startsWith("SMTP protocol synchronization error (")) {
                return unsynchronized();
            }
            if (text.startsWith("unqualified sender rejected: <")) {
                return onlyBehindHost(
                        behindAddress(29, "> "),
                        (client, fields) -> refusal(client, null, RejectionReason.POLICY, 0, null));
            }
            if (text.startsWith("unqualified recipient rejected: <")) {
                return onlyBehindHost(
                        behindAddress(32, "> "),
                        (client, fields) -> refusal(client, null, RejectionReason.POLICY, 1, null));
            }
            int sender = text.startsWith("too many recipients: ") ? text.indexOf("rejected: sender=<") : -1;
            return sender < 0
                    ? null
                    : onlyBehindHost(
                            behindAddress(sender + 17, "> "),
                            (client, fields) ->
                                    refusal(client, addressAt(sender + 17), RejectionReason.POLICY, 1, null));
        }

        /** {@code rejected ...} and the client only behind that. */
        private @Nullable LogFact rejectedFirst(int from) {
            if (text.startsWith("MAIL command H=", from)) {
                return only(from + 15, (client, fields) -> refusal(client, null, RejectionReason.POLICY, 0, null));
            }
            if (text.startsWith("MAIL FROM:<", from)) {
                return onlyBehindHost(
                        behindAddress(from + 10, "> "), (client, fields) -> tooBig(client, fields, from + 10, 0));
            }
            if (text.startsWith("from <", from)) {
                return onlyBehindHost(
                        behindAddress(from + 5, ">"), (client, fields) -> tooBig(client, fields, from + 5, 1));
            }
            if (text.startsWith("\"", from)) {
                int end = text.indexOf('"', from + 1);
                boolean isSure = end >= 0 && text.indexOf('"', end + 1) < 0 && text.startsWith("\" from ", end);
                return isSure
                        ? only(end + 7, (client, fields) -> refusal(client, null, RejectionReason.POLICY, 0, null))
                        : Notice.UNREADABLE;
            }
            int verbEnd = text.indexOf(' ', from);
            return text.startsWith(" from ", Math.max(0, verbEnd))
                    ? only(
                            verbEnd + 6,
                            (client, fields) -> behindColon(fields) < 0
                                    ? null
                                    : refusal(client, null, RejectionReason.POLICY, 0, null))
                    : Notice.UNREADABLE;
        }

        /** The command that came too early stands before the client, and what came behind it stands at the end. */
        private LogFact unsynchronized() {
            int host = text.indexOf(" H=");
            if (host < 0) {
                return text.contains(" U=") ? Notice.HARMLESS : Notice.UNREADABLE;
            }
            boolean isConnection = text.startsWith("rejected connection from", text.indexOf("): ") + 3);
            boolean isSure = isConnection || (!isCut && text.indexOf(" H=", host + 1) < 0);
            return isSure
                    ? only(host + 3, (client, fields) -> refusal(client, null, RejectionReason.POLICY, 0, null))
                    : Notice.UNREADABLE;
        }

        private @Nullable LogFact rejected(Client client, Fields fields) {
            int at = fields.end();
            boolean isTemporary = text.startsWith(" temporarily rejected ", at);
            if (isTemporary || text.startsWith(" rejected ", at)) {
                String what = text.substring(at + (isTemporary ? 22 : 10));
                Rejection rejection = Rejection.of(what, isTemporary);
                return refusal(
                        client,
                        fields.sender(),
                        rejection.reason(),
                        rejection.recipients(),
                        rejection.reply().codes());
            }
            // Behind a client stands a word; a bracket shows that a HELO goes on.
            boolean isOther =
                    at + 1 < text.length() && text.charAt(at) == ' ' && Character.isLetter(text.charAt(at + 1));
            return isOther || text.startsWith(": ", at) || text.startsWith(" : ", at) ? Notice.HARMLESS : null;
        }

        private @Nullable LogFact unauthenticated(Client client, Fields fields) {
            int at = behindColon(fields);
            if (at < 0) {
                return null;
            }
            String codes = SmtpReply.of(text.substring(at)).codes();
            return refusal(client, null, RejectionReason.AUTH_FAILED, 0, codes);
        }

        private @Nullable LogFact tooBig(Client client, Fields fields, int sender, int recipients) {
            int at = behindColon(fields);
            if (at < 0) {
                return null;
            }
            boolean isSize = text.startsWith("message too big: ", at);
            Refusal refusal = refusal(
                    client,
                    addressAt(sender),
                    isSize ? RejectionReason.SIZE_EXCEEDED : RejectionReason.POLICY,
                    recipients,
                    null);
            return isSize ? refusal.withMessageBytes(size(at + 17)) : refusal;
        }

        private @Nullable Long size(int at) {
            int from = text.indexOf('=', at) + 1;
            int to = from;
            while (to < text.length() && to < from + 18 && Character.digit(text.charAt(to), 10) >= 0) {
                to++;
            }
            boolean isSize = (text.startsWith("size=", at) || text.startsWith("read=", at)) && to > from;
            return isSize ? Long.valueOf(text.substring(from, to)) : null;
        }

        /** Behind {@code ": "}, which the last field's value may hold; -1 where there is none. */
        private int behindColon(Fields fields) {
            int at = fields.end();
            if (text.startsWith(": ", at)) {
                return at + 2;
            }
            return at > 0 && at < text.length() && text.charAt(at - 1) == ':' && text.charAt(at) == ' ' ? at + 1 : -1;
        }

        /**
         * Behind the address of a client's choice that begins there; -1 where it may hold what looks like its own end:
         * quoted strings and pairs.
         */
        private int behindAddress(int from, String end) {
            int to = text.indexOf(end, from);
            String address = to < 0 ? "\"" : text.substring(from, to);
            boolean isPlain = address.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '\\');
            return isPlain ? to + end.length() : -1;
        }

        private String addressAt(int from) {
            return text.substring(from, text.indexOf('>', from) + 1);
        }

        private LogFact onlyBehindHost(int at, Reading reading) {
            int host = at >= 0 && text.startsWith(" ", at) ? at + 1 : at;
            if (host >= 0 && text.startsWith("U=", host)) {
                return Notice.HARMLESS;
            }
            return host >= 0 && text.startsWith("H=", host) ? only(host + 2, reading) : Notice.UNREADABLE;
        }

        /** What the line tells if there is only one reading of its client with which Exim would have written it. */
        private LogFact only(int from, Reading reading) {
            List<Client> readings = Client.readings(text, from);
            if (readings.size() > Client.MOST_READINGS) {
                return Notice.UNREADABLE;
            }
            LogFact only = null;
            for (Client client : readings) {
                LogFact fact = reading.of(client, Fields.read(text, client.end()));
                if (fact != null && (only != null || (isCut && client.helo() != null))) {
                    return Notice.UNREADABLE;
                }
                only = fact == null ? only : fact;
            }
            return only == null ? Notice.UNREADABLE : only;
        }

        private Refusal refusal(
                Client client,
                @Nullable String sender,
                RejectionReason reason,
                int recipients,
                @Nullable String codes) {
            return Refusal.of(client.address(), time, reason, codes)
                    .withRecipients(recipients)
                    .withHelo(client.helo())
                    .withClientName(client.name())
                    .withSender(sender);
        }
    }
}
