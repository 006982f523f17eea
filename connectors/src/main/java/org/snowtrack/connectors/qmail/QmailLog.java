package org.snowtrack.connectors.qmail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

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
 *          / ("qlogenvelope" / "qlogreceived") ": result=rejected code=" code " reason=" word " detail=" word
 *            " helo=" helo " mailfrom=" sender " rcptto=" rcpt ... " remoteip=" ip " remoteport=" port ...
 *          / "simscan:[" pid "]:" ("SPAM REJECT (" / "VIRUS" / "ATTACH") ... ":" subject ":" ip ":" sender ":" rcpt
 * </pre>
 *
 * <p>qmail takes the quotes off addresses, so that senders, recipients and HELOs hold anything, blanks and brackets
 * included, and stand before the address in most of these. The words around the address are believed only where they
 * occur once in the line; a client that sends them is reported as unreadable, and an address that ends its line is not believed,
 * because it may be cut off. splogger cuts lines behind 800 bytes, so
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
    private static final byte[] QLOG_ENVELOPE = ascii(Qlog.ENVELOPE);
    private static final byte[] QLOG_RECEIVED = ascii(Qlog.RECEIVED);
    private static final byte[] TCPSERVER_DENY = ascii("tcpserver: deny ");
    private static final List<byte[]> OTHERS = List.of(
            ascii("tcpserver: "),
            ascii("starting delivery "),
            ascii("delivery "),
            ascii("new msg "),
            ascii("info msg "),
            ascii("end msg "),
            ascii("status: local "));

    private static final int MOST = 1 << 10;
    /** splogger cuts behind 800 bytes, its tag and time not counted. */
    private static final int SURE = 780;

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
                || entry.startsWith(at, SIMSCAN_TAG)
                || entry.startsWith(at, QLOG_ENVELOPE)
                || entry.startsWith(at, QLOG_RECEIVED);
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
        Instant time = time(entry);
        LogFact fact;
        if (text.startsWith("CHKUSER ")) {
            fact = Chkuser.fact(text, time);
        } else if (entry.isProgram(SPAMDYKE)) {
            fact = Spamdyke.fact(text, time);
        } else if (text.startsWith("simscan:[")) {
            fact = Simscan.fact(text, time);
        } else if (text.startsWith(Qlog.ENVELOPE) || text.startsWith(Qlog.RECEIVED)) {
            fact = Qlog.fact(text, time);
        } else if (text.startsWith("tcpserver: deny ")) {
            fact = UcspiTcp.deny(text, time);
        } else if (entry.isProgram(RBLSMTPD) || text.startsWith("rblsmtpd: ")) {
            fact = UcspiTcp.rblsmtpd(text.startsWith("rblsmtpd: ") ? text.substring(10) : text, time);
        } else {
            fact = QmailSmtpd.fact(text.startsWith("qmail-smtpd: ") ? text.substring(13) : text, time);
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

    /** The index behind words that stand behind digits; -1 where they do not. */
    static int behind(String text, int from, String words) {
        int at = from;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        return at > from && text.startsWith(words, at) ? at + words.length() : -1;
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
