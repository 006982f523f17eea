package org.snowtrack.connectors.exim;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;

/**
 * What Exim wrote behind time, process and message id, from one of the words with which it tells of a refusal on.
 *
 * @param isCut whether the end may be missing
 */
record Message(String text, Instant time, boolean isCut) {

    /** What a line would tell if this were its client; null where Exim writes no such line. */
    @FunctionalInterface
    private interface Reading {
        @Nullable
        LogFact of(Client client, Fields fields);
    }

    @Nullable
    LogFact fact() {
        if (text.startsWith("H=") || text.startsWith("DSH=") || text.startsWith(" DSH=")) {
            // Nothing can be refused where the word is missing; deliveries begin like this, too.
            return text.contains(" rejected ") || text.contains(" dropped by ") || text.contains(": discarded by ")
                    ? only(text.indexOf('=') + 1, this::rejected)
                    : null;
        }
        if (text.startsWith("F=")) {
            int host = behindAddress(2, " ");
            String sender = host < 0 ? null : text.substring(2, host - 1);
            return text.contains(" rejected by local_scan(): ")
                    ? onlyBehindHost(host, (client, fields) -> rejected(client, new Fields(sender, fields.end())))
                    : null;
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
        if (text.startsWith("refused connection from ") || text.startsWith("temporarily refused connection from ")) {
            return only(text.indexOf("from ") + 5, (client, fields) -> refusal(client, null, Reason.POLICY, 0, null));
        }
        if (text.startsWith("onnection from ", 1)) {
            return text.contains(" refused")
                    ? only(
                            16,
                            (client, fields) -> text.startsWith(" refused", fields.end())
                                    ? refusal(client, null, Reason.POLICY, 0, null)
                                    : null)
                    : null;
        }
        if (text.startsWith("SMTP call from ")) {
            int from = text.startsWith("H=", 15) ? 17 : 15;
            return only(
                    from,
                    (client, fields) -> text.startsWith(" dropped: ", fields.end())
                            ? refusal(client, null, Reason.POLICY, 0, null)
                            : null);
        }
        if (text.startsWith("VRFY failed for ")) {
            return onlyBehindHost(
                    behindAddress(16, " "),
                    (client, fields) -> fields.end() == text.length()
                            ? refusal(client, null, Reason.INVALID_RECIPIENT, 1, null)
                            : null);
        }
        if (text.startsWith("SMTP protocol synchronization error (")) {
            return unsynchronized();
        }
        if (text.startsWith("unqualified sender rejected: <")) {
            return onlyBehindHost(
                    behindAddress(29, "> "), (client, fields) -> refusal(client, null, Reason.POLICY, 0, null));
        }
        if (text.startsWith("unqualified recipient rejected: <")) {
            return onlyBehindHost(
                    behindAddress(32, "> "), (client, fields) -> refusal(client, null, Reason.POLICY, 1, null));
        }
        int sender = text.startsWith("too many recipients: ") ? text.indexOf("rejected: sender=<") : -1;
        return sender < 0
                ? null
                : onlyBehindHost(
                        behindAddress(sender + 17, "> "),
                        (client, fields) -> refusal(client, addressAt(sender + 17), Reason.POLICY, 1, null));
    }

    /** {@code rejected ...} and the client only behind that. */
    private @Nullable LogFact rejectedFirst(int from) {
        if (text.startsWith("MAIL command H=", from)) {
            return only(from + 15, (client, fields) -> refusal(client, null, Reason.POLICY, 0, null));
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
                    ? only(end + 7, (client, fields) -> refusal(client, null, Reason.POLICY, 0, null))
                    : Notice.UNREADABLE;
        }
        int verbEnd = text.indexOf(' ', from);
        return text.startsWith(" from ", Math.max(0, verbEnd))
                ? only(
                        verbEnd + 6,
                        (client, fields) ->
                                behindColon(fields) < 0 ? null : refusal(client, null, Reason.POLICY, 0, null))
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
                ? only(host + 3, (client, fields) -> refusal(client, null, Reason.POLICY, 0, null))
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
                    rejection.sender() == null ? fields.sender() : rejection.sender(),
                    rejection.reason(),
                    rejection.recipients(),
                    rejection.reply().codes());
        }
        if (text.startsWith(" dropped by ", at)) {
            Rejection rejection = Rejection.of("connection" + text.substring(at + 11), false);
            return refusal(
                    client, null, rejection.reason(), 0, rejection.reply().codes());
        }
        // Behind a client stands a word; a bracket shows that a HELO goes on.
        boolean isOther = at + 1 < text.length() && text.charAt(at) == ' ' && Character.isLetter(text.charAt(at + 1));
        return isOther || text.startsWith(": ", at) || text.startsWith(" : ", at) ? Notice.HARMLESS : null;
    }

    private @Nullable LogFact unauthenticated(Client client, Fields fields) {
        int at = behindColon(fields);
        if (at < 0) {
            return null;
        }
        String codes = SmtpReply.of(text.substring(at)).codes();
        return refusal(client, null, Reason.AUTH_FAILED, 0, codes);
    }

    private @Nullable LogFact tooBig(Client client, Fields fields, int sender, int recipients) {
        int at = behindColon(fields);
        if (at < 0) {
            return null;
        }
        boolean isSize = text.startsWith("message too big: ", at);
        Refusal refusal =
                refusal(client, addressAt(sender), isSize ? Reason.SIZE_EXCEEDED : Reason.POLICY, recipients, null);
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
            Client client, @Nullable String sender, Reason reason, int recipients, @Nullable String codes) {
        return Refusal.of(client.address(), time, reason, codes)
                .withRecipients(recipients)
                .withHelo(client.helo())
                .withClientName(client.name())
                .withSender(sender);
    }
}
