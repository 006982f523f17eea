package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.CachedLookup;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Limits;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class CachedAllocationsTest {

    private final List<String> asked = new ArrayList<>();
    private final List<CompletableFuture<Fresh<Allocation>>> requests = new ArrayList<>();
    private long nanos;

    @ParameterizedTest
    @CsvSource({
        "192.0.2.16-192.0.2.47,192.0.2.16,192.0.2.47,1",
        "192.0.2.16-192.0.2.47,192.0.2.16,192.0.2.48,2",
        "198.51.0.0-198.51.255.255,198.51.0.1,198.51.255.1,1",
        "198.0.0.0-198.255.255.255,198.51.100.1,198.51.100.254,1",
        "198.0.0.0-198.255.255.255,198.51.100.1,198.51.101.1,2",
        "2001:db8::-2001:db8:ff:ffff:ffff:ffff:ffff:ffff,2001:db8::1,2001:db8:ff::1,1",
        "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,2001:db8::1,2001:db8:0:ffff::1,1",
        "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,2001:db8::1,2001:db8:1::1,2"
    })
    void shouldAskOnceForAllAddressesOfANetworkThatIsNotTooLarge(
            String range, String first, String second, int questions) {
        // Given
        CachedAllocations lookup = answering(Fresh.found(allocation(range), Duration.ofDays(1)));
        Answer<Allocation> once = ask(lookup, first);

        // When
        Answer<Allocation> twice = ask(lookup, second);

        // Then
        assertThat(twice).isEqualTo(once);
        assertThat(asked).hasSize(questions);
    }

    @Test
    void shouldLeaveToItsSourceHowLongAFailureIsRemembered() {
        // Given
        CachedAllocations lookup = answering(Fresh.failed(Failure.TIMED_OUT));
        ask(lookup, "192.0.2.1");

        // When
        ask(lookup, "192.0.2.1");

        // Then
        assertThat(asked).hasSize(2);
    }

    @Test
    void shouldRememberAnAnswerNoLongerThanItsSource() {
        // Given
        CachedAllocations lookup = answering(Fresh.found(allocation("192.0.2.0-192.0.2.255"), Duration.ofHours(3)));
        ask(lookup, "192.0.2.1");

        // When
        nanos = Duration.ofHours(3).minusSeconds(1).toNanos();
        ask(lookup, "192.0.2.2");
        int before = asked.size();
        nanos = Duration.ofHours(3).toNanos();
        ask(lookup, "192.0.2.3");

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(asked).containsExactly("192.0.2.1", "192.0.2.3");
    }

    @Test
    void shouldAskAgainSoonWhenAnOldAnswerOnlyStandsIn() {
        // Given: old at once
        Duration standsIn = Duration.ofHours(1);
        Limits limits = new Limits(
                10, 10, 1 << 20, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofDays(7), standsIn, standsIn);
        Iterator<Fresh<Allocation>> answers = List.of(
                        Fresh.found(allocation("192.0.2.0-192.0.2.255"), Duration.ZERO),
                        Fresh.<Allocation>failed(Failure.TIMED_OUT))
                .iterator();
        CachedLookup<IpAddress, Allocation> source =
                new CachedLookup<>(address -> CompletableFuture.completedStage(answers.next()), limits);
        CachedAllocations lookup = new CachedAllocations(
                address -> {
                    asked.add(address.toString());
                    return source.fresh(address);
                },
                () -> nanos);
        ask(lookup, "192.0.2.1");

        // When
        List<Answer<Allocation>> told = Stream.of(Duration.ZERO, standsIn.minusSeconds(1), standsIn)
                .map(time -> {
                    nanos = time.toNanos();
                    return ask(lookup, "192.0.2.1");
                })
                .toList();

        // Then: the second of these comes from the memory of the network
        assertThat(told).containsOnly(new Answer.Found<>(allocation("192.0.2.0-192.0.2.255")));
        assertThat(asked).hasSize(3);
    }

    @Test
    void shouldAskOnceWhenAddressesOfOneNetworkAreAskedAtTheSameTime() {
        // Given
        CachedAllocations lookup = new CachedAllocations(this::byHand);
        List<CompletableFuture<Answer<Allocation>>> answers = asking(lookup, 0, 256);

        // When
        requests.get(0).complete(Fresh.found(allocation("192.0.2.0-192.0.2.255"), Duration.ofDays(1)));

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer)
                .isCompletedWithValue(new Answer.Found<>(allocation("192.0.2.0-192.0.2.255"))));
        assertThat(asked).containsExactly("192.0.2.0");
    }

    @Test
    void shouldAskOnForTheRestOneAtATimeWhenTheAnswerIsNotAboutAll() {
        // Given
        CachedAllocations lookup = new CachedAllocations(this::byHand);
        List<CompletableFuture<Answer<Allocation>>> answers = asking(lookup, 126, 4);

        // When
        requests.get(0).complete(Fresh.found(allocation("192.0.2.0-192.0.2.127"), Duration.ofDays(1)));

        // Then
        assertThat(asked).hasSize(2);
        assertThat(answers.subList(0, 2)).allSatisfy(answer -> assertThat(answer)
                .isCompletedWithValue(new Answer.Found<>(allocation("192.0.2.0-192.0.2.127"))));
        assertThat(answers.subList(2, 4)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void shouldFailTogetherWhenNobodyCanTell() {
        // Given
        CachedAllocations lookup = new CachedAllocations(this::byHand);
        List<CompletableFuture<Answer<Allocation>>> answers = asking(lookup, 0, 256);

        // When
        requests.get(0).complete(Fresh.failed(Failure.TIMED_OUT));

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer).isCompletedWithValue(new Answer.Failed<>(Failure.TIMED_OUT)));
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldLoseNoQuestionWhenManyThreadsAsk() {
        // Given
        AtomicInteger questions = new AtomicInteger();
        CachedAllocations lookup = new CachedAllocations(address -> CompletableFuture.supplyAsync(() -> {
            questions.incrementAndGet();
            return Fresh.found(
                    new Allocation(IpRange.prefix(address, 26), null, "EXAMPLE-NET", null, null), Duration.ofDays(1));
        }));

        // When
        List<CompletableFuture<Answer<Allocation>>> answers = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(
                        i -> lookup.ask(IpAddress.parse("198.51.%d.%d".formatted(i / 256 % 8, i % 256)), Instant.EPOCH)
                                .toCompletableFuture())
                .toList();

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().found()).isPresent());
        assertThat(questions).hasValue(32);
    }

    private static Allocation allocation(String range) {
        return new Allocation(IpRange.parse(range), null, "EXAMPLE-NET", null, "abuse@example.com");
    }

    private CachedAllocations answering(Fresh<Allocation> answer) {
        return new CachedAllocations(
                address -> {
                    asked.add(address.toString());
                    return CompletableFuture.completedStage(answer);
                },
                () -> nanos);
    }

    private CompletionStage<Fresh<Allocation>> byHand(IpAddress address) {
        asked.add(address.toString());
        CompletableFuture<Fresh<Allocation>> request = new CompletableFuture<>();
        requests.add(request);
        return request;
    }

    private static List<CompletableFuture<Answer<Allocation>>> asking(CachedAllocations lookup, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> lookup.ask(IpAddress.parse("192.0.2." + i), Instant.EPOCH)
                        .toCompletableFuture())
                .toList();
    }

    private static Answer<Allocation> ask(CachedAllocations lookup, String address) {
        return lookup.ask(IpAddress.parse(address), Instant.EPOCH)
                .toCompletableFuture()
                .join();
    }
}
