package org.snowtrack.topologies.range;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.DomainSighting;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeAlert;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.ActivityReader;
import org.snowtrack.topologies.activity.AddressEvent;
import org.snowtrack.topologies.domain.DomainFacts;
import org.snowtrack.topologies.intake.AllowanceChange;
import org.snowtrack.topologies.intake.AllowanceSubject;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.Clock;
import org.snowtrack.topologies.state.RowKey;

/**
 * RANGE: marks what changed, and judges it a moment later, so that a burst of facts about one neighbourhood is one
 * judgement. A neighbourhood in which an answer is still outstanding is not judged: the answer marks it again. Every
 * published range is judged once a day, which renews or ends it.
 *
 * <p>Where the day is driven, as in a replay, nothing is judged before a settlement is asked for and all questions are
 * answered. What is published then depends on the facts of each day alone, not on how they were interleaved.
 */
public final class RangeStage implements Processor<String, Object, String, Object> {

    /**
     * A flagged-ranges record under its key; a tombstone where the range is null.
     *
     * @param facts what is known of the range's domains
     */
    public record Publication(@Nullable FlaggedRange range, List<DomainRecord> facts) {}

    /** A range that was cleared by an allowance, for those who remember ranges. */
    public record Allowed(FlaggedRange range) {}

    private static final byte[] PRESENT = new byte[0];
    private static final Bytes THE_SETTLEMENT = Bytes.wrap(new byte[] {0});
    private static final Bytes THE_DAY = Bytes.wrap(new byte[] {0});

    /** Changed addresses that one call works off, so that a flood of them never delays the task's commit. */
    private static final int BATCH = 500;

    private final TopologyConfig config;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private Neighbourhood neighbourhood;

    @SuppressWarnings("NullAway.Init")
    private StoredRanges published;

    @SuppressWarnings("NullAway.Init")
    private StretchJudge judge;

    @SuppressWarnings("NullAway.Init")
    private StoredSweepRequests sweeps;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DomainRecord> facts;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> awaited;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> toldNetworks;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> changed;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DayTick> settlement;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, Allowance> allowanceRows;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DayTick> judgedDay;

    private Allowances allowances = Allowances.NONE;
    private int judgedFeeds = -1;

    public RangeStage(TopologyConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        neighbourhood = new Neighbourhood(
                context,
                new ActivityReader(context, config.getInt(TopologyConfig.EXCESSIVE_INVALID_RECIPIENTS)),
                config.days(TopologyConfig.PREDICTED_TTL));
        JudgeSettings settings = JudgeSettings.of(config);
        int rangeMax = config.getInt(TopologyConfig.RANGE_MAX);
        published = new StoredRanges(context, settings.units(), rangeMax);
        judge = new StretchJudge(settings, SweepPlan.of(config), rangeMax, neighbourhood, published);
        sweeps = new StoredSweepRequests(context, config.days(TopologyConfig.PREDICTED_TTL));
        facts = context.getStateStore(BlockStores.DOMAIN_FACTS);
        awaited = context.getStateStore(BlockStores.AWAITED_DOMAINS);
        toldNetworks = context.getStateStore(BlockStores.TOLD_NETWORKS);
        changed = context.getStateStore(BlockStores.CHANGED_ADDRESSES);
        settlement = context.getStateStore(BlockStores.SETTLEMENT);
        judgedDay = context.getStateStore(BlockStores.JUDGED_DAY);
        allowanceRows = context.getStateStore(BlockStores.ALLOWANCES);
        allowances = Allowances.of(allowanceRows(), today());
        context.schedule(config.duration(TopologyConfig.JUDGE_INTERVAL), PunctuationType.WALL_CLOCK_TIME, this::work);
    }

    @Override
    public void process(Record<String, Object> record) {
        if (record.value() instanceof AddressEvent event) {
            mark(event.address());
            if (!(event instanceof AddressEvent.Gone)) {
                sight(event.address(), record.timestamp());
            }
        } else if (record.value() instanceof DomainRecord arrived) {
            take(record.key(), arrived);
        } else if (record.value() instanceof AllowanceChange change) {
            take(change);
        } else if (record.value() instanceof DayTick tick) {
            advance(tick, record.timestamp());
        }
        if (settlement.get(THE_SETTLEMENT) != null) {
            work(record.timestamp());
        }
    }

    private void mark(IpAddress address) {
        changed.put(RowKey.address(address), PRESENT);
    }

    /** Asks DOMAIN about names that are new to the block, and tells it on which networks they are confirmed. */
    private void sight(IpAddress address, long timestamp) {
        String block = Block.of(address).toString();
        for (String domain : neighbourhood.domains(address)) {
            Bytes key = RowKey.blockDomain(block, domain);
            boolean isNew = facts.get(key) == null && awaited.get(key) == null;
            Long asn = neighbourhood.confirmedOn(address, domain);
            boolean isOnNewNetwork =
                    asn != null && toldNetworks.putIfAbsent(RowKey.blockDomainNetwork(key, asn), PRESENT) == null;
            if (isNew || isOnNewNetwork) {
                awaited.put(key, PRESENT);
                context.forward(new Record<>(domain, new DomainSighting(domain, block, today(), asn), timestamp));
            }
        }
    }

    private void take(String block, DomainRecord arrived) {
        Bytes key = RowKey.blockDomain(block, arrived.getDomain());
        awaited.delete(key);
        facts.put(key, arrived);
        neighbourhood.namedBy(block, arrived.getDomain()).forEach(this::mark);
    }

    private void take(AllowanceChange change) {
        allowanceRows.put(RowKey.text(change.subject()), change.allowance());
        allowances = Allowances.of(allowanceRows(), today());
        markConcerned(change.subject());
    }

    private void markConcerned(String subject) {
        if (AllowanceSubject.isRange(subject)) {
            neighbourhood.known(IpRange.parse(subject)).forEach(this::mark);
        } else {
            neighbourhood.namedUnder(subject).forEach(this::mark);
        }
    }

    private List<Allowance> allowanceRows() {
        List<Allowance> all = new ArrayList<>();
        try (KeyValueIterator<Bytes, Allowance> rows = allowanceRows.all()) {
            rows.forEachRemaining(row -> all.add(row.value));
        }
        return all;
    }

    /** What ended with yesterday, and what it allowed. */
    private void endAllowances(LocalDate today) {
        allowances = Allowances.of(allowanceRows(), today);
        allowanceRows().stream()
                .filter(allowance -> !Allowances.holds(allowance, today))
                .forEach(allowance -> {
                    allowanceRows.delete(RowKey.text(allowance.getSubject()));
                    markConcerned(allowance.getSubject());
                });
    }

    private void advance(DayTick tick, long timestamp) {
        DayTick last = judgedDay.get(THE_DAY);
        if (last == null || tick.getDay().isAfter(last.getDay())) {
            // Kept, because a second beginning of the same day would settle times that the day may still change.
            judgedDay.put(THE_DAY, tick);
            endAllowances(tick.getDay());
            // What yesterday left standing is judged again: that renews it, or ends it.
            published.settle().forEach(this::mark);
            reviewFacts(tick.getDay(), timestamp);
        }
        if (tick.getFeeds() != judgedFeeds && tick.getSettlement() == null) {
            // More feeds can turn LOCAL into SHARED everywhere.
            judgedFeeds = tick.getFeeds();
            neighbourhood.reported().forEach(this::mark);
        }
        if (tick.getSettlement() != null) {
            settlement.put(THE_SETTLEMENT, tick);
        }
        if (context.taskId().partition() == 0) {
            context.forward(new Record<>("tick", tick, timestamp));
        }
    }

    /**
     * Forgets the facts of domains that name nothing in their block any more, and sights the others again when they have
     * become old. Where somebody drives the day, the sources are recorded, and have the same to say every time.
     */
    private void reviewFacts(LocalDate day, long timestamp) {
        Clock clock = BlockStores.clock(context);
        boolean driven = clock != null && clock.getDriven();
        try (KeyValueIterator<Bytes, DomainRecord> rows = facts.all()) {
            while (rows.hasNext()) {
                KeyValue<Bytes, DomainRecord> row = rows.next();
                if (neighbourhood
                        .namedBy(RowKey.blockAtStart(row.key), row.value.getDomain())
                        .isEmpty()) {
                    facts.delete(row.key);
                    forgetNetworks(row.key);
                } else if (!driven && DomainFacts.isDue(row.value, day)) {
                    String domain = row.value.getDomain();
                    context.forward(new Record<>(
                            domain, new DomainSighting(domain, RowKey.blockAtStart(row.key), day, null), timestamp));
                }
            }
        }
    }

    private void forgetNetworks(Bytes blockDomain) {
        List<Bytes> told = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = toldNetworks.range(blockDomain, RowKey.endOf(blockDomain))) {
            rows.forEachRemaining(row -> told.add(row.key));
        }
        told.forEach(toldNetworks::delete);
    }

    private void work(long timestamp) {
        Clock clock = BlockStores.clock(context);
        if (clock == null) {
            return;
        }
        DayTick asked = settlement.get(THE_SETTLEMENT);
        if (asked != null) {
            settle(asked, clock, timestamp);
        } else if (!clock.getDriven()) {
            judgeChanged(BATCH, clock, timestamp);
        }
    }

    /** Once all questions are answered: judges everything that changed, and says so. */
    private void settle(DayTick asked, Clock clock, long timestamp) {
        if (isEverythingAnswered()) {
            judgeChanged(Integer.MAX_VALUE, clock, timestamp);
        }
        if (isEverythingAnswered()) {
            settlement.delete(THE_SETTLEMENT);
            if (!asked.getSettlement().isEmpty()) {
                context.forward(new Record<>(
                        "settled",
                        new DaySettled(asked.getDay(), context.taskId().partition(), asked.getSettlement()),
                        timestamp));
            }
        }
        // Somebody waits, for this answer or for the domain facts that it takes.
        context.commit();
    }

    private boolean isEverythingAnswered() {
        // The counts are exact, because the stores are in memory.
        return neighbourhood.pending() == 0 && awaited.approximateNumEntries() == 0 && sweeps.requested() == 0;
    }

    private void judgeChanged(int limit, Clock clock, long timestamp) {
        for (IpAddress address : marked(limit)) {
            // One judgement answers for all marks in its stretches.
            if (changed.get(RowKey.address(address)) != null) {
                judgeAround(address, clock, timestamp);
            }
        }
    }

    private List<IpAddress> marked(int limit) {
        List<IpAddress> marked = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = changed.all()) {
            while (rows.hasNext() && marked.size() < limit) {
                marked.add(RowKey.addressOf(rows.next().key));
            }
        }
        return marked;
    }

    private void judgeAround(IpAddress address, Clock clock, long timestamp) {
        StretchJudge.Scene scene = judge.around(address);
        scene.stretches().forEach(this::unmark);
        Optional<StretchJudge.Outcome> outcome = judge.judge(scene, allowances, clock);
        if (outcome.isEmpty()) {
            return;
        }
        boolean asks = sweeps.request(outcome.get().wishes(), clock.getDay());
        if (asks && clock.getDriven()) {
            // The settlement waits for the answers, and nobody waits for the settlement of half of them.
            mark(address);
        } else {
            outcome.get().entries().forEach(entry -> write(entry, timestamp));
        }
    }

    private void unmark(IpRange stretch) {
        List<Bytes> answered = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows =
                changed.range(RowKey.address(stretch.first()), RowKey.address(stretch.last()))) {
            rows.forEachRemaining(row -> answered.add(row.key));
        }
        answered.forEach(changed::delete);
    }

    private void write(RangeLedger.Entry entry, long timestamp) {
        if (entry instanceof RangeLedger.Entry.Put put) {
            FlaggedRange range = put.published().range();
            published.put(put.published());
            publish(range, range, timestamp);
            if (put.alert() != null) {
                tell(put.alert(), range, timestamp);
            }
        } else if (entry instanceof RangeLedger.Entry.Remove remove) {
            published.remove(remove.range());
            publish(remove.range(), null, timestamp);
            if (remove.cleared() != null) {
                tell(AlertKind.CLEARED, remove.cleared(), timestamp);
                if (allowances.allowsAnyOf(remove.cleared())) {
                    context.forward(
                            new Record<>(RangeLedger.key(remove.cleared()), new Allowed(remove.cleared()), timestamp));
                }
            }
        }
    }

    private void publish(FlaggedRange keyed, @Nullable FlaggedRange value, long timestamp) {
        List<DomainRecord> known = value == null ? List.of() : facts(value);
        context.forward(new Record<>(RangeLedger.key(keyed), new Publication(value, known), timestamp));
    }

    private List<DomainRecord> facts(FlaggedRange range) {
        String block = Block.of(IpAddress.parse(range.getFirstIp())).toString();
        return range.getDomains().stream()
                .map(domain -> facts.get(RowKey.blockDomain(block, domain)))
                .filter(Objects::nonNull)
                .toList();
    }

    private void tell(AlertKind kind, FlaggedRange range, long timestamp) {
        context.forward(new Record<>(RangeLedger.key(range), new RangeAlert(kind, today(), range), timestamp));
    }

    private LocalDate today() {
        Clock clock = BlockStores.clock(context);
        return clock == null ? LocalDate.EPOCH : LocalDate.ofEpochDay(clock.getDay());
    }
}
