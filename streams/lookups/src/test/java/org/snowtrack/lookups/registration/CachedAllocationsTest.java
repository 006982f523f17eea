package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class CachedAllocationsTest {

    private final List<String> asked = new ArrayList<>();

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
        CachedAllocations lookup = answering(new Answer.Found<>(
                new Allocation(IpRange.parse(range), null, "EXAMPLE-NET", null, "abuse@example.com")));
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
        CachedAllocations lookup = answering(new Answer.Failed<>(Answer.Failure.TIMED_OUT));
        ask(lookup, "192.0.2.1");

        // When
        ask(lookup, "192.0.2.1");

        // Then
        assertThat(asked).hasSize(2);
    }

    private CachedAllocations answering(Answer<Allocation> answer) {
        return new CachedAllocations((address, at) -> {
            asked.add(address.toString());
            return CompletableFuture.completedStage(answer);
        });
    }

    private static Answer<Allocation> ask(CachedAllocations lookup, String address) {
        return lookup.ask(IpAddress.parse(address), Instant.EPOCH)
                .toCompletableFuture()
                .join();
    }
}
