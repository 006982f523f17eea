package org.snowtrack.connectors.formats;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.Envelope;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * Reads lines of many hosts and servers as they come, mixed, where one reader goes on at any line where another one
 * stopped. So it remembers nothing: a line is of the first format that may have written it, its year is the latest
 * possible one, sessions are in the caller's hands, and {@code last message repeated} tells nothing, for nobody knows
 * which line was the last of that host. For one thread.
 */
public final class MixedLines {

    private final ZoneId zone;
    private final Envelope envelope;
    private final GrammarGuard guard = new GrammarGuard();
    private final List<LogParser> parsers;
    private Instant now = Instant.EPOCH;
    private @Nullable LogEntry entry;

    /**
     * A reader.
     *
     * @param zone of times that have none
     * @param sessions of a host, by the name that its lines have; empty where they have none
     */
    public MixedLines(ZoneId zone, Function<String, Sessions> sessions) {
        this.zone = zone;
        this.envelope = new Envelope(zone, years(), () -> now);
        Sessions ofHost = new OfHost(sessions);
        this.parsers =
                LogFormats.ALL.stream().map(format -> format.parser(ofHost)).toList();
    }

    private Years years() {
        return Years.live(zone, () -> now);
    }

    /**
     * Reads a line.
     *
     * @param bytes that hold the line
     * @param from where it begins
     * @param to where it ends, without its line end
     * @param written about when it was written
     * @param tag what to call it when facts are told
     */
    public void read(byte[] bytes, int from, int to, Instant written, long tag, FactSink facts) {
        now = written;
        guard.read(tag, grammar -> parse(bytes, from, to, tag, grammar), facts);
    }

    private void parse(byte[] bytes, int from, int to, long tag, FactSink facts) {
        envelope.begin(years());
        LogEntry line = envelope.read(bytes, from, to, tag);
        entry = line;
        if (line.repeatsOfLast() > 0) {
            return;
        }
        int repeats = line.repeats();
        for (int i = 0; i < parsers.size(); i++) {
            LogFormat format = LogFormats.ALL.get(i);
            if (format.looksLike(line)) {
                parsers.get(i)
                        .parse(
                                line,
                                (told, fact) -> facts.accept(
                                        told,
                                        fact instanceof Refusal refusal ? LogReader.times(refusal, repeats) : fact));
                return;
            }
        }
    }

    /** The sessions of the host that wrote the line being read. */
    private final class OfHost implements Sessions {

        private final Function<String, Sessions> sessions;

        OfHost(Function<String, Sessions> sessions) {
            this.sessions = sessions;
        }

        private Sessions sessions() {
            return sessions.apply(entry == null ? "" : entry.host());
        }

        @Override
        public @Nullable SessionState get(String id) {
            return GrammarGuard.outside(() -> sessions().get(id));
        }

        @Override
        public void put(String id, SessionState state) {
            GrammarGuard.outside(() -> {
                sessions().put(id, state);
                return state;
            });
        }

        @Override
        public @Nullable SessionState remove(String id) {
            return GrammarGuard.outside(() -> sessions().remove(id));
        }
    }
}
