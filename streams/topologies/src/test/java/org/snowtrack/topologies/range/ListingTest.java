package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.DAY;
import static org.snowtrack.topologies.range.Views.daysAgo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.schemas.HostName;

class ListingTest {

    private static final int TTL = 14;

    @ParameterizedTest
    @CsvSource({"0, true", "13, true", "14, true", "15, false"})
    void shouldEndAfterTheTtlWithoutAReportAnywhereInTheRange(int lastReport, boolean expected) {
        // Given
        List<Candidate> members = List.of(active(40), active(50, lastReport));

        // When
        boolean current = Listing.isCurrent(members, DAY, TTL);

        // Then
        assertThat(current).isEqualTo(expected);
    }

    @Test
    void shouldBeginAnewOnTheDayMailResumedAfterASilence() {
        // Given
        List<Candidate> members = List.of(active(50, 20), active(49, 5, 4));

        // When
        Optional<Instant> resumed = Listing.resumedAt(members, TTL);

        // Then
        assertThat(resumed)
                .as("the last silence, 20 to 5 days ago, was longer than 14 days")
                .contains(Views.TODAY.minusDays(5).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    @Test
    void shouldGoOnThroughASilenceThatAnotherMemberFills() {
        // Given
        List<Candidate> members = List.of(active(30, 2), active(16));

        // When
        Optional<Instant> resumed = Listing.resumedAt(members, TTL);

        // Then
        assertThat(resumed).as("14 days each").isEmpty();
        assertThat(Listing.resumedAt(List.of(active(3)), TTL)).isEmpty();
    }

    private static Candidate active(int... daysAgo) {
        Views view = Views.address("192.0.2.1");
        IntStream.of(daysAgo).forEach(day -> view.by("isp-1", daysAgo(day)));
        List<HostName> hosts = List.of(Views.host("snow.example"));
        return new Candidate(view.named(hosts.get(0)).view(), hosts, List.of(), false);
    }
}
