package org.snowtrack.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.topologies.intake.IntakeStage;

class DayClockTest {

    private static final Instant START = Instant.parse("2026-01-30T22:00:00Z");

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final HandSet clock = new HandSet();
    private int reporters = 3;
    private final DayClock day = new DayClock(clock, () -> reporters, producer);

    @Test
    void shouldTellEveryDayOnceOverMonths() {
        // When
        for (int quarters = 0; quarters < 90 * 24 * 4; quarters++) {
            day.check();
            clock.now = clock.now.plus(Duration.ofMinutes(15));
        }

        // Then
        List<LocalDate> days = ticks().stream().map(DayTick::getDay).toList();
        assertThat(days)
                .hasSize(91)
                .startsWith(LocalDate.of(2026, 1, 30))
                .endsWith(LocalDate.of(2026, 4, 30))
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void shouldTellWhenAReporterJoins() {
        // Given
        day.check();

        // When
        reporters = 4;
        day.check();
        day.check();

        // Then
        assertThat(ticks()).extracting(DayTick::getFeeds).containsExactly(3, 4);
    }

    @Test
    void shouldNotGoBackWithTheMachinesClock() {
        // Given
        day.check();

        // When
        clock.now = START.minus(Duration.ofDays(40));
        day.check();
        clock.now = START.plus(Duration.ofDays(1));
        day.check();

        // Then
        assertThat(ticks())
                .extracting(DayTick::getDay)
                .containsExactly(LocalDate.of(2026, 1, 30), LocalDate.of(2026, 1, 31));
    }

    @Test
    void shouldTellAgainWhatKafkaDidNotTake() {
        // Given
        producer.sendException = new KafkaException("down");
        assertThatThrownBy(day::check).isInstanceOf(KafkaException.class);

        // When
        producer.sendException = null;
        day.check();

        // Then
        assertThat(ticks()).hasSize(1);
    }

    private List<DayTick> ticks() {
        return producer.history().stream()
                .map(record -> (DayTick) IntakeStage.serde().deserialize(record.topic(), record.value()))
                .toList();
    }

    private static final class HandSet extends Clock {

        private Instant now = START;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
