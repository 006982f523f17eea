package org.snowtrack.topologies.ptr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;

class PtrStageTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final OriginNetwork NETWORK = new OriginNetwork(64500L, "EXAMPLE-NET", "DE");

    @Test
    void shouldAskOnceForEveryDayOnWhichAnAddressIsExcessive() {
        try (Driven driven = new Driven().named("192.0.2.16", "snow.example")) {
            // Given
            driven.settle(DAY);

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.send(rejection("192.0.2.16", "isp-b", DAY));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(1)));
            driven.pass(MOMENT);

            // Then
            assertThat(driven.asked().stream().filter("192.0.2.16"::equals)).hasSize(2);
        }
    }

    @Test
    void shouldKeepTheHistoryOfANameThatRotates() {
        try (Driven driven = new Driven().named("192.0.2.16", "snow.example")) {
            // Given
            driven.tick(DAY.minusDays(1));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(1)));
            driven.pass(MOMENT);
            driven.named("192.0.2.16", "drift.example");

            // When
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            HostName snow = new HostName("snow.example", "snow.example", Confirmation.CONFIRMED);
            HostName drift = new HostName("drift.example", "drift.example", Confirmation.CONFIRMED);
            assertThat(last(driven))
                    .isEqualTo(new PtrRecord(
                            "192.0.2.16",
                            LookupStatus.FOUND,
                            List.of(drift),
                            List.of(
                                    new NamePeriod(drift, DAY, DAY),
                                    new NamePeriod(snow, DAY.minusDays(1), DAY.minusDays(1))),
                            NETWORK,
                            DAY,
                            DAY));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteAFailureDownAndGoOn(Answer.Failure failure) {
        try (Driven driven = new Driven().named("192.0.2.17", "snow.example").failing("192.0.2.16", failure)) {
            // Given
            driven.tick(DAY);

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.send(rejection("192.0.2.17", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            assertThat(names(driven))
                    .extracting(TestRecord::key, record -> record.value().getStatus())
                    .containsExactly(
                            tuple("192.0.2.16", LookupStatus.valueOf(failure.name())),
                            tuple("192.0.2.17", LookupStatus.FOUND));
        }
    }

    @Test
    void shouldKeepYesterdaysAnswerWhenTodayNobodyCanTell() {
        try (Driven driven = new Driven().named("192.0.2.16", "snow.example")) {
            // Given
            driven.tick(DAY.minusDays(1));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(1)));
            driven.pass(MOMENT);
            PtrRecord before = last(driven);
            driven.failing("192.0.2.16", Answer.Failure.TIMED_OUT);

            // When
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);

            // Then
            assertThat(last(driven)).isEqualTo(before);
        }
    }

    @Test
    void shouldForgetTheNamesWithTheAddress() {
        try (Driven driven = new Driven().named("192.0.2.16", "snow.example")) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);
            names(driven);

            // When
            driven.tick(DAY.plusDays(61));

            // Then
            assertThat(names(driven)).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("192.0.2.16");
                assertThat(record.value()).isNull();
            });
        }
    }

    @Test
    void shouldNotRememberAForgottenAddressWhenItsAnswerComesLate() {
        try (Driven driven = new Driven().named("192.0.2.16", "snow.example")) {
            // Given
            CompletableFuture<Void> hold = driven.holdLookups();
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.tick(DAY.plusDays(61));
            names(driven);

            // When
            hold.complete(null);
            driven.pass(MOMENT);

            // Then
            assertThat(names(driven)).isEmpty();
        }
    }

    private static PtrRecord last(Driven driven) {
        List<TestRecord<String, PtrRecord>> records = names(driven);
        return records.get(records.size() - 1).value();
    }

    private static List<TestRecord<String, PtrRecord>> names(Driven driven) {
        return driven.read(Topic.PTR_RECORDS, AvroSerde.of(PtrRecord.class));
    }
}
