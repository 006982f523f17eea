package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.CampaignStores;
import org.snowtrack.topologies.state.DomainStores;

class SweepPipelineTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String[] SILENT = {"192.0.2.20", "192.0.2.21", "192.0.2.22", "192.0.2.23"};

    @Test
    void shouldListTheSilentHalfOfABlockBeforeItSends() {
        try (Driven driven = HalfBlock.driven()) {
            // When
            flag(driven);

            // Then
            FlaggedRange range = driven.range(HalfBlock.RANGE);
            assertThat(range.getVerdict()).isEqualTo(Verdict.FLAGGED);
            assertThat(range.getCidrs()).containsExactly("192.0.2.16/29");
            assertThat(HalfBlock.predicted(range)).containsExactly(SILENT);
            assertThat(range.getMembers())
                    .allSatisfy(member -> assertThat(member.getListedAt()).isEqualTo(range.getFlaggedAt()));
            assertThat(driven.asked().stream().filter(question -> question.startsWith("192.")))
                    .as("the block, once confirmed the one of twice its size, and nothing twice")
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(16, 32)
                            .mapToObj(place -> "192.0.2." + place)
                            .toList());
        }
    }

    @Test
    void shouldKeepTheEarlierListingOfAnAddressThatBeginsToSend() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);
            FlaggedRange before = driven.range(HalfBlock.RANGE);
            liveTo(driven, 9);

            // When
            HalfBlock.mail("192.0.2.21", DAY.plusDays(9)).forEach(driven::send);
            driven.pass(MOMENT);

            // Then
            FlaggedRange range = driven.range(HalfBlock.RANGE);
            assertThat(HalfBlock.predicted(range)).containsExactly("192.0.2.20", "192.0.2.22", "192.0.2.23");
            RangeMember sender = range.getMembers().get(5);
            assertThat(sender.getReporters()).isEqualTo(4);
            assertThat(sender.getListedAt()).isEqualTo(before.getFlaggedAt());
        }
    }

    @Test
    void shouldLetAPredictedAddressGoAtOnceWhenSomebodyElseMovesIn() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);
            driven.named("192.0.2.22", "www.baker.example.net").registered("example.net", DAY.minusYears(9));

            // When
            liveTo(driven, 1);

            // Then
            assertThat(HalfBlock.predicted(driven.range("192.0.2.16-192.0.2.21")))
                    .as("what lies behind another owner goes too")
                    .containsExactly("192.0.2.20", "192.0.2.21");
        }
    }

    @Test
    void shouldLetAPredictedAddressGoWhenItHasHadNoNameForThreeDays() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);
            driven.unnamed("192.0.2.23");

            // When
            liveTo(driven, 2);
            List<String> afterTwo = HalfBlock.predicted(driven.range(HalfBlock.RANGE));
            liveTo(driven, 3);

            // Then
            assertThat(afterTwo).containsExactly(SILENT);
            assertThat(HalfBlock.predicted(driven.range("192.0.2.16-192.0.2.22")))
                    .hasSize(3);
        }
    }

    @Test
    void shouldLetAPredictionLapseAfterSevenDaysThatNobodyConfirmsIt() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);
            driven.failLookups(true);

            // When
            liveTo(driven, 7);
            List<String> afterSeven = HalfBlock.predicted(driven.range(HalfBlock.RANGE));
            liveTo(driven, 8);
            List<String> afterEight = HalfBlock.predicted(driven.range("192.0.2.16-192.0.2.19"));
            driven.failLookups(false);
            liveTo(driven, 9);

            // Then
            assertThat(afterSeven).containsExactly(SILENT);
            assertThat(afterEight).isEmpty();
            assertThat(HalfBlock.predicted(driven.range(HalfBlock.RANGE))).containsExactly(SILENT);
        }
    }

    @Test
    void shouldNeverPredictNeighboursWithOtherNames() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            driven.named("192.0.2.20", "192-0-2-20.pool.isp.example").registered("isp.example", DAY.minusYears(9));
            driven.unconfirmed("192.0.2.15").named("192.0.2.15", "m15.snow.example");

            // When
            flag(driven);

            // Then
            assertThat(HalfBlock.predicted(driven.range("192.0.2.16-192.0.2.19")))
                    .isEmpty();
            assertThat(driven.asked()).as("no second hop").doesNotContain("192.0.2.24", "192.0.2.31");
        }
    }

    @Test
    void shouldJudgeWithoutWaitingForASweep() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            driven.tick(DAY);
            HalfBlock.mail(DAY).forEach(driven::send);
            CompletableFuture<Void> hold = driven.holdLookups();

            // When
            driven.pass(MOMENT);
            Map<String, FlaggedRange> meanwhile = driven.ranges();
            hold.complete(null);
            driven.pass(MOMENT);
            driven.pass(MOMENT);

            // Then
            assertThat(meanwhile).containsOnlyKeys("192.0.2.16-192.0.2.19");
            assertThat(driven.ranges()).containsOnlyKeys(HalfBlock.RANGE);
        }
    }

    @Test
    void shouldSettleOnlyOnceTheSweepIsAnswered() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            driven.settle(DAY);
            settled(driven);
            HalfBlock.mail(DAY).forEach(driven::send);
            driven.settle(DAY);

            // When
            for (int i = 0; settled(driven) == 0 && i < 10; i++) {
                assertThat(driven.ranges()).as("nothing before the settlement").isEmpty();
                driven.pass(MOMENT);
            }

            // Then
            assertThat(driven.ranges()).containsOnlyKeys(HalfBlock.RANGE);
        }
    }

    @Property(tries = 15)
    void shouldPredictTheSameInWhateverOrderEventsAndAnswersCome(@ForAll Random random) {
        try (Driven straight = HalfBlock.driven();
                Driven shuffled = HalfBlock.driven()) {
            // Given
            List<MailRejection> events = new ArrayList<>(HalfBlock.mail(DAY));
            HalfBlock.mail("192.0.2.23", DAY).forEach(events::add);
            List<MailRejection> again = new ArrayList<>(events);
            Collections.shuffle(again, random);

            // When
            straight.tick(DAY);
            events.forEach(straight::send);
            straight.passBySeconds(4);
            shuffled.tick(DAY);
            CompletableFuture<Void> hold = CompletableFuture.completedFuture(null);
            for (MailRejection event : again) {
                shuffled.send(event);
                switch (random.nextInt(4)) {
                    case 0 -> shuffled.pass(MOMENT);
                    case 1 -> hold.complete(null);
                    case 2 -> {
                        hold.complete(null);
                        hold = shuffled.holdLookups();
                    }
                    default -> {}
                }
            }
            hold.complete(null);
            shuffled.passBySeconds(4);

            // Then
            assertThat(straight.ranges()).containsOnlyKeys(HalfBlock.RANGE);
            // What a range replaced on its way is its story, not its state.
            assertThat(shuffled.ranges().values())
                    .usingRecursiveComparison()
                    .ignoringFields("replaces")
                    .isEqualTo(straight.ranges().values());
        }
    }

    @Test
    void shouldEndInTheSameListAfterAnOutageOfTenMinutes() {
        try (Driven steady = HalfBlock.driven();
                Driven outage = HalfBlock.driven()) {
            // Given
            flag(steady);
            outage.failLookups(true);
            outage.tick(DAY);
            HalfBlock.mail(DAY).forEach(outage::send);
            outage.passBySeconds(600);
            int askedMeanwhile = outage.asked().size();
            assertThat(outage.ranges()).isEmpty();

            // When
            outage.failLookups(false);
            outage.passBySeconds(900);

            // Then
            assertThat(outage.ranges()).isEqualTo(steady.ranges());
            assertThat(askedMeanwhile)
                    .as("four addresses, each asked ever later: at 0, 10, 30, 70, 150, 310 s or a little later")
                    .isLessThanOrEqualTo(4 * 7);
        }
    }

    @Test
    void shouldFinishASweepThatAnOutageInterrupted() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            driven.tick(DAY);
            HalfBlock.mail(DAY).forEach(driven::send);
            driven.failLookups(true);
            driven.passBySeconds(600);
            assertThat(driven.ranges()).as("listing goes on").containsOnlyKeys("192.0.2.16-192.0.2.19");

            // When
            driven.failLookups(false);
            driven.passBySeconds(900);

            // Then
            assertThat(driven.ranges()).containsOnlyKeys(HalfBlock.RANGE);
        }
    }

    @Test
    void shouldAskSilentNeighboursWithoutANameAgainEveryThirdDay() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);

            // When
            liveTo(driven, 6);

            // Then
            assertThat(driven.asked().stream().filter("192.0.2.31"::equals)).hasSize(3);
            assertThat(driven.asked().stream().filter("192.0.2.23"::equals))
                    .as("a member, daily")
                    .hasSize(7);
            assertThat(driven.read(Topic.PTR_RECORDS, AvroSerde.of(PtrRecord.class)))
                    .extracting(TestRecord::key)
                    .doesNotContain("192.0.2.31");
        }
    }

    @Test
    void shouldPredictANameThatIsGivenLater() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            driven.unnamed("192.0.2.20");
            flag(driven);
            driven.named("192.0.2.20", "late.snow.example");

            // When
            liveTo(driven, 3);

            // Then
            assertThat(HalfBlock.predicted(driven.range(HalfBlock.RANGE))).containsExactly(SILENT);
            assertThat(driven.range(HalfBlock.RANGE).getMembers().get(4).getListedAt())
                    .isEqualTo(DAY.plusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
    }

    @Test
    void shouldForgetSilentAddressesWithTheirRange() {
        try (Driven driven = HalfBlock.driven()) {
            // Given
            flag(driven);
            assertThat(driven.rows()).containsEntry(BlockStores.SWEPT_ADDRESSES, 12L);

            // When
            liveTo(driven, 64);

            // Then
            assertThat(driven.rows())
                    .as("a domain is known until the horizon behind its last question")
                    .containsOnlyKeys(
                            BlockStores.CLOCK,
                            BlockStores.JUDGED_DAY,
                            DomainStores.DOMAINS,
                            DomainStores.BLOCKS,
                            DomainStores.NETWORKS,
                            DomainStores.DAY,
                            CampaignStores.DAY,
                            CampaignStores.RANGES);

            // When
            liveTo(driven, 182);

            // Then
            assertThat(driven.rows())
                    .containsOnlyKeys(BlockStores.CLOCK, BlockStores.JUDGED_DAY, DomainStores.DAY, CampaignStores.DAY);
        }
    }

    private static void flag(Driven driven) {
        driven.tick(DAY);
        HalfBlock.mail(DAY).forEach(driven::send);
        driven.passBySeconds(4);
    }

    /** Lets days begin, up to that many behind the first. */
    private static void liveTo(Driven driven, int days) {
        long today = Duration.between(DAY.atStartOfDay(ZoneOffset.UTC).toInstant(), driven.now())
                .toDays();
        for (long day = today + 1; day <= days; day++) {
            driven.pass(Duration.ofDays(1));
            driven.tick(DAY.plusDays(day));
            driven.passBySeconds(4);
        }
    }

    private static int settled(Driven driven) {
        return driven.read(Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class))
                .size();
    }
}
