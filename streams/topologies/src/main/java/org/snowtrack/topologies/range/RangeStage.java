package org.snowtrack.topologies.range;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.snowtrack.schemas.NamePeriod;
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
import org.snowtrack.topologies.state.SettledTimes;

/**
 * RANGE: marks what changed, and judges it a moment later, so that a burst of facts about one neighbourhood is one
 * judgement. A neighbourhood in which an answer is still outstanding is not judged: the answer marks it again. Every
 * published range is judged once a day, which renews or ends it.
 *
 * <p>Where the day is driven, as in a replay, nothing is judged before a settlement is asked for and all questions are
 * answered. What is published then depends on the facts of each day alone, not on how they were interleaved.
 */
public final class RangeStage implements Processor<String, Object, String, Object> {

    /** A flagged-ranges record under its key; a tombstone where the range is null. */
    public record Publication(@Nullable FlaggedRange range) {}

    private static final byte[] PRESENT = new byte[0];
    private static final Bytes THE_SETTLEMENT = Bytes.wrap(new byte[] {0});
    private static final Bytes THE_DAY = Bytes.wrap(new byte[] {0});

    /** Changed addresses that one call works off, so that a flood of them never delays the task's commit. */
    private static final int BATCH = 500;

    private final TopologyConfig config;
    private final RangeJudge judge;
    private final Units units;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private Neighbourhood neighbourhood;

    @SuppressWarnings("NullAway.Init")
    private Window window;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DomainRecord> facts;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> awaited;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> changed;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, FlaggedRange> ranges;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, SettledTimes> settledTimes;

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
        JudgeSettings settings = JudgeSettings.of(config);
        this.judge = new RangeJudge(settings);
        this.units = settings.units();
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        neighbourhood = new Neighbourhood(
                context, new ActivityReader(context, config.getInt(TopologyConfig.EXCESSIVE_INVALID_RECIPIENTS)));
        window = new Window(
                units,
                config.getInt(TopologyConfig.RUN_MAX_GAP),
                config.getInt(TopologyConfig.RANGE_MAX),
                neighbourhood);
        facts = context.getStateStore(BlockStores.DOMAIN_FACTS);
        awaited = context.getStateStore(BlockStores.AWAITED_DOMAINS);
        changed = context.getStateStore(BlockStores.CHANGED_ADDRESSES);
        ranges = context.getStateStore(BlockStores.PUBLISHED_RANGES);
        settledTimes = context.getStateStore(BlockStores.SETTLED_TIMES);
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
            if (event instanceof AddressEvent.Changed) {
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

    /** Asks DOMAIN about names that are new to the block. */
    private void sight(IpAddress address, long timestamp) {
        String block = Block.of(address).toString();
        for (String domain : neighbourhood.domains(address)) {
            Bytes key = RowKey.blockDomain(block, domain);
            if (facts.get(key) == null && awaited.putIfAbsent(key, PRESENT) == null) {
                context.forward(new Record<>(domain, new DomainSighting(domain, block, today()), timestamp));
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
            neighbourhood.reported(IpRange.parse(subject)).forEach(this::mark);
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
            beginDay();
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

    /** What yesterday left standing is settled, and is judged again: that renews it, or ends it. */
    private void beginDay() {
        try (KeyValueIterator<Bytes, FlaggedRange> standing = ranges.all()) {
            while (standing.hasNext()) {
                KeyValue<Bytes, FlaggedRange> row = standing.next();
                settledTimes.put(row.key, RangeLedger.settle(row.value));
                mark(RowKey.addressOf(row.key));
            }
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
                } else if (!driven && DomainFacts.isDue(row.value, day)) {
                    String domain = row.value.getDomain();
                    context.forward(new Record<>(
                            domain, new DomainSighting(domain, RowKey.blockAtStart(row.key), day), timestamp));
                }
            }
        }
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
        // Both counts are exact, because the stores are in memory.
        if (neighbourhood.pending() == 0 && awaited.approximateNumEntries() == 0) {
            judgeChanged(Integer.MAX_VALUE, clock, timestamp);
            settlement.delete(THE_SETTLEMENT);
            context.forward(new Record<>(
                    "settled",
                    new DaySettled(asked.getDay(), context.taskId().partition(), asked.getSettlement()),
                    timestamp));
        }
        // Somebody waits, for this answer or for the domain facts that it takes.
        context.commit();
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

    /**
     * Judges the stretches around an address, and those that share a published range with them, so that a range that
     * breaks up is one change and not several.
     */
    private void judgeAround(IpAddress address, Clock clock, long timestamp) {
        Set<IpRange> stretches = new TreeSet<>();
        Map<Bytes, RangeLedger.Published> standing = new TreeMap<>();
        Deque<IpAddress> open = new ArrayDeque<>(List.of(address));
        while (!open.isEmpty()) {
            IpAddress next = open.remove();
            if (stretches.stream().anyMatch(stretch -> stretch.contains(next))) {
                continue;
            }
            for (IpRange stretch : window.around(next)) {
                if (stretches.add(stretch)) {
                    standing(stretch).forEach((key, published) -> {
                        if (standing.put(key, published) == null) {
                            published.range().getMembers().forEach(member -> open.add(IpAddress.parse(member.getIp())));
                        }
                    });
                }
            }
        }
        stretches.forEach(this::unmark);
        if (stretches.stream().anyMatch(neighbourhood::isPending)) {
            return;
        }
        List<FlaggedRange> judged = new ArrayList<>();
        boolean local = clock.getFeeds() < config.getInt(TopologyConfig.REPORTERS_MIN);
        for (IpRange stretch : stretches) {
            List<AddressView> views = neighbourhood.views(stretch, local);
            Optional<Map<String, DomainRecord>> known = facts(views);
            if (known.isEmpty()) {
                return;
            }
            judged.addAll(judge.judge(views, known.get(), allowances, clock.getDay(), clock.getFeeds()));
        }
        RangeLedger.compare(List.copyOf(standing.values()), judged, clock.getDay())
                .forEach(entry -> write(entry, timestamp));
    }

    private void unmark(IpRange stretch) {
        List<Bytes> answered = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows =
                changed.range(RowKey.address(stretch.first()), RowKey.address(stretch.last()))) {
            rows.forEachRemaining(row -> answered.add(row.key));
        }
        answered.forEach(changed::delete);
    }

    /** What is known of all domains of these addresses; empty while some are awaited. */
    private Optional<Map<String, DomainRecord>> facts(List<AddressView> views) {
        Map<String, DomainRecord> known = new HashMap<>();
        for (AddressView view : views) {
            String block = Block.of(view.ip()).toString();
            for (NamePeriod period : view.history()) {
                String domain = period.getHost().getDomain();
                if (domain == null || known.containsKey(domain)) {
                    continue;
                }
                Bytes key = RowKey.blockDomain(block, domain);
                if (awaited.get(key) != null) {
                    return Optional.empty();
                }
                DomainRecord fact = facts.get(key);
                if (fact != null) {
                    known.put(domain, fact);
                }
            }
        }
        return Optional.of(known);
    }

    private Map<Bytes, RangeLedger.Published> standing(IpRange stretch) {
        Map<Bytes, RangeLedger.Published> standing = new TreeMap<>();
        IpRange block = Block.of(stretch.first()).range();
        IpAddress from = units.move(stretch.first(), -config.getInt(TopologyConfig.RANGE_MAX), block);
        try (KeyValueIterator<Bytes, FlaggedRange> rows =
                ranges.range(RowKey.address(from), RowKey.endOf(RowKey.address(stretch.last())))) {
            while (rows.hasNext()) {
                KeyValue<Bytes, FlaggedRange> row = rows.next();
                if (RowKey.rangeOf(row.key).overlaps(stretch)) {
                    standing.put(row.key, new RangeLedger.Published(row.value, settledTimes.get(row.key)));
                }
            }
        }
        return standing;
    }

    private void write(RangeLedger.Entry entry, long timestamp) {
        if (entry instanceof RangeLedger.Entry.Put put) {
            FlaggedRange range = put.published().range();
            ranges.put(key(range), range);
            settledTimes.put(key(range), put.published().settled());
            publish(range, range, timestamp);
            if (put.alert() != null) {
                tell(put.alert(), range, timestamp);
            }
        } else if (entry instanceof RangeLedger.Entry.Remove remove) {
            ranges.delete(key(remove.range()));
            settledTimes.delete(key(remove.range()));
            publish(remove.range(), null, timestamp);
            if (remove.cleared() != null) {
                tell(AlertKind.CLEARED, remove.cleared(), timestamp);
            }
        }
    }

    private void publish(FlaggedRange keyed, @Nullable FlaggedRange value, long timestamp) {
        context.forward(new Record<>(RangeLedger.key(keyed), new Publication(value), timestamp));
    }

    private void tell(AlertKind kind, FlaggedRange range, long timestamp) {
        context.forward(new Record<>(RangeLedger.key(range), new RangeAlert(kind, today(), range), timestamp));
    }

    private LocalDate today() {
        Clock clock = BlockStores.clock(context);
        return clock == null ? LocalDate.EPOCH : LocalDate.ofEpochDay(clock.getDay());
    }

    private static Bytes key(FlaggedRange range) {
        return RowKey.range(new IpRange(IpAddress.parse(range.getFirstIp()), IpAddress.parse(range.getLastIp())));
    }
}
