package org.snowtrack.lookups.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;

class CachedLookupTest {

    private static final Limits LIMITS = new Limits(
            2,
            3,
            1 << 20,
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofDays(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(1));

    private final List<String> asked = new ArrayList<>();
    private final List<CompletableFuture<Fresh<String>>> requests = new ArrayList<>();
    private long nanos;

    @Test
    void shouldAskOnceWhenQuestionsAreEqual() {
        // Given
        CachedLookup<String, String> lookup = lookup(this::byHand);
        List<CompletionStage<Answer<String>>> answers =
                IntStream.range(0, 50).mapToObj(i -> ask(lookup, "a")).toList();

        // When
        requests.get(0).complete(Fresh.found("value", Duration.ZERO));

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(join(answer)).isEqualTo(new Answer.Found<>("value")));
        assertThat(asked).containsExactly("a");
    }

    @Test
    void shouldAskOnceWhenManyThreadsHaveTheSameQuestion() {
        // Given
        Set<Integer> questions = ConcurrentHashMap.newKeySet();
        AtomicInteger repeated = new AtomicInteger();
        CachedLookup<Integer, Integer> lookup = new CachedLookup<>(
                question -> {
                    repeated.addAndGet(questions.add(question) ? 0 : 1);
                    return CompletableFuture.supplyAsync(() -> Fresh.found(question, Duration.ZERO));
                },
                new Limits(
                        3,
                        1_000_000,
                        1 << 30,
                        LIMITS.floor(),
                        LIMITS.ceiling(),
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        LIMITS.patience()));

        // When
        List<CompletableFuture<Answer<Integer>>> answers = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(i -> ask(lookup, i / 20 % 500).toCompletableFuture())
                .toList();

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().found()).isPresent());
        assertThat(questions).hasSize(500);
        assertThat(repeated).hasValue(0);
    }

    @Test
    void shouldKeepTheRestInLineWhenAsMuchAsMayBeIsUnderWay() {
        // Given
        CachedLookup<String, String> lookup = lookup(this::byHand);
        List<CompletionStage<Answer<String>>> answers = List.of("a", "b", "c", "d", "e", "f").stream()
                .map(question -> ask(lookup, question))
                .toList();

        // When
        requests.get(1).complete(Fresh.failed(Failure.TIMED_OUT));

        // Then
        assertThat(asked).containsExactly("a", "b", "c");
        assertThat(join(answers.get(1))).isEqualTo(new Answer.Failed<>(Failure.TIMED_OUT));
        assertThat(join(answers.get(5))).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
        assertThat(answers.get(2).toCompletableFuture()).isNotDone();
    }

    @Test
    void shouldNeedNoStackWhenManyAnswersComeAtOnce() {
        // Given
        CompletableFuture<Fresh<Integer>> blocker = new CompletableFuture<>();
        CachedLookup<Integer, Integer> lookup = new CachedLookup<>(
                question -> question < 0
                        ? blocker
                        : CompletableFuture.completedFuture(Fresh.found(question, Duration.ZERO)),
                new Limits(
                        1,
                        200_000,
                        10_000,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        LIMITS.patience()));
        ask(lookup, -1);
        CompletionStage<Answer<Integer>> last = IntStream.range(0, 200_000)
                .mapToObj(i -> ask(lookup, i))
                .reduce((a, b) -> b)
                .orElseThrow();

        // When
        blocker.complete(Fresh.noRecord(Duration.ZERO));

        // Then
        assertThat(join(last)).isEqualTo(new Answer.Found<>(199_999));
    }

    @ParameterizedTest
    @CsvSource({"found,10,60", "found,100,100", "found,100000,3600", "absent,10,60", "absent,100000,600"})
    void shouldRememberBetweenFloorAndCeilingWhenTheAnswerIsCertain(String kind, long lifetime, long expected) {
        // Given
        Duration holds = Duration.ofSeconds(lifetime);
        CachedLookup<String, String> lookup =
                lookup(question -> now(kind.equals("found") ? Fresh.found("v", holds) : Fresh.noRecord(holds)));

        // When
        long remembered = secondsUntilAskedAgain(lookup);

        // Then
        assertThat(remembered).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldForgetSoonWhenTheAnswerIsNotWhole(boolean partly) {
        // Given
        CachedLookup<String, String> lookup =
                lookup(question -> now(partly ? Fresh.partlyFound("v") : Fresh.failed(Failure.SERVER_FAILURE)));

        // When
        long remembered = secondsUntilAskedAgain(lookup);

        // Then
        assertThat(remembered).isEqualTo(5);
    }

    @Test
    void shouldLetWhatWasFoundStandInForADayWhenNobodyCanTellAnyMore() {
        // Given
        CachedLookup<String, String> lookup =
                answering(Fresh.found("old", Duration.ofMinutes(10)), Fresh.failed(Failure.TIMED_OUT));
        ask(lookup, "a");

        // When
        List<Answer<String>> answers = answersAfter(
                lookup,
                Duration.ofMinutes(11),
                Duration.ofMinutes(11).plusSeconds(4),
                Duration.ofHours(24),
                Duration.ofHours(24).plusMinutes(10));

        // Then: the second comes from memory
        assertThat(answers)
                .containsExactly(
                        new Answer.Found<>("old"),
                        new Answer.Found<>("old"),
                        new Answer.Found<>("old"),
                        new Answer.Failed<>(Failure.TIMED_OUT));
        assertThat(asked).hasSize(4);
    }

    @Test
    void shouldTellForHowMuchLongerAnAnswerIsRemembered() {
        // Given
        CachedLookup<String, String> lookup =
                answering(Fresh.found("old", Duration.ofMinutes(10)), Fresh.failed(Failure.TIMED_OUT));

        // When
        List<Duration> lifetimes = Stream.of(0, 4, 10)
                .map(minutes -> {
                    nanos = Duration.ofMinutes(minutes).toNanos();
                    return lookup.fresh("a").toCompletableFuture().join().lifetime();
                })
                .toList();

        // Then: at last it only stands in
        assertThat(lifetimes).containsExactly(Duration.ofMinutes(10), Duration.ofMinutes(6), LIMITS.failure());
    }

    @Test
    void shouldLetTheWholeStandInUntilItIsStaleWhenOnlyPartCanBeTold() {
        // Given
        CachedLookup<String, String> lookup =
                answering(Fresh.found("whole", Duration.ofMinutes(10)), Fresh.partlyFound("part"));
        ask(lookup, "a");

        // When
        List<Answer<String>> answers = answersAfter(
                lookup,
                Duration.ofMinutes(11),
                Duration.ofMinutes(11).plusSeconds(4),
                Duration.ofMinutes(11).plusSeconds(5),
                Duration.ofHours(24).plusMinutes(10));

        // Then: the second comes from memory
        assertThat(answers)
                .containsExactly(
                        new Answer.Found<>("whole"),
                        new Answer.Found<>("whole"),
                        new Answer.Found<>("whole"),
                        new Answer.Found<>("part"));
        assertThat(asked).hasSize(4);
    }

    @Test
    void shouldTakeTheNewWholeWhenPartCameBetween() {
        // Given
        CachedLookup<String, String> lookup = answering(
                Fresh.found("old", Duration.ZERO), Fresh.partlyFound("part"), Fresh.found("new", Duration.ZERO));
        ask(lookup, "a");
        nanos = Duration.ofMinutes(1).toNanos();
        ask(lookup, "a");
        nanos = Duration.ofMinutes(2).toNanos();

        // When
        Answer<String> answer = join(ask(lookup, "a"));

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>("new"));
    }

    @Test
    void shouldForgetWhatWasFoundWhenTheSourceSaysThatItIsGone() {
        // Given
        CachedLookup<String, String> lookup = answering(
                Fresh.found("old", Duration.ZERO), Fresh.noRecord(Duration.ZERO), Fresh.failed(Failure.TIMED_OUT));
        ask(lookup, "a");
        nanos = Duration.ofMinutes(1).toNanos();
        ask(lookup, "a");
        nanos = Duration.ofMinutes(2).toNanos();

        // When
        Answer<String> answer = join(ask(lookup, "a"));

        // Then: not even absence stands in
        assertThat(answer).isEqualTo(new Answer.Failed<>(Failure.TIMED_OUT));
    }

    private long secondsUntilAskedAgain(CachedLookup<String, String> lookup) {
        ask(lookup, "a");
        for (long second = 1; second < 10_000; second++) {
            nanos = Duration.ofSeconds(second).toNanos();
            ask(lookup, "a");
            if (asked.size() > 1) {
                return second;
            }
        }
        return -1;
    }

    private CachedLookup<String, String> lookup(Source<String, String> source) {
        return new CachedLookup<>(
                question -> {
                    asked.add(question);
                    return source.ask(question);
                },
                LIMITS,
                () -> nanos);
    }

    /** One after the other, and the last one ever after. */
    @SafeVarargs
    private CachedLookup<String, String> answering(Fresh<String>... answers) {
        return lookup(question -> now(answers[Math.min(asked.size(), answers.length) - 1]));
    }

    private CompletionStage<Fresh<String>> byHand(String question) {
        CompletableFuture<Fresh<String>> request = new CompletableFuture<>();
        requests.add(request);
        return request;
    }

    private static CompletionStage<Fresh<String>> now(Fresh<String> fresh) {
        return CompletableFuture.completedFuture(fresh);
    }

    private static <Q, A> CompletionStage<Answer<A>> ask(CachedLookup<Q, A> lookup, Q question) {
        return lookup.ask(question, Instant.EPOCH);
    }

    private static <A> Answer<A> join(CompletionStage<Answer<A>> stage) {
        return stage.toCompletableFuture().join();
    }

    private List<Answer<String>> answersAfter(CachedLookup<String, String> lookup, Duration... times) {
        return Stream.of(times)
                .map(time -> {
                    nanos = time.toNanos();
                    return join(ask(lookup, "a"));
                })
                .toList();
    }
}
