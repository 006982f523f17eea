package org.snowtrack.topologies.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;

class IntakeStageTest {

    private static final String BOUND = "mail-rejections.isp-a";

    @Test
    void shouldSendWhatIsBadToDeadLettersAndGoOn() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);

            // When
            driven.send(BOUND, utf8("garbage"));
            driven.send("mail-rejections", (byte[]) null);
            driven.send(rejection("300.1.2.3", "isp-a", DAY));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.plusDays(3)));
            driven.send(rejection("192.0.2.16", "isp-a", DAY));

            // Then
            assertThat(driven.deadLetters())
                    .extracting(letter -> header(letter, DeadLetter.REASON))
                    .satisfiesExactly(
                            garbage -> assertThat(garbage).contains("single-object encoding"),
                            empty -> assertThat(empty).isEqualTo("The record is empty."),
                            impossible -> assertThat(impossible).contains("'300.1.2.3' is not an IPv4"),
                            future -> assertThat(future).contains("more than 1 h in the future"));
            assertThat(reported(driven)).containsExactly("192.0.2.16");
        }
    }

    @Test
    void shouldSayWhereADeadLetterComesFrom() {
        try (Driven driven = new Driven()) {
            // Given
            RecordHeaders headers = new RecordHeaders();
            headers.add(DeadLetter.FILE, utf8("rejections.jsonl")).add(DeadLetter.LINE, utf8("7"));
            driven.send(BOUND, utf8("first"));

            // When
            driven.send(BOUND, new TestRecord<>(null, utf8("second"), headers));

            // Then
            TestRecord<String, byte[]> letter = driven.deadLetters().get(1);
            assertThat(letter.value()).isEqualTo(utf8("second"));
            assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo(BOUND);
            assertThat(header(letter, DeadLetter.PARTITION)).isEqualTo("0");
            assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("1");
            assertThat(header(letter, DeadLetter.FILE)).isEqualTo("rejections.jsonl");
            assertThat(header(letter, DeadLetter.LINE)).isEqualTo("7");
        }
    }

    @Test
    void shouldNotBelieveHeadersOfARecordThatNameAnotherPlace() {
        try (Driven driven = new Driven()) {
            // Given
            RecordHeaders headers = new RecordHeaders();
            headers.add(DeadLetter.TOPIC, utf8("mail-rejections.isp-b")).add(DeadLetter.REASON, utf8("None."));

            // When
            driven.send(BOUND, new TestRecord<>(null, utf8("garbage"), headers));

            // Then
            TestRecord<String, byte[]> letter = driven.deadLetters().get(0);
            assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo(BOUND);
            assertThat(header(letter, DeadLetter.REASON)).contains("single-object encoding");
        }
    }

    @Test
    void shouldLeaveOutOfALetterWhatIsTooLongToBeSentOn() {
        try (Driven driven = new Driven()) {
            // Given
            MailRejection endless = rejection("1".repeat(DeadLetter.LONGEST), "isp-a", DAY);
            RecordHeaders headers = new RecordHeaders();
            headers.add(DeadLetter.FILE, new byte[DeadLetter.LONGEST]);

            // When
            driven.send(endless);
            driven.send(BOUND, new TestRecord<>(null, utf8("garbage"), headers));
            driven.send(BOUND, new byte[DeadLetter.LONGEST]);

            // Then
            List<TestRecord<String, byte[]>> letters = driven.deadLetters();
            assertThat(letters).extracting(letter -> letter.value().length).containsExactly(0, 0, DeadLetter.LONGEST);
            assertThat(letters).allSatisfy(letter -> {
                assertThat(letter.headers().lastHeader(DeadLetter.FILE)).isNull();
                assertThat(header(letter, DeadLetter.REASON)).hasSizeLessThan(200);
                assertThat(header(letter, DeadLetter.TOPIC)).startsWith("mail-rejections");
            });
        }
    }

    @Test
    void shouldTakeTheReporterFromTheTopicsSuffix() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            byte[] asB = IntakeStage.serde().serialize(BOUND, rejection("192.0.2.16", "isp-b", DAY));

            // When
            driven.send(BOUND, asB);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));

            // Then
            assertThat(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                    .allSatisfy(
                            record -> assertThat(record.value().getReporters()).isEqualTo(1));
        }
    }

    @Test
    void shouldRefuseATickOnAReportersTopic() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class));

            // When
            driven.send(BOUND, IntakeStage.serde().serialize(BOUND, new DayTick(DAY.plusDays(61), 5, null)));

            // Then
            assertThat(driven.deadLetters())
                    .extracting(letter -> header(letter, DeadLetter.REASON))
                    .containsExactly("A tick is only taken from mail-rejections itself.");
            assertThat(reported(driven)).as("nothing is forgotten").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INVALID_RECIPIENT")
    void shouldPassOverOtherReasons(RejectionReason reason) {
        try (Driven driven = new Driven()) {
            // Given
            MailRejection rejection = MailRejection.newBuilder(rejection("192.0.2.16", "isp-a", DAY))
                    .setReason(reason)
                    .build();

            // When
            driven.send(rejection);

            // Then
            assertThat(reported(driven)).isEmpty();
            assertThat(driven.deadLetters()).isEmpty();
        }
    }

    @Test
    void shouldEndKnownTimeWithTheDayThatIsReplayed() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY.minusDays(9));

            // When
            driven.send(rejection("192.0.2.16", "isp-a", DAY.minusDays(9)));
            driven.send(rejection("192.0.2.17", "isp-a", DAY.minusDays(8)));

            // Then
            assertThat(reported(driven)).containsExactly("192.0.2.16");
            assertThat(driven.deadLetters())
                    .extracting(letter -> header(letter, DeadLetter.REASON))
                    .containsExactly("observed_at: 2026-02-22T12:00:00Z is more than 1 h in the future of "
                            + "2026-02-22T00:00:00Z.");
        }
    }

    private static List<String> reported(Driven driven) {
        return driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)).stream()
                .map(TestRecord::key)
                .toList();
    }

    private static String header(TestRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
