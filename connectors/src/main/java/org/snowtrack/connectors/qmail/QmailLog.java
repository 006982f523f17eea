package org.snowtrack.connectors.qmail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * qmail's own SMTP server logs nothing; these are the programs and patches around it that refuse clients:
 *
 * <pre>
 * line     = envelope [seconds "." fraction " "] message       ; the time that splogger writes behind its tag
 * message  = "CHKUSER " title ": from &lt;" sender ":" auth ":" id "&gt; remote &lt;" helo ":" host ":" ip "&gt; rcpt &lt;" rcpt "&gt; : " text
 *          / "CHKUSER " ... "remote &lt;helo:" helo "|remotehostname:" host "|remotehostip:" ip "&gt; rcpt &lt;" ...
 *          / "spamdyke[" pid "]: DENIED_" filter " from: " sender " to: " rcpt " origin_ip: " ip " origin_rdns: " host ...
 *          / "rblsmtpd: " ip " pid " pid [" " list] ": " code " " text
 *          / "rblsmtpd:  pid " pid " from " ip ": " code " " text   ; indimail's
 *          / "qmail-smtpd: pid " pid " Reject::" stage "::" cause " P:" protocol " S:" ip ":" host " H:" helo ...   ; s/qmail
 *          / "qmail-smtpd: message rejected (" cause "): " sender " from " ip " to " rcpt " helo " helo
 *          / "qmail-smtpd: " ("message too big" / "exceeded datasize limit") ": " sender " from " ip " to " ...
 *          / "qmail-smtpd: " ("badhelo" / "badmailfrom" / "badrcptto" / ...) ": " ["drop address "] "&lt;" word "&gt; at " ip
 *          / "tcpserver: deny " pid " " host ":" ip ":" port " " [host] ":" ip ":" [ident] ":" port
 *          / "rblsmtpd: " list " blocked " ip " " host " " text      ; older patches
 *          / "qmail-smtpd: " code " badiprbl: ip " ip " rbl: " list
 *          / "simscan:[" pid "]:" ("SPAM REJECT (" / "VIRUS" / "ATTACH") ... ":" subject ":" ip ":" sender ":" rcpt
 * </pre>
 *
 * <p>qmail takes the quotes off addresses, so that senders, recipients and HELOs hold anything, blanks and brackets
 * included, and stand before the address in most of these. The words around the address are believed only where they
 * occur once in the line; a client that sends them is reported as unreadable. splogger cuts lines behind 800 bytes, so
 * that of longer ones nobody is believed.
 */
public final class QmailLog implements LogFormat {

    private static final byte[] SPAMDYKE = ascii("spamdyke");
    private static final byte[] RBLSMTPD = ascii("rblsmtpd");
    private static final byte[] QMAIL_SMTPD = ascii("qmail-smtpd");

    private static final byte[] CHKUSER = ascii("CHKUSER ");
    private static final byte[] RBLSMTPD_TAG = ascii("rblsmtpd: ");
    private static final byte[] QMAIL_SMTPD_TAG = ascii("qmail-smtpd: ");
    private static final byte[] SIMSCAN_TAG = ascii("simscan:[");
    private static final byte[] TCPSERVER_DENY = ascii("tcpserver: deny ");
    private static final List<byte[]> OTHERS = List.of(
            ascii("tcpserver: "),
            ascii("qlogenvelope: "),
            ascii("starting delivery "),
            ascii("delivery "),
            ascii("new msg "),
            ascii("info msg "),
            ascii("end msg "),
            ascii("status: local "));

    private static final Set<String> SMTP_PORTS = Set.of("25", "465", "587", "2525");

    private static final int MOST = 1 << 10;
    /** splogger cuts behind 800 bytes, its tag and time not counted. */
    private static final int SURE = 780;
    /** So many groups in a row, empty ones counted, may be the true address where one of IPv4 is a forger's. */
    private static final int GROUPS_OF_IPV6 = 3;

    @Override
    public String id() {
        return "qmail";
    }

    @Override
    public String name() {
        return "qmail";
    }

    @Override
    public String mark() {
        return "a line of chkuser, spamdyke, rblsmtpd, simscan, tcpserver or qmail-send";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        if (entry.isProgram(SPAMDYKE) || entry.isProgram(RBLSMTPD) || entry.isProgram(QMAIL_SMTPD)) {
            return true;
        }
        if (entry.isInsideProgram('/')) {
            return false;
        }
        int at = behindSplogger(entry);
        if (isTelling(entry, at)) {
            return true;
        }
        if (entry.hasProgram() && at == entry.from()) {
            return false;
        }
        for (byte[] words : OTHERS) {
            if (entry.startsWith(at, words)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTelling(LogEntry entry, int at) {
        return entry.startsWith(at, CHKUSER)
                || entry.startsWith(at, RBLSMTPD_TAG)
                || entry.startsWith(at, QMAIL_SMTPD_TAG)
                || entry.startsWith(at, TCPSERVER_DENY)
                || entry.startsWith(at, SIMSCAN_TAG);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return QmailLog::parse;
    }

    private static void parse(LogEntry entry, FactSink facts) {
        int at = behindSplogger(entry);
        boolean isTagged = entry.isProgram(SPAMDYKE) || entry.isProgram(RBLSMTPD) || entry.isProgram(QMAIL_SMTPD);
        if (entry.isInsideProgram('/') || (!isTagged && !isTelling(entry, at))) {
            return;
        }
        String text = entry.text(at, entry.to(), MOST);
        LogFact fact;
        if (text.startsWith("CHKUSER ")) {
            fact = chkuser(text, entry);
        } else if (entry.isProgram(SPAMDYKE)) {
            fact = Spamdyke.fact(text, time(entry));
        } else if (text.startsWith("simscan:[")) {
            fact = simscan(text, entry);
        } else if (text.startsWith("tcpserver: deny ")) {
            fact = deny(text, entry);
        } else if (entry.isProgram(RBLSMTPD) || text.startsWith("rblsmtpd: ")) {
            fact = rblsmtpd(text.startsWith("rblsmtpd: ") ? text.substring(10) : text, entry);
        } else {
            fact = smtpd(text.startsWith("qmail-smtpd: ") ? text.substring(13) : text, entry);
        }
        if (fact != null) {
            boolean isSure = entry.to() - at < SURE && entry.time() != null;
            facts.accept(entry.tag(), fact instanceof Refusal && !isSure ? Notice.UNREADABLE : fact);
        }
    }

    /** When the line was written; what a line without a time tells is dropped later. */
    private static Instant time(LogEntry entry) {
        Instant time = entry.time();
        return time == null ? Instant.EPOCH : time;
    }

    private static @Nullable LogFact chkuser(String text, LogEntry entry) {
        int titleEnd = text.indexOf(": from <");
        String title = titleEnd < 0 ? "" : text.substring(8, titleEnd);
        if (title.startsWith("accepted ") || title.startsWith("relaying ") || titleEnd < 0) {
            return null;
        }
        if (title.equals("intrusion threshold")) {
            return Notice.HARMLESS;
        }
        int remote = once(text, "> remote <");
        int rcpt = once(text, "> rcpt <");
        int end = rcpt < 0 ? -1 : text.lastIndexOf("> : ");
        if (remote < titleEnd || rcpt < remote || end < rcpt) {
            return Notice.UNREADABLE;
        }
        Remote client = remote(text.substring(remote + 10, rcpt));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        boolean isOfRecipient = end > rcpt + 8;
        return Refusal.of(client.address(), time(entry), chkuserReason(title, text.substring(end + 4)), null)
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

    private static RejectionReason chkuserReason(String title, String text) {
        return switch (title) {
            case "rejected relaying" -> RejectionReason.RELAY_DENIED;
            case "rejected sender", "rejected intrusion" -> RejectionReason.POLICY;
            case "must auth" -> RejectionReason.AUTH_FAILED;
            case "rejected rcpt" -> {
                if (text.startsWith("not existing recipient") || text.startsWith("invalid rcpt address format")) {
                    yield RejectionReason.INVALID_RECIPIENT;
                }
                yield text.startsWith("max number of ")
                        ? RejectionReason.POLICY
                        : SmtpReply.of(text).reason();
            }
            default -> RejectionReason.OTHER;
        };
    }

    private static @Nullable LogFact rblsmtpd(String text, LogEntry entry) {
        int pid = text.indexOf("pid ");
        int ipEnd = text.indexOf(' ');
        int from = text.startsWith(" pid ") || text.startsWith("pid ") ? behind(text, pid + 4, " from ") : 0;
        if (from > 0) {
            ipEnd = text.indexOf(": ", from);
        } else if (from < 0 || pid != ipEnd + 1) {
            return blocked(text, entry);
        }
        int colon = ipEnd < 0 ? -1 : text.indexOf(": ", ipEnd);
        SmtpReply reply = colon < 0 ? null : SmtpReply.of(text.substring(colon + 2));
        if (reply == null || reply.code().isEmpty()) {
            return null;
        }
        IpAddress client = Endpoint.bare(text.substring(from, ipEnd));
        boolean isGreylisted = reply.reason() == RejectionReason.GREYLISTED;
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(
                                client,
                                time(entry),
                                isGreylisted ? RejectionReason.GREYLISTED : RejectionReason.BLOCKLISTED,
                                reply.codes())
                        .withRecipients(0);
    }

    /** {@code relays.example blocked 192.0.2.1 mx.shop.example -}; null where it is not that. */
    private static @Nullable LogFact blocked(String text, LogEntry entry) {
        int listEnd = text.indexOf(' ');
        if (listEnd < 0 || !text.startsWith(" blocked ", listEnd)) {
            return null;
        }
        int from = listEnd + 9;
        int end = text.indexOf(' ', from);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(from, end));
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time(entry), RejectionReason.BLOCKLISTED, null)
                        .withRecipients(0);
    }

    /** The rules of tcpserver deny a client; it replaces colons and blanks in whatever the client or its DNS wrote. */
    private static @Nullable LogFact deny(String text, LogEntry entry) {
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
                : Refusal.of(client, time(entry), RejectionReason.POLICY, null).withRecipients(0);
    }

    /** The index behind words that stand behind digits; -1 where they do not. */
    private static int behind(String text, int from, String words) {
        int at = from;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        return at > from && text.startsWith(words, at) ? at + words.length() : -1;
    }

    private static @Nullable LogFact smtpd(String text, LogEntry entry) {
        int action = text.startsWith("pid ") ? behind(text, 4, " Reject::") : -1;
        if (action >= 0) {
            return reject(text, action, entry);
        }
        int list = text.indexOf(" badiprbl: ip ");
        if (list == 3) {
            int end = text.indexOf(" rbl: ", list + 14);
            IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(list + 14, end));
            return client == null
                    ? Notice.UNREADABLE
                    : Refusal.of(
                                    client,
                                    time(entry),
                                    RejectionReason.BLOCKLISTED,
                                    SmtpReply.of(text).codes())
                            .withRecipients(0);
        }
        if (text.startsWith("message too big: ") || text.startsWith("exceeded datasize limit: ")) {
            return tooBig(text, entry);
        }
        return text.startsWith("message rejected (") ? message(text, entry) : control(text);
    }

    private static LogFact tooBig(String text, LogEntry entry) {
        int from = once(text, " from ");
        int end = from < 0 ? -1 : text.indexOf(" to ", from + 6);
        IpAddress client = end < 0 ? null : Endpoint.bare(text.substring(from + 6, end));
        return client == null
                ? Notice.UNREADABLE
                : Refusal.of(client, time(entry), RejectionReason.SIZE_EXCEEDED, null)
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
    private static LogFact reject(String text, int action, LogEntry entry) {
        int protocol = text.indexOf(" P:", action);
        int from = protocol < 0 ? -1 : text.indexOf(' ', protocol + 1);
        int end = from < 0 || !text.startsWith(" S:", from) ? -1 : text.indexOf(" H:", from);
        int host = end < 0 ? -1 : text.lastIndexOf(':', end - 1);
        IpAddress client = host < from + 3 ? null : Endpoint.bare(text.substring(from + 3, host));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        String stage = text.substring(action, protocol);
        RejectionReason reason = RejectionReason.POLICY;
        if (stage.startsWith("RCPT::Failed_Rcptto")) {
            reason = RejectionReason.INVALID_RECIPIENT;
        } else if (stage.startsWith("SNDR::Invalid_Relay")) {
            reason = RejectionReason.RELAY_DENIED;
        } else if (stage.startsWith("AUTH::")) {
            reason = RejectionReason.AUTH_FAILED;
        } else if (stage.startsWith("RBL::")) {
            reason = RejectionReason.BLOCKLISTED;
        } else if (stage.startsWith("DATA::")) {
            reason = stage.contains("Invalid_Size") ? RejectionReason.SIZE_EXCEEDED : RejectionReason.CONTENT;
        }
        int sender = text.indexOf(" F:", end);
        int recipient = text.indexOf(" T:", end);
        boolean isNamed = recipient >= 0 && recipient + 3 < text.length() && text.charAt(recipient + 3) != ' ';
        return Refusal.of(client, time(entry), reason, null)
                .withRecipients(isNamed && reason != RejectionReason.AUTH_FAILED ? 1 : 0)
                .withHelo(sender < 0 ? null : text.substring(end + 3, sender))
                .withSender(sender < 0 || recipient < sender ? null : text.substring(sender + 3, recipient));
    }

    private static LogFact message(String text, LogEntry entry) {
        int from = once(text, " from ");
        int end = from < 0 ? -1 : text.indexOf(" to ", from + 6);
        int sender = text.indexOf("): ");
        IpAddress client = end < 0 || sender < 0 || sender > from ? null : Endpoint.bare(text.substring(from + 6, end));
        if (client == null) {
            return Notice.UNREADABLE;
        }
        SmtpReply reply = SmtpReply.of(text.substring(18, sender));
        RejectionReason reason =
                text.contains("dnsbl") && text.indexOf("dnsbl") < sender ? RejectionReason.BLOCKLISTED : reply.reason();
        return Refusal.of(client, time(entry), reason == RejectionReason.OTHER ? RejectionReason.CONTENT : reason, null)
                .withSender(text.substring(Math.min(sender + 3, from), from));
    }

    private static @Nullable LogFact simscan(String text, LogEntry entry) {
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
        return client == null || !isWhole
                ? Notice.UNREADABLE
                : Refusal.of(client, time(entry), RejectionReason.CONTENT, null);
    }

    private static boolean isGroup(String part) {
        return part.length() <= 4 && part.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    /** The index of words that occur once; -1 where they do not. */
    static int once(String text, String words) {
        int at = text.indexOf(words);
        return at < 0 || text.indexOf(words, at + 1) >= 0 ? -1 : at;
    }

    private static int behindSplogger(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int at = entry.from();
        int dot = at + 10;
        if (entry.to() - at < 18 || bytes[dot] != '.' || bytes[dot + 7] != ' ') {
            return at;
        }
        for (int i = at; i < dot + 7; i++) {
            if (i != dot && (bytes[i] < '0' || bytes[i] > '9')) {
                return at;
            }
        }
        return dot + 8;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
