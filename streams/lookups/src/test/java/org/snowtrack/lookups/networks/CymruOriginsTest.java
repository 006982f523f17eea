package org.snowtrack.lookups.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.networks.Asked.ask;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;

class CymruOriginsTest {

    private static final String BLOCK = "0.4.38.54.origin.asn.cymru.com";
    private static final String OVH = "16276 | FR | ripencc | 2001-02-15 | OVH, FR";

    private final List<String> asked = new ArrayList<>();

    @Test
    void shouldNameTheNetworkWhenOneAnnouncesTheAddress() {
        // Given
        CymruOrigins origins = origins(Map.of(
                BLOCK,
                List.of("16276 | 54.38.0.0/16 | DE | ripencc | 2017-05-24"),
                "AS16276.asn.cymru.com",
                List.of(OVH)));

        // When
        Answer<Network> answer = ask(origins, "54.38.4.96");

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(new Network(16276, "OVH", "FR")));
        assertThat(asked).containsExactly(BLOCK, "AS16276.asn.cymru.com");
    }

    @Test
    void shouldAskTheOtherZoneWhenAddressIsIpv6() {
        // Given
        String block = "0.".repeat(20) + "0.0.d.c.8.b.d.0.1.0.0.2.origin6.asn.cymru.com";
        CymruOrigins origins = origins(Map.of(block, List.of("64496 | 2001:db8::/32 | NL | ripencc |")));

        // When
        Answer<Network> answer = ask(origins, "2001:db8:cd00:1::1");

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(new Network(64496, "", "NL")));
    }

    @Test
    void shouldTakeTheLongestPrefixAndLowestNumberWhenSeveralAnnounceTheAddress() {
        // Given
        CymruOrigins origins = origins(Map.of(
                BLOCK,
                List.of(
                        "64496 | 54.38.0.0/16 | FR | ripencc | 2017-05-24",
                        "64511 64500 64510 | 54.38.4.0/24 | FR | ripencc | 2017-05-24",
                        "64499 | 54.36.0.0/14 | FR | ripencc | 2017-05-24",
                        "nonsense",
                        "0 | 54.38.4.0/24 | FR | ripencc |"),
                "AS64500.asn.cymru.com",
                List.of("64500 | US | arin | 2001-02-15 | EXAMPLE - Example, Inc., US")));

        // When
        Answer<Network> answer = ask(origins, "54.38.4.96");

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(new Network(64500, "EXAMPLE - Example, Inc.", "US")));
    }

    @Test
    void shouldTakeTheLongestPrefixAndLowestNumberInIpv6Too() {
        // Given
        String block = "0.".repeat(20) + "0.0.d.c.8.b.d.0.1.0.0.2.origin6.asn.cymru.com";
        CymruOrigins origins = origins(Map.of(
                block,
                List.of(
                        "64496 | 2001:db8::/32 | NL | ripencc |",
                        "64511 64500 | 2001:db8:cd00::/40 | NL | ripencc | 2017-05-24")));

        // When
        Answer<Network> answer = ask(origins, "2001:db8:cd00:1::1");

        // Then
        assertThat(answer).isEqualTo(new Answer.Found<>(new Network(64500, "", "NL")));
        assertThat(asked).containsExactly(block, "AS64500.asn.cymru.com");
    }

    @Test
    void shouldTellAbsenceFromFailureWhenTheZoneDoes() {
        // Given
        CymruOrigins origins = origins(Map.of());

        // When
        Answer<Network> notAnnounced = ask(origins, "192.0.2.1");

        // Then
        assertThat(notAnnounced).isEqualTo(new Answer.NoRecord<>());
        assertThat(ask(
                        new CymruOrigins((name, at) ->
                                CompletableFuture.completedStage(new Answer.Failed<>(Failure.SERVER_FAILURE))),
                        "192.0.2.1"))
                .isEqualTo(new Answer.Failed<>(Failure.SERVER_FAILURE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "16276",
                "AS16276 | 54.38.0.0/16 | FR | ripencc |",
                "16276 | 54.38.0.0/x | FR | ripencc |",
                "99999999999999999999 | 54.38.0.0/16 | FR | ripencc |",
                "4294967296 | 54.38.0.0/16 | FR | ripencc |"
            })
    void shouldFailWhenTheRecordIsUnreadable(String text) {
        // Given
        CymruOrigins origins = origins(Map.of(BLOCK, List.of(text)));

        // When
        Answer<Network> answer = ask(origins, "54.38.4.96");

        // Then
        assertThat(answer).isEqualTo(new Answer.Failed<>(Failure.MALFORMED));
    }

    private CymruOrigins origins(Map<String, List<String>> texts) {
        return new CymruOrigins((name, at) -> {
            asked.add(name);
            return CompletableFuture.completedStage(
                    texts.containsKey(name) ? new Answer.Found<>(texts.get(name)) : new Answer.NoRecord<>());
        });
    }
}
