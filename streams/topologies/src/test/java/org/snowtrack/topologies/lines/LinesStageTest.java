package org.snowtrack.topologies.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.snowtrack.topologies.Driven.DAY;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.Driven;
import org.snowtrack.topologies.intake.DeadLetter;

class LinesStageTest {

    private static final String BOUND = "mta-logs.isp-a";
    private static final Instant NOON = DAY.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);

    @Test
    void shouldTellOneRejectionForEachFactUnderItsOwnOrigin() {
        try (Driven driven = new Driven()) {
            // When
            ship(driven, BOUND, "mx1", "nothing of interest");
            ship(driven, BOUND, "mx1", "refused 192.0.2.16");
            ship(driven, BOUND, "mx1", "refuse mx1 A");
            ship(driven, BOUND, "mx1", "refuse mx1 A");
            ship(driven, BOUND, "mx1", "connect mx1 A 192.0.2.17\r\n");
            ship(driven, BOUND, "mx1", "left 192.0.2.18 3 5");

            // Then
            assertThat(rejections(driven))
                    .containsExactly(
                            rejection("192.0.2.16", "isp-a", 1, null, BOUND + "-0:1"),
                            rejection("192.0.2.17", "isp-a", 1, null, BOUND + "-0:4"),
                            rejection("192.0.2.17", "isp-a", 1, null, BOUND + "-0:4/2"),
                            rejection("192.0.2.18", "isp-a", 2, 3, BOUND + "-0:5"));
            assertThat(driven.deadLetters()).isEmpty();
            assertThat(driven.total("lines-read")).isEqualTo(6);
        }
    }

    @Test
    void shouldHandOnTheNamesThatALineTells() {
        try (Driven driven = new Driven()) {
            // When
            ship(driven, BOUND, "mx1", "refused 192.0.2.16 helo.example name.example sender.example");

            // Then
            assertThat(rejections(driven))
                    .extracting(MailRejection::getHelo, MailRejection::getClientName, MailRejection::getMailFromDomain)
                    .containsExactly(tuple("helo.example", "name.example", "sender.example"));
        }
    }

    @Test
    void shouldCountLinesLikeAnyOtherRejections() {
        try (Driven driven = new Driven()) {
            // Given
            driven.tick(DAY);

            // When
            for (int i = 0; i < 10; i++) {
                ship(driven, BOUND, "mx1", "refused 192.0.2.16");
                ship(driven, "mta-logs", "isp-b", "refused 192.0.2.16");
                ship(driven, "mta-logs", "isp-a", i == 0 ? "refused 192.0.2.17" : "quiet");
            }

            // Then
            assertThat(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                    .extracting(record -> record.key() + " x" + record.value().getReporters())
                    .containsExactly("192.0.2.16 x1", "192.0.2.16 x2");
        }
    }

    @Test
    void shouldTakeTheReporterFromTheSuffixElseFromTheKey() {
        try (Driven driven = new Driven()) {
            // When
            ship(driven, BOUND, null, "refused 192.0.2.16");
            ship(driven, BOUND, "isp-b", "refused 192.0.2.16");
            ship(driven, "mta-logs", "isp-b", "refused 192.0.2.16");

            // Then
            assertThat(rejections(driven))
                    .extracting(MailRejection::getReporter)
                    .containsExactly("isp-a", "isp-a", "isp-b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "bell\u0007", "long"})
    void shouldSayThatNobodyIsNamed(String key) {
        try (Driven driven = new Driven()) {
            // When
            ship(driven, "mta-logs", key.isEmpty() ? null : key.replace("long", "l".repeat(129)), "refused 192.0.2.16");

            // Then
            assertThat(rejections(driven)).isEmpty();
            assertThat(driven.deadLetters())
                    .extracting(letter -> header(letter, DeadLetter.REASON))
                    .singleElement()
                    .isEqualTo(
                            key.isBlank()
                                    ? "The record's key, which names the reporter on mta-logs, is missing."
                                    : "reporter: a name has at most 128 characters, none of them a control character.");
        }
    }

    @Test
    void shouldSayWhereALineStandsThatItCannotReadAndNothingElse() {
        try (Driven driven = new Driven()) {
            // Given
            RecordHeaders headers = new RecordHeaders();
            headers.add("to", utf8("somebody@isp.example")).add(DeadLetter.FILE, utf8("/var/log/mail.log"));
            ship(driven, BOUND, "mx1", "refuse mx1 A");

            // When
            driven.send(BOUND, new TestRecord<>(utf8("mx1"), utf8("garbled somebody@isp.example"), headers, NOON));
            ship(driven, BOUND, "mx1", "quit mx1 A");
            driven.send(BOUND, new TestRecord<>(utf8("mx1"), null, NOON));

            // Then
            List<TestRecord<String, byte[]>> letters = driven.deadLetters();
            assertThat(letters)
                    .extracting(letter -> header(letter, DeadLetter.OFFSET) + " " + header(letter, DeadLetter.REASON))
                    .containsExactly(
                            "1 The line looks like a refusal or the end of a session, but its client, time or numbers "
                                    + "cannot be read.",
                            "0 The line refuses a client whose address stood on another line of its session, which is "
                                    + "missing.",
                            "3 The record is empty.");
            assertThat(letters).allSatisfy(letter -> {
                assertThat(letter.value()).isEmpty();
                assertThat(letter.key()).isEqualTo(BOUND);
                assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo(BOUND);
                assertThat(header(letter, DeadLetter.PARTITION)).isEqualTo("0");
                assertThat(letter.headers()).hasSize(4);
            });
            assertThat(driven.total("lines-unreadable")).isEqualTo(1);
            assertThat(driven.total("lines-unattributed")).isEqualTo(1);
        }
    }

    @Test
    void shouldNotJoinSessionsOfOtherHostsReportersOrTopics() {
        try (Driven driven = new Driven()) {
            // Given
            ship(driven, BOUND, "mx1", "connect mx1 A 192.0.2.16");
            ship(driven, BOUND, "mx3", "connect - A 192.0.2.17");
            ship(driven, "mta-logs.isp-b", "mx1", "connect mx1 A 192.0.2.18");
            ship(driven, "mta-logs", "isp-a", "connect mx1 A 192.0.2.19");
            ship(driven, "mta-logs", "isp-b", "connect mx1 A 192.0.2.20");

            // When
            ship(driven, "mta-logs", "isp-b", "refuse mx1 A");
            ship(driven, "mta-logs", "isp-a", "refuse mx1 A");
            ship(driven, "mta-logs.isp-b", "mx1", "refuse mx1 A");
            ship(driven, BOUND, "mx3", "refuse - A");
            ship(driven, BOUND, "mx2", "refuse - A");
            ship(driven, BOUND, "mx2", "refuse mx1 A");
            ship(driven, BOUND, "mx1", "refuse mx2 A");

            // Then
            assertThat(rejections(driven))
                    .extracting(MailRejection::getSourceIp)
                    .containsExactly("192.0.2.20", "192.0.2.19", "192.0.2.18", "192.0.2.17", "192.0.2.16");
        }
    }

    @Test
    void shouldTakeAnyBytesForALine() {
        try (Driven driven = new Driven()) {
            // Given
            byte[] long1 = new byte[1 << 20];
            byte[] none = {};
            byte[] invalid = {(byte) 0xff, 0, (byte) 0xfe, '\n', '\n'};

            // When
            for (byte[] line : List.of(long1, none, invalid)) {
                driven.send(BOUND, new TestRecord<>(invalid, line, NOON));
            }
            ship(driven, BOUND, "mx1", "refused 192.0.2.16");

            // Then
            assertThat(rejections(driven)).hasSize(1);
            assertThat(driven.deadLetters()).isEmpty();
        }
    }

    private static void ship(Driven driven, String topic, @Nullable String key, String line) {
        driven.send(topic, new TestRecord<>(key == null ? null : utf8(key), utf8(line), NOON));
    }

    private static List<MailRejection> rejections(Driven driven) {
        return driven.read(Topic.MAIL_REJECTIONS, AvroSerde.of(MailRejection.class)).stream()
                .map(record -> {
                    assertThat(record.key()).isEqualTo(record.value().getSourceIp());
                    return record.value();
                })
                .toList();
    }

    private static MailRejection rejection(
            String ip, String reporter, int rejected, @Nullable Integer accepted, String origin) {
        RejectionReason reason = accepted == null ? RejectionReason.INVALID_RECIPIENT : RejectionReason.OTHER;
        return MailRejection.newBuilder()
                .setSourceIp(ip)
                .setReporter(reporter)
                .setObservedAt(NOON)
                .setReason(reason)
                .setRejectedRecipients(rejected)
                .setAcceptedRecipients(accepted)
                .setOrigin(origin)
                .build();
    }

    private static String header(TestRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
