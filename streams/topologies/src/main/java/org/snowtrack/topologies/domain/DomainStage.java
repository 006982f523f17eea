package org.snowtrack.topologies.domain;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.DomainSighting;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.pending.Deadline;
import org.snowtrack.topologies.pending.PendingLookups;
import org.snowtrack.topologies.pending.Retries;
import org.snowtrack.topologies.state.DomainStores;
import org.snowtrack.topologies.state.RowKey;

/**
 * DOMAIN: who registered this domain, and does it look like somebody's. Takes sightings keyed by domain, asks once per
 * domain, and sends the facts to every block in which it occurs; later sightings are answered from what is known, and ask
 * again what was asked some days ago. Counts the networks that a domain is seen on. Where nobody could tell, says so, and asks again later. Publishes {@link DomainRecord}; a tombstone when the facts
 * are older than the horizon, after which a new sighting asks again.
 */
public final class DomainStage implements Processor<String, SpecificRecord, String, Object> {

    /** A domain-records record, or a tombstone where it is null. */
    public record Publication(@Nullable DomainRecord facts) {}

    /** Facts on their way to a block. */
    public record Delivery(DomainRecord facts) {}

    private static final byte[] PRESENT = new byte[0];
    private static final Bytes THE_DAY = Bytes.wrap(new byte[] {0});

    /** Answers that one call takes in, so that a flood of them never delays the task's commit. */
    private static final int BATCH = 1000;

    /**
     * Short, because it is the line in front of a slow registry: what finds no place there comes again, and costs the
     * registry nothing until it finds one.
     */
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

    private final TopologyConfig config;
    private final DomainInquiry inquiry;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DomainRecord> known;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> blocks;

    @SuppressWarnings("NullAway.Init")
    private StoredNetworks networks;

    @SuppressWarnings("NullAway.Init")
    private PendingLookups<DomainRecord> pending;

    @SuppressWarnings("NullAway.Init")
    private Retries retries;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, DayTick> day;

    private boolean driven;

    public DomainStage(TopologyConfig config, Lookups lookups) {
        this.config = config;
        this.inquiry = new DomainInquiry(lookups, new Deadline(config.duration(TopologyConfig.LOOKUP_DEADLINE)));
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        known = context.getStateStore(DomainStores.DOMAINS);
        blocks = context.getStateStore(DomainStores.BLOCKS);
        day = context.getStateStore(DomainStores.DAY);
        DayTick last = day.get(THE_DAY);
        driven = last != null && last.getSettlement() != null;
        networks = new StoredNetworks(context.getStateStore(DomainStores.NETWORKS));
        retries = new Retries(context.getStateStore(DomainStores.DOMAIN_RETRIES), LONGEST_RETRY);
        pending = new PendingLookups<>(
                context.getStateStore(DomainStores.PENDING_DOMAINS),
                question -> inquiry.ask(RowKey.domainOf(question), LocalDate.ofEpochDay(RowKey.dayAtEnd(question))),
                config.getInt(TopologyConfig.LOOKUPS_IN_FLIGHT_MAX));
        context.schedule(config.duration(TopologyConfig.JUDGE_INTERVAL), PunctuationType.WALL_CLOCK_TIME, this::work);
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof DomainSighting sighting) {
            sighted(sighting, record.timestamp());
            takeAnswers(record.timestamp());
        } else if (record.value() instanceof DayTick tick) {
            driven = tick.getSettlement() != null;
            advance(tick, record.timestamp());
        }
    }

    @Override
    public void close() {
        pending.close();
    }

    private void sighted(DomainSighting sighting, long timestamp) {
        DomainRecord facts = known.get(RowKey.domain(sighting.getDomain()));
        // Some block waits exactly while a first question is pending, of whatever day that is.
        boolean asked = facts == null && hasBlocks(sighting.getDomain());
        blocks.put(RowKey.domainBlock(sighting.getDomain(), sighting.getBlock()), PRESENT);
        if (sighting.getAsn() != null) {
            networks.see(sighting.getDomain(), sighting.getAsn(), sighting.getDay());
        }
        if (facts != null) {
            deliver(sighting.getBlock(), facts, timestamp);
            tell(facts, withNetworks(facts), timestamp);
        }
        // Where somebody drives the day, the sources are recorded, and have the same to say every time.
        if (facts == null ? !asked : !driven && DomainFacts.isDue(facts, sighting.getDay())) {
            pending.ask(RowKey.domainDay(
                    sighting.getDomain(), (int) sighting.getDay().toEpochDay()));
        }
    }

    private DomainRecord withNetworks(DomainRecord facts) {
        return facts.getWideSince() == null
                ? DomainFacts.wideSince(networks.wideSince(facts.getDomain()).orElse(null), facts)
                : facts;
    }

    private void work(long now) {
        retries.due(now, BATCH, question -> {
            // Nothing is kept of a domain that was forgotten meanwhile.
            if (known.get(question) != null) {
                pending.ask(RowKey.domainDay(
                        RowKey.domainOf(question), (int) Duration.ofMillis(now).toDays()));
            }
        });
        takeAnswers(now);
    }

    private void takeAnswers(long timestamp) {
        int taken = pending.drain(BATCH, (question, answer) -> take(RowKey.domainOf(question), answer, timestamp));
        if (taken > 0) {
            // Blocks hold their verdict until these facts are there.
            context.commit();
        }
    }

    private void take(String domain, DomainRecord answer, long timestamp) {
        Bytes key = RowKey.domain(domain);
        DomainRecord before = known.get(key);
        DomainRecord facts = withNetworks(DomainFacts.merge(before, answer));
        known.put(key, facts);
        tell(before, facts, timestamp);
        if (!DomainFacts.isWorthAsking(answer)) {
            retries.answered(key);
        } else if (!driven) {
            retries.failed(key, context.currentSystemTimeMs());
        }
    }

    /** Writes facts down, and tells them to every block in which the domain occurs, unless they say nothing new. */
    private void tell(@Nullable DomainRecord before, DomainRecord facts, long timestamp) {
        if (!DomainFacts.isSame(before, facts)) {
            known.put(RowKey.domain(facts.getDomain()), facts);
            context.forward(new Record<>(facts.getDomain(), new Publication(facts), timestamp));
            blocksOf(facts.getDomain()).forEach(row -> deliver(RowKey.blockOf(row), facts, timestamp));
        }
    }

    private boolean hasBlocks(String domain) {
        Bytes prefix = RowKey.domain(domain);
        try (KeyValueIterator<Bytes, byte[]> rows = blocks.range(prefix, RowKey.endOf(prefix))) {
            return rows.hasNext();
        }
    }

    private List<Bytes> blocksOf(String domain) {
        List<Bytes> keys = new ArrayList<>();
        Bytes prefix = RowKey.domain(domain);
        try (KeyValueIterator<Bytes, byte[]> rows = blocks.range(prefix, RowKey.endOf(prefix))) {
            rows.forEachRemaining(row -> keys.add(row.key));
        }
        return keys;
    }

    /** Once a day: facts that were asked for before the horizon are forgotten. */
    private void advance(DayTick tick, long timestamp) {
        DayTick last = day.get(THE_DAY);
        if (last != null && !tick.getDay().isAfter(last.getDay())) {
            return;
        }
        day.put(THE_DAY, tick);
        LocalDate firstDay = tick.getDay().minusDays(config.days(TopologyConfig.HORIZON) - 1L);
        try (KeyValueIterator<Bytes, DomainRecord> rows = known.all()) {
            while (rows.hasNext()) {
                KeyValue<Bytes, DomainRecord> row = rows.next();
                if (row.value.getAskedFor().isBefore(firstDay)) {
                    known.delete(row.key);
                    blocksOf(row.value.getDomain()).forEach(blocks::delete);
                    networks.forget(row.value.getDomain());
                    context.forward(new Record<>(row.value.getDomain(), new Publication(null), timestamp));
                }
            }
        }
    }

    private void deliver(String block, DomainRecord facts, long timestamp) {
        context.forward(new Record<>(block, new Delivery(facts), timestamp));
    }
}
