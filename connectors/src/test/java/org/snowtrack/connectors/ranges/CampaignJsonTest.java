package org.snowtrack.connectors.ranges;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.Tie;
import org.snowtrack.schemas.TieKind;

class CampaignJsonTest {

    @Test
    void shouldWriteEveryFieldInItsOrder() {
        // Given
        List<String> ranges = List.of("192.0.2.0-192.0.2.3", "198.51.100.0-198.51.100.3");
        Campaign campaign = new Campaign(
                "c-0123456789",
                List.of("c-1111111111"),
                ranges,
                8,
                List.of(new OriginNetwork(64500L, "EXAMPLE-NET", "DE")),
                List.of("drift.example", "snow.example"),
                List.of(new Tie(TieKind.HOST_WORDS, "caruk, \u001bohris", ranges)),
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-02-03T04:05:06Z"),
                Instant.parse("2026-02-06T00:00:00Z"));

        // Then
        assertThat(CampaignJson.write(campaign))
                .isEqualTo("{\"id\":\"c-0123456789\",\"supersedes\":[\"c-1111111111\"],"
                        + "\"ranges\":[\"192.0.2.0-192.0.2.3\",\"198.51.100.0-198.51.100.3\"],\"addresses\":8,"
                        + "\"networks\":[{\"asn\":64500,\"name\":\"EXAMPLE-NET\",\"country\":\"DE\"}],"
                        + "\"domains\":[\"drift.example\",\"snow.example\"],"
                        + "\"ties\":[{\"kind\":\"HOST_WORDS\",\"value\":\"caruk, \\u001Bohris\","
                        + "\"ranges\":[\"192.0.2.0-192.0.2.3\",\"198.51.100.0-198.51.100.3\"]}],"
                        + "\"first_seen\":\"2026-01-02T03:04:05Z\",\"last_seen\":\"2026-02-03T04:05:06Z\","
                        + "\"valid_until\":\"2026-02-06T00:00:00Z\"}");
    }
}
