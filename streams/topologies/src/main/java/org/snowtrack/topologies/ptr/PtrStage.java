package org.snowtrack.topologies.ptr;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.AddressEvent;
import org.snowtrack.topologies.pending.Deadline;
import org.snowtrack.topologies.pending.PendingLookups;
import org.snowtrack.topologies.pending.Retries;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.Clock;
import org.snowtrack.topologies.state.RowKey;

/**
 * PTR: what is this address called, and who announces it. Asks once for every day on which the address is excessive,
 * so that a name that rotates leaves its history; every day about each listed address, so that who moves out leaves
 * the list; about the silent neighbours that RANGE wants to know of; and again, later and later, where nobody could
 * tell. Publishes {@link PtrRecord}; a tombstone when an
 * address is forgotten.
 */
public final class PtrStage implements Processor<String, Object, String, Object> {

    /** A ptr-records record, or a tombstone where it is null. */
    public record Publication(@Nullable PtrRecord names) {}

    private static final byte[] PRESENT = new byte[0];

    /** Answers that one call takes in, so that a flood of them never delays the task's commit. */
    private static final int BATCH = 1000;

    private final TopologyConfig config;
    private final AddressInquiry inquiry;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, PtrRecord> names;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, byte[]> namedByDomain;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, AddressStanding> addresses;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, FlaggedRange> ranges;

    @SuppressWarnings("NullAway.Init")
    private PendingLookups<AddressInquiry.Findings> pending;

    @SuppressWarnings("NullAway.Init")
    private Retries retries;

    @SuppressWarnings("NullAway.Init")
    private StoredSweep sweep;

    private int askedDay;

    public PtrStage(TopologyConfig config, Lookups lookups) {
        this.config = config;
        this.inquiry = new AddressInquiry(
                lookups.ptr(), lookups.network(), new Deadline(config.duration(TopologyConfig.LOOKUP_DEADLINE)));
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        names = context.getStateStore(BlockStores.NAMES);
        namedByDomain = context.getStateStore(BlockStores.NAMED_BY_DOMAIN);
        addresses = context.getStateStore(BlockStores.ADDRESSES);
        ranges = context.getStateStore(BlockStores.PUBLISHED_RANGES);
        sweep = new StoredSweep(context, config.days(TopologyConfig.PREDICTED_TTL));
        retries = new Retries(context.getStateStore(BlockStores.ADDRESS_RETRIES));
        pending = new PendingLookups<>(
                context.getStateStore(BlockStores.PENDING_ADDRESSES),
                question -> inquiry.ask(RowKey.addressOf(question), RowKey.dayBehindAddress(question)),
                config.getInt(TopologyConfig.LOOKUPS_IN_FLIGHT_MAX));
        context.schedule(config.duration(TopologyConfig.JUDGE_INTERVAL), PunctuationType.WALL_CLOCK_TIME, this::work);
    }

    @Override
    public void process(Record<String, Object> record) {
        if (record.value() instanceof AddressEvent event) {
            if (event instanceof AddressEvent.NewDay reported) {
                ask(reported.address(), reported.epochDay());
            } else if (event instanceof AddressEvent.Gone gone) {
                forget(gone.address(), record.timestamp());
            }
            context.forward(record);
            takeAnswers(record.timestamp());
            sweep(record.timestamp());
        } else if (record.value() instanceof DayTick tick) {
            beginDay((int) tick.getDay().toEpochDay(), record.timestamp());
            takeAnswers(record.timestamp());
            context.forward(record);
            sweep(record.timestamp());
        }
    }

    @Override
    public void close() {
        pending.close();
    }

    private void ask(IpAddress address, int eventDay) {
        int day = BlockStores.dayToAsk(context, eventDay);
        if (isKept(address) && !NameHistory.isComplete(names.get(RowKey.address(address)), LocalDate.ofEpochDay(day))) {
            pending.ask(RowKey.addressDay(address, day));
        }
    }

    /** Nothing is kept of an address that was forgotten since it was asked for. */
    private boolean isKept(IpAddress address) {
        return isReported(address) || sweep.isSwept(address);
    }

    private boolean isReported(IpAddress address) {
        return addresses.get(RowKey.address(address)) != null;
    }

    /** Asks what RANGE wishes to know. Where answers are at hand, they may raise the next wishes at once. */
    private void sweep(long timestamp) {
        List<IpAddress> wanted = sweep.take(BATCH);
        while (!wanted.isEmpty()) {
            for (IpAddress address : wanted) {
                ask(address, sweep.dayOf(address));
                // Its reason may be an earlier one now, whatever it is called.
                changed(address, timestamp);
            }
            takeAnswers(timestamp);
            wanted = sweep.take(BATCH);
        }
    }

    private void changed(IpAddress address, long timestamp) {
        context.forward(new Record<>(address.toString(), new AddressEvent.Changed(address), timestamp));
    }

    private void beginDay(int day, long timestamp) {
        if (day <= askedDay) {
            return;
        }
        askedDay = day;
        sweep.endOn(day).forEach(address -> forget(address, timestamp));
        try (KeyValueIterator<Bytes, FlaggedRange> standing = ranges.all()) {
            standing.forEachRemaining(
                    row -> row.value.getMembers().forEach(member -> ask(IpAddress.parse(member.getIp()), day)));
        }
    }

    private void work(long now) {
        retries.due(
                now,
                BATCH,
                question -> ask(
                        RowKey.addressOf(question), (int) Duration.ofMillis(now).toDays()));
        takeAnswers(now);
        sweep(now);
    }

    /** Where answers are at hand at once, the questions that waited for a free place are answered too. */
    private void takeAnswers(long timestamp) {
        int all = 0;
        int taken;
        do {
            taken = pending.drain(BATCH - all, (question, findings) -> take(question, findings, timestamp));
            all += taken;
        } while (taken > 0 && all < BATCH);
    }

    private void take(Bytes question, AddressInquiry.Findings findings, long timestamp) {
        IpAddress address = RowKey.addressOf(question);
        LocalDate day = LocalDate.ofEpochDay(RowKey.dayBehindAddress(question));
        LocalDate firstDay = firstDay(day);
        // The answer to a day that has left the horizon comes too late.
        if (isKept(address) && !day.isBefore(firstDay)) {
            PtrRecord before = names.get(RowKey.address(address));
            // Most silent addresses have no name, and nobody wants to read that of each.
            if (before != null || isReported(address) || findings.names() instanceof Answer.Found) {
                replace(address, before, NameHistory.merge(before, address, day, findings, firstDay), timestamp);
            }
            note(address, findings);
        }
        changed(address, timestamp);
    }

    /** Where somebody drives the day, the sources are recorded, and have the same to say every time. */
    private void note(IpAddress address, AddressInquiry.Findings findings) {
        Clock clock = BlockStores.clock(context);
        if (findings.isComplete()) {
            retries.answered(RowKey.address(address));
        } else if (clock == null || !clock.getDriven()) {
            retries.failed(RowKey.address(address), context.currentSystemTimeMs());
        }
    }

    private LocalDate firstDay(LocalDate questionDay) {
        Clock clock = BlockStores.clock(context);
        return (clock == null ? questionDay : LocalDate.ofEpochDay(clock.getDay()))
                .minusDays(config.days(TopologyConfig.HORIZON) - 1L);
    }

    private void forget(IpAddress address, long timestamp) {
        boolean swept = sweep.forget(address);
        PtrRecord before = names.get(RowKey.address(address));
        if (before != null || !swept) {
            replace(address, before, null, timestamp);
        }
    }

    private void replace(IpAddress address, @Nullable PtrRecord before, @Nullable PtrRecord after, long timestamp) {
        names.put(RowKey.address(address), after);
        String block = Block.of(address).toString();
        Set<String> was = domains(before);
        Set<String> is = domains(after);
        was.stream()
                .filter(domain -> !is.contains(domain))
                .forEach(domain -> namedByDomain.delete(RowKey.blockDomainAddress(block, domain, address)));
        is.stream()
                .filter(domain -> !was.contains(domain))
                .forEach(domain -> namedByDomain.put(RowKey.blockDomainAddress(block, domain, address), PRESENT));
        context.forward(new Record<>(address.toString(), new Publication(after), timestamp));
    }

    private static Set<String> domains(@Nullable PtrRecord row) {
        Set<String> domains = new TreeSet<>();
        if (row != null) {
            row.getHistory().forEach(period -> {
                if (period.getHost().getDomain() != null) {
                    domains.add(period.getHost().getDomain());
                }
            });
        }
        return domains;
    }
}
