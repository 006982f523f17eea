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

/** The lines of the chkuser patch, which looks recipients up; see {@link QmailLog}. */
final class Chkuser {

    private Chkuser() {}

    static @Nullable LogFact fact(String text, Instant time) {
        int titleEnd = text.indexOf(": from <");
        String title = titleEnd < 0 ? "" : text.substring(8, titleEnd);
        if (title.startsWith("accepted ") || title.startsWith("relaying ") || titleEnd < 0) {
            return null;
        }
        if (title.equals("intrusion threshold")) {
            return Notice.HARMLESS;
        }
        int remote = QmailLog.once(text, "> remote <");
        int rcpt = QmailLog.once(text, "> rcpt <");
        int end = rcpt < 0 ? -1 : text.lastIndexOf("> : ");
        if (remote < titleEnd || rcpt < remote || end < rcpt) {
            return Notice.UNREADABLE;
        }
        Remote client = remote(text.substring(remote + 10, rcpt));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        boolean isOfRecipient = end > rcpt + 8;
        return Refusal.of(client.address(), time, reason(title, text.substring(end + 4)), null)
                .withRecipients(isOfRecipient ? 1 : 0)
                .withHelo(client.helo())
                .withSender(sender(text.substring(titleEnd + 8, remote)));
    }

    private static @Nullable Remote remote(String text) {
        int host = text.startsWith("helo:") ? text.indexOf("|remotehostname:") : -1;
        int ip = host < 0 ? -1 : text.lastIndexOf("|remotehostip:");
        if (ip < 0) {
            return Remote.of(text);
        }
        IpAddress address = Endpoint.bare(text.substring(ip + 14));
        return address == null ? null : new Remote(address, text.substring(5, host));
    }

    /** What stands before the first separator: the rest may be the name of a user that has authenticated. */
    private static String sender(String from) {
        int end = 0;
        while (end < from.length() && from.charAt(end) != ':' && from.charAt(end) != '|') {
            end++;
        }
        return from.substring(0, end);
    }

    private static Reason reason(String title, String text) {
        return switch (title) {
            case "rejected relaying" -> Reason.RELAY_DENIED;
            case "rejected sender", "rejected intrusion" -> Reason.POLICY;
            case "must auth" -> Reason.AUTH_FAILED;
            case "rejected rcpt" -> {
                if (text.startsWith("not existing recipient") || text.startsWith("invalid rcpt address format")) {
                    yield Reason.INVALID_RECIPIENT;
                }
                yield text.startsWith("max number of ")
                        ? Reason.POLICY
                        : SmtpReply.of(text).reason();
            }
            default -> Reason.OTHER;
        };
    }
}
