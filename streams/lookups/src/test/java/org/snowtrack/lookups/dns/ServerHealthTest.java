package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerHealthTest {

    private final ServerHealth health = new ServerHealth();
    private long now;

    @Test
    void shouldRestWhenFourQuestionsInARowHaveNoAnswer() {
        // Given
        miss(3);
        health.answered();
        miss(3);
        boolean before = health.admits(now);

        // When
        health.missed(now);

        // Then
        assertThat(before).isTrue();
        assertThat(health.admits(now)).isFalse();
    }

    @Test
    void shouldLetOneQuestionFindOutWhenTheRestIsOver() {
        // Given
        miss(4);
        pass(Duration.ofSeconds(2));

        // When
        long admitted =
                IntStream.range(0, 1_000).filter(i -> health.admits(now)).count();

        // Then
        assertThat(admitted).isEqualTo(1);
    }

    @Test
    void shouldCountABurstOfTimeoutsOnceWhenItIsAlreadyResting() {
        // Given
        miss(4);
        long rest = health.restEnds(now);

        // When
        miss(1_000);

        // Then
        assertThat(health.restEnds(now)).isEqualTo(rest);
    }

    @Test
    void shouldBeAskedAFewTimesAMinuteInAnOutageAndAtOnceWhenItIsOver() {
        // Given: ten minutes in which a question comes every 100 ms and is not answered
        int asked = 0;
        for (int i = 0; i < 6_000; i++) {
            pass(Duration.ofMillis(100));
            if (health.admits(now)) {
                asked++;
                health.missed(now);
            }
        }
        pass(Duration.ofSeconds(38));
        boolean isTried = health.admits(now);

        // When
        health.answered();

        // Then
        assertThat(asked).isBetween(20, 45);
        assertThat(isTried).isTrue();
        assertThat(IntStream.range(0, 1_000)).allMatch(i -> health.admits(now));
    }

    private void miss(int times) {
        for (int i = 0; i < times; i++) {
            health.missed(now);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
