package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;

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
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.CampaignStores;
import org.snowtrack.topologies.state.DomainStores;

class PipelineTest {

    private static final Duration MOMENT = Duration.ofSeconds(1);

    @Test
    void shouldFlagARunOfAFreshDomain() {
        try (Driven driven = Campaign.driven()) {
            // When
            driven.tick(DAY);
            Campaign.events().forEach(driven::send);
            driven.pass(MOMENT);

            // Then
            FlaggedRange range = driven.range(Campaign.RANGE);
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

    @Property(tries = 20)
    void shouldPublishTheSameRangesInWhateverOrderAndHoweverOftenEventsCome(@ForAll Random random) {
        try (Driven driven = Campaign.driven();
                Driven shuffled = Campaign.driven()) {
            // Given
            List<MailRejection> again = new ArrayList<>(Campaign.events());
            again.addAll(Campaign.events().subList(0, 5));
            Collections.shuffle(again, random);

            // When
            driven.tick(DAY);
            Campaign.events().forEach(driven::send);
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
        try (Driven driven = Campaign.driven()) {
            // Given
            CompletableFuture<Void> hold = driven.holdLookups();
            driven.tick(DAY);

            // When
            Campaign.events().forEach(driven::send);
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
            assertThat(driven.ranges()).containsOnlyKeys(Campaign.RANGE);
            assertThat(driven.read(Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class)))
                    .extracting(record -> record.value().getSettlement())
                    .as("of the block partition and of CAMPAIGN")
                    .containsExactly("settled " + DAY, "settled " + DAY);
        }
    }

    @Property(tries = 5)
    void shouldKeepNothingOnceEverythingHasLeftTheHorizon(@ForAll boolean answersComeLate) {
        try (Driven driven = Campaign.driven()) {
            // Given
            CompletableFuture<Void> hold =
                    answersComeLate ? driven.holdLookups() : CompletableFuture.completedFuture(null);
            driven.tick(DAY);
            Campaign.events().forEach(driven::send);
            driven.pass(MOMENT);
            Map<String, Long> full = driven.rows();

            // When
            driven.tick(DAY.plusDays(61));
            hold.complete(null);
            driven.pass(MOMENT);
            driven.tick(DAY.plusDays(62));
            driven.pass(MOMENT);
            driven.tick(DAY.plusDays(181));
            driven.passBySeconds(5);

            // Then
            assertThat(full).containsEntry(BlockStores.REPORTER_DAYS, 12L);
            assertThat(driven.rows())
                    .containsOnly(
                            Map.entry(BlockStores.CLOCK, 1L),
                            Map.entry(BlockStores.JUDGED_DAY, 1L),
                            Map.entry(DomainStores.DAY, 1L),
                            Map.entry(CampaignStores.DAY, 1L));
        }
    }

    private static <V> V last(List<TestRecord<String, V>> records) {
        return records.get(records.size() - 1).value();
    }
}
