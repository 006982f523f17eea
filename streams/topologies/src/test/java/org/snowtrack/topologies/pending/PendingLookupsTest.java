package org.snowtrack.topologies.pending;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;

class PendingLookupsTest {

    private static final int IN_FLIGHT_MAX = 3;

    /** Requests that are under way, to be answered by hand. */
    private final Map<Bytes, CompletableFuture<String>> requests = new LinkedHashMap<>();

    private final KeyValueStore<Bytes, byte[]> rows = store();

    @Property(tries = 300)
    void shouldAnswerEveryQuestionOnceHoweverOftenItCrashes(@ForAll Random random) {
        // Given
        PendingLookupsTest world = new PendingLookupsTest();
        PendingLookups<String> pending = world.open();
        TreeSet<String> asked = new TreeSet<>();
        Map<String, Integer> answered = new HashMap<>();

        // When
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    String question = "q" + random.nextInt(1000);
                    if (!answered.containsKey(question)) {
                        asked.add(question);
                        pending.ask(bytes(question));
                    }
                }
                case 1 -> world.answerOne(random);
                case 2 -> world.drain(pending, answered);
                default -> {
                    // A crash: nothing is told, the rows stay, old requests may still complete.
                    if (random.nextInt(4) == 0) {
                        List<CompletableFuture<String>> late = List.copyOf(world.requests.values());
                        pending.close();
                        world.requests.clear();
                        pending = world.open();
                        late.forEach(request -> request.complete("late"));
                    }
                }
            }
            assertThat(world.requests).hasSizeLessThanOrEqualTo(IN_FLIGHT_MAX);
        }
        while (pending.size() > 0) {
            world.answerOne(random);
            world.drain(pending, answered);
        }

        // Then
        assertThat(answered.keySet()).isEqualTo(asked);
        assertThat(answered.values()).allMatch(times -> times == 1);
        assertThat(world.rows.all().hasNext()).isFalse();
    }

    @Test
    void shouldAskOnceWhatIsAskedTwice() {
        // Given
        PendingLookups<String> pending = open();

        // When
        pending.ask(bytes("one"));
        pending.ask(bytes("one"));

        // Then
        assertThat(requests).hasSize(1);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void shouldTakeInNoMoreThanTheLimitAtOnce() {
        // Given
        PendingLookups<String> pending = open();
        for (String question : List.of("one", "two", "three")) {
            pending.ask(bytes(question));
        }
        List.copyOf(requests.values()).forEach(request -> request.complete("yes"));

        // When
        int taken = pending.drain(2, (question, answer) -> {});

        // Then
        assertThat(taken).isEqualTo(2);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingUntilItsOwnThreadTakesTheAnswerIn() throws InterruptedException {
        // Given
        PendingLookups<String> pending = open();
        pending.ask(bytes("one"));
        Thread elsewhere = new Thread(
                () -> Objects.requireNonNull(requests.get(bytes("one"))).complete("yes"));

        // When
        elsewhere.start();
        elsewhere.join();

        // Then
        assertThat(pending.size()).isEqualTo(1);
        assertThat(rows.get(bytes("one"))).isNotNull();
        assertThat(pending.drain(1, (question, answer) -> {})).isEqualTo(1);
        assertThat(rows.get(bytes("one"))).isNull();
    }

    @Test
    void shouldDropAnAnswerOfAnEarlierIncarnation() {
        // Given
        PendingLookups<String> earlier = open();
        earlier.ask(bytes("one"));
        CompletableFuture<String> late = Objects.requireNonNull(requests.get(bytes("one")));
        earlier.close();
        PendingLookups<String> pending = open();

        // When
        late.complete("late");

        // Then
        assertThat(earlier.drain(1, (question, answer) -> {})).isZero();
        assertThat(pending.drain(1, (question, answer) -> {})).isZero();
        assertThat(pending.size()).isEqualTo(1);
        assertThat(rows.get(bytes("one"))).isNotNull();
    }

    @Test
    void shouldAskAgainWhatIsAskedWhileItsAnswerIsTakenIn() {
        // Given
        PendingLookups<String> pending = open();
        pending.ask(bytes("one"));
        CompletableFuture<String> first = Objects.requireNonNull(requests.get(bytes("one")));
        first.complete("yes");

        // When
        pending.drain(1, (question, answer) -> pending.ask(question));

        // Then
        assertThat(pending.size()).isEqualTo(1);
        assertThat(requests.get(bytes("one"))).isNotSameAs(first);
    }

    @RepeatedTest(20)
    void shouldTakeAnswersFromAnyThread() throws Exception {
        // Given
        PendingLookups<Integer> pending = new PendingLookups<>(
                rows, question -> CompletableFuture.supplyAsync(() -> question.get().length, threads()), 100);
        List<Integer> answers = new ArrayList<>();

        // When
        for (int i = 0; i < 50; i++) {
            pending.ask(bytes("x".repeat(i + 1)));
        }
        while (pending.size() > 0) {
            pending.drain(7, (question, answer) -> answers.add(answer));
            Thread.onSpinWait();
        }

        // Then
        assertThat(answers).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void shouldEndALookupThatNeverAnswersAtItsDeadline() {
        // Given
        Deadline deadline = new Deadline(Duration.ofMillis(1));

        // When
        Answer<String> answer =
                deadline.guard(new CompletableFuture<Answer<String>>()).join();

        // Then
        assertThat(answer).isEqualTo(new Answer.Failed<String>(Answer.Failure.TIMED_OUT));
    }

    @Test
    void shouldTurnABrokenPromiseIntoAFailure() {
        // Given
        Deadline deadline = new Deadline(Duration.ofHours(1));

        // When
        Answer<String> answer = deadline.guard(
                        CompletableFuture.<Answer<String>>failedFuture(new IllegalStateException("broken")))
                .join();

        // Then
        assertThat(answer).isEqualTo(new Answer.Failed<String>(Answer.Failure.SERVER_FAILURE));
    }

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4, runnable -> {
        Thread thread = new Thread(runnable, "answers");
        thread.setDaemon(true);
        return thread;
    });

    private static ExecutorService threads() {
        return THREADS;
    }

    private PendingLookups<String> open() {
        return new PendingLookups<>(
                rows,
                question -> {
                    CompletableFuture<String> request = new CompletableFuture<>();
                    requests.put(question, request);
                    return request;
                },
                IN_FLIGHT_MAX);
    }

    private void answerOne(Random random) {
        if (!requests.isEmpty()) {
            List<Bytes> open = List.copyOf(requests.keySet());
            Bytes question = open.get(random.nextInt(open.size()));
            Objects.requireNonNull(requests.get(question)).complete("yes");
        }
    }

    private void drain(PendingLookups<String> pending, Map<String, Integer> answered) {
        pending.drain(2, (question, answer) -> {
            assertThat(answer).isEqualTo("yes");
            requests.remove(question);
            answered.merge(new String(question.get(), StandardCharsets.UTF_8), 1, Integer::sum);
        });
    }

    private static KeyValueStore<Bytes, byte[]> store() {
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("pending"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
