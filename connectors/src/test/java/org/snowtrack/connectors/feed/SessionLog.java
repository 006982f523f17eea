package org.snowtrack.connectors.feed;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.SessionState.Held;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * A server that tells a client once and its refusals on lines of their own:
 *
 * <pre>
 *   toyd: ID begins ADDRESS      a client comes
 *   toyd: ID begins              a client comes whose address is not known yet
 *   toyd: ID refuses REASON
 *   toyd: ID is ADDRESS          only now is it known who it is
 *   toyd: ID ends ACCEPTED/OFFERED
 * </pre>
 */
final class SessionLog implements LogFormat {

    private static final byte[] PROGRAM = "toyd".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String id() {
        return "toy";
    }

    @Override
    public String name() {
        return "Toy";
    }

    @Override
    public String mark() {
        return "the program toyd";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return entry.isProgram(PROGRAM);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return (entry, facts) -> {
            if (looksLike(entry)) {
                String[] words = entry.text(entry.from(), entry.to(), 100).split(" ", -1);
                read(words, entry, sessions, facts);
            }
        };
    }

    private static void read(String[] words, LogEntry entry, Sessions sessions, FactSink facts) {
        String id = words[0];
        switch (words[1]) {
            case "begins" ->
                sessions.put(id, words.length > 2 ? SessionState.of(IpAddress.parse(words[2])) : SessionState.NEW);
            case "refuses" -> refuse(id, Reason.valueOf(words[2]), entry, sessions, facts);
            case "is" -> {
                SessionState state = sessions.get(id);
                if (state != null) {
                    SessionState known = state.withClient(IpAddress.parse(words[2]));
                    release(known, facts);
                    sessions.put(id, known.withoutHeld());
                }
            }
            default -> end(sessions.remove(id), words[2].split("/", -1), entry, facts);
        }
    }

    private static void refuse(String id, Reason reason, LogEntry entry, Sessions sessions, FactSink facts) {
        SessionState state = sessions.get(id);
        if (state == null) {
            facts.accept(entry.tag(), LogFact.Notice.UNATTRIBUTED);
        } else if (state.client() == null) {
            sessions.put(id, state.holding(new Held(entry.tag(), time(entry), reason, null, 1)));
        } else {
            facts.accept(entry.tag(), state.refusal(time(entry), reason, null, 1));
        }
    }

    private static void release(SessionState state, FactSink facts) {
        state.held()
                .forEach(held -> facts.accept(
                        held.tag(), state.refusal(held.time(), held.reason(), held.reply(), held.recipients())));
    }

    private static void end(@Nullable SessionState state, String[] counts, LogEntry entry, FactSink facts) {
        if (state != null && state.client() != null) {
            facts.accept(
                    entry.tag(),
                    new LogFact.Session(
                            state.client(), time(entry), Integer.parseInt(counts[0]), Integer.parseInt(counts[1])));
        } else if (state != null) {
            state.held().forEach(held -> facts.accept(held.tag(), LogFact.Notice.UNATTRIBUTED));
        }
    }

    private static Instant time(LogEntry entry) {
        return Objects.requireNonNull(entry.time());
    }
}
