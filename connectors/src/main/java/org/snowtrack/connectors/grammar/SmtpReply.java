package org.snowtrack.connectors.grammar;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.RejectionReason;

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

<<<<<<< HEAD
    /**
     * Reads {@code 550 5.1.1 text}, {@code 550-5.1.1 text}, {@code 550 #5.1.1 text}, {@code 550 text (#5.1.1)},
     * {@code 5.1.1 text} or plain text.
     */
=======
    private static final List<String> GREYLISTED =
            List.of("greylist", "graylist", "grey-list", "gray-list", "grey list");

    private static final List<String> BLOCKLISTED = List.of(
            "blocked using",
            "blocklist",
            "block list",
            "block-list",
            "blacklist",
            "black list",
            "black-list",
            "denylist",
            "dnsbl",
            "rbl ",
            "rbl:",
            "-rbl",
            ".rbl",
            "spamhaus",
            "spamcop",
            "barracudacentral",
            "sorbs",
            "uceprotect",
            "is listed ",
            "listed in ",
            "listed at ",
            "listed by ",
            "listed on ",
            "in a black");

    private static final List<String> CLIENT_OR_SENDER = List.of(
            "sender address rejected",
            "client host rejected",
            "helo command rejected",
            "data command rejected",
            "end-of-data rejected",
            "sender verify",
            "sender rejected",
            "sender domain",
            "sender denied",
            "invalid sender",
            "unknown sender",
            "sender unknown",
            "domain of sender",
            "domain not found",
            "reverse dns",
            "reverse hostname",
            "invalid helo",
            "helo ",
            "ehlo ",
            "spf ",
            "dmarc",
            "too many ",
            "rate limit",
            "ratelimit",
            "submission rate",
            "concurren");

    private static final List<String> RELAY = List.of(
            "relay access denied",
            "relaying denied",
            "relay denied",
            "relay not permitted",
            "relaying not permitted",
            "relaying is not",
            "relaying not allowed",
            "relay not allowed",
            "relay is not",
            "relaying prohibited",
            "relaying is prohibited",
            "unable to relay",
            "not permitted to relay",
            "not allowed to relay",
            "cannot relay",
            "do not relay",
            "does not relay",
            "don't relay",
            "no relay",
            "relay forbidden",
            "relaying forbidden",
            "rcpthosts",
            "not a gateway",
            "relaying",
            "not relay",
            "cannot deliver mail for",
            "non-local e-mail address");

    private static final List<String> SIZE = List.of(
            "message size exceeds",
            "size exceeds",
            "exceeds size",
            "size limit",
            "message too large",
            "message too big",
            "message is too large",
            "too much mail data",
            "maximum message size",
            "exceeds maximum");

    private static final List<String> AUTH = List.of(
            "authentication failed",
            "authentication failure",
            "authentication required",
            "authentication unsuccessful",
            "authentication credentials invalid",
            "must authenticate",
            "login failed",
            "invalid login",
            "invalid credentials",
            "auth failed",
            "not authenticated",
            "bad username or password",
            "invalid username or password");

    private static final List<String> NOBODY = List.of(
            "user unknown",
            "unknown user",
            "unknown local part",
            "unknown local-part",
            "unknown recipient",
            "recipient unknown",
            "unknown mailbox",
            "mailbox unknown",
            "unknown address",
            "address unknown",
            "addressee unknown",
            "unknown account",
            "unrouteable address",
            "unroutable address",
            "no such ",
            "recipient not found",
            "recipientnotfound",
            "user not found",
            "mailbox not found",
            "address not found",
            "account not found",
            "not found in directory",
            "invalid recipient",
            "invalid mailbox",
            "invalid user",
            "mailbox unavailable",
            "mailbox not available",
            "account is unavailable",
            "does not exist",
            "doesn't exist",
            "not exist",
            "no mailbox here",
            "no mailbox by that name",
            "no valid recipient",
            "not a valid recipient",
            "not a valid mailbox",
            "not a known user",
            "not a local user",
            "nobody here by that name",
            "unknown or illegal alias",
            "undeliverable address",
            "user doesn't",
            "account disabled",
            "mailbox disabled",
            "account has been disabled",
            "account is disabled",
            "mailbox is disabled",
            "inactive",
            "not our customer",
            "unknown in virtual",
            "unknown in local",
            "unknown in relay",
            "bad destination mailbox",
            "isn't a valid",
            "is not a valid");

    private static final List<String> CONTENT = List.of(
            "spam",
            "virus",
            "malware",
            "infected",
            "phish",
            "content rejected",
            "message content",
            "content scan",
            "banned",
            "dangerous attachment",
            "bare newline",
            "bare lf",
            "message rejected as",
            "high score",
            "dkim");

    private static final List<String> POLICY = List.of(
            "access denied",
            "rejected",
            "denied",
            "refused",
            "not allowed",
            "not permitted",
            "forbidden",
            "policy",
            "prohibited",
            "blocked",
            "not accepted",
            "not welcome",
            "go away",
            "need fully-qualified",
            "protocol error",
            "improper",
            "unauthorized",
            "ptr record",
            "hostname",
            "starttls",
            "tls required",
            "try again later");

    /** Reads {@code 550 5.1.1 text}, {@code 550-5.1.1 text}, {@code 550 #5.1.1 text}, {@code 5.1.1 text} or plain text. */
>>>>>>> 3307e996fd716232f3423ec805637341c6fe59ef
    public static SmtpReply of(String reply) {
        String rest = reply.strip();
        String code = "";
        if (isCode(rest)) {
            code = rest.substring(0, 3);
            rest = rest.substring(Math.min(4, rest.length())).stripLeading();
        }
        int end = 0;
        while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
            end++;
        }
        String first = rest.substring(0, end);
        String bare = trimmed(first);
        return isEnhanced(bare)
                ? new SmtpReply(code, bare, rest.substring(end).strip())
                : new SmtpReply(code, enhancedAtEnd(rest), rest);
    }

    /** qmail and its kin write {@code (#5.1.1)} or {@code (#5.1.1 - chkuser)} behind the text. */
    private static String enhancedAtEnd(String text) {
        int open = text.endsWith(")") ? text.lastIndexOf("(#") : -1;
        if (open < 0) {
            return "";
        }
        int blank = text.indexOf(' ', open);
        String last = text.substring(open + 2, blank < 0 ? text.length() - 1 : blank);
        return isEnhanced(last) ? last : "";
    }

    private static boolean isCode(String text) {
        return text.length() >= 3
                && (text.charAt(0) == '4' || text.charAt(0) == '5')
                && Character.digit(text.charAt(1), 10) >= 0
                && Character.digit(text.charAt(2), 10) >= 0
                && (text.length() == 3 || text.charAt(3) == ' ' || text.charAt(3) == '-');
    }

    /** Some write {@code #5.1.1}, {@code (#5.1.1)} or {@code 5.1.1:}. */
    private static String trimmed(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && (word.charAt(from) == '#' || word.charAt(from) == '(' || word.charAt(from) == '[')) {
            from++;
        }
        while (to > from && (word.charAt(to - 1) == ')' || word.charAt(to - 1) == ':' || word.charAt(to - 1) == ']')) {
            to--;
        }
        return word.substring(from, to);
    }

    private static boolean isEnhanced(String word) {
        if (word.length() < 5 || word.length() > 9 || (word.charAt(0) != '4' && word.charAt(0) != '5')) {
            return false;
        }
        int second = word.indexOf('.', 2);
        return word.charAt(1) == '.'
                && second > 2
                && second < word.length() - 1
                && word.indexOf('.', second + 1) < 0
                && word.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
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
    public RejectionReason reason() {
        String words = words();
        Set<Topic> topics = Topic.of(words);
        String detail = enhanced.isEmpty() ? "" : enhanced.substring(2);
        if (topics.contains(Topic.NOT_LISTED)) {
            return RejectionReason.INVALID_RECIPIENT;
        }
        if (topics.contains(Topic.GREYLISTED)) {
            return RejectionReason.GREYLISTED;
        }
        if (topics.contains(Topic.BLOCKLISTED)) {
            return RejectionReason.BLOCKLISTED;
        }
        if (topics.contains(Topic.TROUBLE) || detail.equals("2.2") || topics.contains(Topic.FULL)) {
            return RejectionReason.OTHER;
        }
        if (detail.equals("3.4") || detail.equals("2.3") || topics.contains(Topic.SIZE)) {
            return RejectionReason.SIZE_EXCEEDED;
        }
        if (topics.contains(Topic.RELAY)) {
            return RejectionReason.RELAY_DENIED;
        }
        if (code.equals("535") || code.equals("534") || detail.equals("7.8") || topics.contains(Topic.AUTH)) {
            return RejectionReason.AUTH_FAILED;
        }
        if (isAboutSender(detail) || topics.contains(Topic.CLIENT_OR_SENDER)) {
            return RejectionReason.POLICY;
        }
        return reasonOfRecipientOrMessage(words.toLowerCase(Locale.ROOT), topics, detail);
    }

    private RejectionReason reasonOfRecipientOrMessage(String words, Set<Topic> topics, String detail) {
        if (topics.contains(Topic.UNVERIFIED)) {
            // The recipient's own server was asked; most often it has not answered yet.
            boolean isUnknown =
                    words.contains(" said: 55") && (words.contains("5.1.1") || words.contains("user unknown"));
            return isUnknown ? RejectionReason.INVALID_RECIPIENT : RejectionReason.OTHER;
        }
        // 556 is a domain that takes no mail (RFC 7504, RFC 7505).
        if (code.equals("556") || topics.contains(Topic.NO_SUCH_DOMAIN)) {
            return RejectionReason.OTHER;
        }
        if (topics.contains(Topic.UNAVAILABLE)) {
            return isPermanent() ? RejectionReason.INVALID_RECIPIENT : RejectionReason.OTHER;
        }
        if (isOfNobody(detail, words) || topics.contains(Topic.NOBODY)) {
            return RejectionReason.INVALID_RECIPIENT;
        }
        if (detail.startsWith("6.") || topics.contains(Topic.CONTENT)) {
            return RejectionReason.CONTENT;
        }
        return detail.startsWith("7.") || topics.contains(Topic.POLICY)
                ? RejectionReason.POLICY
                : RejectionReason.OTHER;
    }

    /** X.1.7 and X.1.8 are the sender's address and its domain (RFC 3463, section 3.2). */
    private static boolean isAboutSender(String detail) {
        return detail.equals("1.7") || detail.equals("1.8");
    }

    /** Exchange Online gives 5.4.1 where its directory has no such recipient; IronPort 5.1.0. */
    private static boolean isOfNobody(String detail, String words) {
        return switch (detail) {
            case "1.1", "1.3", "1.10" -> true;
            case "4.1" -> words.contains("recipient address rejected");
            case "1.0" -> words.startsWith("address rejected");
            default -> false;
        };
    }

    /** The text, in which an address is {@code <>}: whoever chose it chose no reason. */
    private String words() {
        int end = Math.min(text.length(), LONGEST_TEXT);
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
