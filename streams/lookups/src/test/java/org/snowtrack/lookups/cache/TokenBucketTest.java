package org.snowtrack.lookups.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long MILLI = 1_000_000;

    @Test
    void shouldMakeWaitWhoComesAfterTheBurst() {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(10, 3), 0);

        // When
        List<Long> waits = Stream.generate(() -> bucket.take(0, PATIENCE).orElse(-1) / MILLI)
                .limit(6)
                .toList();

        // Then
        assertThat(waits).containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
    }

    @Test
    void shouldTakeNothingWhenTheWaitWouldBeTooLong() {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(1, 1), 0);
        bucket.take(0, PATIENCE);
        bucket.take(0, PATIENCE);

        // When
        OptionalLong refused = bucket.take(0, PATIENCE);

        // Then
        assertThat(refused).isEmpty();
        assertThat(bucket.take(1000 * MILLI, PATIENCE)).hasValue(1000 * MILLI);
    }

    @Property
    void shouldNeverLetMoreThroughThanBurstAndRate(
            @ForAll @IntRange(min = 1, max = 1000) int rate,
            @ForAll @IntRange(min = 1, max = 20) int burst,
            @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 100_000_000) Long> pauses,
            @ForAll long start) {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(rate, burst), start);
        long now = start;

        // When
        List<Long> times = new ArrayList<>();
        for (long pause : pauses) {
            now += pause;
            OptionalLong wait = bucket.take(now, PATIENCE);
            if (wait.isPresent()) {
                times.add(now + wait.getAsLong() - start);
            }
        }

        // Then
        long interval = 1_000_000_000L / rate;
        assertThat(IntStream.range(burst, times.size()))
                .allSatisfy(i -> assertThat(times.get(i) - times.get(i - burst)).isGreaterThanOrEqualTo(interval));
        assertThat(IntStream.range(0, times.size()))
                .allSatisfy(i -> assertThat((i - burst + 1) * interval).isLessThanOrEqualTo(times.get(i)));
    }

    @Test
    void shouldRefuseARateThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, 0));
    }
}
