package org.snowtrack.connectors.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "Nov 25 12:00:00, 2026-11-25T12:00:00Z",
        "Nov 26 12:00:00, 2026-11-26T12:00:00Z",
        "Nov 27 12:00:01, 2025-11-27T12:00:01Z",
        "Dec 31 23:59:59, 2025-12-31T23:59:59Z",
        "Jan  1 00:00:00, 2026-01-01T00:00:00Z",
        "Jan 01 00:00:00, 2026-01-01T00:00:00Z",
        "Jan 1 00:00:00, 2026-01-01T00:00:00Z",
        "Nov 5 12:00:00.250, 2026-11-05T12:00:00.250Z",
        "Feb 29 08:00:00, 2024-02-29T08:00:00Z",
        "Nov  5 23:59:60, 2026-11-05T23:59:59Z"
    })
    void shouldInferLatestYearThatIsNotMoreThanADayAhead(String text, Instant time) {
        assertThat(read(text, ZoneOffset.UTC, NOW)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "Dec 31 23:30:00, 2026-12-31T12:00:00Z, 2026-12-31T23:30:00Z",
        "Jan  1 00:30:00, 2026-12-31T12:00:00Z, 2027-01-01T00:30:00Z",
        "Dec 31 23:30:00, 2027-01-01T00:10:00Z, 2026-12-31T23:30:00Z",
        "Feb 29 08:00:00, 2103-03-01T00:00:00Z, 2096-02-29T08:00:00Z",
        "Feb 29 08:00:00, 2028-02-28T09:00:00Z, 2028-02-29T08:00:00Z",
        "Feb 29 08:00:00, 2028-02-27T07:00:00Z, 2024-02-29T08:00:00Z"
    })
    void shouldInferYearAroundItsTurnAndLeapDays(String text, Instant now, Instant time) {
        assertThat(read(text, ZoneOffset.UTC, now)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "Nov 25 12:00:00, Europe/Paris, 2026-11-25T11:00:00Z",
        "Jul 25 12:00:00, Europe/Paris, 2026-07-25T10:00:00Z",
        "Oct 25 02:30:00, Europe/Paris, 2026-10-25T00:30:00Z",
        "Mar 29 02:30:00, Europe/Paris, 2026-03-29T01:30:00Z",
        "Nov 25 12:00:00, Asia/Kathmandu, 2026-11-25T06:15:00Z",
        "2026-11-25T12:00:00, Europe/Paris, 2026-11-25T11:00:00Z",
        "2026-11-25T12:00:00.500, Europe/Paris, 2026-11-25T11:00:00.500Z",
        "2026-11-25 12:00:00, Europe/Paris, 2026-11-25T11:00:00Z"
    })
    void shouldReadLocalTimeInTheGivenZone(String text, String zone, Instant time) {
        assertThat(read(text, ZoneId.of(zone), NOW)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-25T12:00:00Z, 2026-11-25T12:00:00Z",
        "2026-11-25T12:00:00.123456+01:00, 2026-11-25T11:00:00.123456Z",
        "2026-11-25T12:00:00-0930, 2026-11-25T21:30:00Z",
        "'2026-11-25T12:00:00,5Z', 2026-11-25T12:00:00.500Z",
        "2026-11-25 12:00:00Z, 2026-11-25T12:00:00Z",
        "2026-11-25 12:00:00.5+01:00, 2026-11-25T11:00:00.500Z",
        "2026-11-25 12:00:00+0100, 2026-11-25T11:00:00Z",
        "2026-11-25 12:00:00 -0930, 2026-11-25T21:30:00Z",
        "1999-02-28T23:59:60Z, 1999-02-28T23:59:59Z"
    })
    void shouldReadRfc3339WhateverTheClockSays(String text, Instant time) {
        assertThat(read(text, ZoneId.of("Asia/Tokyo"), NOW)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 31 12:00:00",
                "Nov 00 12:00:00",
                "Feb 30 12:00:00",
                "Nox 25 12:00:00",
                "Nov 25 24:00:00",
                "Nov 25 12:61:00",
                "Nov 25 12-00-00",
                "2026-13-25T12:00:00Z",
                "2026-11-31T12:00:00Z",
                "2026-11-25T12:00:00+1",
                "2026-11-25T12:00:00+99:00",
                "Nov 5  12:00:00",
                ""
            })
    void shouldReadNothingFromWhatIsNoTime(String text) {
        assertThat(read(text, ZoneOffset.UTC, NOW)).isNull();
    }

    @Property
    void shouldReadBackAnyTimeOfTheLastYear(@ForAll @LongRange(min = -86_400, max = 363 * 86_400L) long secondsAgo) {
        // Given
        Instant time = NOW.minus(Duration.ofSeconds(secondsAgo));
        String text = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT)
                .format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));

        // Then
        assertThat(read(text, ZoneOffset.UTC, NOW)).isEqualTo(time);
    }

    private static @Nullable Instant read(String text, ZoneId zone, Instant now) {
        byte[] bytes = (text + " mx1 sm-mta[1]: hello").getBytes(StandardCharsets.US_ASCII);
        LogEntry entry = new Envelope(
                        zone, Years.live(zone, InstantSource.fixed(now)), InstantSource.fixed(Instant.EPOCH))
                .read(bytes, 0, bytes.length, 1);
        return Instant.EPOCH.equals(entry.time()) ? null : entry.time();
    }
}
