package org.snowtrack.connectors.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.ip.IpAddress;

class SessionMemoryTest {

    private static final SessionState STATE = SessionState.of(IpAddress.parse("192.0.2.1"));
    private static final int IDS = 4;

    /** A line that begins a session, adds to what is known of it, or ends it; so many bytes behind the line before. */
    record Step(int id, char kind, long bytes) {}

    @Property(tries = 2_000)
    void shouldRememberTheSameWhenReadAgainFromWhereItRemembersSince(
            @ForAll @Size(max = 80) List<@From("steps") Step> steps) {
        // Given
        SessionMemory memory = new SessionMemory();
        long position = 0;
        for (int i = 0; i < steps.size(); i++) {
            position += steps.get(i).bytes();
            read(memory, steps.get(i), position);
        }

        // When
        SessionMemory again = new SessionMemory();
        long from = memory.since().orElse(Long.MAX_VALUE);
        position = 0;
        for (Step step : steps) {
            position += step.bytes();
            if (position >= from) {
                read(again, step, position);
            }
        }

        // Then
        assertThat(again.since()).isEqualTo(memory.since());
        assertThat(states(again)).isEqualTo(states(memory));
    }

    @Property(tries = 2_000)
    void shouldRememberSessionFromItsFirstLineToTheWindowsEnd(@ForAll @Size(max = 80) List<@From("steps") Step> steps) {
        // Given
        SessionMemory memory = new SessionMemory();
        Map<String, Long> begun = new TreeMap<>();
        long position = 0;

        // When
        for (Step step : steps) {
            position += step.bytes();
            long now = position;
            begun.values().removeIf(since -> now - since > SessionMemory.WINDOW);
            read(memory, step, now);
            if (step.kind() == 'b') {
                begun.put(id(step), now);
            } else if (step.kind() == 'e') {
                begun.remove(id(step));
            }
        }

        // Then
        assertThat(states(memory).keySet()).isEqualTo(begun.keySet());
        assertThat(memory.since().stream().boxed().toList())
                .isEqualTo(begun.values().stream().sorted().limit(1).toList());
    }

    @Test
    void shouldCountWhatWasHeldForClientThatNeverCame() {
        // Given
        SessionMemory memory = new SessionMemory();
        SessionState.Held held = new SessionState.Held(1, Instant.EPOCH, Reason.OTHER, null, 1);
        memory.advance(10);
        memory.put("a", SessionState.NEW.holding(held).holding(held));

        // When
        memory.advance(10 + SessionMemory.WINDOW);
        List<SessionState> before = memory.takeLost();
        memory.advance(11 + SessionMemory.WINDOW);

        // Then
        assertThat(before).isEmpty();
        assertThat(memory.takeLost())
                .containsExactly(SessionState.NEW.holding(held).holding(held));
        assertThat(memory.takeLost()).isEmpty();
        assertThat(memory.get("a")).isNull();
    }

    @Test
    void shouldBeAsOldAsWhatItReplacesIfThatWasAskedFor() {
        // Given
        SessionMemory memory = new SessionMemory();
        memory.advance(10);
        memory.put("a", STATE);
        memory.advance(20);
        memory.put("b", STATE);

        // When
        memory.advance(30);
        memory.remove("a");
        memory.put("a", STATE.withNote("derived"));

        // Then
        assertThat(memory.since()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void shouldBeginAnewWhenIdIsUsedAgain() {
        // Given
        SessionMemory memory = new SessionMemory();
        memory.advance(10);
        memory.put("a", STATE);

        // When
        memory.advance(20);
        memory.put("a", STATE);

        // Then
        assertThat(memory.since()).isEqualTo(OptionalLong.of(20));
        memory.advance(20 + SessionMemory.WINDOW);
        assertThat(memory.get("a")).isEqualTo(STATE);
    }

    /** As a parser does that remembers nothing but what it keeps there. */
    private static void read(SessionMemory sessions, Step step, long position) {
        sessions.advance(position);
        switch (step.kind()) {
            case 'b' -> sessions.put(id(step), STATE.withNote("at " + position));
            case 'e' -> sessions.remove(id(step));
            default -> {
                SessionState known = sessions.get(id(step));
                if (known != null) {
                    sessions.put(id(step), known.withNote(known.note() + ", " + position));
                }
            }
        }
    }

    private static Map<String, SessionState> states(SessionMemory sessions) {
        Map<String, SessionState> states = new TreeMap<>();
        for (int id = 0; id < IDS; id++) {
            SessionState state = sessions.get("s" + id);
            if (state != null) {
                states.put("s" + id, state);
            }
        }
        return states;
    }

    private static String id(Step step) {
        return "s" + step.id();
    }

    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, IDS - 1),
                        Arbitraries.of('b', 'k', 'k', 'e'),
                        Arbitraries.longs().between(1, SessionMemory.WINDOW / 3))
                .as(Step::new);
    }
}
