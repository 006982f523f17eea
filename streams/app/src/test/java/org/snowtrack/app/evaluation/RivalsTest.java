package org.snowtrack.app.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

class RivalsTest {

    private static final Instant START = Instant.parse("2026-04-01T12:00:00Z");

    private final List<MailRejection> events = new ArrayList<>();

    @Test
    void shouldListAnAddressOnceEnoughReportersSawItWithinTheHorizon() {
        // Given
        excess("192.0.2.1", "a", 0);
        excess("192.0.2.1", "a", 5);
        excess("192.0.2.1", "b", 6);
        excess("192.0.2.1", "c", 7);
        excess("192.0.2.2", "a", 0);
        excess("192.0.2.2", "b", 30);
        excess("192.0.2.2", "c", 62);

        // Then
        assertThat(list(0).listedAt(IpAddress.parse("192.0.2.1"))).contains(day(7));
        assertThat(list(0).listedAt(IpAddress.parse("192.0.2.2"))).isEmpty();
    }

    @Test
    void shouldCountADayOnceItIsExcessiveAndAFactOnce() {
        // Given
        for (String reporter : List.of("a", "b", "c")) {
            event("192.0.2.1", reporter, day(1), 6, reporter + "-1");
            event("192.0.2.1", reporter, day(1).plusSeconds(60), 4, reporter + "-2");
            event("192.0.2.2", reporter, day(1), 6, reporter + "-3");
            event("192.0.2.2", reporter, day(1), 6, reporter + "-3");
        }

        // Then
        assertThat(list(0).listedAt(IpAddress.parse("192.0.2.1"))).contains(day(1).plusSeconds(60));
        assertThat(list(0).listedAt(IpAddress.parse("192.0.2.2"))).isEmpty();
    }

    @Test
    void shouldListAWholeNetworkOnceFourOfItAreBad() {
        // Given
        for (int i = 1; i <= 4; i++) {
            excess("192.0.2." + i, "a", i);
            excess("2001:db8:0:" + i + "::1", "a", i);
            excess("198.51.100." + Math.min(i, 3), "a", i);
        }

        // Then
        assertThat(list(2).listedAt(IpAddress.parse("192.0.2.255"))).contains(day(4));
        assertThat(list(2).listedAt(IpAddress.parse("2001:db8:0:ff::1"))).contains(day(4));
        assertThat(list(2).listedAt(IpAddress.parse("198.51.100.1"))).isEmpty();
        assertThat(list(2).covered()).isEqualTo(256 + 256);
    }

    @Test
    void shouldGrowTheSmallestCidrOverTheBad() {
        // Given
        excess("192.0.2.5", "a", 1);
        excess("192.0.2.6", "a", 2);
        excess("192.0.2.9", "a", 3);

        // Then
        assertThat(list(3).listedAt(IpAddress.parse("192.0.2.4"))).contains(day(2));
        assertThat(list(3).listedAt(IpAddress.parse("192.0.2.15"))).contains(day(3));
        assertThat(list(3).listedAt(IpAddress.parse("192.0.2.16"))).isEmpty();
        assertThat(list(3).covered()).isEqualTo(16);
    }

    private BlockList list(int rival) {
        return new Rivals(Sightings.of(events.stream(), 10), Duration.ofDays(61))
                .all()
                .get(rival);
    }

    private void excess(String ip, String reporter, int day) {
        event(ip, reporter, day(day), 10, ip + "/" + reporter + "/" + day);
    }

    private void event(String ip, String reporter, Instant at, int recipients, String origin) {
        events.add(MailRejection.newBuilder()
                .setSourceIp(ip)
                .setReporter(reporter)
                .setObservedAt(at)
                .setReason(RejectionReason.INVALID_RECIPIENT)
                .setRejectedRecipients(recipients)
                .setOrigin(origin)
                .build());
    }

    private static Instant day(int day) {
        return START.plus(Duration.ofDays(day));
    }
}
