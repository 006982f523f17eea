package org.snowtrack.connectors.grammar;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refusing reply of SMTP (RFC 5321, section 4.2), and what it means.
 *
 * <p>The reason is decided from the enhanced code (RFC 3463) and the text together, because servers give 5.1.1 for
 * relaying, 5.7.1 for everything, or no enhanced code at all. What an administrator wrote counts before what a code
 * says where it is unambiguous: greylisting, blocklists, the client, the sender.
 *
 * @param code three digits; empty where there are none
 * @param enhanced such as {@code 5.1.1}; empty where there is none
 * @param text the server's own words; a format passes on as little as it can of what the client chose
 */
public record SmtpReply(String code, String enhanced, String text) {

    private static final int LONGEST_TEXT = 2_000;

    /**
     * Reads {@code 550 5.1.1 text}, {@code 550-5.1.1 text}, {@code 550 #5.1.1 text}, {@code 550 text (#5.1.1)},
     * {@code 5.1.1 text} or plain text.
     */
    public static SmtpReply of(String reply) {
        int from = behindBlanks(reply, 0);
        int to = reply.length();
        while (to > from && isBlank(reply.charAt(to - 1))) {
            to--;
        }
        String code = "";
        int at = from;
        if (isCode(reply, from, to)) {
            code = reply.substring(from, from + 3);
            at = Math.min(to, behindBlanks(reply, Math.min(from + 4, to)));
        }
        int end = at;
        while (end < to && !isBlank(reply.charAt(end))) {
            end++;
        }
        String enhanced = enhanced(reply, at, end);
        if (enhanced.isEmpty()) {
            String text = reply.substring(at, to);
            return new SmtpReply(code, enhancedAtEnd(text), text);
        }
        return new SmtpReply(code, enhanced, reply.substring(Math.min(to, behindBlanks(reply, end)), to));
    }

    private static int behindBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || (c > 0x7f && Character.isWhitespace(c));
    }

    /** qmail and its kin write {@code (#5.1.1)} or {@code (#5.1.1 - chkuser)} behind the text. */
    private static String enhancedAtEnd(String text) {
        int open = text.endsWith(")") ? text.lastIndexOf("(#") : -1;
        int blank = text.indexOf(' ', Math.max(0, open));
        return open < 0 ? "" : enhanced(text, open + 2, blank < 0 ? text.length() - 1 : blank);
    }

    private static boolean isCode(String text, int from, int to) {
        return to - from >= 3
                && (text.charAt(from) == '4' || text.charAt(from) == '5')
                && isDigit(text.charAt(from + 1))
                && isDigit(text.charAt(from + 2))
                && (to - from == 3 || text.charAt(from + 3) == ' ' || text.charAt(from + 3) == '-');
    }

    /** The enhanced code that a word is; some write {@code #5.1.1}, {@code (#5.1.1)} or {@code 5.1.1:}. Empty where it is none. */
    private static String enhanced(String text, int wordFrom, int wordTo) {
        int from = wordFrom;
        int to = wordTo;
        while (from < to && (text.charAt(from) == '#' || text.charAt(from) == '(' || text.charAt(from) == '[')) {
            from++;
        }
        while (to > from && (text.charAt(to - 1) == ')' || text.charAt(to - 1) == ':' || text.charAt(to - 1) == ']')) {
            to--;
        }
        boolean isPossible = to - from >= 5
                && to - from <= 9
                && (text.charAt(from) == '4' || text.charAt(from) == '5')
                && text.charAt(from + 1) == '.';
        if (!isPossible) {
            return "";
        }
        int dots = 1;
        for (int i = from + 2; i < to; i++) {
            char c = text.charAt(i);
            if (c == '.' && dots == 1 && i > from + 2 && i < to - 1) {
                dots++;
            } else if (!isDigit(c)) {
                return "";
            }
        }
        return dots == 2 ? text.substring(from, to) : "";
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Code and enhanced code, such as {@code 550 5.1.1}; null where there is neither. Holds nothing that a client chose. */
    public @Nullable String codes() {
        if (code.isEmpty() && enhanced.isEmpty()) {
            return null;
        }
        return code.isEmpty() || enhanced.isEmpty() ? code + enhanced : code + " " + enhanced;
    }

    /** Whether it refuses for good: 5 rather than 4. */
    public boolean isPermanent() {
        return (code.isEmpty() ? enhanced : code).startsWith("5");
    }

    /** Why the server refused. */
    public Reason reason() {
        // Most refusals of most logs: not worth a search for all phrases.
        if (text.equals("User unknown") && enhanced.endsWith(".1.1")) {
            return Reason.INVALID_RECIPIENT;
        }
        String words = words();
        Set<ReplyTopic> topics = ReplyTopic.of(words);
        String detail = enhanced.isEmpty() ? "" : enhanced.substring(2);
        if (topics.contains(ReplyTopic.NOT_LISTED)) {
            return Reason.INVALID_RECIPIENT;
        }
        if (topics.contains(ReplyTopic.GREYLISTED)) {
            return Reason.GREYLISTED;
        }
        if (topics.contains(ReplyTopic.BLOCKLISTED)) {
            return Reason.BLOCKLISTED;
        }
        if (topics.contains(ReplyTopic.SENDING_QUOTA)) {
            return Reason.POLICY;
        }
        if (topics.contains(ReplyTopic.TROUBLE) || detail.equals("2.2") || topics.contains(ReplyTopic.FULL)) {
            return Reason.OTHER;
        }
        if (detail.equals("3.4") || detail.equals("2.3") || topics.contains(ReplyTopic.SIZE)) {
            return Reason.SIZE_EXCEEDED;
        }
        if (topics.contains(ReplyTopic.RELAY)) {
            return Reason.RELAY_DENIED;
        }
        if (code.equals("535") || code.equals("534") || detail.equals("7.8") || topics.contains(ReplyTopic.AUTH)) {
            return Reason.AUTH_FAILED;
        }
        if (isAboutSender(detail) || topics.contains(ReplyTopic.CLIENT_OR_SENDER)) {
            return Reason.POLICY;
        }
        return reasonOfRecipientOrMessage(words, topics, detail);
    }

    /** Why the server refused a client that had named no recipient yet and sent no message: not because of one of them. */
    public Reason reasonOfClient() {
        Reason reason = reason();
        boolean isOfLater = reason == Reason.INVALID_RECIPIENT || reason == Reason.CONTENT;
        return isOfLater ? Reason.POLICY : reason;
    }

    private Reason reasonOfRecipientOrMessage(String words, Set<ReplyTopic> topics, String detail) {
        if (topics.contains(ReplyTopic.UNVERIFIED)) {
            // The recipient's own server was asked; most often it has not answered yet.
            String answer = words.toLowerCase(Locale.ROOT);
            boolean isUnknown =
                    answer.contains(" said: 55") && (answer.contains("5.1.1") || answer.contains("user unknown"));
            return isUnknown ? Reason.INVALID_RECIPIENT : Reason.OTHER;
        }
        // 556 is a domain that takes no mail (RFC 7504, RFC 7505).
        if (code.equals("556") || topics.contains(ReplyTopic.NO_SUCH_DOMAIN)) {
            return Reason.OTHER;
        }
        if (topics.contains(ReplyTopic.UNAVAILABLE)) {
            return isPermanent() ? Reason.INVALID_RECIPIENT : Reason.OTHER;
        }
        if (isOfNobody(detail, words) || topics.contains(ReplyTopic.NOBODY)) {
            return Reason.INVALID_RECIPIENT;
        }
        if (detail.startsWith("6.") || topics.contains(ReplyTopic.CONTENT)) {
            return Reason.CONTENT;
        }
        if (topics.contains(ReplyTopic.DELAYED) && !isPermanent()) {
            return Reason.GREYLISTED;
        }
        // X.5.3 is too many recipients (RFC 3463, section 3.6).
        return detail.startsWith("7.")
                        || detail.equals("5.3")
                        || (topics.contains(ReplyTopic.POLICY) && !isOfProtocol() && !isOfSystem(detail))
                ? Reason.POLICY
                : Reason.OTHER;
    }

    /** A command that is not known, or not allowed at this point (RFC 5321, section 4.2.4). */
    private boolean isOfProtocol() {
        return code.equals("500") || code.equals("502") || code.equals("503");
    }

    /** For now, the system or the network is to blame (RFC 3463, sections 3.4 and 3.5), however the text regrets it. */
    private boolean isOfSystem(String detail) {
        return !isPermanent() && (detail.startsWith("3.") || detail.startsWith("4."));
    }

    /** X.1.7 and X.1.8 are the sender's address and its domain (RFC 3463, section 3.2). */
    private static boolean isAboutSender(String detail) {
        return detail.equals("1.7") || detail.equals("1.8");
    }

    /** 5.2.1 is a disabled mailbox. Exchange Online gives 5.4.1 where its directory has no such recipient; IronPort 5.1.0. */
    private boolean isOfNobody(String detail, String words) {
        return switch (detail) {
            case "1.1", "1.3", "1.6", "1.10" -> true;
            case "2.1" -> isPermanent();
            case "4.1" -> words.toLowerCase(Locale.ROOT).contains("recipient address rejected");
            case "1.0" -> words.toLowerCase(Locale.ROOT).startsWith("address rejected");
            default -> false;
        };
    }

    /** The text, in which an address is {@code <>}: whoever chose it chose no reason. */
    private String words() {
        int end = Math.min(text.length(), LONGEST_TEXT);
        if (text.indexOf('<') < 0 && text.indexOf('@') < 0) {
            return text.substring(0, end);
        }
        StringBuilder words = new StringBuilder(end);
        int at = 0;
        while (at < end) {
            char c = text.charAt(at);
            if (c == '<') {
                at = behindAddress(at, end);
                words.append("<>");
            } else if (c == '@') {
                int word = words.length();
                while (word > 0 && words.charAt(word - 1) != ' ') {
                    word--;
                }
                words.setLength(word);
                words.append("<>");
                while (at < end && text.charAt(at) != ' ') {
                    at++;
                }
            } else {
                words.append(c);
                at++;
            }
        }
        return words.toString();
    }

    /** A quoted local part may hold anything, even what ends an address. */
    private int behindAddress(int open, int end) {
        int at = open + 1;
        if (at < end && text.charAt(at) == '"') {
            for (at++; at < end && text.charAt(at) != '"'; at++) {
                at += text.charAt(at) == '\\' ? 1 : 0;
            }
        }
        while (at < end && text.charAt(at) != '>') {
            at++;
        }
        return Math.min(end, at + 1);
    }
}
