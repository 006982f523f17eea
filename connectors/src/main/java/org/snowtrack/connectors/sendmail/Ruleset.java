package org.snowtrack.connectors.sendmail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** A line in which a ruleset of Sendmail's configuration decides, as {@link SendmailLog} says. */
final class Ruleset {

    private static final byte[] ARG1 = Bytes.of(", arg1=");
    private static final byte[] ARG2 = Bytes.of("arg2=");
    private static final byte[] RELAY = Bytes.of("relay=");
    private static final byte[] ANY_RELAY = Bytes.of(", relay=");
    private static final byte[] REJECT = Bytes.of(", reject=");
    private static final byte[] DISCARD = Bytes.of(", discard");
    private static final byte[] QUARANTINE = Bytes.of(", quarantine=");

    /** Their arguments are addresses, or names without blanks. */
    private static final Set<String> OF_ADDRESSES = Set.of("check_rcpt", "check_mail", "check_compat", "check_relay");

    /** Their arguments are numbers and words of Sendmail's own, without commas. */
    private static final Set<String> OF_WORDS = Set.of("check_data", "check_eoh", "tls_client");

    /** Their arguments are whatever a client wrote, even a relay, and no {@code from} line follows that would name it. */
    private static final Set<String> OF_COMMANDS = Set.of("check_vrfy", "check_expn", "check_etrn");

    private static final Set<String> OF_CLIENT = Set.of("check_mail", "check_relay", "tls_client");

    /** What other servers are like, and what clients are believed or offered. */
    private static final Set<String> REFUSING_NOTHING = Set.of(
            "tls_server",
            "tls_rcpt",
            "try_tls",
            "tls_clt_features",
            "clt_features",
            "authinfo",
            "trust_auth",
            "srv_features",
            "tls_srv_features");

    private static final String DOTS = "...";

    private static final int LONGEST_NAME = 64;
    /** Of {@code 550 5.1.10 }. */
    private static final int LONGEST_CODES = 12;
    /** Of an address, which Sendmail shortens in its middle. */
    private static final int LONGEST_BEGINNING = 80;

    private static final int LONGEST_LINE = 2_048;

    private Ruleset() {}

    /**
     * What a line tells.
     *
     * @param at where the ruleset's name begins
     * @return null where its relay cannot be told from what a client wrote, and must be told by another line
     */
    static @Nullable LogFact fact(LogEntry entry, int at) {
        int comma = entry.indexOf(',', at);
        String name = comma < 0 ? "" : entry.text(at, comma, LONGEST_NAME);
        if (REFUSING_NOTHING.contains(name)) {
            return Notice.HARMLESS;
        }
        if (comma < 0 || !entry.startsWith(comma, ARG1)) {
            return Notice.UNREADABLE;
        }
        int argument = comma + ARG1.length;
        int relayAt;
        if (OF_ADDRESSES.contains(name)) {
            relayAt = behindAddresses(entry, argument);
        } else if (OF_WORDS.contains(name)) {
            int end = entry.indexOf(',', argument);
            relayAt = end >= 0 && entry.startsWith(end + 2, RELAY) ? end + 2 + RELAY.length : -1;
        } else if (OF_COMMANDS.contains(name)) {
            return Notice.UNREADABLE;
        } else {
            return null;
        }
        if (relayAt < 0) {
            return Notice.UNREADABLE;
        }
        Relay relay = Relay.of(entry, relayAt);
        return isForged(entry, argument, relay) ? Notice.UNREADABLE : fact(entry, name, argument, relay);
    }

    /**
     * Whether more than one relay stands in the line, and the reply does not begin with the address that the argument
     * is: then some byte of the line is not what Sendmail wrote, and nothing tells which relay is its own.
     */
    private static boolean isForged(LogEntry entry, int argument, Relay relay) {
        int first = entry.indexOf(ANY_RELAY, argument);
        if (entry.indexOf(ANY_RELAY, first + 1) < 0) {
            return false;
        }
        int end = Address.end(entry.bytes(), argument, entry.to());
        if (end - 1 <= argument) {
            return true;
        }
        byte[] address = Arrays.copyOfRange(entry.bytes(), argument, Math.min(end - 1, argument + LONGEST_BEGINNING));
        int reply = relay.end() + REJECT.length;
        int quoted = entry.indexOf(address, reply);
        return quoted < 0 || quoted > reply + LONGEST_CODES;
    }

    private static LogFact fact(LogEntry entry, String name, int argument, Relay relay) {
        if (entry.startsWith(relay.end(), DISCARD) || entry.startsWith(relay.end(), QUARANTINE)) {
            return Notice.HARMLESS;
        }
        int text = relay.end() + REJECT.length;
        if (!entry.startsWith(relay.end(), REJECT) || text == entry.to()) {
            return Notice.UNREADABLE;
        }
        if (relay.isLocal()) {
            return Notice.HARMLESS;
        }
        IpAddress client = relay.client();
        Instant time = entry.time();
        return client == null || time == null
                ? Notice.UNREADABLE
                : refusal(entry, name, argument, Refusal.of(client, time, reply(entry, text)), text)
                        .withClientName(relay.name());
    }

    /** The reply of a line whose argument is free text; null where it rejects nothing. */
    static @Nullable SmtpReply lastReply(LogEntry entry, int at) {
        for (int i = Math.min(entry.to(), at + LONGEST_LINE) - REJECT.length; i >= at; i--) {
            if (entry.startsWith(i, REJECT)) {
                return reply(entry, i + REJECT.length);
            }
        }
        return null;
    }

    private static Refusal refusal(LogEntry entry, String name, int argument, Refusal refusal, int text) {
        Refusal told = refusal.withRecipients(recipients(entry, name, argument));
        if (OF_CLIENT.contains(name)) {
            boolean isPermanent = entry.bytes()[text] == '5';
            told = told.withReason(ofClient(told.reason(), isPermanent));
        }
        if (name.equals("check_mail") || name.equals("check_compat")) {
            int end = Address.end(entry.bytes(), argument, entry.to());
            told = told.withSender(entry.text(argument, end - 1, LONGEST_LINE));
        }
        return told;
    }

    private static int recipients(LogEntry entry, String name, int argument) {
        if (OF_CLIENT.contains(name)) {
            return 0;
        }
        // Its argument is the number of recipients.
        int count = 0;
        for (int i = argument; name.equals("check_data") && count < 1_000_000 && i < entry.to(); i++) {
            int digit = entry.bytes()[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            count = 10 * count + digit;
        }
        return Math.max(1, count);
    }

    /**
     * Nobody is unknown but the sender where a client is refused, and there is no content yet; a refusal for good
     * without a reason is a policy.
     */
    static Reason ofClient(Reason reason, boolean isPermanent) {
        boolean isOfLater = reason == Reason.INVALID_RECIPIENT || reason == Reason.CONTENT;
        return isOfLater || (isPermanent && reason == Reason.OTHER) ? Reason.POLICY : reason;
    }

    private static int behindAddresses(LogEntry entry, int argument) {
        int limit = Math.min(entry.to(), argument + LONGEST_LINE);
        int blank = Address.end(entry.bytes(), argument, limit);
        if (blank > argument && entry.startsWith(blank + 1, ARG2)) {
            blank = Address.end(entry.bytes(), blank + 1 + ARG2.length, limit);
        }
        return blank > argument && entry.bytes()[blank - 1] == ',' && entry.startsWith(blank + 1, RELAY)
                ? blank + 1 + RELAY.length
                : -1;
    }

    /** The reply that begins there, without the address in front of its text. */
    static SmtpReply reply(LogEntry entry, int from) {
        SmtpReply reply = SmtpReply.of(entry.text(from, entry.to(), LONGEST_LINE));
        String text = reply.text();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int end = Address.end(bytes, 0, bytes.length);
        String behind = end < 0 ? "" : new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8);
        String address = text.substring(0, text.length() - behind.length());
        if (end > 0 && address.endsWith(DOTS)) {
            return new SmtpReply(reply.code(), reply.enhanced(), behind.strip());
        }
        // Sendmail shortens long addresses in their middle, which may leave quotes open.
        int dots = text.startsWith("<") ? text.lastIndexOf(DOTS + " ") : -1;
        return dots < 0 ? reply : new SmtpReply(reply.code(), reply.enhanced(), text.substring(dots + 4));
    }
}
