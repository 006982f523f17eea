package org.snowtrack.connectors.haraka;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.SessionState.Held;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.connectors.grammar.SmtpCommand;
import org.snowtrack.connectors.grammar.SmtpReply;
import org.snowtrack.schemas.ip.IpAddress;

/** Joins the lines of Haraka's sessions; see {@link HarakaLog}. */
final class HarakaParser implements LogParser {

    private static final String KEY = "haraka/";
    private static final String NOT_RELAYED = "550 I cannot deliver mail for <";

    private static final String RECIPIENT = "recipient <";
    private static final String SENDER = "sender <";
    private static final String TOO_BIG = "Incoming message exceeded max size";
    private static final String TOO_BIG_BEFORE_3 = "Incoming message exceeded databytes size";

    private final Sessions sessions;

    HarakaParser(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void parse(LogEntry entry, FactSink facts) {
        HarakaLine line = HarakaLine.of(entry);
        if (line == null) {
            return;
        }
        String key = KEY + line.session();
        SessionState known = sessions.get(key);
        String words = line.words();
        if (words.equals("connect")) {
            connect(line, key, known, entry, facts);
        } else if (words.equals("disconnect")) {
            disconnect(line, key, entry, facts);
        } else if (words.equals("HAProxy")) {
            proxy(line, key, known, entry, facts);
        } else if (words.startsWith("deny(soft?) over")) {
            if (known != null) {
                sessions.put(key, known.withoutHeld());
            }
        } else if (words.isEmpty() && line.fields().containsKey("hook")) {
            hook(line, key, known, entry, facts);
        } else if (words.startsWith(RECIPIENT)) {
            told(line, SmtpCommand.RCPT, key, known, entry, facts);
        } else if (words.startsWith(SENDER)) {
            String sender = words.substring(SENDER.length() - 1);
            told(line, SmtpCommand.MAIL, key, known == null ? null : known.withSender(sender), entry, facts);
        } else if (words.equals("message")) {
            SessionState state = known == null
                    ? null
                    : known.withMessageBytes(number(line.field("size"))).withNote(known.note());
            told(line, SmtpCommand.DATA, key, state, entry, facts);
        } else if (words.startsWith(TOO_BIG) || words.startsWith(TOO_BIG_BEFORE_3)) {
            tooBig(known, entry, facts);
        } else if (words.equals("queue")) {
            told(line, SmtpCommand.DATA, key, known, entry, facts);
        }
    }

    private void connect(HarakaLine line, String key, @Nullable SessionState known, LogEntry entry, FactSink facts) {
        IpAddress client = address(line.field("ip"), line.fields().containsKey("port"));
        if (client == null) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
        } else if (known == null) {
            sessions.put(key, SessionState.of(client));
        }
    }

    /** A line that ends within an address has another one. */
    private static @Nullable IpAddress address(String text, boolean isWhole) {
        return isWhole ? Endpoint.address(text) : null;
    }

    /** The port follows the address behind a colon, without brackets around IPv6. */
    private void proxy(HarakaLine line, String key, @Nullable SessionState known, LogEntry entry, FactSink facts) {
        String source = line.field("src_ip");
        int port = source.lastIndexOf(':');
        IpAddress client = address(
                port < 0 ? source : source.substring(0, port), line.fields().containsKey("dst_ip"));
        if (client == null) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
            sessions.remove(key);
        } else {
            sessions.put(key, (known == null ? SessionState.NEW : known).withClient(client));
        }
    }

    private void disconnect(HarakaLine line, String key, LogEntry entry, FactSink facts) {
        SessionState state = sessions.remove(key);
        if (state != null) {
            state.tellHeld(facts);
        }
        String[] counts = line.field("rcpts").split("/", -1);
        if (counts.length != 3) {
            return;
        }
        int accepted = count(counts[0]);
        int deferred = count(counts[1]);
        int refused = count(counts[2]);
        IpAddress client = Endpoint.address(line.field("ip"));
        Instant written = entry.time();
        if (client == null || written == null || accepted < 0 || deferred < 0 || refused < 0) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
        } else if (accepted + deferred + refused > 0) {
            if (state != null) {
                notRelayed(line, state, refused, entry, facts);
            }
            facts.accept(entry.tag(), new LogFact.Session(client, written, accepted, accepted + deferred + refused));
        }
    }

    /** Recipients that were logged with code OK and refused nevertheless, since nobody had allowed to relay to them. */
    private static void notRelayed(HarakaLine line, SessionState state, int refused, LogEntry entry, FactSink facts) {
        int untold = refused - Progress.of(state.note()).refused();
        if (untold > 0 && line.field("lr").startsWith(NOT_RELAYED)) {
            facts.accept(entry.tag(), state.refusal(entry.time(), Reason.RELAY_DENIED, "550", untold));
        }
    }

    private void hook(HarakaLine line, String key, @Nullable SessionState known, LogEntry entry, FactSink facts) {
        String hook = line.field("hook");
        String verdict = line.field("retval");
        if (hook.equals("deny")) {
            if (verdict.equals("OK") && known != null) {
                sessions.put(key, known.withoutHeld());
            }
            return;
        }
        SmtpCommand stage = stage(hook);
        String code = code(verdict, stage);
        if (stage == SmtpCommand.OTHER || code.isEmpty()) {
            return;
        }
        boolean isRepeated =
                switch (stage) {
                    case CONNECT, HELO, VRFY -> false;
                    default -> !hook.equals("data");
                };
        SmtpReply reply = reply(line, code);
        Reason reason = reason(stage, reply);
        Instant written = entry.time();
        if (known == null || known.client() == null) {
            facts.accept(entry.tag(), isRepeated ? Notice.HARMLESS : Notice.UNATTRIBUTED);
        } else if (written == null) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
        } else {
            known.tellHeld(facts);
            SessionState state = stage == SmtpCommand.HELO ? known.withHelo(line.field("params")) : known;
            Progress progress = Progress.of(state.note());
            boolean isOfRecipients =
                    reason == Reason.OTHER && line.field("plugin").startsWith("rcpt_to.");
            Held held = new Held(
                    entry.tag(),
                    written,
                    isOfRecipients ? Reason.INVALID_RECIPIENT : reason,
                    reply.codes(),
                    stage.recipients(reason, progress.accepted()));
            Progress next = new Progress(isRepeated, progress.accepted(), progress.refused());
            sessions.put(key, state.withoutHeld().holding(held).withNote(next.note()));
        }
    }

    private static SmtpCommand stage(String hook) {
        return switch (hook) {
            case "connect", "connect_init", "lookup_rdns" -> SmtpCommand.CONNECT;
            case "helo", "ehlo" -> SmtpCommand.HELO;
            case "mail" -> SmtpCommand.MAIL;
            case "rcpt", "rcpt_ok" -> SmtpCommand.RCPT;
            case "vrfy" -> SmtpCommand.VRFY;
            case "data", "data_post", "queue", "queue_outbound" -> SmtpCommand.DATA;
            default -> SmtpCommand.OTHER;
        };
    }

    /** One of the lines that tell what became of a command. */
    private void told(
            HarakaLine line,
            SmtpCommand stage,
            String key,
            @Nullable SessionState known,
            LogEntry entry,
            FactSink facts) {
        String code = code(line.field("code"), stage);
        if (known == null || known.client() == null) {
            if (!code.isEmpty()) {
                facts.accept(entry.tag(), Notice.UNATTRIBUTED);
            }
            return;
        }
        Reason byPlugin = null;
        String codesByPlugin = null;
        Progress progress = Progress.of(known.note());
        if (progress.isRepeated() && !known.held().isEmpty()) {
            byPlugin = known.held().get(0).reason();
            codesByPlugin = known.held().get(0).reply();
        } else {
            // By the session as it was: this line's sender is not that of the refusal before.
            SessionState before = sessions.get(key);
            (before == null ? known : before).tellHeld(facts);
        }
        int accepted = accepted(line, stage, progress.accepted());
        boolean isRefused = stage == SmtpCommand.RCPT && code.equals("550");
        Progress next = new Progress(false, accepted, progress.refused() + (isRefused ? 1 : 0));
        SessionState state = known.withoutHeld().withNote(next.note());
        sessions.put(key, state);
        if (code.isEmpty()) {
            return;
        }
        SmtpReply reply = reply(line, code);
        Reason reason = reason(stage, reply);
        Instant written = entry.time();
        if (written == null) {
            facts.accept(entry.tag(), Notice.UNREADABLE);
            return;
        }
        if (byPlugin == null || reason != Reason.OTHER) {
            byPlugin = reason;
            codesByPlugin = reply.codes();
        }
        String sender = line.field("sender");
        facts.accept(
                entry.tag(),
                (sender.isEmpty() ? state : state.withSender(sender))
                        .refusal(written, byPlugin, codesByPlugin, stage.recipients(reason, accepted)));
    }

    /** Recipients of the message so far; {@code queue} does not tell them, but {@code message} has. */
    private static int accepted(HarakaLine line, SmtpCommand stage, int before) {
        if (stage == SmtpCommand.MAIL) {
            return 0;
        }
        if (line.words().equals("message")) {
            String counts = line.field("rcpts");
            int slash = counts.indexOf('/');
            return Math.max(0, count(slash < 0 ? counts : counts.substring(0, slash)));
        }
        boolean isAccepted = stage == SmtpCommand.RCPT && line.field("code").equals("OK");
        return before + (isAccepted ? 1 : 0);
    }

    /** The code with which {@code connection.js} answers at that stage; empty where it does not refuse. */
    private static String code(String verdict, SmtpCommand stage) {
        boolean isGreeting = stage == SmtpCommand.CONNECT;
        return switch (verdict) {
            case "DENY", "DENYDISCONNECT" -> isGreeting ? "554" : "550";
            case "DENYSOFT", "DENYSOFTDISCONNECT" -> isGreeting ? "421" : "450";
            default -> "";
        };
    }

    /** A plugin's verdict is a refusal whatever its words are; for good, of a client or sender that it does not like. */
    private static Reason reason(SmtpCommand stage, SmtpReply reply) {
        Reason reason = stage.refusal(reply);
        if (reason != null && reason != Reason.OTHER) {
            return reason;
        }
        boolean isOfRecipient = stage == SmtpCommand.RCPT || stage == SmtpCommand.VRFY || stage == SmtpCommand.DATA;
        return isOfRecipient || !reply.isPermanent() ? Reason.OTHER : Reason.POLICY;
    }

    /** No code is logged: it is 550 unless a plugin asks for 450. */
    private void tooBig(@Nullable SessionState known, LogEntry entry, FactSink facts) {
        SessionState state = known == null ? SessionState.NEW : known;
        int recipients = SmtpCommand.DATA.recipients(
                Reason.SIZE_EXCEEDED, Progress.of(state.note()).accepted());
        facts.accept(entry.tag(), state.refusal(entry.time(), Reason.SIZE_EXCEEDED, null, recipients));
    }

    /** The plugin's words, which may bring an enhanced code or a code of their own. */
    private static SmtpReply reply(HarakaLine line, String code) {
        String words = line.field("msg");
        String own = line.field("msg.code");
        if (!line.field("msg.cls").isEmpty() || !line.field("msg.sub").isEmpty()) {
            words = line.field("msg.cls") + "." + line.field("msg.sub") + "." + line.field("msg.det") + " "
                    + line.field("msg.msg");
        } else if (words.isEmpty() || words.equals("[object Object]")) {
            words = line.field("msg.reply") + line.field("msg.msg");
        }
        int address = line.words().indexOf('<');
        if (address > 0) {
            // What the client wrote has no part in the reason.
            words = words.replace(line.words().substring(address), "");
        }
        SmtpReply reply = SmtpReply.of(words);
        return reply.code().isEmpty() ? SmtpReply.of((own.isEmpty() ? code : own) + " " + words) : reply;
    }

    private static @Nullable Long number(String digits) {
        int number = count(digits);
        return number < 0 ? null : Long.valueOf(number);
    }

    /** A count of at most nine digits; -1 where it is none. */
    private static int count(String digits) {
        boolean isCount =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isCount ? Integer.parseInt(digits) : -1;
    }
}
