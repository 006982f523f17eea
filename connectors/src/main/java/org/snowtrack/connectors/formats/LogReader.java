package org.snowtrack.connectors.formats;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.snowtrack.connectors.envelope.Envelope;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.SessionMemory;
import org.snowtrack.connectors.grammar.SessionState;

/**
 * Reads the lines of one log, whatever is wrapped around them: envelope, grammar, sessions, repetitions. For one
 * thread.
 */
public final class LogReader {

    private final Envelope envelope;
    private final GrammarGuard guard;
    private final SessionMemory sessions = new SessionMemory();
    private final LogParser parser;
    private final List<Refusal> lastRefusals = new ArrayList<>();
    private final Told told = new Told();
    private final Line line = new Line();

    /**
     * A reader for one log.
     *
     * @param zone of times that have none
     * @param years of times that have none
     * @param untimed the time of lines that have none at all
     */
    public LogReader(LogFormat format, ZoneId zone, Years years, InstantSource untimed) {
        this(format, zone, years, untimed, new GrammarGuard());
    }

    LogReader(LogFormat format, ZoneId zone, Years years, InstantSource untimed, GrammarGuard guard) {
        this.guard = guard;
        this.envelope = new Envelope(zone, years, untimed);
        this.parser = format.parser(sessions);
    }

    /** Another file of the same log begins. Sessions go on; a repetition is not sought across the border. */
    public void begin(Years ofFile) {
        lastRefusals.clear();
        envelope.begin(ofFile);
    }

    /**
     * Reads a line.
     *
     * @param bytes that hold the line
     * @param from where it begins
     * @param to where it ends, without its line end
     * @param position where the line begins, in bytes since the start of whatever was read
     * @param tag what to call it when facts are told
     */
    public void read(byte[] bytes, int from, int to, long position, long tag, FactSink facts) {
        sessions.advance(position);
        told.facts = facts;
        line.bytes = bytes;
        line.from = from;
        line.to = to;
        line.tag = tag;
        guard.read(tag, line, told);
        tellLost(facts);
    }

    /** The log has ended for good: tells what waited for a line that has not come. */
    public void end(FactSink facts) {
        sessions.end();
        tellLost(facts);
    }

    private void tellLost(FactSink facts) {
        for (SessionState lost : sessions.takeLost()) {
            lost.tellHeld(facts);
        }
    }

    /** The line being read. One for all lines: an object for each would cost as much as its envelope. */
    private final class Line implements Consumer<FactSink> {

        private byte[] bytes = {};
        private int from;
        private int to;
        private long tag;

        @Override
        public void accept(FactSink facts) {
            told.repeats = 1;
            LogEntry entry = envelope.read(bytes, from, to, tag);
            if (entry.repeatsOfLast() > 0) {
                told.repeats = entry.repeatsOfLast();
                // They are the last ones again when they have been told.
                lastRefusals.forEach(refusal -> facts.accept(tag, refusal));
                lastRefusals.clear();
                return;
            }
            lastRefusals.clear();
            told.repeats = entry.repeats();
            parser.parse(entry, facts);
        }
    }

    /** Passes facts on as often as their line was written. One for all lines, most of which tell nothing. */
    private final class Told implements FactSink {

        private int repeats;
        private FactSink facts = (line, fact) -> {};

        @Override
        public void accept(long line, LogFact fact) {
            if (fact instanceof Refusal refusal) {
                lastRefusals.add(refusal);
                facts.accept(line, times(refusal, repeats));
            } else {
                facts.accept(line, fact);
            }
        }
    }

    static Refusal times(Refusal refusal, int repeats) {
        return repeats == 1 ? refusal : refusal.withRecipients(refusal.recipients() * repeats);
    }

    /** Position from which a reader must read again to know what this one knows; empty where it knows nothing. */
    public OptionalLong remembersSince() {
        return sessions.since();
    }
}
