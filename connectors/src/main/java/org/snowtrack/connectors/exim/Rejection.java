package org.snowtrack.connectors.exim;

import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;

/**
 * What stands behind {@code rejected }, as Exim's {@code smtp_handle_acl_fail} writes it: a command with its argument,
 * or a stage, and the administrator's text behind {@code ": "}. Without a text the client was told "Administrative
 * prohibition".
 *
 * @param recipients 1 where one was named or a message came, else 0
 * @param sender what MAIL named; null at other stages, of which the line has a field
 */
record Rejection(
        Reason reason,
        int recipients,
        SmtpReply reply,
        @Nullable String sender) {

    private static final String REMOTE = "SMTP error from remote mail server after RCPT TO:";
    private static final String RESPONSE = "response to \"RCPT TO:";
    private static final SmtpReply NO_REPLY = new SmtpReply("", "", "");

    /** Reads what stands behind {@code rejected }. */
    static Rejection of(String what, boolean isTemporary) {
        if (what.startsWith("RCPT ")) {
            return recipient(behindArgument(what, 5), isTemporary);
        }
        if (what.startsWith("after DATA") || what.startsWith("by local_scan()")) {
            return message(behindArgument(what, 0), isTemporary ? Reason.OTHER : Reason.CONTENT);
        }
        if (what.startsWith("during MIME")) {
            return part(behindArgument(what, 0));
        }
        if (what.startsWith("DATA") || what.startsWith("PREDATA") || what.startsWith("DKIM")) {
            return message(behindArgument(what, 0), Reason.POLICY);
        }
        if (what.startsWith("AUTH ")) {
            return new Rejection(Reason.AUTH_FAILED, 0, SmtpReply.of(behindArgument(what, 5)), null);
        }
        SmtpReply reply = SmtpReply.of(behindArgument(what, Math.max(0, what.indexOf(' '))));
        boolean isOfUser = what.startsWith("VRFY ");
        Reason reason = isOfUser ? reply.reason() : reply.reasonOfClient();
        return new Rejection(
                reason == Reason.OTHER ? Reason.POLICY : reason,
                isOfUser ? 1 : 0,
                reply,
                what.startsWith("MAIL ") ? sender(what, 5) : null);
    }

    private static Rejection recipient(String text, boolean isTemporary) {
        if (text.isEmpty()) {
            return new Rejection(isTemporary ? Reason.OTHER : Reason.POLICY, 1, NO_REPLY, null);
        }
        SmtpReply reply = SmtpReply.of(text);
        int remote = Math.max(behind(text, REMOTE, ">: "), behind(text, RESPONSE, " was: "));
        if (remote < 0) {
            return new Rejection(reply.reason(), 1, reply, null);
        }
        SmtpReply said = SmtpReply.of(text.substring(remote));
        boolean isUnknown = said.code().equals("550") && said.reason() == Reason.OTHER;
        return new Rejection(isUnknown ? Reason.INVALID_RECIPIENT : said.reason(), 1, reply, null);
    }

    private static int behind(String text, String words, String end) {
        int from = text.indexOf(words);
        int to = from < 0 ? -1 : text.indexOf(end, from);
        return to < 0 ? -1 : to + end.length();
    }

    private static Rejection message(String text, Reason otherwise) {
        if (text.isEmpty()) {
            return new Rejection(otherwise, 1, NO_REPLY, null);
        }
        SmtpReply reply = SmtpReply.of(text);
        Reason reason = reply.reason();
        return new Rejection(reason == Reason.OTHER ? otherwise : reason, 1, reply, null);
    }

    /** A part of a message is refused for what it is, in whatever words. */
    private static Rejection part(String text) {
        Rejection rejection = message(text, Reason.CONTENT);
        return rejection.reason() == Reason.POLICY
                ? new Rejection(Reason.CONTENT, 1, rejection.reply(), null)
                : rejection;
    }

    /** {@code <a@b.example>} or {@code a@b.example}, which old releases write behind {@code FROM:}; null where it is cut off. */
    private static @Nullable String sender(String what, int from) {
        int at = what.startsWith("FROM:", from) ? from + 5 : from;
        if (what.startsWith("<", at)) {
            int end = Fields.behindSender(what, at + 1);
            return end < 0 ? null : what.substring(at, end);
        }
        int end = what.indexOf(':', at);
        return end < 0 ? what.substring(at) : what.substring(at, end);
    }

    /** The text behind an argument of the client's choice; of that, Exim writes 100 bytes at most. */
    private static String behindArgument(String what, int from) {
        int at = from;
        if (what.startsWith("<", from)) {
            int end = Fields.behindSender(what, from + 1);
            at = end < 0 ? from : end;
        }
        int colon = what.indexOf(": ", at);
        return colon < 0 ? "" : what.substring(colon + 2);
    }
}
