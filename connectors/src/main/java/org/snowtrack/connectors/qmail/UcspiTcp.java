package org.snowtrack.connectors.qmail;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** What rblsmtpd and tcpserver write before any SMTP is spoken; see {@link QmailLog}. */
final class UcspiTcp {

    private static final Set<String> SMTP_PORTS = Set.of("25", "465", "587", "2525");

    private UcspiTcp() {}

    static @Nullable LogFact rblsmtpd(String text, Instant time) {
        int pid = text.indexOf("pid ");
        int ipEnd = text.indexOf(' ');
        int from = text.startsWith(" pid ") || text.startsWith("pid ") ? QmailLog.behind(text, pid + 4, " from ") : 0;
        if (from > 0) {
            ipEnd = text.indexOf(": ", from);
        } else if (from < 0 || pid != ipEnd + 1) {
            return blocked(text, time);
        }
        int colon = ipEnd < 0 ? -1 : text.indexOf(": ", ipEnd);
        SmtpReply reply = colon < 0 ? null : SmtpReply.of(text.substring(colon + 2));
        if (reply == null || reply.code().isEmpty()) {
            return null;
        }
        IpAddress client = Endpoint.bare(text.substring(from, ipEnd));
        boolean isGreylisted = reply.reason() == Reason.GREYLISTED;
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time, isGreylisted ? Reason.GREYLISTED : Reason.BLOCKLISTED, reply.codes())
                        .withRecipients(0);
    }

    /** {@code relays.example blocked 192.0.2.1 mx.shop.example -}; null where it is not that. */
    private static @Nullable LogFact blocked(String text, Instant time) {
        int listEnd = text.indexOf(' ');
        if (listEnd < 0 || !text.startsWith(" blocked ", listEnd)) {
            return null;
        }
        int from = listEnd + 9;
        int end = text.indexOf(' ', from);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(from, end));
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time, Reason.BLOCKLISTED, null).withRecipients(0);
    }

    /** The rules of tcpserver deny a client; it replaces colons and blanks in whatever the client or its DNS wrote. */
    static @Nullable LogFact deny(String text, Instant time) {
        String[] words = text.split(" ", -1);
        if (words.length != 5) {
            return Notice.UNREADABLE;
        }
        String port = words[3].substring(words[3].lastIndexOf(':') + 1);
        if (!SMTP_PORTS.contains(port)) {
            return null;
        }
        int from = words[4].indexOf(':') + 1;
        int end = words[4].lastIndexOf(':', words[4].lastIndexOf(':') - 1);
        IpAddress client = from > 0 && end > from ? Endpoint.bare(words[4].substring(from, end)) : null;
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time, Reason.POLICY, null).withRecipients(0);
    }
}
