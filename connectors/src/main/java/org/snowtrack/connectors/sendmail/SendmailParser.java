package org.snowtrack.connectors.sendmail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.SessionState.Held;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** Reads one log of Sendmail's, as {@link SendmailLog} says. */
final class SendmailParser implements LogParser {

    private static final byte[] COLON = Bytes.of(": ");
    private static final byte[] NOQUEUE = Bytes.of("NOQUEUE");
    private static final byte[] RULESET = Bytes.of("ruleset=");
    private static final byte[] REJECTING = Bytes.of("rejecting commands from ");
    private static final byte[] DUE = Bytes.of(" due to pre-greeting traffic");
    private static final byte[] FROM = Bytes.of("from=");
    private static final byte[] TO = Bytes.of("to=");
    private static final byte[] FAILED = Bytes.of(", dsn=5");
    private static final byte[] UNKNOWN = Bytes.of("User unknown");
    private static final byte[] DSN = Bytes.of(": DSN: ");
    private static final byte[] SIZE = Bytes.of(", size=");
    private static final byte[] AUTH = Bytes.of("AUTH failure (");
    private static final byte[] RELAY = Bytes.of(", relay=");
    private static final byte[] MILTER = Bytes.of("Milter: ");
    private static final byte[] MILTER_CONNECT = Bytes.of("Milter: connect: host=");
    private static final byte[] WRAPPERS = Bytes.of("tcpwrappers (");
    private static final byte[] REJECTION = Bytes.of(") rejection");
    private static final byte[] HELO = Bytes.of("helo=");
    private static final byte[] ADDR = Bytes.of(", addr=");
    private static final byte[] REJECT = Bytes.of("reject=");
    private static final byte[] DISCARD = Bytes.of("discard");
    private static final byte[] NOT_ALLOWED = Bytes.of(" [rejected]");
    private static final byte[] DOTS = Bytes.of("... ");

    private static final int LONGEST_ID = 32;
    /** Sendmail splits longer lines. */
    private static final int LONGEST_LINE = 2_048;

    /** Sendmail cuts a sender off behind so many bytes. */
    private static final int LONGEST_SENDER = 200;

    private static final int LONGEST_NUMBERS = 100;

    private final SendmailLog format;
    private final Sessions sessions;

    SendmailParser(SendmailLog format, Sessions sessions) {
        this.format = format;
        this.sessions = sessions;
    }

    @Override
    public void parse(LogEntry entry, FactSink facts) {
        if (!format.looksLike(entry)) {
            return;
        }
        int idEnd = idEnd(entry);
        boolean hasId = idEnd > entry.from() && entry.startsWith(idEnd, COLON);
        int at = hasId ? idEnd + COLON.length : entry.from();
        if (entry.startsWith(at, RULESET)) {
            ruleset(entry, hasId && !entry.startsWith(NOQUEUE) ? idEnd : -1, at + RULESET.length, facts);
        } else if (entry.startsWith(at, REJECTING)) {
            rejecting(entry, at + REJECTING.length, facts);
        } else if (entry.startsWith(at, AUTH)) {
            authFailure(entry, at, facts);
        } else if (entry.startsWith(at, MILTER_CONNECT)) {
            milterConnect(entry, at + MILTER_CONNECT.length, facts);
        } else if (entry.startsWith(at, WRAPPERS)) {
            wrappers(entry, at + WRAPPERS.length, facts);
        } else if (hasId && !entry.startsWith(NOQUEUE)) {
            ofTransaction(entry, idEnd, at, facts);
        }
    }

    private void ruleset(LogEntry entry, int idEnd, int at, FactSink facts) {
        LogFact fact = Ruleset.fact(entry, at);
        if (fact != null) {
            facts.accept(entry.tag(), fact);
            return;
        }
        SmtpReply reply = Ruleset.lastReply(entry, at);
        if (reply == null) {
            facts.accept(entry.tag(), Notice.HARMLESS);
        } else if (idEnd < 0) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
        } else {
            hold(entry, key(entry, idEnd), reply.reason(), reply.codes(), 1, facts);
        }
    }

    private void ofTransaction(LogEntry entry, int idEnd, int at, FactSink facts) {
        if (entry.startsWith(at, FROM)) {
            from(entry, key(entry, idEnd), at + FROM.length, facts);
        } else if (entry.startsWith(at, TO)) {
            to(entry, key(entry, idEnd), at, facts);
        } else if (entry.startsWith(at, MILTER)) {
            milter(entry, idEnd, at + MILTER.length, facts);
        } else if (endsWith(entry, NOT_ALLOWED) || isBounce(entry, at)) {
            facts.accept(entry.tag(), Notice.HARMLESS);
        } else {
            userError(entry, idEnd, at, facts);
        }
    }

    private static int idEnd(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int end = entry.from();
        int last = Math.min(entry.to(), end + LONGEST_ID);
        while (end < last && isAlphanumeric(bytes[end])) {
            end++;
        }
        return end;
    }

    private static boolean isAlphanumeric(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
    }

    private static String key(LogEntry entry, int idEnd) {
        return "sendmail " + entry.host() + " " + entry.text(entry.from(), idEnd, LONGEST_ID);
    }

    /** {@code to=} tells how a delivery went, which ends what must be known of its message. */
    private void to(LogEntry entry, String key, int at, FactSink facts) {
        SessionState state = sessions.get(key);
        if (state != null && state.held().isEmpty()) {
            sessions.remove(key);
        }
        if (entry.indexOf(FAILED, at) >= 0 || entry.indexOf(UNKNOWN, at) >= 0) {
            facts.accept(entry.tag(), Notice.HARMLESS);
        }
    }

    private static boolean isBounce(LogEntry entry, int at) {
        int end = at;
        while (end < entry.to() && end - at < LONGEST_ID && isAlphanumeric(entry.bytes()[end])) {
            end++;
        }
        return end > at && entry.startsWith(end, DSN);
    }

    /** {@code <bob@example.org>... User unknown}: told to the client, too. */
    private void userError(LogEntry entry, int idEnd, int at, FactSink facts) {
        int limit = Math.min(entry.to(), at + LONGEST_LINE);
        int dots = entry.indexOf(DOTS, at);
        if (dots < 0 || dots >= limit) {
            return;
        }
        int end = Address.end(entry.bytes(), at, limit);
        int text = end > at + 3 && entry.startsWith(end - 3, DOTS) ? end + 1 : -1;
        if (text < 0) {
            // Any other sentence with dots in it, unless it begins as an address does.
            if (entry.bytes()[at] == '<') {
                facts.accept(entry.tag(), Notice.UNREADABLE);
            }
            return;
        }
        SmtpReply reply = new SmtpReply("", "", entry.text(text, limit, LONGEST_LINE));
        boolean isOfSender = reply.text().contains("sender");
        Reason reason = reply.reason();
        hold(
                entry,
                key(entry, idEnd),
                isOfSender ? Ruleset.ofClient(reason, true) : reason,
                reply.codes(),
                isOfSender ? 0 : 1,
                facts);
    }

    private void milter(LogEntry entry, int idEnd, int at, FactSink facts) {
        int limit = Math.min(entry.to(), at + LONGEST_LINE);
        int blank = Address.end(entry.bytes(), at, limit);
        if (blank < at + 1 || entry.bytes()[blank - 1] != ',') {
            return;
        }
        if (entry.startsWith(blank + 1, DISCARD)) {
            facts.accept(entry.tag(), Notice.HARMLESS);
        }
        if (!entry.startsWith(blank + 1, REJECT)) {
            return;
        }
        SmtpReply reply = Ruleset.reply(entry, blank + 1 + REJECT.length);
        boolean isOfClient = entry.startsWith(at, FROM) || entry.startsWith(at, HELO);
        String key = key(entry, idEnd);
        SessionState state = sessions.get(key);
        int recipients = isOfClient ? 0 : 1;
        if (!isOfClient
                && !entry.startsWith(at, TO)
                && state != null
                && !state.note().isEmpty()) {
            recipients = Integer.parseInt(state.note());
        }
        Reason reason = reply.reason();
        hold(
                entry,
                key,
                isOfClient ? Ruleset.ofClient(reason, reply.isPermanent()) : reason,
                reply.codes(),
                recipients,
                facts);
    }

    /** {@code Milter: connect: host=NAME, addr=ADDRESS, rejecting commands}. */
    private static void milterConnect(LogEntry entry, int at, FactSink facts) {
        int nameEnd = entry.wordEnd(at);
        int addr = nameEnd - 1;
        IpAddress client = null;
        String what = "";
        if (entry.startsWith(addr, ADDR)) {
            int from = addr + ADDR.length;
            int end = entry.wordEnd(from);
            boolean isWhole = end > from && entry.bytes()[end - 1] == ',';
            client = isWhole ? Endpoint.address(entry.text(from, end - 1, LONGEST_LINE)) : null;
            what = entry.text(end, entry.to(), LONGEST_ID);
        }
        boolean isRefusal = what.contains(" commands") || what.contains(" shutdown");
        tell(entry, client, Reason.POLICY, null, null, isRefusal, facts);
    }

    /** {@code tcpwrappers (NAME, ADDRESS) rejection}; the name comes from the DNS. */
    private static void wrappers(LogEntry entry, int at, FactSink facts) {
        int address = entry.wordEnd(at) + 1;
        int end = entry.wordEnd(address) - 1;
        boolean isWhole = entry.startsWith(end, REJECTION) && end + REJECTION.length == entry.to();
        IpAddress client = isWhole ? Endpoint.literal(entry.text(address, end, LONGEST_LINE)) : null;
        tell(entry, client, Reason.POLICY, null, null, isWhole, facts);
    }

    private static void rejecting(LogEntry entry, int at, FactSink facts) {
        int nameEnd = entry.wordEnd(at);
        Relay relay = Relay.of(entry, Math.min(nameEnd + 1, entry.to()));
        tell(entry, relay.client(), Reason.POLICY, null, null, entry.startsWith(relay.end(), DUE), facts);
    }

    private static void authFailure(LogEntry entry, int at, FactSink facts) {
        int relayAt = lastRelay(entry, at);
        if (relayAt < 0) {
            // Older releases do not say whose it was.
            facts.accept(entry.tag(), Notice.UNATTRIBUTED);
            return;
        }
        Relay relay = Relay.of(entry, relayAt);
        if (relay.isLocal()) {
            facts.accept(entry.tag(), Notice.HARMLESS);
            return;
        }
        boolean isWhole = relay.end() == entry.to();
        tell(entry, relay.client(), Reason.AUTH_FAILED, null, relay.name(), isWhole, facts);
    }

    private static void tell(
            LogEntry entry,
            @Nullable IpAddress client,
            Reason reason,
            @Nullable String codes,
            @Nullable String name,
            boolean isWhole,
            FactSink facts) {
        Instant time = entry.time();
        facts.accept(
                entry.tag(),
                client == null || time == null || !isWhole
                        ? Notice.UNREADABLE
                        : Refusal.of(client, time, reason, codes)
                                .withRecipients(0)
                                .withClientName(name));
    }

    private void hold(
            LogEntry entry, String key, Reason reason, @Nullable String codes, int recipients, FactSink facts) {
        Instant time = entry.time();
        if (time == null) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
            return;
        }
        SessionState known = sessions.get(key);
        SessionState state = known == null ? SessionState.NEW : known;
        if (state.client() != null) {
            facts.accept(entry.tag(), state.refusal(time, reason, codes, recipients));
            return;
        }
        sessions.put(key, state.holding(new Held(entry.tag(), time, reason, codes, recipients)));
    }

    private void from(LogEntry entry, String key, int at, FactSink facts) {
        int limit = Math.min(entry.to(), at + LONGEST_LINE);
        int end = Address.end(entry.bytes(), at, limit);
        if (end < 0 && entry.startsWith(at + LONGEST_SENDER, SIZE)) {
            end = at + LONGEST_SENDER + 1;
        }
        int relayAt = end < 0 ? -1 : lastRelay(entry, end - 1);
        Relay relay = relayAt < 0 ? null : Relay.of(entry, relayAt);
        if (relay == null || relay.end() != entry.to()) {
            return;
        }
        SessionState before = sessions.remove(key);
        IpAddress client = relay.client();
        if (client == null) {
            if (before != null) {
                Notice notice = relay.isLocal() ? Notice.HARMLESS : Notice.UNATTRIBUTED;
                before.held().forEach(held -> facts.accept(held.tag(), notice));
            }
            return;
        }
        String numbers = entry.text(end + 1, limit, LONGEST_NUMBERS);
        long size = number(numbers, "size=");
        long accepted = number(numbers, "nrcpts=");
        SessionState state = SessionState.of(client)
                .withClientName(relay.name())
                .withSender(entry.text(at, end - 1, LONGEST_LINE))
                .withMessageBytes(size > 0 ? size : null);
        if (before != null) {
            for (Held held : before.held()) {
                facts.accept(held.tag(), state.refusal(held.time(), held.reason(), held.reply(), held.recipients()));
            }
        }
        if (accepted > 0) {
            sessions.put(key, state.withNote(Long.toString(Math.min(accepted, Integer.MAX_VALUE))));
        }
    }

    /** The last relay of the line, which nothing that a client chose can follow; -1 where there is none. */
    private static int lastRelay(LogEntry entry, int at) {
        for (int i = Math.min(entry.to(), at + LONGEST_LINE) - RELAY.length; i >= at; i--) {
            if (entry.bytes()[i] == ',' && entry.startsWith(i, RELAY)) {
                return i + RELAY.length;
            }
        }
        return -1;
    }

    /** The number behind a name, where they are separated by commas; 0 where there is none. */
    private static long number(String fields, String name) {
        for (String field : fields.split(", ", 4)) {
            if (field.startsWith(name)) {
                int end = name.length();
                while (end < field.length() && Character.digit(field.charAt(end), 10) >= 0) {
                    end++;
                }
                String digits = field.substring(name.length(), end);
                return digits.isEmpty() || digits.length() > 15 ? 0 : Long.parseLong(digits);
            }
        }
        return 0;
    }

    private static boolean endsWith(LogEntry entry, byte[] ending) {
        return entry.startsWith(Math.max(entry.from(), entry.to() - ending.length), ending);
    }
}
