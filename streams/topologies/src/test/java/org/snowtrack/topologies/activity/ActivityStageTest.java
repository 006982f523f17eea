package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;

class ActivityStageTest {

    private static final int HORIZON = 61;

    @Test
    void shouldPublishAnAddressOnceAReportersDayIsExcessive() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            MailRejection nine = MailRejection.newBuilder(rejection("2001:db8::16", "isp-a", DAY))
                    .setRejectedRecipients(9)
                    .build();
            MailRejection tenth = MailRejection.newBuilder(nine)
                    .setRejectedRecipients(1)
                    .setObservedAt(DAY.atTime(15, 0).toInstant(ZoneOffset.UTC))
                    .setOrigin("the tenth")
                    .build();
            driven.send(nine);
            List<TestRecord<String, AddressActivity>> below = activity(driven);

            // When
            driven.send(tenth);

            // Then
            assertThat(below).isEmpty();
            assertThat(activity(driven)).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("2001:db8::16");
                assertThat(record.value())
                        .isEqualTo(new AddressActivity(
                                "2001:db8::16", 1, 1, tenth.getObservedAt(), tenth.getObservedAt()));
            });
        }
    }

    @Test
    void shouldPublishNothingWhenAFactIsRepeated() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            activity(driven);

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY));

            // Then
            assertThat(activity(driven)).isEmpty();
        }
    }

    @Test
    void shouldTellOfALargeMessageOnceWhateverItWasRefusedFor() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            activity(driven);
            driven.send(message("192.0.2.16", LargeMessages.LARGE - 1, "small"));
            driven.send(message("192.0.2.17", LargeMessages.LARGE, "of one that nobody reports"));
            List<TestRecord<String, AddressActivity>> untold = activity(driven);

            // When
            driven.send(message("192.0.2.16", LargeMessages.LARGE, "large"));
            driven.send(message("192.0.2.16", LargeMessages.LARGE + 1, "hardly larger"));

            // Then
            assertThat(untold).isEmpty();
            assertThat(activity(driven)).extracting(TestRecord::key).containsExactly("192.0.2.16");
        }
    }

    @Test
    void shouldDropAndCountWhatIsOlderThanTheHorizonOnArrival() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(HORIZON)));
            driven.send(rejection("192.0.2.17", "isp-a", DAY.minusDays(HORIZON - 1)));

            // Then
            assertThat(activity(driven)).extracting(TestRecord::key).containsExactly("192.0.2.17");
            assertThat(driven.deadLetters()).isEmpty();
            assertThat(driven.total("expired-on-arrival")).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeLatecomersIntoTheHorizonBeforeTheFirstTickTellsTheDay() {
        try (Driven driven = new Driven()) {
            // Given
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(HORIZON)));
            driven.send(rejection("192.0.2.17", "isp-a", DAY));
            activity(driven);

            // When
            driven.tick(DAY);

            // Then
            assertThat(activity(driven)).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("192.0.2.16");
                assertThat(record.value()).isNull();
            });
        }
    }

    @Test
    void shouldLoseOneReporterADayAsTheirDaysLeaveTheHorizon() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(2)));
            driven.send(rejection("192.0.2.16", "isp-b", DAY.minusDays(1)));
            driven.send(rejection("192.0.2.16", "isp-b", DAY));
            activity(driven);

            // When
            driven.tick(DAY.plusDays(HORIZON - 2));
            driven.tick(DAY.plusDays(HORIZON - 1));
            driven.tick(DAY.plusDays(HORIZON));

            // Then
            assertThat(activity(driven))
                    .extracting(TestRecord::value)
                    .containsExactly(
                            new AddressActivity("192.0.2.16", 1, 2, noon(DAY.minusDays(1)), noon(DAY)),
                            new AddressActivity("192.0.2.16", 1, 1, noon(DAY), noon(DAY)),
                            null);
        }
    }

    @Test
    void shouldNeverGoBackToAnEarlierDay() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);

            // When
            driven.tick(DAY.minusDays(HORIZON));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(HORIZON)));

            // Then
            assertThat(activity(driven)).isEmpty();
            assertThat(driven.total("expired-on-arrival")).isEqualTo(1);
        }
    }

    private static MailRejection message(String ip, long bytes, String origin) {
        return MailRejection.newBuilder(rejection(ip, "isp-b", DAY))
                .setReason(RejectionReason.SIZE_EXCEEDED)
                .setMessageBytes(bytes)
                .setOrigin(origin)
                .build();
    }

    private static Instant noon(LocalDate day) {
        return day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
    }

    private static List<TestRecord<String, AddressActivity>> activity(Driven driven) {
        return driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class));
    }
}
