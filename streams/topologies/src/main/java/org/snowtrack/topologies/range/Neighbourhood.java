package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.activity.ActivityReader;
import org.snowtrack.topologies.activity.DaySet;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.RowKey;

/** Reads the rows that ACTIVITY, PTR and RANGE keep, as the judge wants them. Belongs to one task; writes nothing. */
final class Neighbourhood implements Window.ReportedAddresses {

    private final ActivityReader activity;
    private final KeyValueStore<Bytes, AddressStanding> addresses;
    private final KeyValueStore<Bytes, PtrRecord> names;
    private final KeyValueStore<Bytes, byte[]> namedByDomain;
    private final KeyValueStore<Bytes, byte[]> pending;
    private final KeyValueStore<Bytes, DomainRecord> facts;
    private final KeyValueStore<Bytes, byte[]> awaited;

    Neighbourhood(ProcessorContext<?, ?> context, ActivityReader activity) {
        this.activity = activity;
        addresses = context.getStateStore(BlockStores.ADDRESSES);
        names = context.getStateStore(BlockStores.NAMES);
        namedByDomain = context.getStateStore(BlockStores.NAMED_BY_DOMAIN);
        pending = context.getStateStore(BlockStores.PENDING_ADDRESSES);
        facts = context.getStateStore(BlockStores.DOMAIN_FACTS);
        awaited = context.getStateStore(BlockStores.AWAITED_DOMAINS);
    }

    @Override
    public void walk(IpRange within, Direction direction, Predicate<IpAddress> visitor) {
        Bytes first = RowKey.address(within.first());
        Bytes last = RowKey.address(within.last());
        try (KeyValueIterator<Bytes, AddressStanding> rows =
                direction == Direction.ASCENDING ? addresses.range(first, last) : addresses.reverseRange(first, last)) {
            while (rows.hasNext() && visitor.test(RowKey.addressOf(rows.next().key))) {
                // The visitor does the work.
            }
        }
    }

    /** Whether somebody still has to say what some reported address of the stretch is called. */
    boolean isPending(IpRange stretch) {
        try (KeyValueIterator<Bytes, byte[]> questions =
                pending.range(RowKey.address(stretch.first()), RowKey.endOf(RowKey.address(stretch.last())))) {
            return questions.hasNext();
        }
    }

    /** How many questions about addresses are open. */
    long pending() {
        // Exact, because the store is in memory.
        return pending.approximateNumEntries();
    }

    /**
     * The reported addresses of a stretch, ascending.
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
                List<ActivityReader.Report> reports = activity.reports(ip);
                // Where everybody accepts most of what it sends, nobody reports it.
                if (!reports.isEmpty()) {
                    views.add(view(ip, reports, row.value, withSecondDay));
                }
            }
        }
        return views;
    }

    private AddressView view(
            IpAddress ip, List<ActivityReader.Report> reports, AddressStanding standing, boolean withSecondDay) {
        PtrRecord called = names.get(RowKey.address(ip));
        return new AddressView(
                ip,
                reports,
                reports.stream()
                        .map(ActivityReader.Report::since)
                        .min(Comparator.naturalOrder())
                        .orElseThrow(),
                Instant.ofEpochMilli(standing.getLastSeen()),
                new DaySet(standing.getLastDay(), standing.getDays()),
                withSecondDay ? activity.secondDay(ip, reports).orElse(null) : null,
                called == null ? List.of() : called.getNames(),
                called == null ? List.of() : called.getHistory(),
                called == null ? null : called.getNetwork());
    }

    /** All domains under which an address is or was named. */
    Set<String> domains(IpAddress address) {
        Set<String> domains = new TreeSet<>();
        PtrRecord called = names.get(RowKey.address(address));
        if (called != null) {
            called.getHistory().forEach(period -> {
                if (period.getHost().getDomain() != null) {
                    domains.add(period.getHost().getDomain());
                }
            });
        }
        return domains;
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

    /** Those within a range. */
    List<IpAddress> reported(IpRange range) {
        try (KeyValueIterator<Bytes, AddressStanding> rows =
                addresses.range(RowKey.address(range.first()), RowKey.address(range.last()))) {
            return addresses(rows);
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
}
