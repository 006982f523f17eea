package org.snowtrack.connectors.courier;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpCommand;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Courier's SMTP server, as its functions {@code print_submit_log_fix} and {@code iov_logerror} write:
 *
 * <pre>
 * line    = syslog-envelope message              ; the program is courieresmtpd, or esmtpd and the like
 * message = "error,relay=" address [",port=" n] [",ident=" text] (submit / command)   ; all else tells nothing
 * submit  = [",from=&lt;" sender "&gt;"] [",to=&lt;" recipient "&gt;"] ": " code ("-" / " ") text
 * command = ",msg=&quot;" [code " "] text "&quot;,cmd: " whatever the client sent
 * </pre>
 *
 * <p>The address is the first thing that is written, and ends at a comma. Courier takes angle brackets and colons out
 * of sender, recipient and ident, so that the first {@code ": "} behind them ends what the client chose. A reply of
 * several lines is told line by line with {@code -} behind the code of all but the last: only the last is a refusal, for
 * the reason of whichever line gives one. Errors in the protocol (502 and the like) refuse nobody. What {@code courierd}
 * and {@code courieresmtp} write is about other servers.
 */
public final class CourierLog implements LogFormat {

    private static final byte[] COURIER = ascii("courier");
    private static final byte[] SERVER = ascii("courieresmtpd");
    private static final byte[] ESMTPD = ascii("esmtpd");
    private static final byte[] ERROR = ascii("error,relay=");
    private static final byte[] COLON = ascii(": ");
    private static final byte[] MESSAGE = ascii(",msg=\"");
    private static final byte[] COMMAND = ascii("\",cmd: ");
    private static final byte[] FROM = ascii(",from=<");
    private static final byte[] TO = ascii(",to=<");

    private static final int LONGEST_ADDRESS = 64;
    private static final int LONGEST_LINE = 4 << 10;

    @Override
    public String id() {
        return "courier";
    }

    @Override
    public String name() {
        return "Courier";
    }

    @Override
    public String mark() {
        return "a program such as courieresmtpd";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return entry.isProgramBeginning(COURIER) || entry.isProgramBeginning(ESMTPD);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return (entry, facts) -> parse(entry, sessions, facts);
    }

    private static void parse(LogEntry entry, Sessions sessions, FactSink facts) {
        if (!entry.startsWith(ERROR) || !(entry.isProgramBeginning(SERVER) || entry.isProgramBeginning(ESMTPD))) {
            return;
        }
        int from = entry.from() + ERROR.length;
        int to = Math.min(entry.to(), from + LONGEST_LINE);
        int comma = from;
        while (comma < to && entry.bytes()[comma] != ',') {
            comma++;
        }
        IpAddress client =
                Endpoint.address(entry.text(from, Math.min(comma, from + LONGEST_ADDRESS + 1), LONGEST_LINE));
        Instant time = entry.time();
        LogFact fact = client == null || time == null || comma == to
                ? Notice.UNREADABLE
                : told(entry, comma, to, Refusal.of(client, time, Reason.OTHER, null), sessions);
        if (fact != null) {
            facts.accept(entry.tag(), fact);
        }
    }

    private static @Nullable LogFact told(LogEntry entry, int comma, int to, Refusal refusal, Sessions sessions) {
        int from = within(entry.indexOf(FROM, comma), to);
        int recipient = within(entry.indexOf(TO, comma), to);
        int message = within(entry.indexOf(MESSAGE, comma), to);
        if (message < Math.min(from, recipient)) {
            return command(entry, message, to, refusal);
        }
        int start = Math.min(from, recipient);
        int colon = within(entry.indexOf(COLON, start == to ? comma : start), to);
        if (colon == to) {
            return Notice.UNREADABLE;
        }
        boolean hasRecipient = recipient < colon;
        int senderEnd = from < colon ? entry.indexOf('>', from) : -1;
        String sender =
                senderEnd < 0 || senderEnd > colon ? null : entry.text(from + FROM.length, senderEnd, LONGEST_LINE);
        String key = "courier " + entry.host() + " " + refusal.client();
        return submit(
                entry.text(colon + COLON.length, to, LONGEST_LINE),
                hasRecipient,
                refusal.withSender(sender),
                key,
                sessions);
    }

    private static int within(int index, int to) {
        return index < 0 || index > to ? to : index;
    }

    private static @Nullable LogFact submit(
            String text, boolean hasRecipient, Refusal refusal, String key, Sessions sessions) {
        if (!isRefusing(text)) {
            return null;
        }
        SmtpReply reply = reply(text);
        Reason reason = reason(reply, !hasRecipient);
        if (text.startsWith("-", 3)) {
            sessions.put(key, SessionState.NEW.withNote(reason.name()));
            return Notice.HARMLESS;
        }
        SessionState first = sessions.remove(key);
        if (first != null && !first.note().equals(Reason.OTHER.name())) {
            reason = Reason.valueOf(first.note());
        }
        boolean isOfMessage = reason == Reason.CONTENT || reason == Reason.SIZE_EXCEEDED;
        return told(refusal, reply, reason, hasRecipient || isOfMessage ? 1 : 0);
    }

    /**
     * Anything may stand behind {@code cmd: }, and the server's reply holds no quotes; what may stand in front of it is
     * an ident that looks like a reply.
     */
    private static @Nullable LogFact command(LogEntry entry, int message, int to, Refusal refusal) {
        int end = within(entry.indexOf(COMMAND, message), to);
        int from = message + MESSAGE.length;
        for (int next = message; next >= 0 && next < end; next = entry.indexOf(MESSAGE, next + 1)) {
            from = next + MESSAGE.length;
        }
        String text = entry.text(from, end, LONGEST_LINE);
        if (!isRefusing(text)) {
            return null;
        }
        if (end == to) {
            return Notice.UNREADABLE;
        }
        SmtpReply reply = reply(text);
        SmtpCommand command = SmtpCommand.of(entry.text(end + COMMAND.length, to, LONGEST_LINE));
        boolean isRcpt = command == SmtpCommand.RCPT;
        Reason reason = reason(reply, !isRcpt);
        boolean isOfProtocol = reason == Reason.OTHER || !reply.code().startsWith("53");
        boolean isRefused = isRcpt || command == SmtpCommand.MAIL || !isOfProtocol;
        boolean isUnderstood = !reply.code().equals("502") && !reply.code().equals("500");
        return isRefused && isUnderstood ? told(refusal, reply, reason, isRcpt ? 1 : 0) : Notice.HARMLESS;
    }

    private static Refusal told(Refusal refusal, SmtpReply reply, Reason reason, int recipients) {
        return new Refusal(
                refusal.client(),
                refusal.time(),
                reason,
                recipients,
                reply.codes(),
                null,
                null,
                refusal.senderDomain(),
                null);
    }

    /**
     * Courier's own codes tell more than their text: its manual calls 517 the sender's and 511 a blocked client's; 556 is
     * an address to which mail has failed of late.
     */
    private static Reason reason(SmtpReply reply, boolean isOfClient) {
        Reason reason = reply.reason();
        return switch (reply.code()) {
            case "523", "534" -> Reason.SIZE_EXCEEDED;
            case "417", "517" -> Reason.POLICY;
            case "556" -> Reason.INVALID_RECIPIENT;
            case "554" -> reply.text().startsWith("Syntax error") ? Reason.OTHER : reason;
            case "511", "571" -> reason == Reason.OTHER ? Reason.POLICY : reason;
            default -> isOfClient && reason == Reason.INVALID_RECIPIENT ? Reason.POLICY : reason;
        };
    }

    private static boolean isRefusing(String text) {
        return text.length() >= 3
                && (text.charAt(0) == '4' || text.charAt(0) == '5')
                && isDigit(text.charAt(1))
                && isDigit(text.charAt(2))
                && (text.length() == 3 || text.charAt(3) == ' ' || text.charAt(3) == '-');
    }

    /** The reply without whatever it quotes in angle brackets. */
    private static SmtpReply reply(String text) {
        String words = text.substring(Math.min(4, text.length()));
        int open = words.indexOf('<');
        int close = words.lastIndexOf('>');
        SmtpReply reply = SmtpReply.of(
                open >= 0 && close > open
                        ? words.substring(0, open) + words.substring(close + 1).stripLeading()
                        : words);
        return new SmtpReply(text.substring(0, 3), reply.enhanced(), reply.text());
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
