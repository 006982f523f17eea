package org.snowtrack.topologies.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.Tie;
import org.snowtrack.schemas.TieKind;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;

/** Two ranges in two blocks: words in common, registered at one registrar in one week. */
class CampaignStageTest {

    private static final String SNOW = "192.0.2.16-192.0.2.18";
    private static final String DRIFT = "198.51.100.16-198.51.100.18";

    private static final int REVIEW = 5;

    @Test
    void shouldTieRangesOfTwoBlocks() {
        try (Driven driven = twoRanges()) {
            // Given
            driven.tick(DAY);
            mail(driven, "192.0.2.", DAY);
            driven.passBySeconds(REVIEW);
            List<TestRecord<String, Campaign>> ofOne = written(driven);

            // When
            mail(driven, "198.51.100.", DAY);
            driven.passBySeconds(REVIEW);

            // Then
            assertThat(ofOne).isEmpty();
            assertThat(written(driven)).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo(record.value().getId());
                assertThat(record.value().getRanges()).containsExactly(SNOW, DRIFT);
                assertThat(record.value().getDomains()).containsExactly("drift.example", "snow.example");
                assertThat(record.value().getTies())
                        .extracting(Tie::getKind)
                        .containsExactly(TieKind.HOST_WORDS, TieKind.REGISTRATIONS);
            });
        }
    }

    @Test
    void shouldRenewDailyAndRememberARangeThatEndedInSilence() {
        try (Driven driven = twoRanges()) {
            // Given
            driven.tick(DAY.minusDays(20));
            mail(driven, "192.0.2.", DAY.minusDays(20));
            driven.passBySeconds(REVIEW);
            driven.tick(DAY.minusDays(1));
            driven.passBySeconds(REVIEW);
            assertThat(driven.ranges()).isEmpty();

            // When
            mail(driven, "198.51.100.", DAY.minusDays(1));
            driven.passBySeconds(REVIEW);
            Map<String, Campaign> tied = standing(driven);
            driven.tick(DAY);
            driven.passBySeconds(REVIEW);
            Map<String, Campaign> renewed = standing(driven);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys(DRIFT);
            assertThat(tied.values()).extracting(Campaign::getRanges).containsExactly(List.of(SNOW, DRIFT));
            assertThat(renewed.keySet()).isEqualTo(tied.keySet());
            assertThat(renewed.values().iterator().next().getValidUntil())
                    .isAfter(tied.values().iterator().next().getValidUntil());
        }
    }

    @Test
    void shouldForgetARangeThatWasTakenBack() {
        try (Driven driven = twoRanges()) {
            // Given
            driven.tick(DAY);
            mail(driven, "192.0.2.", DAY);
            mail(driven, "198.51.100.", DAY);
            driven.passBySeconds(REVIEW);
            assertThat(standing(driven)).hasSize(1);

            // When
            driven.allow("192.0.2.0/24", null);
            driven.passBySeconds(REVIEW);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys(DRIFT);
            assertThat(written(driven)).singleElement().satisfies(record -> assertThat(record.value())
                    .isNull());
        }
    }

    @Test
    void shouldRememberARangeThatLostItsNames() {
        try (Driven driven = twoRanges()) {
            // Given
            driven.tick(DAY.minusDays(8));
            mail(driven, "192.0.2.", DAY.minusDays(8));
            driven.passBySeconds(REVIEW);
            List.of("192.0.2.16", "192.0.2.17", "192.0.2.18").forEach(driven::unnamed);
            for (int day = 7; day >= 1; day--) {
                driven.tick(DAY.minusDays(day));
                driven.passBySeconds(REVIEW);
            }
            assertThat(driven.ranges()).as("the hoster threw it out").isEmpty();

            // When
            driven.tick(DAY);
            mail(driven, "198.51.100.", DAY);
            driven.passBySeconds(REVIEW);

            // Then
            assertThat(standing(driven).values())
                    .extracting(Campaign::getRanges)
                    .containsExactly(List.of(SNOW, DRIFT));
        }
    }

    @Test
    void shouldSupersedeWhenTheFirstRangeGrows() {
        try (Driven driven = twoRanges().named("192.0.2.15", "picnet.snow.example")) {
            // Given
            driven.tick(DAY);
            mail(driven, "192.0.2.", DAY);
            mail(driven, "198.51.100.", DAY);
            driven.passBySeconds(REVIEW);
            String before = standing(driven).keySet().iterator().next();

            // When
            for (String reporter : List.of("isp-a", "isp-b", "isp-c", "isp-d")) {
                driven.send(rejection("192.0.2.15", reporter, DAY));
            }
            driven.passBySeconds(REVIEW);

            // Then
            List<TestRecord<String, Campaign>> written = written(driven);
            assertThat(written).hasSize(2);
            assertThat(written.get(0).value().getRanges()).containsExactly("192.0.2.15-192.0.2.18", DRIFT);
            assertThat(written.get(0).value().getSupersedes()).containsExactly(before);
            assertThat(written.get(1).key()).isEqualTo(before);
            assertThat(written.get(1).value()).isNull();
        }
    }

    @Test
    void shouldWaitForTheSettlementWhereTheDayIsDriven() {
        try (Driven driven = twoRanges()) {
            // Given
            driven.settle(DAY);
            mail(driven, "192.0.2.", DAY);
            mail(driven, "198.51.100.", DAY);
            driven.passBySeconds(REVIEW);
            assertThat(written(driven)).isEmpty();

            // When
            driven.settle(DAY);
            driven.passBySeconds(1);

            // Then
            assertThat(standing(driven)).hasSize(1);
        }
    }

    private static Driven twoRanges() {
        return new Driven()
                .named("192.0.2.16", "snow.example")
                .named("192.0.2.17", "caruk.snow.example")
                .named("192.0.2.18", "ohris.snow.example")
                .registered("snow.example", DAY.minusDays(30))
                .named("198.51.100.16", "drift.example")
                .named("198.51.100.17", "caruk.drift.example")
                .named("198.51.100.18", "tlad.drift.example")
                .registered("drift.example", DAY.minusDays(24));
    }

    private static void mail(Driven driven, String prefix, LocalDate day) {
        for (int last = 16; last <= 18; last++) {
            for (String reporter : List.of("isp-a", "isp-b", "isp-c", "isp-d")) {
                driven.send(rejection(prefix + last, reporter, day));
            }
        }
    }

    private static List<TestRecord<String, Campaign>> written(Driven driven) {
        return driven.read(Topic.CAMPAIGNS, AvroSerde.of(Campaign.class));
    }

    /** What stands of all that was written since this was asked last. */
    private static Map<String, Campaign> standing(Driven driven) {
        Map<String, Campaign> standing = new TreeMap<>();
        written(driven).forEach(record -> {
            if (record.value() == null) {
                standing.remove(record.key());
            } else {
                standing.put(record.key(), record.value());
            }
        });
        return standing;
    }
}
