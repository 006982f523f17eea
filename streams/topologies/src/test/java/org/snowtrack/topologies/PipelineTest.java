package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.RangeAlert;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.DeadLetter;
import org.snowtrack.topologies.intake.IntakeStage;

class PipelineTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);

    @Test
    void shouldFlagARunOfAFreshDomain() {
        try (Driven driven = campaign()) {
            // When
            driven.tick(DAY);
            events().forEach(driven::send);
            driven.pass(MOMENT);

            // Then
            FlaggedRange range = driven.range("192.0.2.16-192.0.2.18");
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(range.getDomains()).containsExactly("snow.example");
            assertThat(range.getMembers())
                    .allSatisfy(member -> assertThat(member.getReporters()).isEqualTo(4));
            assertThat(last(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                            .getReporters())
                    .isEqualTo(4);
            assertThat(last(driven.read(Topic.PTR_RECORDS, AvroSerde.of(PtrRecord.class)))
                            .getStatus())
                    .isEqualTo(LookupStatus.FOUND);
            assertThat(driven.read(Topic.DOMAIN_RECORDS, AvroSerde.of(DomainRecord.class)))
                    .as("asked once, however many addresses it names")
                    .hasSize(1);
        }
    }

    @Test
    void shouldOnlyWatchWhenRegistrationIsUnknown() {
        try (Driven driven = new Driven()) {
            // Given
            name(driven);

            // When
            driven.tick(DAY);
            events().forEach(driven::send);
            driven.pass(MOMENT);

            // Then
            assertThat(driven.ranges().values())
                    .extracting(FlaggedRange::getVerdict)
                    .containsExactly(Verdict.WATCHED);
        }
    }

    @Property(tries = 20)
    void shouldPublishTheSameRangesInWhateverOrderAndHoweverOftenEventsCome(@ForAll Random random) {
        try (Driven driven = campaign();
                Driven shuffled = campaign()) {
            // Given
            List<MailRejection> again = new ArrayList<>(events());
            again.addAll(events().subList(0, 5));
            Collections.shuffle(again, random);

            // When
            driven.tick(DAY);
            events().forEach(driven::send);
            driven.settle(DAY);
            shuffled.tick(DAY);
            again.forEach(event -> {
                shuffled.send(event);
                if (random.nextInt(4) == 0) {
                    shuffled.pass(MOMENT);
                }
            });
            shuffled.settle(DAY);

            // Then
            Map<String, FlaggedRange> ranges = driven.ranges();
            assertThat(ranges).hasSize(1);
            // What a range replaced on its way is its story, not its state.
            assertThat(shuffled.ranges().values())
                    .usingRecursiveComparison()
                    .ignoringFields("replaces")
                    .isEqualTo(ranges.values());
        }
    }

    @Test
    void shouldNeitherWaitNorJudgeWhileLookupsHang() {
        try (Driven driven = campaign()) {
            // Given
            CompletableFuture<Void> hold = driven.holdLookups();
            driven.tick(DAY);

            // When
            events().forEach(driven::send);
            driven.settle(DAY);
            driven.pass(MOMENT);

            // Then
            assertThat(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                    .as("counting goes on")
                    .hasSize(12);
            assertThat(driven.ranges()).isEmpty();
            assertThat(driven.read(Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class)))
                    .isEmpty();

            // When the answers come
            hold.complete(null);
            driven.pass(MOMENT);
            driven.pass(MOMENT);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys("192.0.2.16-192.0.2.18");
            assertThat(driven.read(Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class)))
                    .extracting(record -> record.value().getSettlement())
                    .containsExactly("settled " + DAY);
        }
    }

    @Test
    void shouldWriteTheSuccessorBeforeItsPredecessorsTombstoneWhenARangeGrows() {
        try (Driven driven = campaign()) {
            // Given
            driven.named("192.0.2.19", "pop.snow.example");
            driven.tick(DAY);
            events().forEach(driven::send);
            driven.pass(MOMENT);
            driven.ranges();
            driven.read(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class));

            // When
            for (String reporter : List.of("isp-a", "isp-b")) {
                driven.send(rejection("192.0.2.19", reporter, DAY));
            }
            driven.pass(MOMENT);

            // Then
            var written = driven.read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class));
            assertThat(written)
                    .extracting(record -> record.key())
                    .containsExactly("192.0.2.16-192.0.2.19", "192.0.2.16-192.0.2.18");
            assertThat(written.get(0).value().getReplaces()).containsExactly("192.0.2.16-192.0.2.18");
            assertThat(written.get(1).value()).isNull();
            assertThat(driven.read(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class)))
                    .extracting(record -> record.value().getKind())
                    .containsExactly(AlertKind.GREW);
        }
    }

    @Test
    void shouldRenewEveryDayAndClearAfterTheListTtl() {
        try (Driven driven = campaign()) {
            // Given
            driven.tick(DAY);
            events().forEach(driven::send);
            driven.pass(MOMENT);
            FlaggedRange first = driven.range("192.0.2.16-192.0.2.18");
            driven.read(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class));

            // When
            driven.tick(DAY.plusDays(1));
            driven.pass(MOMENT);
            FlaggedRange renewed = driven.range("192.0.2.16-192.0.2.18");
            driven.tick(DAY.plusDays(15));
            driven.pass(MOMENT);

            // Then
            assertThat(renewed.getValidUntil()).isEqualTo(first.getValidUntil().plus(Duration.ofDays(1)));
            assertThat(renewed.getFlaggedAt()).isEqualTo(first.getFlaggedAt());
            assertThat(driven.read(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isNull());
            assertThat(driven.read(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class)))
                    .extracting(record -> record.value().getKind())
                    .containsExactly(AlertKind.CLEARED);
        }
    }

    @Test
    void shouldForgetAnAddressWhenItsLastReportLeavesTheHorizon() {
        try (Driven driven = campaign()) {
            // Given
            driven.tick(DAY);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));
            driven.pass(MOMENT);
            driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class));
            driven.read(Topic.PTR_RECORDS, AvroSerde.of(PtrRecord.class));

            // When
            driven.tick(DAY.plusDays(61));

            // Then
            assertThat(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isNull());
            assertThat(driven.read(Topic.PTR_RECORDS, AvroSerde.of(PtrRecord.class)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isNull());
        }
    }

    @Test
    void shouldSendWhatIsBadToDeadLettersAndGoOn() {
        try (Driven driven = campaign()) {
            // Given
            driven.tick(DAY);

            // When
            driven.send("mail-rejections.isp-a", "garbage".getBytes(StandardCharsets.UTF_8));
            driven.send("mail-rejections", null);
            driven.send(rejection("300.1.2.3", "isp-a", DAY));
            driven.send(rejection("192.0.2.16", "isp-a", DAY.plusDays(3)));
            driven.send(rejection("192.0.2.16", "isp-a", DAY));

            // Then
            assertThat(driven.deadLetters())
                    .extracting(letter -> new String(
                            letter.headers().lastHeader(DeadLetter.REASON).value(), StandardCharsets.UTF_8))
                    .satisfiesExactly(
                            garbage -> assertThat(garbage).contains("single-object encoding"),
                            empty -> assertThat(empty).isEqualTo("The record is empty."),
                            impossible -> assertThat(impossible).contains("'300.1.2.3' is not an IPv4"),
                            future -> assertThat(future).contains("more than 1 h in the future"));
            assertThat(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                    .extracting(record -> record.key())
                    .containsExactly("192.0.2.16");
        }
    }

    @Test
    void shouldTakeTheReporterFromTheTopicsSuffix() {
        try (Driven driven = campaign()) {
            // Given
            driven.tick(DAY);
            byte[] asB = IntakeStage.serde().serialize("mail-rejections.isp-a", rejection("192.0.2.16", "isp-b", DAY));

            // When
            driven.send("mail-rejections.isp-a", asB);
            driven.send(rejection("192.0.2.16", "isp-a", DAY));

            // Then
            assertThat(last(driven.read(Topic.ADDRESS_ACTIVITY, AvroSerde.of(AddressActivity.class)))
                            .getReporters())
                    .isEqualTo(1);
        }
    }

    private static <V> V last(List<TestRecord<String, V>> records) {
        return records.get(records.size() - 1).value();
    }

    private static Driven campaign() {
        return name(new Driven()).registered("snow.example", DAY.minusDays(30));
    }

    private static Driven name(Driven driven) {
        return driven.named("192.0.2.16", "snow.example")
                .named("192.0.2.17", "caruk.snow.example")
                .named("192.0.2.18", "ohris.snow.example");
    }

    private static List<MailRejection> events() {
        return List.of("192.0.2.16", "192.0.2.17", "192.0.2.18").stream()
                .flatMap(ip -> List.of("isp-a", "isp-b", "isp-c", "isp-d").stream()
                        .map(reporter -> rejection(ip, reporter, DAY)))
                .toList();
    }
}
