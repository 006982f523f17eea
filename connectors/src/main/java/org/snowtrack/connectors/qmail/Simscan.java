package org.snowtrack.connectors.qmail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.ip.IpAddress;

/** The lines of simscan, which looks into messages; see {@link QmailLog}. */
final class Simscan {

    /** So many groups in a row, empty ones counted, may be the true address where one of IPv4 is a forger's. */
    private static final int GROUPS_OF_IPV6 = 3;

    private Simscan() {}

    static @Nullable LogFact fact(String text, Instant time) {
        int verdict = text.indexOf("]:") + 2;
        if (text.startsWith("SPAM DROPPED", verdict)) {
            return Notice.HARMLESS;
        }
        boolean isRefusing = text.startsWith("SPAM REJECT", verdict)
                || text.startsWith("VIRUS", verdict)
                || text.startsWith("ATTACH", verdict);
        if (verdict < 2 || !isRefusing) {
            return null;
        }
        IpAddress client = null;
        int groups = 0;
        int from = text.indexOf(':', verdict) + 1;
        int to = text.indexOf(':', from);
        // The subject before it, the sender and recipients behind it may hold colons and addresses.
        while (from > 0 && to >= 0) {
            String part = text.substring(from, to);
            IpAddress address = part.indexOf('.') < 0 ? null : Endpoint.bare(part);
            groups = isGroup(part) ? groups + 1 : 0;
            if ((address != null && client != null) || groups >= GROUPS_OF_IPV6) {
                return Notice.UNREADABLE;
            }
            client = address == null ? client : address;
            from = to + 1;
            to = text.indexOf(':', from);
        }
        // Without the recipient's domain at its end, the line was cut off: perhaps before the true address.
        boolean isWhole = text.lastIndexOf('@') > text.lastIndexOf(':');
        return client == null || !isWhole ? Notice.UNREADABLE : Refusal.of(client, time, Reason.CONTENT, null);
    }

    private static boolean isGroup(String part) {
        return part.length() <= 4 && part.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }
}
