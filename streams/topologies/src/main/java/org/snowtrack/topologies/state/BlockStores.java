package org.snowtrack.topologies.state;

import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.serde.AvroSerde;

/**
 * The stores of a block partition. Each is written by one stage only, but for {@link #SWEEP_REQUESTS}, which RANGE fills
 * and PTR empties; RANGE, which judges, reads them all. Names are
 * public API, because changelog topics are named after them.
 */
public final class BlockStores {

    // Written by ACTIVITY.
    public static final String CLOCK = "clock";
    public static final String REPORTER_DAYS = "reporter-days";
    public static final String REPORTER_DAY_EXPIRY = "reporter-day-expiry";
    public static final String REPORTERS = "reporters";
    public static final String ADDRESSES = "addresses";

    // Written by PTR.
    public static final String NAMES = "names";
    public static final String NAMED_BY_DOMAIN = "named-by-domain";
    public static final String PENDING_ADDRESSES = "pending-addresses";
    public static final String ADDRESS_RETRIES = "address-retries";
    public static final String SWEPT_ADDRESSES = "swept-addresses";

    // Written by RANGE.
    public static final String DOMAIN_FACTS = "domain-facts";
    public static final String AWAITED_DOMAINS = "awaited-domains";
    public static final String TOLD_NETWORKS = "told-networks";
    public static final String CHANGED_ADDRESSES = "changed-addresses";
    public static final String PUBLISHED_RANGES = "published-ranges";
    public static final String SETTLED_TIMES = "settled-times";
    public static final String SETTLEMENT = "settlement";
    public static final String ALLOWANCES = "allowances";
    public static final String JUDGED_DAY = "judged-day";
    public static final String SWEEP_REQUESTS = "sweep-requests";

    private static final Bytes THE_CLOCK = Bytes.wrap(new byte[] {0});

    private BlockStores() {}

    public static List<StoreBuilder<?>> ofActivity() {
        return List.of(
                small(CLOCK, AvroSerde.of(Clock.class)),
                large(REPORTER_DAYS, AvroSerde.of(ReporterDay.class)),
                keysOnly(REPORTER_DAY_EXPIRY),
                large(REPORTERS, AvroSerde.of(ReporterStanding.class)),
                large(ADDRESSES, AvroSerde.of(AddressStanding.class)));
    }

    public static List<StoreBuilder<?>> ofPtr() {
        return List.of(
                large(NAMES, AvroSerde.of(PtrRecord.class)),
                keysOnly(NAMED_BY_DOMAIN),
                smallKeysOnly(PENDING_ADDRESSES),
                smallKeysOnly(ADDRESS_RETRIES),
                large(SWEPT_ADDRESSES, AvroSerde.of(SweptAddress.class)));
    }

    public static List<StoreBuilder<?>> ofRange() {
        return List.of(
                large(DOMAIN_FACTS, AvroSerde.of(DomainRecord.class)),
                smallKeysOnly(AWAITED_DOMAINS),
                keysOnly(TOLD_NETWORKS),
                smallKeysOnly(CHANGED_ADDRESSES),
                large(PUBLISHED_RANGES, AvroSerde.of(FlaggedRange.class)),
                large(SETTLED_TIMES, AvroSerde.of(SettledTimes.class)),
                small(SETTLEMENT, AvroSerde.of(DayTick.class)),
                small(ALLOWANCES, AvroSerde.of(Allowance.class)),
                small(JUDGED_DAY, AvroSerde.of(DayTick.class)),
                small(SWEEP_REQUESTS, AvroSerde.of(SweptAddress.class)));
    }

    /**
     * The day as of which the outside world is asked about something of a day. Live sources only know today; recorded
     * ones are asked as of the day itself.
     */
    public static int dayToAsk(ProcessorContext<?, ?> context, int eventDay) {
        Clock clock = clock(context);
        if (clock == null) {
            // Who drives the day begins with a tick.
            return (int) Duration.ofMillis(context.currentSystemTimeMs()).toDays();
        }
        return clock.getDriven() ? eventDay : clock.getDay();
    }

    /** The partition's clock; null before the first tick. */
    public static @Nullable Clock clock(ProcessorContext<?, ?> context) {
        return context.<KeyValueStore<Bytes, Clock>>getStateStore(CLOCK).get(THE_CLOCK);
    }

    /** Sets the partition's clock. */
    public static void setClock(ProcessorContext<?, ?> context, Clock clock) {
        context.<KeyValueStore<Bytes, Clock>>getStateStore(CLOCK).put(THE_CLOCK, clock);
    }

    /** Rows that grow with the traffic: on disk. */
    static <T extends SpecificRecord> StoreBuilder<KeyValueStore<Bytes, T>> large(String name, AvroSerde<T> serde) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), serde);
    }

    static <T extends SpecificRecord> StoreBuilder<KeyValueStore<Bytes, T>> small(String name, AvroSerde<T> serde) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), serde);
    }

    static StoreBuilder<?> keysOnly(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
    }

    /** Rows that come and go within moments: in memory, and in the changelog like all others. */
    static StoreBuilder<?> smallKeysOnly(String name) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
    }
}
