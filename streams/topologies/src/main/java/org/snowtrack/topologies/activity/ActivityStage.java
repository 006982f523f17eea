package org.snowtrack.topologies.activity;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.ActivityBook.Effect;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BalanceFact;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.Clock;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.LargeMessage;

/**
 * ACTIVITY: who reports this address. Takes rejections and ticks of a block, keeps the books ({@link ActivityBook}),
 * and tells PTR what changed. Publishes {@link AddressActivity}; a tombstone when an address is forgotten.
 */
public final class ActivityStage implements Processor<String, SpecificRecord, String, Object> {

    /** An address-activity record, or a tombstone where the activity is null. */
    public record Publication(@Nullable AddressActivity activity) {}

    private final TopologyConfig config;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Object> context;

    @SuppressWarnings("NullAway.Init")
    private ActivityRows rows;

    @SuppressWarnings("NullAway.Init")
    private ActivityBook book;

    @SuppressWarnings("NullAway.Init")
    private Sensor expiredOnArrival;

    public ActivityStage(TopologyConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        rows = new StoredActivityRows(context);
        book = new ActivityBook(
                rows, config.getInt(TopologyConfig.EXCESSIVE_INVALID_RECIPIENTS), config.days(TopologyConfig.HORIZON));
        expiredOnArrival = context.metrics()
                .addRateTotalSensor(
                        "snowtrack",
                        context.taskId().toString(),
                        "expired-on-arrival",
                        Sensor.RecordingLevel.INFO,
                        "stage",
                        "activity");
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof DayTick tick) {
            advance(tick, record.timestamp());
        } else if (record.value() instanceof MailRejection rejection) {
            add(rejection, record.timestamp());
        }
    }

    private void add(MailRejection rejection, long timestamp) {
        IpAddress address = IpAddress.parse(rejection.getSourceIp());
        Instant at = rejection.getObservedAt();
        int day = (int) LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay();
        Clock clock = BlockStores.clock(context);
        if (clock != null && book.isExpired(day, clock.getDay())) {
            expiredOnArrival.record();
            return;
        }
        Entry entry = new Entry(address, rejection.getReporter(), day);
        Effect effect = Effect.NONE;
        if (rejection.getAcceptedRecipients() != null) {
            effect = effect.and(book.add(
                    entry,
                    new BalanceFact(
                            origin(rejection),
                            at.toEpochMilli(),
                            rejection.getAcceptedRecipients(),
                            rejection.getRejectedRecipients())));
        }
        Optional<LargeMessage> large = LargeMessages.of(rejection);
        if (large.isPresent()) {
            effect = effect.and(book.add(entry, large.get()));
        }
        if (rejection.getReason() == RejectionReason.INVALID_RECIPIENT && rejection.getRejectedRecipients() > 0) {
            effect = effect.and(book.add(
                    entry, new CountedFact(origin(rejection), at.toEpochMilli(), rejection.getRejectedRecipients())));
        }
        if (effect != Effect.NONE) {
            publish(address, timestamp);
            tell(
                    effect == Effect.NEW_DAY
                            ? new AddressEvent.NewDay(address, day)
                            : new AddressEvent.Changed(address),
                    timestamp);
        }
    }

    /** The day only moves forward; the number of feeds is the latest that was told. */
    private void advance(DayTick tick, long timestamp) {
        Clock clock = BlockStores.clock(context);
        int day = (int) tick.getDay().toEpochDay();
        boolean newDay = clock == null || day > clock.getDay();
        BlockStores.setClock(
                context,
                new Clock(
                        clock == null ? day : Math.max(day, clock.getDay()),
                        tick.getFeeds(),
                        tick.getSettlement() != null));
        if (newDay) {
            for (IpAddress address : book.expire(day)) {
                publish(address, timestamp);
                tell(
                        rows.address(address) == null
                                ? new AddressEvent.Gone(address)
                                : new AddressEvent.Changed(address),
                        timestamp);
            }
        }
        context.forward(new Record<>("tick", tick, timestamp));
    }

    private void publish(IpAddress address, long timestamp) {
        AddressStanding standing = rows.address(address);
        String ip = address.toString();
        context.forward(new Record<>(ip, new Publication(standing == null ? null : activity(ip, standing)), timestamp));
    }

    private static AddressActivity activity(String ip, AddressStanding standing) {
        return new AddressActivity(
                ip,
                standing.getReporters(),
                standing.getReporterDays(),
                Instant.ofEpochMilli(standing.getFirstSeen()),
                Instant.ofEpochMilli(standing.getLastSeen()));
    }

    private void tell(AddressEvent event, long timestamp) {
        context.forward(new Record<>(event.address().toString(), event, timestamp));
    }

    private static long origin(MailRejection rejection) {
        return Hashing.murmur3_128()
                .hashString(String.valueOf(rejection.getOrigin()), StandardCharsets.UTF_8)
                .asLong();
    }
}
