package org.snowtrack.connectors.formats;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.Envelope;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;

/** What lines of a log tell, as of 25 November 2026, 13:00 UTC, in UTC. */
public final class Lines {

    public static final Instant NOW = Instant.parse("2026-11-25T13:00:00Z");

    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private Lines() {}

    /** A fact and the line, counted from 1, that tells it. */
    public record Told(long line, LogFact fact) {}

    /** All that the lines of one log tell. */
    public static List<Told> told(LogFormat format, ZoneId zone, List<byte[]> lines) {
        GrammarGuard guard = new GrammarGuard(mistake -> {
            throw new AssertionError("A grammar failed.", mistake);
        });
        LogReader reader = new LogReader(format, zone, Years.live(zone, CLOCK), CLOCK, guard);
        List<Told> told = new ArrayList<>();
        long position = 0;
        long number = 0;
        for (byte[] line : lines) {
            number++;
            reader.read(line, 0, line.length, position, number, (tag, fact) -> told.add(new Told(tag, fact)));
            position += line.length + 1;
        }
        return told;
    }

    /** The facts that the lines of one log tell. */
    public static List<LogFact> facts(LogFormat format, String... lines) {
        return told(format, ZoneOffset.UTC, bytes(lines)).stream()
                .map(Told::fact)
                .toList();
    }

    /** The refusals that the lines of one log tell. */
    public static List<LogFact.Refusal> refusals(LogFormat format, String... lines) {
        return facts(format, lines).stream()
                .filter(LogFact.Refusal.class::isInstance)
                .map(LogFact.Refusal.class::cast)
                .toList();
    }

    /** What one line tells, of which it tells one thing at most. */
    public static @Nullable LogFact fact(LogFormat format, byte[] line) {
        List<Told> told = told(format, ZoneOffset.UTC, List.of(line));
        return told.isEmpty() ? null : told.get(0).fact();
    }

    /** A line's entry. */
    public static LogEntry entry(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new Envelope(ZoneOffset.UTC, Years.live(ZoneOffset.UTC, CLOCK), CLOCK).read(bytes, 0, bytes.length, 1);
    }

    private static List<byte[]> bytes(String... lines) {
        return List.of(lines).stream()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
