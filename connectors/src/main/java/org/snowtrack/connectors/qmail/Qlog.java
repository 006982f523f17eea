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

/**
 * The lines of the qlog patch, which tell what became of an envelope or a message; see {@link QmailLog}. Blanks within
 * values are underscores, except with SMTPUTF8; so the address is believed only where its name occurs once.
 */
final class Qlog {

    static final String ENVELOPE = "qlogenvelope: result=";
    static final String RECEIVED = "qlogreceived: result=";

    private static final String REMOTE = " remoteip=";
    private static final String PID = " pid=";

    private Qlog() {}

    static @Nullable LogFact fact(String text, Instant time) {
        if (!text.startsWith("rejected ", ENVELOPE.length())) {
            return null;
        }
        String reason = field(text, " reason=");
        if (reason.startsWith("chkuser")) {
            // CHKUSER has told it.
            return Notice.HARMLESS;
        }
        int remote = QmailLog.once(text, REMOTE);
        int end = remote < 0 || !isWhole(text) ? -1 : text.indexOf(" remoteport=", remote);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(remote + REMOTE.length(), end));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        Reason told = reason(reason, field(text, " detail="));
        return told == null
                ? Notice.HARMLESS
                : Refusal.of(
                                client,
                                time,
                                told,
                                SmtpReply.of(field(text, " code=")).codes())
                        .withRecipients(recipients(field(text, " rcptto="), text.startsWith(RECEIVED)))
                        .withHelo(field(text, " helo="))
                        .withSender(field(text, " mailfrom="));
    }

    /** Behind the end of a line that was cut off, the true address may have stood. */
    private static boolean isWhole(String text) {
        int pid = text.lastIndexOf(PID);
        return pid >= 0 && QmailLog.behind(text, pid + PID.length(), "") == text.length();
    }

    private static String field(String text, String name) {
        int from = text.indexOf(name);
        int end = from < 0 ? -1 : text.indexOf(' ', from + 1);
        return end < 0 ? "" : text.substring(from + name.length(), end);
    }

    /** A message has all its recipients, which commas separate; an envelope those accepted so far, or the refused one. */
    private static int recipients(String rcptto, boolean isReceived) {
        if (rcptto.isEmpty()) {
            return 0;
        }
        return isReceived ? (int) rcptto.chars().filter(c -> c == ',').count() + 1 : 1;
    }

    /** Null where it is the server's trouble, a timeout or an error in the protocol. */
    private static @Nullable Reason reason(String reason, String detail) {
        return switch (reason) {
            case "not_in_rcpthosts", "dontrelay" -> Reason.RELAY_DENIED;
            case "nomailbox", "validrcptto" -> Reason.INVALID_RECIPIENT;
            case "rcptcheck" ->
                switch (detail) {
                    case "nomailbox" -> Reason.INVALID_RECIPIENT;
                    case "overlimit" -> Reason.POLICY;
                    default -> Reason.OTHER;
                };
            case "rblreject", "rbldelay" -> Reason.BLOCKLISTED;
            case "authfailed", "authrequired" -> Reason.AUTH_FAILED;
            case "databytes_limit_exceeded" -> Reason.SIZE_EXCEEDED;
            case "queuereject", "bad_newlines" -> Reason.CONTENT;
            case "queue_delay" -> Reason.OTHER;
            case "spf" -> detail.equals("lookupfailure") ? Reason.OTHER : Reason.POLICY;
            case "alarmtimeout",
                    "out_of_memory",
                    "cannot_read_controls",
                    "unknown_ip_me",
                    "qqtfailure",
                    "authinvalid" -> null;
            default -> Reason.POLICY;
        };
    }
}
