package org.snowtrack.connectors.postfix;

import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.SmtpReply;

/**
 * Cuts a reply out of a line: {@code 550 5.1.1 <bob@example.org>: Recipient address rejected: text; from=<...}. Behind
 * the codes stands the refused address, if one was, then the server's own words, then the context; any of it may be cut
 * off, and the client chose the address.
 *
 * @param smtp codes and words
 * @param context what follows the words, from {@code ; from=<}, {@code ; to=<} or {@code ; proto=} on; empty where there is none
 */
record Reply(SmtpReply smtp, String context) {

    /** Begins the context of a reply to somebody who has named a sender. */
    static final String SENDER = "; from=<";

    private static final String RECIPIENT = "; to=<";
    private static final String PROTOCOL = "; proto=";
    private static final String REJECTED = "Recipient address rejected: ";
    private static final String USER_UNKNOWN = "User unknown";
    private static final String UNKNOWN = ">: " + REJECTED + USER_UNKNOWN;

    static Reply of(String rest) {
        SmtpReply whole = SmtpReply.of(rest);
        String text = whole.text();
        // A recipient that poses as another reply may hide the server's words, but it cannot take these away.
        int unknown = whole.enhanced().endsWith(".1.1") ? text.indexOf(UNKNOWN) : -1;
        int from = unknown >= 0 ? unknown + UNKNOWN.length() : text.startsWith("<") ? behindAddress(text) : 0;
        if (text.startsWith(REJECTED, from)) {
            from += REJECTED.length();
        }
        int to = behindWords(text, from);
        String words = unknown >= 0 ? USER_UNKNOWN : text.substring(from, to);
        return new Reply(new SmtpReply(whole.code(), whole.enhanced(), words), text.substring(to));
    }

    /** The sender that a context names; null where it names none, or is cut off. */
    static @Nullable String sender(String context) {
        if (!context.startsWith(SENDER)) {
            return null;
        }
        for (int to = context.indexOf('>'); to >= 0; to = context.indexOf('>', to + 1)) {
            int next = context.startsWith(",", to + 1) ? to + 2 : to + 1;
            if (context.startsWith(" to=<", next) || context.startsWith(" proto=", next)) {
                return context.substring(SENDER.length(), to);
            }
        }
        return null;
    }

    /** A quoted local part may hold anything, even the end of an address. */
    private static int behindAddress(String text) {
        int from = 1;
        if (text.startsWith("\"", from)) {
            for (from = 2; from < text.length() && text.charAt(from) != '"'; from++) {
                from += text.charAt(from) == '\\' ? 1 : 0;
            }
        }
        int end = text.indexOf(">: ", from);
        return end < 0 ? text.length() : end + 3;
    }

    private static int behindWords(String text, int from) {
        for (int end = text.indexOf(';', from); end >= 0; end = text.indexOf(';', end + 1)) {
            if (text.startsWith(SENDER, end) || text.startsWith(RECIPIENT, end) || text.startsWith(PROTOCOL, end)) {
                return end;
            }
        }
        return text.endsWith(";") && text.length() > from ? text.length() - 1 : text.length();
    }
}
