package org.snowtrack.lookups.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;

class FootprintTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Limits LIMITS =
            new Limits(1, 1, 1 << 20, Duration.ZERO, DAY, DAY, Duration.ZERO, Duration.ofSeconds(5), DAY);

    private final List<Integer> asked = new ArrayList<>();

    @Test
    void shouldRememberThousandsOfAnswersWhenTheyAreShort() {
        // Given
        CachedLookup<Integer, List<PtrName>> lookup = lookup(names(1, 1));

        // When
        askTwice(lookup, 1_500);

        // Then
        assertThat(asked).hasSize(1_500);
    }

    @Test
    void shouldRememberFewAnswersWhenTheyAreLong() {
        // Given: sixteen names of 253 characters take 4 kB, and count for twice as much
        CachedLookup<Integer, List<PtrName>> lookup = lookup(names(16, 253));

        // When
        askTwice(lookup, 1_500);

        // Then: no more than 128 of them fit into a mebibyte
        assertThat(asked).hasSizeGreaterThan(2 * 1_500 - 2 * 128);
    }

    @Test
    void shouldTellButNotRememberAnAnswerThatIsLargerThanTheMemory() {
        // Given
        CachedLookup<Integer, List<PtrName>> lookup = lookup(names(10_000, 253));

        // When
        askTwice(lookup, 1);

        // Then
        assertThat(asked).containsExactly(0, 0);
    }

    @Test
    void shouldCountEveryTextOfAListWhenTheyAreShort() {
        // When
        int bytes = Footprint.of(Collections.nCopies(1_000, "a"));

        // Then: a text of one character is two objects of 24 bytes, and a reference
        assertThat(bytes).isGreaterThanOrEqualTo(1_000 * (2 * 24 + 4));
    }

    @Test
    void shouldStayANumberWhenTheTextIsAllCommas() {
        // When
        int bytes = Footprint.of(",".repeat(1 << 25));

        // Then
        assertThat(bytes).isPositive();
        assertThat(bytes + bytes + Footprint.OF_AN_ENTRY).isPositive();
    }

    private void askTwice(CachedLookup<Integer, List<PtrName>> lookup, int questions) {
        Stream.of(1, 2).flatMap(time -> IntStream.range(0, questions).boxed()).forEach(question -> assertThat(
                        lookup.ask(question, Instant.EPOCH))
                .isCompleted());
    }

    private CachedLookup<Integer, List<PtrName>> lookup(List<PtrName> names) {
        return new CachedLookup<>(
                question -> {
                    asked.add(question);
                    return CompletableFuture.completedFuture(Fresh.found(names, DAY));
                },
                LIMITS);
    }

    private static List<PtrName> names(int count, int length) {
        return Collections.nCopies(count, new PtrName("x".repeat(length), Confirmation.CONFIRMED));
    }
}
