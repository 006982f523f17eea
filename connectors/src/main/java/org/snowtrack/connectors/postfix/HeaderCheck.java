package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;

/**
 * What cleanup's header and body checks refuse. The one shape in which the client's own text, of at most 200 bytes,
 * stands in front of the client:
 *
 * <pre>
 * message = queue-id ": " ["milter-" ("header" / "body") "-"] "reject: " ("header" / "body" / ...) " " text " from " client "; from=&lt;" ... "&gt;: " [enhanced " "] words
 * </pre>
 *
 * <p>The client is taken only if nothing else on the line could be one, and if it stands so near to the start that no
 * syslog daemon could have cut off another behind it.
 */
final class HeaderCheck {

    private static final byte[] FROM = " from ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEHIND_CLIENT = "; from=<".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HELO = " helo=<".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_REST = 2 << 10;
    /** RFC 5424 lets no daemon cut a message before its 480th byte; the envelope needs the rest. */
    private static final int FARTHEST = 400;

    private HeaderCheck() {}

    /** Reads what follows {@code reject: }; null where the message did not come from a client. */
    static @Nullable LogFact read(LogEntry entry, int at) {
        byte[] bytes = entry.bytes();
        int candidate = -1;
        int behind = -1;
        boolean isLocal = false;
        for (int end = entry.indexOf(BEHIND_CLIENT, at); end >= 0; end = entry.indexOf(BEHIND_CLIENT, end + 1)) {
            int word = end;
            while (word > at && bytes[word - 1] != ' ') {
                word--;
            }
            if (word - FROM.length < at || !entry.startsWith(word - FROM.length, FROM)) {
                continue;
            }
            if (bytes[end - 1] != ']') {
                isLocal = true;
            } else if (candidate >= 0) {
                return LogFact.Notice.UNREADABLE;
            } else {
                candidate = word;
                behind = end;
            }
        }
        if (candidate < 0 && isLocal) {
            return null;
        }
        boolean isSure = candidate >= 0 && !isLocal && behind - at <= FARTHEST;
        Client client = isSure ? Client.read(bytes, candidate, behind) : null;
        Instant written = client == null ? null : entry.time();
        if (client == null || written == null) {
            return LogFact.Notice.UNREADABLE;
        }
        String sender = Reply.sender(entry.text(behind, entry.to(), LONGEST_REST));
        int helo = entry.indexOf(HELO, behind);
        String rest = helo < 0 ? "" : entry.text(helo + HELO.length, entry.to(), LONGEST_REST);
        int words = rest.indexOf(">: ");
        String codes =
                words < 0 ? null : SmtpReply.of(rest.substring(words + 3)).codes();
        return LogFact.Refusal.of(client.address(), written, Reason.CONTENT, codes)
                .withClientName(client.name())
                .withHelo(words < 0 ? null : rest.substring(0, words))
                .withSender(sender);
    }
}
