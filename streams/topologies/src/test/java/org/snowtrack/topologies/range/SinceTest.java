package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SinceTest {

    @Property(tries = 300)
    void shouldFindTheKthSmallestInWhateverOrderTimesCome(
            @ForAll @Size(max = 12) List<@IntRange(max = 20) Integer> seconds,
            @ForAll @IntRange(min = 1, max = 6) int k) {
        // Given
        List<Instant> times = seconds.stream().map(Instant::ofEpochSecond).toList();

        // When
        Optional<Instant> since = Since.firstHeld(
                times, by -> times.stream().filter(time -> !time.isAfter(by)).count() >= k);

        // Then
        assertThat(since).isEqualTo(times.stream().sorted().skip(k - 1).findFirst());
    }

    @Test
    void shouldFindNothingAmongNoTimesOrWhereItNeverHolds() {
        // Given
        List<Instant> times = List.of(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));

        // When
        Optional<Instant> since = Since.firstHeld(times, by -> false);

        // Then
        assertThat(since).isEmpty();
        assertThat(Since.firstHeld(List.of(), by -> true)).isEmpty();
        assertThat(Since.firstHeld(times, by -> true)).contains(Instant.EPOCH);
    }
}
