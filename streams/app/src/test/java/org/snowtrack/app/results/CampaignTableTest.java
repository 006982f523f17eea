package org.snowtrack.app.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.Tie;
import org.snowtrack.schemas.TieKind;
import picocli.CommandLine.Help.Ansi;

class CampaignTableTest {

    private static final List<String> RANGES = List.of("192.0.2.0-192.0.2.3", "198.51.100.0-198.51.100.3");

    @Test
    void shouldPrintWhatTiesTheRangesOfACampaign() {
        // Given
        Campaign campaign = campaign(
                List.of("c-1111111111"),
                new Tie(TieKind.HOST_WORDS, "caruk, ohris", RANGES),
                new Tie(TieKind.REGISTRATIONS, "2 domains at Registrar, on 2026-01-01", RANGES),
                new Tie(TieKind.NAME_SERVERS, "ns1.snow.example, ns2.snow.example", RANGES));

        // Then
        assertThat(print(List.of(campaign))).isEqualTo("""
            c-0123456789                                                                   2 ranges, 8 addresses
              Ranges      192.0.2.0-192.0.2.3, 198.51.100.0-198.51.100.3
              Networks    AS64500 EXAMPLE-NET (DE)
              Domains     drift.example, snow.example
              Seen        2026-01-02 to 2026-02-03
              Supersedes  c-1111111111
              Ties        host words caruk, ohris (2 ranges)
                          registered together: 2 domains at Registrar, on 2026-01-01 (2 ranges)
                          name servers ns1.snow.example, ns2.snow.example (2 ranges)

            1 campaign; 2 ranges, 8 addresses
            """);
    }

    @Test
    void shouldShowNothingThatATerminalObeys() {
        assertThat(print(List.of(campaign(List.of(), new Tie(TieKind.HOST_WORDS, "car\u001b[31muk", RANGES)))))
                .doesNotContain("\u001b")
                .contains("car<U+001B>[31muk");
    }

    @Test
    void shouldSaySoWhereNothingIsTied() {
        assertThat(print(List.of())).isEqualTo("No campaigns: no two flagged ranges are tied.\n");
    }

    private static Campaign campaign(List<String> supersedes, Tie... ties) {
        return new Campaign(
                "c-0123456789",
                supersedes,
                RANGES,
                8,
                List.of(new OriginNetwork(64500L, "EXAMPLE-NET", "DE")),
                List.of("drift.example", "snow.example"),
                List.of(ties),
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-02-03T04:05:06Z"),
                Instant.parse("2026-02-06T00:00:00Z"));
    }

    private static String print(List<Campaign> campaigns) {
        StringWriter text = new StringWriter();
        new CampaignTable(new PrintWriter(text), Ansi.OFF).print(campaigns);
        return text.toString();
    }
}
