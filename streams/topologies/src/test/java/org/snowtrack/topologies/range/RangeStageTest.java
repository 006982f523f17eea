package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeAlert;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Campaign;
import org.snowtrack.topologies.Driven;

class RangeStageTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);

    @Test
    void shouldOnlyWatchWhenRegistrationIsUnknown() {
        try (Driven driven = Campaign.named(new Driven())) {
            // When
            report(driven);

            // Then
            assertThat(driven.ranges().values())
                    .extracting(FlaggedRange::getVerdict)
                    .containsExactly(Verdict.WATCHED);
        }
    }

    @Test
    void shouldWriteTheSuccessorBeforeItsPredecessorsTombstoneWhenARangeGrows() {
        try (Driven driven = Campaign.driven()) {
            // Given
            driven.named("192.0.2.19", "pop.snow.example");
            report(driven);
            driven.ranges();
            alerts(driven);

            // When
            for (String reporter : List.of("isp-a", "isp-b")) {
                driven.send(rejection("192.0.2.19", reporter, DAY));
            }
            driven.pass(MOMENT);

            // Then
            var written = driven.read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class));
            assertThat(written)
                    .extracting(record -> record.key())
                    .containsExactly("192.0.2.16-192.0.2.19", Campaign.RANGE);
            assertThat(written.get(0).value().getReplaces()).containsExactly(Campaign.RANGE);
            assertThat(written.get(1).value()).isNull();
            assertThat(alerts(driven)).containsExactly(AlertKind.GREW);
        }
    }

    @Test
    void shouldRenewEveryDayAndClearAfterTheListTtl() {
        try (Driven driven = Campaign.driven()) {
            // Given
            report(driven);
            FlaggedRange first = driven.range(Campaign.RANGE);
            alerts(driven);

            // When
            driven.tick(DAY.plusDays(1));
            driven.pass(MOMENT);
            FlaggedRange renewed = driven.range(Campaign.RANGE);
            driven.tick(DAY.plusDays(15));
            driven.pass(MOMENT);

            // Then
            assertThat(renewed.getValidUntil()).isEqualTo(first.getValidUntil().plus(Duration.ofDays(1)));
            assertThat(renewed.getFlaggedAt()).isEqualTo(first.getFlaggedAt());
            assertThat(driven.read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isNull());
            assertThat(alerts(driven)).containsExactly(AlertKind.CLEARED);
        }
    }

    @Test
    void shouldPublishNothingWhenTheDayIsToldAgain() {
        try (Driven driven = Campaign.driven()) {
            // Given
            report(driven);
            driven.ranges();

            // When
            driven.tick(DAY);
            driven.tick(DAY.minusDays(1));
            driven.pass(MOMENT);

            // Then
            assertThat(driven.read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class)))
                    .isEmpty();
        }
    }

    @Test
    void shouldSeeTheSameRangeWhenDomainFactsComeBeforeTheSightings() {
        try (Driven usual = Campaign.driven();
                Driven forewarned = Campaign.driven()) {
            // Given
            report(usual);
            DomainRecord facts = usual.read(Topic.DOMAIN_RECORDS, AvroSerde.of(DomainRecord.class))
                    .get(0)
                    .value();

            // When
            forewarned.deliver("192.0.0.0/16", facts);
            Campaign.events().forEach(forewarned::send);
            forewarned.tick(DAY);
            forewarned.pass(MOMENT);

            // Then
            assertThat(forewarned.range(Campaign.RANGE)).isEqualTo(usual.range(Campaign.RANGE));
        }
    }

    @Test
    void shouldJudgeBothBlocksThatShareADomain() {
        try (Driven driven = Campaign.driven()) {
            // Given
            driven.named("198.51.100.4", "pop.snow.example").named("198.51.100.5", "tauton.snow.example");

            // When
            report(driven);
            for (String ip : List.of("198.51.100.4", "198.51.100.5")) {
                for (String reporter : List.of("isp-a", "isp-b", "isp-c", "isp-d")) {
                    driven.send(rejection(ip, reporter, DAY));
                }
            }
            driven.pass(MOMENT);

            // Then
            Map<String, FlaggedRange> ranges = driven.ranges();
            assertThat(ranges).containsOnlyKeys(Campaign.RANGE, "198.51.100.4-198.51.100.5");
            assertThat(ranges.values()).allSatisfy(range -> {
                assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
                assertThat(range.getDomains()).containsExactly("snow.example");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldJudgeTheNeighboursOfAnAddressWhoseNameNobodyCanTell(Answer.Failure failure) {
        try (Driven driven = Campaign.driven()) {
            // Given
            driven.failing("192.0.2.17", failure);

            // When
            report(driven);

            // Then
            FlaggedRange range = driven.range(Campaign.RANGE);
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(range.getMembers()).extracting(RangeMember::getIp).containsExactly("192.0.2.16", "192.0.2.18");
        }
    }

    @Test
    void shouldKeepTheVerdictLocalWhereFewReportersFeed() {
        try (Driven driven = Campaign.driven()) {
            // Given
            driven.send(new DayTick(DAY, 1, null));

            // When
            for (String ip : List.of("192.0.2.16", "192.0.2.17", "192.0.2.18")) {
                driven.send(rejection(ip, "isp-a", DAY.minusDays(1)));
                driven.send(rejection(ip, "isp-a", DAY));
            }
            driven.pass(MOMENT);

            // Then
            FlaggedRange range = driven.range(Campaign.RANGE);
            assertThat(range.getScope()).isEqualTo(Scope.LOCAL);
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
        }
    }

    private static void report(Driven driven) {
        driven.tick(DAY);
        Campaign.events().forEach(driven::send);
        driven.pass(MOMENT);
    }

    private static List<AlertKind> alerts(Driven driven) {
        return driven.read(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class)).stream()
                .map(record -> record.value().getKind())
                .toList();
    }
}
