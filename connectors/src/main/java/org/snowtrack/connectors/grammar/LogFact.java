package org.snowtrack.connectors.grammar;

import com.google.common.base.Ascii;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/** What a line of a log tells. No fact holds a recipient. */
public sealed interface LogFact {

    /**
     * A client, or recipients that it wanted, were refused.
     *
     * @param client as the server saw it on its socket
     * @param time when the line was written
     * @param reason why
     * @param recipients how many were refused; 0 where the client was turned away before it named one
     * @param reply the codes that the client was given, such as {@code 550 5.1.1}; null where the log has none
     * @param helo what the client called itself; its own choice, without control characters, at most 255 characters
     * @param clientName the client's host name that the server has verified (name to address and back), lower case
     * @param senderDomain domain of the envelope sender; the client's choice, lower case
     * @param messageBytes size of the message, as announced or as received
     */
    record Refusal(
            IpAddress client,
            Instant time,
            Reason reason,
            int recipients,
            @Nullable String reply,
            @Nullable String helo,
            @Nullable String clientName,
            @Nullable String senderDomain,
            @Nullable Long messageBytes)
            implements LogFact {

        private static final int LONGEST_NAME = 255;
        private static final byte UPPER = 1;
        private static final byte OF_NO_NAME = 2;
        private static final byte[] KINDS = kindsOfAscii();

        /** One recipient was refused with this reply. */
        public static Refusal of(IpAddress client, Instant time, SmtpReply reply) {
            return of(client, time, reply.reason(), reply.codes());
        }

        /** One recipient was refused for this reason. */
        public static Refusal of(IpAddress client, Instant time, Reason reason, @Nullable String codes) {
            return new Refusal(client, time, reason, 1, codes, null, null, null, null);
        }

        public Refusal withReason(Reason other) {
            return new Refusal(client, time, other, recipients, reply, helo, clientName, senderDomain, messageBytes);
        }

        public Refusal withRecipients(int count) {
            return new Refusal(client, time, reason, count, reply, helo, clientName, senderDomain, messageBytes);
        }

        /** Dropped where it is no name: nothing with an at sign goes on, for it might be a recipient. */
        public Refusal withHelo(@Nullable String text) {
            return new Refusal(
                    client, time, reason, recipients, reply, name(text), clientName, senderDomain, messageBytes);
        }

        /** To be called only with a name that the server has verified. */
        public Refusal withClientName(@Nullable String text) {
            return new Refusal(
                    client, time, reason, recipients, reply, helo, lowerName(text), senderDomain, messageBytes);
        }

        /** Keeps the domain of an address such as {@code a@b.example}, with or without angle brackets. */
        public Refusal withSender(@Nullable String address) {
            String domain = null;
            if (address != null) {
                String bare = address.endsWith(">") ? address.substring(0, address.length() - 1) : address;
                int at = bare.lastIndexOf('@');
                domain = at < 0 ? null : lowerName(bare.substring(at + 1));
            }
            return new Refusal(client, time, reason, recipients, reply, helo, clientName, domain, messageBytes);
        }

        public Refusal withMessageBytes(@Nullable Long bytes) {
            return new Refusal(client, time, reason, recipients, reply, helo, clientName, senderDomain, bytes);
        }

        private static @Nullable String name(@Nullable String text) {
            return text == null || !isName(kinds(text)) ? null : text;
        }

        private static @Nullable String lowerName(@Nullable String text) {
            int kinds = text == null ? 0 : kinds(text);
            if (text == null || !isName(kinds)) {
                return null;
            }
            return (kinds & UPPER) == 0 ? text : Ascii.toLowerCase(text);
        }

        /** The kinds of all its characters; one look at each, since every refusal has three names. */
        private static int kinds(String text) {
            if (text.isEmpty() || text.length() > LONGEST_NAME) {
                return OF_NO_NAME;
            }
            int kinds = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                kinds |= c < KINDS.length ? KINDS[c] : 0;
            }
            return kinds;
        }

        private static boolean isName(int kinds) {
            return (kinds & OF_NO_NAME) == 0;
        }

        private static byte[] kindsOfAscii() {
            byte[] kinds = new byte[128];
            Arrays.fill(kinds, 0, ' ' + 1, OF_NO_NAME);
            Arrays.fill(kinds, 'A', 'Z' + 1, UPPER);
            for (char c : new char[] {'@', '<', '>', 0x7f}) {
                kinds[c] = OF_NO_NAME;
            }
            return kinds;
        }
    }

    /**
     * A client has left; this many recipients it had offered, and this many of them were taken.
     *
     * @param client as the server saw it on its socket
     * @param time when the line was written
     * @param acceptedRecipients 0 to {@code offeredRecipients}
     * @param offeredRecipients at least 0
     */
    record Session(IpAddress client, Instant time, int acceptedRecipients, int offeredRecipients) implements LogFact {}

    /** The line tells of nothing that can be published. Nothing is told of a line that no refusal could be taken for. */
    enum Notice implements LogFact {
        /** It begins as a refusal or a session does, but its client, time or numbers cannot be read. */
        UNREADABLE,
        /** It refuses a client whose address would stand on another line, which is missing. */
        UNATTRIBUTED,
        /** It reads like a refusal and is none of this server's: a warning, a bounce from elsewhere, a second telling. */
        HARMLESS
    }
}
