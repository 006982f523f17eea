package org.snowtrack.topologies.campaign;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.state.CampaignStores;
import org.snowtrack.topologies.state.RowKey;

/**
 * CAMPAIGN: keeps the traits of FLAGGED ranges, and makes campaigns of all of them at most once a review interval, and
 * only after something changed. A range that was lowered or cleared is remembered as it last was; one that was taken back,
 * because it was allowed or spared, is not.
 *
 * <p>Where the day is driven, campaigns are made once all block partitions have settled, so that they depend on the
 * ranges of each settlement alone. CAMPAIGN then settles too, in the name of the partition behind the last.
 */
public final class CampaignStage implements Processor<String, SpecificRecord, String, Object> {

    /** A record of the topic campaigns under its key; a tombstone where the campaign is null. */
    public record Publication(@Nullable Campaign campaign) {}

    /** Nobody acts on a campaign within seconds, and each review looks at all ranges. */
    private static final Duration REVIEW_INTERVAL = Duration.ofSeconds(5);

    private static final Bytes THE_DAY = Bytes.wrap(new byte[] {0});

    private final int partitions;
    private final int rangesMax;
    private final int memoryDays;
    private final CampaignModel model;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, RangeTraits> ranges;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, Campaign> published;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DayTick> day;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DaySettled> settlements;

    /** True at first, because a predecessor may not have come to it. */
    private boolean changed = true;

    public CampaignStage(TopologyConfig config) {
        partitions = config.getInt(TopologyConfig.PARTITIONS);
        rangesMax = config.getInt(TopologyConfig.CAMPAIGN_RANGES_MAX);
        memoryDays = config.days(TopologyConfig.CAMPAIGN_MEMORY);
        model = new CampaignModel(
                config.days(TopologyConfig.COHORT_WINDOW),
                config.days(TopologyConfig.REGISTRATION_MAX_AGE),
                config.days(TopologyConfig.VALID_FOR));
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        ranges = context.getStateStore(CampaignStores.RANGES);
        published = context.getStateStore(CampaignStores.CAMPAIGNS);
        day = context.getStateStore(CampaignStores.DAY);
        settlements = context.getStateStore(CampaignStores.SETTLEMENTS);
        context.schedule(REVIEW_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::reviewLive);
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof RangeTraits range) {
            take(range);
        } else if (record.value() instanceof DayTick tick) {
            DayTick last = day.get(THE_DAY);
            if (last == null || !tick.getDay().isBefore(last.getDay())) {
                changed |= last == null || tick.getDay().isAfter(last.getDay());
                day.put(THE_DAY, tick);
            }
        } else if (record.value() instanceof DaySettled settled) {
            settle(settled, record.timestamp());
        }
    }

    private void take(RangeTraits range) {
        Bytes key = key(range);
        if (range.getTakenBack()) {
            forgetPlace(range);
        } else if (range.getVerdict() == Verdict.FLAGGED && !range.equals(ranges.get(key))) {
            forgetPlace(range);
            ranges.put(key, range);
            changed = true;
        }
    }

    /** Forgets everything that is remembered of these addresses: a range would tie with what it was. */
    private void forgetPlace(RangeTraits range) {
        IpRange place = IpRange.parse(range.getRange());
        List<Bytes> before = new ArrayList<>();
        try (KeyValueIterator<Bytes, RangeTraits> rows = ranges.range(
                RowKey.address(Block.of(place.first()).range().first()), RowKey.endOf(RowKey.address(place.last())))) {
            rows.forEachRemaining(row -> {
                if (RowKey.rangeOf(row.key).overlaps(place)) {
                    before.add(row.key);
                }
            });
        }
        before.forEach(ranges::delete);
        changed |= !before.isEmpty();
    }

    private void reviewLive(long timestamp) {
        DayTick tick = day.get(THE_DAY);
        if (changed && tick != null && tick.getSettlement() == null) {
            review(tick.getDay(), timestamp);
        }
    }

    private void settle(DaySettled settled, long timestamp) {
        settlements.put(RowKey.text(Integer.toString(settled.getPartition())), settled);
        int same = 0;
        try (KeyValueIterator<Bytes, DaySettled> rows = settlements.all()) {
            while (rows.hasNext()) {
                same += rows.next().value.getSettlement().equals(settled.getSettlement()) ? 1 : 0;
            }
        }
        if (same == partitions) {
            if (changed) {
                review(settled.getDay(), timestamp);
            }
            context.forward(new Record<>(
                    "settled", new DaySettled(settled.getDay(), partitions, settled.getSettlement()), timestamp));
            // Somebody may wait for it.
            context.commit();
        }
    }

    private void review(LocalDate today, long timestamp) {
        List<RangeTraits> known = leaveOld(today);
        Map<String, Campaign> standing = new TreeMap<>();
        try (KeyValueIterator<Bytes, Campaign> rows = published.all()) {
            rows.forEachRemaining(row -> standing.put(row.value.getId(), row.value));
        }
        CampaignLedger.Entries entries = CampaignLedger.compare(standing, model.campaigns(known, today));
        for (Campaign campaign : entries.puts()) {
            published.put(RowKey.text(campaign.getId()), campaign);
            context.forward(new Record<>(campaign.getId(), new Publication(campaign), timestamp));
        }
        for (String id : entries.removes()) {
            published.delete(RowKey.text(id));
            context.forward(new Record<>(id, new Publication(null), timestamp));
        }
        changed = false;
    }

    /** Forgets what is too old or too much, and gives the rest. */
    private List<RangeTraits> leaveOld(LocalDate today) {
        Instant earliest =
                today.minusDays(memoryDays).atStartOfDay(ZoneOffset.UTC).toInstant();
        List<RangeTraits> known = new ArrayList<>();
        try (KeyValueIterator<Bytes, RangeTraits> rows = ranges.all()) {
            rows.forEachRemaining(row -> known.add(row.value));
        }
        known.sort(Comparator.comparing(RangeTraits::getLastSeen).reversed().thenComparing(RangeTraits::getRange));
        List<RangeTraits> young = known.stream()
                .limit(rangesMax)
                .takeWhile(range -> !range.getLastSeen().isBefore(earliest))
                .toList();
        known.subList(young.size(), known.size()).forEach(range -> ranges.delete(key(range)));
        return young;
    }

    private static Bytes key(RangeTraits range) {
        return RowKey.range(IpRange.parse(range.getRange()));
    }
}
