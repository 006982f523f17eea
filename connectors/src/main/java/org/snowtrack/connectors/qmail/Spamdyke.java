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

/** spamdyke's lines, one a recipient; see {@link QmailLog}. {@code FILTER_} lines tell the same once more. */
final class Spamdyke {

    private static final String NONE = "(unknown)";

    private Spamdyke() {}

    static @Nullable LogFact fact(String text, Instant time) {
        if (text.startsWith("FILTER_")) {
            return Notice.HARMLESS;
        }
        int filterEnd = text.indexOf(" from: ");
        if (!text.startsWith("DENIED_") || filterEnd < 0) {
            return null;
        }
        int ip = QmailLog.once(text, " origin_ip: ");
        int end = ip < 0 ? -1 : text.indexOf(" origin_rdns: ", ip + 12);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(ip + 12, end));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        int recipient = text.indexOf(" to: ", filterEnd);
        boolean isNamed = recipient > 0 && !text.startsWith(NONE, recipient + 5);
        int reasonAt = text.indexOf(" reason: ", end);
        // spamdyke puts underscores between the words of what it cites.
        SmtpReply cited =
                SmtpReply.of(reasonAt < 0 ? "" : text.substring(reasonAt + 9).replace('_', ' '));
        String filter = text.substring(7, filterEnd);
        return Refusal.of(client, time, reason(filter, cited), filter.equals("OTHER") ? cited.codes() : null)
                .withRecipients(isNamed ? 1 : 0)
                .withSender(recipient < 0 ? null : text.substring(Math.min(filterEnd + 7, recipient), recipient));
    }

    private static Reason reason(String filter, SmtpReply cited) {
        return switch (filter) {
            case "RBL_MATCH", "RHSBL_MATCH", "BLACKLIST_IP", "BLACKLIST_NAME" -> Reason.BLOCKLISTED;
            case "GRAYLISTED" -> Reason.GREYLISTED;
            case "AUTH_REQUIRED" -> Reason.AUTH_FAILED;
            case "RELAYING" -> Reason.RELAY_DENIED;
            case "INVALID_RECIPIENT", "RECIPIENT_INVALID", "UNAVAILABLE_RECIPIENT" -> Reason.INVALID_RECIPIENT;
            case "HEADER_BLACKLISTED" -> Reason.CONTENT;
            case "OTHER" -> cited.reason();
            default -> Reason.POLICY;
        };
    }
}
