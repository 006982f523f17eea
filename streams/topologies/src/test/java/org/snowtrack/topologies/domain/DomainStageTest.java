package org.snowtrack.topologies.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;

class DomainStageTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String ONE_BLOCK = "192.0.0.0/16";
    private static final String OTHER_BLOCK = "198.51.0.0/16";

    @Test
    void shouldAskOnceAndTellEveryBlockThatWaits() {
        try (Driven driven = snow()) {
            // Given
            CompletableFuture<Void> hold = driven.holdRegistrations();
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.send(rejection("192.0.2.17", "isp-a", DAY));
            driven.send(rejection("198.51.100.16", "isp-a", DAY));

            // When
            hold.complete(null);
            driven.pass(MOMENT);

            // Then
            assertThat(questions(driven)).isEqualTo(1);
            assertThat(records(driven))
                    .extracting(TestRecord::key, record -> record.value().getRegistration())
                    .containsExactly(tuple("snow.example", LookupStatus.FOUND));
            assertThat(delivered(driven)).containsExactly(ONE_BLOCK, OTHER_BLOCK);
        }
    }

    @Test
    void shouldAnswerALaterBlockFromWhatIsKnown() {
        try (Driven driven = snow()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);
            delivered(driven);

            // When
            driven.send(rejection("198.51.100.16", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            assertThat(questions(driven)).isEqualTo(1);
            assertThat(delivered(driven)).containsExactly(OTHER_BLOCK);
        }
    }

    @Test
    void shouldAskOnceThoughADayBeginsWhileTheAnswerIsOutstanding() {
        try (Driven driven = snow()) {
            // Given
            CompletableFuture<Void> hold = driven.holdRegistrations();
            driven.tick(DAY.minusDays(1));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(1)));
            driven.tick(DAY);
            driven.send(rejection("198.51.100.16", "isp-a", DAY));

            // When
            hold.complete(null);
            driven.pass(MOMENT);

            // Then
            assertThat(questions(driven)).isEqualTo(1);
            assertThat(records(driven))
                    .extracting(record -> record.value().getAskedFor())
                    .containsExactly(DAY.minusDays(1));
            assertThat(delivered(driven)).containsExactly(ONE_BLOCK, OTHER_BLOCK);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteAFailureDownAndGoOn(Answer.Failure failure) {
        try (Driven driven =
                snow().named("192.0.2.18", "drift.example").registered("drift.example", DAY.minusDays(9))) {
            // Given
            driven.failing("snow.example", failure).tick(DAY);

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.send(rejection("192.0.2.18", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            assertThat(records(driven))
                    .extracting(TestRecord::key, record -> record.value().getRegistration(), record -> record.value()
                            .getHasMx())
                    .containsExactly(
                            tuple("snow.example", LookupStatus.valueOf(failure.name()), null),
                            tuple("drift.example", LookupStatus.FOUND, false));
            assertThat(delivered(driven)).containsExactly(ONE_BLOCK, ONE_BLOCK);
        }
    }

    @Test
    void shouldForgetFactsAHorizonAfterTheLastSightingAndAskAgain() {
        try (Driven driven = snow()) {
            // Given
            driven.tick(DAY.minusDays(121));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(121)));
            driven.pass(MOMENT);
            driven.tick(DAY.minusDays(61));
            driven.pass(MOMENT);
            driven.tick(DAY.minusDays(1));
            List<TestRecord<String, DomainRecord>> within = records(driven);

            // When
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            assertThat(within).hasSize(1);
            assertThat(records(driven))
                    .extracting(TestRecord::key, record -> record.value() == null)
                    .containsExactly(tuple("snow.example", true), tuple("snow.example", false));
            assertThat(questions(driven)).isEqualTo(3);
        }
    }

    @Test
    void shouldSeeAfterSomeDaysThatADomainWasRegisteredAnew() {
        try (Driven driven = snow()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);
            records(driven);
            driven.registered("snow.example", DAY.minusDays(1));

            // When
            driven.tick(DAY.plusDays(2));
            driven.pass(MOMENT);
            long tooEarly = questions(driven);
            driven.tick(DAY.plusDays(3));
            driven.pass(MOMENT);

            // Then
            assertThat(tooEarly).isEqualTo(1);
            assertThat(questions(driven)).isEqualTo(2);
            assertThat(records(driven))
                    .extracting(record -> record.value().getRegisteredAt())
                    .containsExactly(
                            DAY.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "MALFORMED"})
    void shouldAskARegistryThatWillNotTellAgainOnAnotherDayOnly(Answer.Failure failure) {
        try (Driven driven = snow()) {
            // Given
            driven.failingRegistration("snow.example", failure).tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.passBySeconds(3600);
            long onTheSameDay = questions(driven);

            // When
            driven.tick(DAY.plusDays(1));
            driven.pass(MOMENT);

            // Then
            assertThat(onTheSameDay).isEqualTo(1);
            assertThat(questions(driven)).isEqualTo(2);
        }
    }

    @Test
    void shouldKeepWhatIsKnownAndAskOnWhenTheRegistryIsAwayOnTheDayOfTheRefresh() {
        try (Driven driven = snow()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);
            records(driven);
            driven.registered("snow.example", DAY.minusDays(1))
                    .failingRegistration("snow.example", Answer.Failure.TIMED_OUT);
            driven.tick(DAY.plusDays(3));
            driven.pass(MOMENT);
            List<TestRecord<String, DomainRecord>> whileAway = records(driven);

            // When
            driven.answeringRegistration("snow.example");
            driven.passBySeconds(15);

            // Then
            assertThat(whileAway).isEmpty();
            assertThat(records(driven))
                    .extracting(record -> record.value().getRegisteredAt())
                    .containsExactly(
                            DAY.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
    }

    private static Driven snow() {
        return new Driven()
                .named("192.0.2.16", "snow.example")
                .named("192.0.2.17", "caruk.snow.example")
                .named("198.51.100.16", "ohris.snow.example")
                .registered("snow.example", DAY.minusDays(30));
    }

    private static long questions(Driven driven) {
        return driven.asked().stream().filter("snow.example"::equals).count();
    }

    private static List<TestRecord<String, DomainRecord>> records(Driven driven) {
        return driven.read(Topic.DOMAIN_RECORDS, AvroSerde.of(DomainRecord.class));
    }

    /** Keys of the facts that went out. */
    private static List<String> delivered(Driven driven) {
        return driven.read(Topic.DOMAIN_FACTS, AvroSerde.of(DomainRecord.class)).stream()
                .map(TestRecord::key)
                .toList();
    }
}
