package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RdapServerTest {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final RdapServer server = new RdapServer(
            new RdapClient.Manners(2, 32, INTERVAL, Duration.ofSeconds(10), Duration.ofSeconds(10)), Runnable::run);

    @Test
    void shouldSlowDownWithEveryComplaintUpToAMinute() {
        // When
        server.complained(Duration.ZERO);
        Duration once = server.interval();
        for (int i = 0; i < 20; i++) {
            server.complained(Duration.ZERO);
        }

        // Then
        assertThat(once).isEqualTo(INTERVAL.multipliedBy(2));
        assertThat(server.interval()).isEqualTo(RdapServer.LONGEST_INTERVAL);
    }

    @Test
    void shouldRecoverSlowlyAndNeverBeFasterThanItsManners() {
        // Given
        server.complained(Duration.ZERO);

        // When
        server.took();
        Duration soon = server.interval();
        for (int i = 0; i < 50; i++) {
            server.took();
        }

        // Then
        assertThat(soon).isEqualTo(Duration.ofMillis(375));
        assertThat(server.interval()).isEqualTo(INTERVAL);
    }

    @Test
    void shouldSendNothingWhileTheServerRestsForLongerThanAnybodyWaits() {
        // Given
        server.complained(Duration.ofHours(1));

        // When
        CompletableFuture<Optional<String>> answer =
                server.send(new CompletableFuture<>(), () -> CompletableFuture.completedStage("sent"));

        // Then
        assertThat(answer).isCompletedWithValue(Optional.empty());
    }

    @Test
    void shouldSendNothingForALookupThatIsOverWhenItsTurnComes() {
        // Given
        List<CompletableFuture<String>> underWay = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        List<CompletableFuture<Optional<String>>> earlier = underWay.stream()
                .map(request -> server.send(new CompletableFuture<>(), () -> request))
                .toList();
        CompletableFuture<String> lookup = new CompletableFuture<>();
        CompletableFuture<Optional<String>> answer =
                server.send(lookup, () -> CompletableFuture.completedStage("sent"));
        lookup.cancel(true);

        // When
        underWay.forEach(request -> request.complete("answered"));

        // Then
        assertThat(earlier).allSatisfy(one -> assertThat(one.join()).contains("answered"));
        assertThat(answer.join()).isEmpty();
    }
}
