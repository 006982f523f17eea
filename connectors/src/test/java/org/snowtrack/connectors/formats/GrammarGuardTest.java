package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

class GrammarGuardTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-25T13:00:00Z"));

    private final List<String> told = new ArrayList<>();
    private final List<Throwable> mistakes = new ArrayList<>();
    private final FactSink facts = (line, fact) -> told.add(line + " " + fact);

    @Test
    void shouldCountTheLineOnWhichAGrammarFailsAsUnreadableAndReadOn() {
        // Given
        LogReader reader = new LogReader(
                new Failing(),
                ZoneOffset.UTC,
                Years.live(ZoneOffset.UTC, CLOCK),
                CLOCK,
                new GrammarGuard(mistakes::add));
        List<String> lines = List.of("fine", "half", "deep", "fine");

        // When
        for (int i = 0; i < lines.size(); i++) {
            byte[] line = lines.get(i).getBytes(StandardCharsets.UTF_8);
            reader.read(line, 0, line.length, i * 5L, i, facts);
        }

        // Then
        assertThat(told).containsExactly("0 UNATTRIBUTED", "1 UNREADABLE", "2 UNREADABLE", "3 UNATTRIBUTED");
        assertThat(mistakes).hasExactlyElementsOfTypes(IndexOutOfBoundsException.class, StackOverflowError.class);
    }

    @Test
    void shouldReadOnWhenItLogsMistakesByItself() {
        // When
        new GrammarGuard().read(7, keep -> Failing.parse("half", 7, keep), facts);

        // Then
        assertThat(told).containsExactly("7 UNREADABLE");
    }

    @Test
    void shouldTakeNoFailureOfItsCallerForAMistakeOfAGrammar() {
        GrammarGuard guard = new GrammarGuard(mistakes::add);
        RuntimeException failure = new IllegalStateException("the disk is full");

        assertThatThrownBy(() -> guard.read(
                        1,
                        keep -> GrammarGuard.outside(() -> {
                            throw failure;
                        }),
                        facts))
                .isSameAs(failure);
        assertThatThrownBy(() -> guard.read(1, keep -> Failing.parse("fine", 1, keep), (line, fact) -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(mistakes).isEmpty();
    }

    /** Fails on some lines, before or after it has told something. */
    private static final class Failing implements LogFormat {

        @Override
        public String id() {
            return "failing";
        }

        @Override
        public String name() {
            return "Failing";
        }

        @Override
        public String mark() {
            return "nothing";
        }

        @Override
        public boolean looksLike(LogEntry entry) {
            return true;
        }

        @Override
        public LogParser parser(Sessions sessions) {
            return (entry, facts) -> parse(entry.text(entry.from(), entry.to(), 10), entry.tag(), facts);
        }

        static void parse(String line, long tag, FactSink facts) {
            facts.accept(tag, LogFact.Notice.UNATTRIBUTED);
            if (line.equals("half")) {
                throw new IndexOutOfBoundsException(line);
            }
            if (line.equals("deep")) {
                throw new StackOverflowError();
            }
        }
    }
}
