package org.snowtrack.topologies.range;

import com.google.common.collect.Iterators;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.activity.ActivityReader;
import org.snowtrack.topologies.activity.AddressReports;
import org.snowtrack.topologies.activity.DaySet;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.Clock;
import org.snowtrack.topologies.state.RowKey;
import org.snowtrack.topologies.state.SweptAddress;

/** Reads the rows that ACTIVITY, PTR and RANGE keep, as the judge wants them. Belongs to one task; writes nothing. */
final class Neighbourhood implements Window.Places {

    private final ActivityReader activity;
    private final KeyValueStore<Bytes, AddressStanding> addresses;
    private final KeyValueStore<Bytes, PtrRecord> names;
    private final KeyValueStore<Bytes, byte[]> namedByDomain;
    private final KeyValueStore<Bytes, byte[]> pending;
    private final KeyValueStore<Bytes, DomainRecord> facts;
    private final KeyValueStore<Bytes, byte[]> awaited;
    private final KeyValueStore<Bytes, SweptAddress> swept;
    private final ProcessorContext<?, ?> context;
    private final int predictedTtlDays;

    /**
     * @param predictedTtlDays days for which a silent address's name is believed after somebody last told it
     */
    Neighbourhood(ProcessorContext<?, ?> context, ActivityReader activity, int predictedTtlDays) {
        this.context = context;
        this.activity = activity;
        this.predictedTtlDays = predictedTtlDays;
        swept = context.getStateStore(BlockStores.SWEPT_ADDRESSES);
        addresses = context.getStateStore(BlockStores.ADDRESSES);
        names = context.getStateStore(BlockStores.NAMES);
        namedByDomain = context.getStateStore(BlockStores.NAMED_BY_DOMAIN);
        pending = context.getStateStore(BlockStores.PENDING_ADDRESSES);
        facts = context.getStateStore(BlockStores.DOMAIN_FACTS);
        awaited = context.getStateStore(BlockStores.AWAITED_DOMAINS);
    }

    @Override
    public void walk(IpRange within, Direction direction, Predicate<IpAddress> visitor) {
        boolean ascending = direction == Direction.ASCENDING;
        try (KeyValueIterator<Bytes, AddressStanding> reported = scan(addresses, within, ascending);
                KeyValueIterator<Bytes, SweptAddress> asked = scan(swept, within, ascending)) {
            Iterator<IpAddress> silent =
                    Iterators.filter(Iterators.transform(asked, row -> RowKey.addressOf(row.key)), this::isSilentPlace);
            Iterator<IpAddress> all = Iterators.mergeSorted(
                    List.of(Iterators.transform(reported, row -> RowKey.addressOf(row.key)), silent),
                    ascending ? Comparator.naturalOrder() : Comparator.reverseOrder());
            while (all.hasNext() && visitor.test(all.next())) {
                // The visitor does the work.
            }
        }
    }

    private static <V> KeyValueIterator<Bytes, V> scan(
            KeyValueStore<Bytes, V> rows, IpRange within, boolean ascending) {
        Bytes first = RowKey.address(within.first());
        Bytes last = RowKey.address(within.last());
        return ascending ? rows.range(first, last) : rows.reverseRange(first, last);
    }

    private boolean isSilentPlace(IpAddress address) {
        return !isReported(address)
                && believed(address).stream()
                        .flatMap(row -> row.getNames().stream())
                        .anyMatch(host -> host.getConfirmation() == Confirmation.CONFIRMED);
    }

    /** The names of a silent address, unless too long ago. */
    private Optional<PtrRecord> believed(IpAddress address) {
        Clock clock = BlockStores.clock(context);
        return Optional.ofNullable(names.get(RowKey.address(address)))
                .filter(row -> row.getStatus() == LookupStatus.FOUND)
                .filter(row -> clock == null || row.getAskedFor().toEpochDay() + predictedTtlDays >= clock.getDay());
    }

    /** Whether anybody found the address excessive within the horizon. */
    boolean isReported(IpAddress address) {
        return addresses.get(RowKey.address(address)) != null;
    }

    /** The reported addresses of a stretch, ascending. */
    List<IpAddress> reported(IpRange stretch) {
        try (KeyValueIterator<Bytes, AddressStanding> rows = scan(addresses, stretch, true)) {
            return addresses(rows);
        }
    }

    /**
     * Whether somebody still has to say what some reported address of the stretch is called. Nobody waits for what a
     * sweep asks.
     */
    boolean isPending(IpRange stretch) {
        try (KeyValueIterator<Bytes, byte[]> questions =
                pending.range(RowKey.address(stretch.first()), RowKey.endOf(RowKey.address(stretch.last())))) {
            return Iterators.any(questions, question -> isReported(RowKey.addressOf(question.key)));
        }
    }

    /** How many questions about addresses are open. */
    long pending() {
        // Exact, because the store is in memory.
        return pending.approximateNumEntries();
    }

    /**
     * The reported addresses of a stretch, and the silent ones whose names a sweep told, ascending.
     *
     * @param withSecondDay whether to look up when each became excessive on a second day
     */
    List<AddressView> views(IpRange stretch, boolean withSecondDay) {
        List<AddressView> views = new ArrayList<>();
        try (KeyValueIterator<Bytes, AddressStanding> rows =
                addresses.range(RowKey.address(stretch.first()), RowKey.address(stretch.last()))) {
            while (rows.hasNext()) {
                KeyValue<Bytes, AddressStanding> row = rows.next();
                IpAddress ip = RowKey.addressOf(row.key);
                AddressReports told = activity.reports(ip);
                // Where everybody accepts most of what it sends, nobody reports it.
                if (!told.reports().isEmpty()) {
                    views.add(view(ip, told, row.value, withSecondDay));
                }
            }
        }
        try (KeyValueIterator<Bytes, SweptAddress> rows = scan(swept, stretch, true)) {
            while (rows.hasNext()) {
                KeyValue<Bytes, SweptAddress> row = rows.next();
                IpAddress ip = RowKey.addressOf(row.key);
                if (!isReported(ip)) {
                    believed(ip)
                            .map(called -> silent(ip, called, Instant.ofEpochMilli(row.value.getSince())))
                            .ifPresent(views::add);
                }
            }
        }
        views.sort(Comparator.comparing(AddressView::ip));
        return views;
    }

    private static AddressView silent(IpAddress ip, PtrRecord called, Instant since) {
        return new AddressView(
                ip,
                List.of(),
                List.of(),
                0,
                null,
                since,
                since,
                DaySet.EMPTY,
                null,
                called.getNames(),
                called.getHistory(),
                called.getNetwork(),
                since);
    }

    private AddressView view(IpAddress ip, AddressReports told, AddressStanding standing, boolean withSecondDay) {
        PtrRecord called = names.get(RowKey.address(ip));
        SweptAddress asked = swept.get(RowKey.address(ip));
        return new AddressView(
                ip,
                told.reports(),
                told.acceptors(),
                told.largestMessage(),
                told.largestMessageAt(),
                told.reports().stream()
                        .map(ActivityReader.Report::since)
                        .min(Comparator.naturalOrder())
                        .orElseThrow(),
                Instant.ofEpochMilli(standing.getLastSeen()),
                new DaySet(standing.getLastDay(), standing.getDays()),
                withSecondDay ? activity.secondDay(ip, told.reports()).orElse(null) : null,
                called == null ? List.of() : called.getNames(),
                called == null ? List.of() : called.getHistory(),
                called == null ? null : called.getNetwork(),
                asked == null ? null : Instant.ofEpochMilli(asked.getSince()));
    }

    /** All domains under which an address is or was named; of a silent one, those of confirmed names. */
    Set<String> domains(IpAddress address) {
        Set<String> domains = new TreeSet<>();
        PtrRecord called = names.get(RowKey.address(address));
        if (called != null) {
            boolean reported = isReported(address);
            called.getHistory().stream()
                    .map(NamePeriod::getHost)
                    .filter(host -> host.getDomain() != null)
                    .filter(host -> reported || host.getConfirmation() == Confirmation.CONFIRMED)
                    .forEach(host -> domains.add(host.getDomain()));
        }
        return domains;
    }

    /** The origin network of an address that a forward-confirmed name of the domain is on; null where not known. */
    @Nullable
    Long confirmedOn(IpAddress address, String domain) {
        PtrRecord called = names.get(RowKey.address(address));
        boolean isConfirmed = called != null
                && called.getNetwork() != null
                && called.getNames().stream()
                        .anyMatch(host ->
                                host.getConfirmation() == Confirmation.CONFIRMED && domain.equals(host.getDomain()));
        return isConfirmed ? called.getNetwork().getAsn() : null;
    }

    /** The addresses of a block that a domain names or named. */
    List<IpAddress> namedBy(String block, String domain) {
        List<IpAddress> named = new ArrayList<>();
        Bytes prefix = RowKey.blockDomain(block, domain);
        try (KeyValueIterator<Bytes, byte[]> rows = namedByDomain.range(prefix, RowKey.endOf(prefix))) {
            rows.forEachRemaining(row -> named.add(RowKey.addressAtEnd(row.key)));
        }
        return named;
    }

    /** All reported addresses of the partition. */
    List<IpAddress> reported() {
        try (KeyValueIterator<Bytes, AddressStanding> rows = addresses.all()) {
            return addresses(rows);
        }
    }

    /** The reported and the swept addresses within a range. */
    Set<IpAddress> known(IpRange range) {
        try (KeyValueIterator<Bytes, AddressStanding> reported = scan(addresses, range, true);
                KeyValueIterator<Bytes, SweptAddress> asked = scan(swept, range, true)) {
            Set<IpAddress> known = new TreeSet<>(addresses(reported));
            known.addAll(addresses(asked));
            return known;
        }
    }

    private static List<IpAddress> addresses(KeyValueIterator<Bytes, ?> rows) {
        List<IpAddress> addresses = new ArrayList<>();
        rows.forEachRemaining(row -> addresses.add(RowKey.addressOf(row.key)));
        return addresses;
    }

    /** All addresses of the partition that are or were named under a domain. Reads all names. */
    List<IpAddress> namedUnder(String domain) {
        List<IpAddress> named = new ArrayList<>();
        try (KeyValueIterator<Bytes, PtrRecord> rows = names.all()) {
            rows.forEachRemaining(row -> {
                if (row.value.getHistory().stream()
                        .anyMatch(period -> Allowances.isUnder(period.getHost().getName(), domain))) {
                    named.add(RowKey.addressOf(row.key));
                }
            });
        }
        return named;
    }

    /** What is known of all domains of these addresses; empty while some are awaited. */
    Optional<Map<String, DomainRecord>> facts(List<AddressView> views) {
        Map<String, DomainRecord> known = new HashMap<>();
        for (AddressView view : views) {
            String block = Block.of(view.ip()).toString();
            for (NamePeriod period : view.history()) {
                String domain = period.getHost().getDomain();
                if (domain == null || known.containsKey(domain)) {
                    continue;
                }
                Bytes key = RowKey.blockDomain(block, domain);
                if (view.isReported() && awaited.get(key) != null) {
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
}
