package org.snowtrack.lookups.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;

/** Sources that do not keep what {@link Source} promises, each with one place for all questions. */
class BrokenSourceTest {

    private static final Duration PATIENT = Duration.ofHours(1);
    private static final Answer<?> FAILED = new Answer.Failed<>(Failure.SERVER_FAILURE);

    enum Breach {
        THROWS,
        THROWS_AN_ERROR,
        FAILS,
        FAILS_WITH_AN_ERROR,
        HAS_NO_TEXT;

        CompletionStage<Fresh<Object>> ask() {
            return switch (this) {
                case THROWS -> throw new IllegalStateException("broken");
                case THROWS_AN_ERROR -> throw new NoClassDefFoundError("broken");
                case FAILS -> CompletableFuture.failedStage(new IllegalStateException("broken"));
                case FAILS_WITH_AN_ERROR -> CompletableFuture.failedStage(new StackOverflowError());
                case HAS_NO_TEXT -> CompletableFuture.completedStage(Fresh.found(new NoText(), Duration.ZERO));
            };
        }
    }

    /** Cannot be weighed. */
    private static final class NoText {
        @Override
        public String toString() {
            throw new OutOfMemoryError("broken");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerThisQuestionAndTheNextWhenTheSourceBreaksItsContract(Breach breach) {
        // Given
        CachedLookup<String, Object> lookup = lookup(question -> breach.ask(), PATIENT);

        // When
        List<CompletableFuture<Answer<Object>>> answers = List.of(ask(lookup, "a"), ask(lookup, "a"), ask(lookup, "b"));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer).isCompleted();
            if (breach != Breach.HAS_NO_TEXT) {
                assertThat(answer.join()).isEqualTo(FAILED);
            }
        });
    }

    @Test
    void shouldGiveThePlaceToTheNextWhenARequestFails() {
        // Given
        List<CompletableFuture<Fresh<String>>> requests = new ArrayList<>();
        CachedLookup<String, String> lookup = lookup(question -> add(requests), PATIENT);
        CompletableFuture<Answer<String>> first = ask(lookup, "a");
        CompletableFuture<Answer<String>> second = ask(lookup, "b");

        // When
        requests.get(0).completeExceptionally(new IllegalStateException("broken"));

        // Then
        assertThat(first.join()).isEqualTo(FAILED);
        assertThat(requests).hasSize(2);
        assertThat(second).isNotDone();
    }

    @Test
    void shouldGiveThePlaceToTheNextWhenTheSourceNeverAnswers() {
        // Given
        CachedLookup<String, String> lookup = lookup(
                question -> question.equals("never")
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(Fresh.found("value", PATIENT)),
                Duration.ofMillis(1));
        CompletableFuture<Answer<String>> never = ask(lookup, "never");

        // When
        Answer<String> next =
                ask(lookup, "next").orTimeout(10, TimeUnit.SECONDS).join();

        // Then
        assertThat(next).isEqualTo(new Answer.Found<>("value"));
        assertThat(never.join()).isEqualTo(new Answer.Failed<>(Failure.TIMED_OUT));
    }

    @Test
    void shouldLetTheLineGoOnWhenWorkFailsWithAnError() {
        // Given
        Gate gate = new Gate(1, 10);
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> before = gate.pass(() -> first, "refused");
        CompletableFuture<String> broken = gate.pass(
                () -> {
                    throw new NoClassDefFoundError("broken");
                },
                "refused");
        CompletableFuture<String> after = gate.pass(() -> CompletableFuture.completedStage("after"), "refused");

        // When
        first.complete("first");

        // Then
        assertThat(before).isCompletedWithValue("first");
        assertThat(broken)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withRootCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(after).isCompletedWithValue("after");
    }

    private static CompletableFuture<Fresh<String>> add(List<CompletableFuture<Fresh<String>>> requests) {
        requests.add(new CompletableFuture<>());
        return requests.get(requests.size() - 1);
    }

    private static <A> CachedLookup<String, A> lookup(Source<String, A> source, Duration patience) {
        return new CachedLookup<>(
                source,
                new Limits(
                        1,
                        10,
                        1 << 20,
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        patience));
    }

    private static <A> CompletableFuture<Answer<A>> ask(CachedLookup<String, A> lookup, String question) {
        return lookup.ask(question, Instant.EPOCH).toCompletableFuture();
    }
}
