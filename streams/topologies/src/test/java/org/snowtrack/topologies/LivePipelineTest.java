package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.CampaignStores;
import org.snowtrack.topologies.state.DomainStores;

/** The pipeline as it runs around the clock: nobody drives the day, and the outside world changes. */
class LivePipelineTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String RANGE = "192.0.2.16-192.0.2.18";

    @Test
    void shouldLetAnAddressGoAtOnceWhenSomebodyElseMovesIn() {
        try (Driven driven = flagged()) {
            // Given
            driven.named("192.0.2.18", "www.baker.example.net").registered("example.net", DAY.minusYears(9));

            // When
            driven.tick(DAY.plusDays(1));
            driven.pass(MOMENT);
            driven.pass(MOMENT);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys("192.0.2.16-192.0.2.17");
        }
    }

    @Test
    void shouldLetAnAddressGoWhenItHasHadNoNameForThreeDays() {
        try (Driven driven = flagged()) {
            // Given
            driven.unnamed("192.0.2.18");

            // When
            FlaggedRange afterTwoDays = null;
            for (int day = 1; day <= 3; day++) {
                driven.tick(DAY.plusDays(day));
                driven.pass(MOMENT);
                if (day == 2) {
                    afterTwoDays = driven.range(RANGE);
                }
            }

            // Then
            assertThat(afterTwoDays).isNotNull();
            assertThat(driven.ranges()).containsOnlyKeys("192.0.2.16-192.0.2.17");
        }
    }

    @Test
    void shouldKeepWhatItKnowsWhileNobodyAnswers() {
        try (Driven driven = flagged()) {
            // Given
            driven.failLookups(true);

            // When
            for (int day = 1; day <= 5; day++) {
                driven.tick(DAY.plusDays(day));
                driven.pass(MOMENT);
            }

            // Then
            assertThat(driven.range(RANGE).getVerdict()).isEqualTo(Verdict.FLAGGED);
        }
    }

    @Test
    void shouldAskAgainUntilSomebodyAnswersButEverLater() {
        try (Driven driven = campaign()) {
            // Given
            driven.failLookups(true);
            driven.tick(DAY, 4);
            events(DAY).forEach(driven::send);
            driven.passBySeconds(120);
            int afterTwoMinutes = driven.asked().size();
            assertThat(driven.ranges()).isEmpty();

            // When
            driven.failLookups(false);
            driven.passBySeconds(240);

            // Then
            assertThat(driven.range(RANGE).getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(afterTwoMinutes)
                    .as("the names of three addresses, asked at 0, 10, 30 and 70 s or a little later")
                    .isBetween(3 * 3, 3 * 5);
        }
    }

    @Test
    void shouldRaiseTheVerdictWhenTheRegistryAnswersLate() {
        try (Driven driven = new Driven()) {
            // Given
            named(driven);
            driven.tick(DAY, 4);
            driven.failing("snow.example", Answer.Failure.TIMED_OUT);
            events(DAY).forEach(driven::send);
            driven.pass(MOMENT);
            FlaggedRange before = driven.range(RANGE);

            // When
            driven.answering("snow.example");
            driven.registered("snow.example", DAY.minusDays(30));
            driven.passBySeconds(60);

            // Then
            assertThat(before.getVerdict()).isEqualTo(Verdict.WATCHED);
            assertThat(driven.range(RANGE).getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(driven.read(Topic.DOMAIN_RECORDS, AvroSerde.of(DomainRecord.class)))
                    .hasSize(2);
        }
    }

    @Test
    void shouldAskAboutTodayWhateverDayTheMailIsOf() {
        try (Driven driven = campaign()) {
            // When
            driven.tick(DAY, 4);
            for (int back = 0; back < 20; back++) {
                driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(back)));
            }
            driven.pass(MOMENT);

            // Then
            assertThat(driven.asked()).containsExactly("192.0.2.16", "snow.example");
        }
    }

    @Test
    void shouldJudgeLocallyForAnOperatorAloneAndNothingAboutALargeSender() {
        try (Driven driven = campaign()) {
            // Given
            for (String ip : List.of("198.51.100.40", "198.51.100.41", "198.51.100.42")) {
                driven.named(ip, "out-" + ip.substring(ip.length() - 2) + ".mail.example.net");
            }
            driven.registered("example.net", DAY.minusYears(9));
            driven.tick(DAY, 1);

            // When
            for (int back = 0; back < 3; back++) {
                LocalDate day = DAY.minusDays(back);
                List.of("192.0.2.16", "192.0.2.17", "192.0.2.18").forEach(ip -> driven.send(rejection(ip, "us", day)));
                List.of("198.51.100.40", "198.51.100.41", "198.51.100.42").forEach(ip -> {
                    driven.send(rejection(ip, "us", day));
                    driven.send(accepted(ip, "us", day, 300, 10));
                });
            }
            driven.pass(MOMENT);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys(RANGE).allSatisfy((key, range) -> {
                assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
                assertThat(range.getScope()).isEqualTo(Scope.LOCAL);
            });
        }
    }

    @Test
    void shouldJudgeEverythingAnewWhenMoreReportersFeed() {
        try (Driven driven = campaign()) {
            // Given
            driven.tick(DAY, 1);
            events(DAY).forEach(driven::send);
            events(DAY.minusDays(1)).forEach(driven::send);
            driven.pass(MOMENT);
            assertThat(driven.range(RANGE).getScope()).isEqualTo(Scope.LOCAL);

            // When
            driven.tick(DAY, 4);
            driven.pass(MOMENT);

            // Then
            assertThat(driven.range(RANGE).getScope()).isEqualTo(Scope.SHARED);
        }
    }

    @Test
    void shouldUnlistAnAllowedRangeAtOnceAndListItAgainWhenThatIsTakenBack() {
        try (Driven driven = flagged()) {
            // When
            driven.allow("192.0.2.0/28", null);
            driven.allow("192.0.2.16/30", null);
            driven.pass(MOMENT);
            var allowed = driven.ranges();
            driven.disallow("192.0.2.16/30");
            driven.pass(MOMENT);

            // Then
            assertThat(allowed).isEmpty();
            assertThat(driven.ranges()).containsOnlyKeys(RANGE);
        }
    }

    @Test
    void shouldEndAnAllowanceWithItsLastDay() {
        try (Driven driven = flagged()) {
            // Given
            driven.allow("snow.example", DAY.plusDays(1));
            driven.pass(MOMENT);
            assertThat(driven.ranges()).isEmpty();

            // When
            driven.tick(DAY.plusDays(1));
            driven.pass(MOMENT);
            var onTheLastDay = driven.ranges();
            driven.tick(DAY.plusDays(2));
            driven.pass(MOMENT);

            // Then
            assertThat(onTheLastDay).isEmpty();
            assertThat(driven.ranges()).containsOnlyKeys(RANGE);
        }
    }

    @Test
    void shouldRefuseToAllowNonsense() {
        try (Driven driven = flagged()) {
            // When
            driven.allow("com", null);
            driven.allow("192.0.2.0/33", null);

            // Then
            assertThat(driven.deadLetters())
                    .extracting(letter ->
                            new String(letter.headers().lastHeader("reason").value(), StandardCharsets.UTF_8))
                    .satisfiesExactly(
                            suffix -> assertThat(suffix).contains("'com' is neither"),
                            prefix -> assertThat(prefix).contains("33"));
        }
    }

    @Test
    void shouldLiveThroughMonthsAndForgetEverything() {
        try (Driven driven = campaign()) {
            // Given
            // Mail for 90 days, names for a horizon longer, and what is known of their domain for another one; the
            // range as part of a campaign longest.
            LocalDate end = DAY.plusDays(90 + 180 + 1);

            // When
            int flaggedDays = 0;
            for (LocalDate day = DAY; day.isBefore(end); day = day.plusDays(1)) {
                driven.tick(day, 4);
                if (day.isBefore(DAY.plusDays(90))) {
                    driven.pass(Duration.between(
                            driven.now(), day.atTime(LocalTime.of(18, 0)).toInstant(ZoneOffset.UTC)));
                    events(day).forEach(driven::send);
                }
                driven.pass(MOMENT);
                if (driven.ranges().containsKey(RANGE)) {
                    flaggedDays++;
                    assertThat(driven.range(RANGE).getValidUntil())
                            .isEqualTo(
                                    day.plusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant());
                }
            }

            driven.passBySeconds(5);

            // Then
            assertThat(flaggedDays).as("until list.ttl after the last mail").isEqualTo(90 + 14);
            assertThat(driven.ranges()).isEmpty();
            assertThat(driven.rows())
                    .containsOnlyKeys(BlockStores.CLOCK, BlockStores.JUDGED_DAY, DomainStores.DAY, CampaignStores.DAY);
        }
    }

    private static Driven flagged() {
        Driven driven = campaign();
        driven.tick(DAY);
        events(DAY).forEach(driven::send);
        driven.pass(MOMENT);
        assertThat(driven.range(RANGE).getVerdict()).isEqualTo(Verdict.FLAGGED);
        return driven;
    }

    private static Driven campaign() {
        return named(new Driven()).registered("snow.example", DAY.minusDays(30));
    }

    private static Driven named(Driven driven) {
        return driven.named("192.0.2.16", "snow.example")
                .named("192.0.2.17", "caruk.snow.example")
                .named("192.0.2.18", "ohris.snow.example");
    }

    private static List<MailRejection> events(LocalDate day) {
        return List.of("192.0.2.16", "192.0.2.17", "192.0.2.18").stream()
                .flatMap(ip -> List.of("isp-a", "isp-b", "isp-c", "isp-d").stream()
                        .map(reporter -> rejection(ip, reporter, day)))
                .toList();
    }

    private static MailRejection accepted(String ip, String reporter, LocalDate day, int accepted, int rejected) {
        return MailRejection.newBuilder()
                .setSourceIp(ip)
                .setReporter(reporter)
                .setObservedAt(day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC))
                .setReason(RejectionReason.OTHER)
                .setRejectedRecipients(rejected)
                .setAcceptedRecipients(accepted)
                .setOrigin(ip + " " + reporter + " " + day + " accepted")
                .build();
    }
}
