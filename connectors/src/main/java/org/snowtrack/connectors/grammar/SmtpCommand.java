package org.snowtrack.connectors.grammar;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The commands of SMTP to which a refusal tells something, for logs that hold commands and the replies to them. */
public enum SmtpCommand {
    /** The greeting: no command has been given yet. */
    CONNECT,
    HELO,
    AUTH,
    MAIL,
    RCPT,
    VRFY,
    /** The command, or the message that follows it. */
    DATA,
    /** Any other command, or none at all. */
    OTHER,
    /** The log does not hold the command. */
    UNKNOWN;

    private static final String SIZE = " SIZE=";
    private static final int MOST_DIGITS = 15;

    /** The command of a line such as {@code RCPT TO:<bob@example.org>}. */
    public static SmtpCommand of(String line) {
        if (line.length() > 4 && line.charAt(4) != ' ' && line.charAt(4) != '\t') {
            return OTHER;
        }
        return switch (line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT)) {
            case "HELO", "EHLO", "LHLO" -> HELO;
            case "AUTH" -> AUTH;
            case "MAIL" -> MAIL;
            case "RCPT" -> RCPT;
            case "VRFY" -> VRFY;
            case "DATA", "BDAT", "." -> DATA;
            default -> OTHER;
        };
    }

    /** What a client calls itself in {@code EHLO mx.example.net}. */
    public static String helo(String line) {
        return line.substring(Math.min(5, line.length())).strip();
    }

    /** The address in {@code MAIL FROM:<a@b.example> SIZE=1000}; null where there is none. */
    public static @Nullable String address(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return null;
        }
        String rest = line.substring(colon + 1).stripLeading();
        boolean isBracketed = rest.startsWith("<");
        boolean isQuoted = false;
        int end = isBracketed ? 1 : 0;
        while (end < rest.length()) {
            char c = rest.charAt(end);
            if (isQuoted && c == '\\') {
                end++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (!isQuoted && c == (isBracketed ? '>' : ' ')) {
                break;
            }
            end++;
        }
        return rest.substring(isBracketed ? 1 : 0, Math.min(end, rest.length()));
    }

    /** The size that a client announces with MAIL (RFC 1870); null where it announces none. */
    public static @Nullable Long size(String line) {
        int from = line.toUpperCase(Locale.ROOT).lastIndexOf(SIZE);
        if (from < 0) {
            return null;
        }
        String word = line.substring(from + SIZE.length());
        int end = word.indexOf(' ');
        String digits = end < 0 ? word : word.substring(0, end);
        boolean isSize = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isSize ? Long.valueOf(digits) : null;
    }

    /**
     * Why a reply to this command refuses the client, or what the client wants.
     *
     * @return null where it refuses neither: no refusing code, an error in the protocol, a connection that is closed
     *     because nothing came, a second telling of recipients that had been refused
     */
    public @Nullable Reason refusal(SmtpReply reply) {
        if (reply.code().isEmpty() || this == OTHER) {
            return null;
        }
        Reason reason = reply.reason();
        return switch (reply.code()) {
            case "500" ->
                isOfMail() && !reply.enhanced().startsWith("5.5.") && reason != Reason.OTHER ? ofStage(reason) : null;
            case "502" -> null;
            case "501", "503", "504" ->
                reason == Reason.OTHER || this == DATA || (this == AUTH && reason != Reason.AUTH_FAILED)
                        ? null
                        : ofStage(reason);
            case "421" -> reason == Reason.OTHER && this != RCPT ? null : ofStage(reason);
            default -> this == DATA && isWithoutRecipients(reply) ? null : ofStage(reason);
        };
    }

    /** Whether no server fails to know the command, so that 500 is some administrator's refusal. */
    private boolean isOfMail() {
        return this == MAIL || this == RCPT || this == DATA;
    }

    /** An unknown user can only be the sender where no recipient has been named. */
    private Reason ofStage(Reason reason) {
        boolean isOfRecipient = reason == Reason.INVALID_RECIPIENT || reason == Reason.RELAY_DENIED;
        return switch (this) {
            case AUTH ->
                isOfRecipient || reason == Reason.OTHER || reason == Reason.POLICY ? Reason.AUTH_FAILED : reason;
            case CONNECT, HELO, MAIL -> reason == Reason.INVALID_RECIPIENT ? Reason.POLICY : reason;
            default -> reason;
        };
    }

    private static boolean isWithoutRecipients(SmtpReply reply) {
        String words = reply.text().toLowerCase(Locale.ROOT);
        return words.contains("no valid recipient") || words.contains("no recipient");
    }

    /**
     * How many recipients a refusal concerns.
     *
     * @param reason what {@link #refusal} gave
     * @param accepted recipients of the message so far, as far as the log has told
     */
    public int recipients(Reason reason, int accepted) {
        return switch (this) {
            case RCPT, VRFY -> 1;
            case DATA -> Math.max(1, accepted);
            case UNKNOWN -> isOfMessage(reason) ? 1 : 0;
            default -> 0;
        };
    }

    private static boolean isOfMessage(Reason reason) {
        return switch (reason) {
            case INVALID_RECIPIENT, RELAY_DENIED, CONTENT, SIZE_EXCEEDED, GREYLISTED -> true;
            default -> false;
        };
    }
}
