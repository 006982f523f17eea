package org.snowtrack.connectors.postfix;

import java.util.Locale;
import org.snowtrack.schemas.RejectionReason;

/**
 * A reply to RCPT that refuses, and what it means.
 *
 * @param code the SMTP reply code, three digits
 * @param detail the enhanced code without its class, such as {@code 1.1}; empty where there is none
 * @param text what follows, context included; it begins with the refused address in angle brackets or with the server's
 *     own words
 */
record Reply(String code, String detail, String text) {

    /** Begins what follows the reply. */
    static final String CONTEXT = "; from=<";

    private static final String RECIPIENT = "Recipient address rejected: ";
    private static final String UNKNOWN = ">: Recipient address rejected: User unknown";

    /** Reads {@code 550 5.1.1 text; from=<...}; the code is there, the rest may be cut off anywhere. */
    static Reply of(String reply) {
        String code = reply.substring(0, 3);
        String rest = reply.substring(Math.min(4, reply.length()));
        int end = rest.indexOf(' ');
        String first = end < 0 ? rest : rest.substring(0, end);
        return isEnhanced(first)
                ? new Reply(code, first.substring(2), end < 0 ? "" : rest.substring(end + 1))
                : new Reply(code, "", rest);
    }

    private static boolean isEnhanced(String word) {
        if (word.length() < 5 || word.length() > 9 || (word.charAt(0) != '4' && word.charAt(0) != '5')) {
            return false;
        }
        int second = word.indexOf('.', 2);
        return word.charAt(1) == '.'
                && second > 2
                && second < word.length() - 1
                && word.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /** Code and enhanced code. */
    String codes() {
        return detail.isEmpty() ? code : code + " " + code.charAt(0) + "." + detail;
    }

    RejectionReason reason() {
        // A recipient that poses as another reply may hide the server's words, but it cannot take these away.
        if (detail.equals("1.1") && text.contains(UNKNOWN)) {
            return RejectionReason.INVALID_RECIPIENT;
        }
        String words = words();
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("greylist") || lower.contains("graylist")) {
            return RejectionReason.GREYLISTED;
        }
        if (lower.contains("blocked using") || lower.contains("blocklist") || lower.contains("blacklist")) {
            return RejectionReason.BLOCKLISTED;
        }
        if (isAboutTheClient(words)) {
            return RejectionReason.POLICY;
        }
        if (isUnknownRecipient(words)) {
            return RejectionReason.INVALID_RECIPIENT;
        }
        if (words.startsWith("Relay access denied") || lower.contains("relaying denied")) {
            return RejectionReason.RELAY_DENIED;
        }
        if (detail.equals("3.4")) {
            return RejectionReason.SIZE_EXCEEDED;
        }
        if (code.equals("535") || detail.equals("7.8")) {
            return RejectionReason.AUTH_FAILED;
        }
        if (detail.startsWith("6.")) {
            return RejectionReason.CONTENT;
        }
        return detail.startsWith("7.") ? RejectionReason.POLICY : RejectionReason.OTHER;
    }

    /** The server's words: what stands behind the address. A quoted local part may hold anything, even that end. */
    private String words() {
        int from = text.startsWith("<") ? behindAddress() : 0;
        int to = text.indexOf(CONTEXT, from);
        return to < 0 ? text.substring(from) : text.substring(from, to);
    }

    private int behindAddress() {
        int from = 1;
        if (text.startsWith("\"", from)) {
            for (from = 2; from < text.length() && text.charAt(from) != '"'; from++) {
                from += text.charAt(from) == '\\' ? 1 : 0;
            }
        }
        int end = text.indexOf(">: ", from);
        return end < 0 ? text.length() : end + 3;
    }

    private static boolean isAboutTheClient(String words) {
        return words.startsWith("Sender address rejected")
                || words.startsWith("Client host rejected")
                || words.startsWith("Helo command rejected")
                || words.startsWith("Data command rejected")
                || words.startsWith("End-of-data rejected");
    }

    private boolean isUnknownRecipient(String words) {
        if (!code.equals("550") && !code.equals("450")) {
            return false;
        }
        String cause = words.startsWith(RECIPIENT) ? words.substring(RECIPIENT.length()) : "";
        if (cause.startsWith("unverified address")) {
            // The recipient's own server was asked; most often it has not answered yet.
            return cause.contains(" said: 55") && (cause.contains("5.1.1") || cause.contains("ser unknown"));
        }
        if (detail.equals("1.1") || detail.equals("1.10")) {
            return true;
        }
        boolean isOfSender = detail.equals("1.0") || detail.equals("1.7") || detail.equals("1.8");
        return !isOfSender && (cause.startsWith("User unknown") || cause.startsWith("undeliverable address"));
    }
}
