package org.snowtrack.connectors.qmail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** What patches let qmail-smtpd itself write; see {@link QmailLog}. */
final class QmailSmtpd {

    private QmailSmtpd() {}

    static @Nullable LogFact fact(String text, Instant time) {
        int action = text.startsWith("pid ") ? QmailLog.behind(text, 4, " Reject::") : -1;
        if (action >= 0) {
            return reject(text, action, time);
        }
        int list = text.indexOf(" badiprbl: ip ");
        if (list == 3) {
            int end = text.indexOf(" rbl: ", list + 14);
            IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(list + 14, end));
            return client == null
                    ? Notice.UNREADABLE
                    : Refusal.of(
                                    client,
                                    time,
                                    Reason.BLOCKLISTED,
                                    SmtpReply.of(text).codes())
                            .withRecipients(0);
        }
        if (text.startsWith("message too big: ") || text.startsWith("exceeded datasize limit: ")) {
            return tooBig(text, time);
        }
        return text.startsWith("message rejected (") ? message(text, time) : control(text);
    }

    private static LogFact tooBig(String text, Instant time) {
        int from = QmailLog.once(text, " from ");
        int end = from < 0 ? -1 : text.indexOf(" to ", from + 6);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(from + 6, end));
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time, Reason.SIZE_EXCEEDED, null)
                        .withRecipients(text.startsWith("message") ? 1 : 0)
                        .withSender(text.substring(text.indexOf(": ") + 2, from));
    }

    /**
     * What the files badhelo, badmailfrom and badrcptto forbid, and recipients that are not valid: the address, where one
     * is written, ends the line, so that a line that was cut off would blame somebody else.
     */
    private static @Nullable LogFact control(String text) {
        int open = text.indexOf('<');
        return switch (open < 0 ? "" : text.substring(0, open)) {
            case "badhelo: ",
                    "badmailfrom: ",
                    "badrcptto: ",
                    "validrcptto: drop address ",
                    "rcptcheck: drop address ",
                    "rcptcheck: overlimit sender " -> Notice.UNATTRIBUTED;
            default -> null;
        };
    }

    /** s/qmail: the client's address stands before all that it chooses. */
    private static LogFact reject(String text, int action, Instant time) {
        int protocol = text.indexOf(" P:", action);
        int from = protocol < 0 ? -1 : text.indexOf(' ', protocol + 1);
        int end = from < 0 || !text.startsWith(" S:", from) ? -1 : text.indexOf(" H:", from);
        int host = end < 0 ? -1 : text.lastIndexOf(':', end - 1);
        IpAddress client = host < from + 3 ? null : Endpoint.bare(text.substring(from + 3, host));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        String stage = text.substring(action, protocol);
        Reason reason = Reason.POLICY;
        if (stage.startsWith("RCPT::Failed_Rcptto")) {
            reason = Reason.INVALID_RECIPIENT;
        } else if (stage.startsWith("SNDR::Invalid_Relay")) {
            reason = Reason.RELAY_DENIED;
        } else if (stage.startsWith("AUTH::")) {
            reason = Reason.AUTH_FAILED;
        } else if (stage.startsWith("RBL::")) {
            reason = Reason.BLOCKLISTED;
        } else if (stage.startsWith("DATA::")) {
            reason = stage.contains("Invalid_Size") ? Reason.SIZE_EXCEEDED : Reason.CONTENT;
        }
        int sender = text.indexOf(" F:", end);
        int recipient = text.indexOf(" T:", end);
        boolean isNamed = recipient >= 0 && recipient + 3 < text.length() && text.charAt(recipient + 3) != ' ';
        return Refusal.of(client, time, reason, null)
                .withRecipients(isNamed && reason != Reason.AUTH_FAILED ? 1 : 0)
                .withHelo(sender < 0 ? null : text.substring(end + 3, sender))
                .withSender(sender < 0 || recipient < sender ? null : text.substring(sender + 3, recipient));
    }

    private static LogFact message(String text, Instant time) {
        int from = QmailLog.once(text, " from ");
        int end = from < 0 ? -1 : text.indexOf(" to ", from + 6);
        int sender = text.indexOf("): ");
        IpAddress client = end < 0 || sender < 0 || sender > from ? null : Endpoint.bare(text.substring(from + 6, end));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        SmtpReply reply = SmtpReply.of(text.substring(18, sender));
        Reason reason = text.contains("dnsbl") && text.indexOf("dnsbl") < sender ? Reason.BLOCKLISTED : reply.reason();
        return Refusal.of(client, time, reason == Reason.OTHER ? Reason.CONTENT : reason, null)
                .withSender(text.substring(Math.min(sender + 3, from), from));
    }
}
