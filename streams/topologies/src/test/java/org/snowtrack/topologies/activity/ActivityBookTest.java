package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityBook.Effect;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BalanceFact;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.LargeMessage;
import org.snowtrack.topologies.state.ReporterStanding;

class ActivityBookTest {

    private static final int THRESHOLD = 10;
    private static final int HORIZON = 5;
    private static final int FIRST_DAY = 20_000;
    private static final int DAYS = 9;
    private static final long DAY_MILLIS = 86_400_000L;

    /** A fact, where it counts, and what it tells beside. */
    record Event(Entry entry, CountedFact fact, Optional<BalanceFact> balance, Optional<LargeMessage> message) {

        Effect addTo(ActivityBook book) {
            Effect counted = book.add(entry, fact);
            Effect balanced = balance.map(told -> book.add(entry, told)).orElse(Effect.NONE);
            Effect sized = message.map(told -> book.add(entry, told)).orElse(Effect.NONE);
            return counted.and(balanced).and(sized);
        }
    }

    /** What anybody may know of an address, computed from all facts at once. */
    record Expected(int reporters, int reporterDays, long firstSeen, long lastSeen) {}

    @Property(tries = 300)
    void shouldKeepTheSameRowsInWhateverOrderAndHoweverOftenFactsCome(
            @ForAll("events") List<Event> events, @ForAll Random random) {
        // Given
        List<Event> again = new ArrayList<>(events);
        again.addAll(events.subList(0, events.size() / 2));
        Collections.shuffle(again, random);

        // When
        MemoryRows inOrder = booked(events);
        MemoryRows shuffled = booked(again);

        // Then
        assertThat(shuffled.all()).isEqualTo(inOrder.all());
    }

    @Property(tries = 300)
    void shouldCountAsOneWhoKeepsEveryFact(@ForAll("events") List<Event> events) {
        // When
        MemoryRows rows = booked(events);

        // Then
        Map<IpAddress, Expected> kept = new TreeMap<>();
        rows.addresses().forEach((ip, row) -> kept.put(ip, expected(row)));
        assertThat(kept).isEqualTo(naive(events));
        assertThat(rows.days().values())
                .allSatisfy(row -> assertThat(row.getFacts()).hasSizeLessThanOrEqualTo(THRESHOLD));
    }

    @Property(tries = 300)
    void shouldForgetWhatExpiresAsIfItHadNeverBeen(@ForAll("events") List<Event> events, @ForAll Random random) {
        // Given
        int today = FIRST_DAY + random.nextInt(DAYS + HORIZON);
        List<Event> young = events.stream()
                .filter(event -> event.entry().day() > today - HORIZON)
                .toList();
        MemoryRows rows = booked(events);

        // When
        new ActivityBook(rows, THRESHOLD, HORIZON).expire(today);

        // Then
        assertThat(rows.all()).isEqualTo(booked(young).all());
    }

    @Property(tries = 300)
    void shouldTellOfEveryChangeThatRangeSees(@ForAll("events") List<Event> events, @ForAll Random random) {
        // Given
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        Map<IpAddress, AddressReports> seen = new TreeMap<>();

        // When
        for (Event event : events) {
            if (event.addTo(book) != Effect.NONE) {
                see(rows, event.entry().address(), seen);
            }
        }
        Map<IpAddress, AddressReports> seenWhenAdded = new TreeMap<>(seen);
        Map<IpAddress, AddressReports> added = visible(rows);
        book.expire(FIRST_DAY + random.nextInt(DAYS + HORIZON)).forEach(address -> see(rows, address, seen));

        // Then
        assertThat(seenWhenAdded).isEqualTo(added);
        assertThat(seen).isEqualTo(visible(rows));
    }

    @Property(tries = 300)
    void shouldKnowTheLargestMessageAndItsEarliestTime(@ForAll("events") List<Event> events) {
        // When
        MemoryRows rows = booked(events);

        // Then
        for (IpAddress address : rows.addresses().keySet()) {
            AddressReports reports = reports(rows, address);
            Optional<LargeMessage> largest = events.stream()
                    .filter(event -> event.entry().address().equals(address))
                    .flatMap(event -> event.message().stream())
                    .max(Comparator.comparing(LargeMessage::getBytes)
                            .thenComparing(LargeMessage::getAt, Comparator.reverseOrder()));
            assertThat(reports.largestMessage())
                    .isEqualTo(largest.map(LargeMessage::getBytes).orElse(0L));
            assertThat(reports.largestMessageAt())
                    .isEqualTo(largest.map(message -> Instant.ofEpochMilli(message.getAt()))
                            .orElse(null));
        }
    }

    @Test
    void shouldHearOfAcceptanceFromReportersThatDoNotCountToo() {
        // Given
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        IpAddress ip = IpAddress.parse("192.0.2.1");
        Stream.of("isp-a", "isp-b", "isp-c")
                .forEach(reporter -> book.add(new Entry(ip, reporter, FIRST_DAY), new CountedFact(1L, 1L, 10)));

        // When
        Effect much = book.add(new Entry(ip, "isp-a", FIRST_DAY), new BalanceFact(2L, 2L, 50, 10));
        Effect most = book.add(new Entry(ip, "isp-b", FIRST_DAY), new BalanceFact(2L, 3L, 100, 10));
        Effect never = book.add(new Entry(ip, "isp-c", FIRST_DAY), new BalanceFact(2L, 4L, 0, 10));
        Effect clean = book.add(new Entry(ip, "isp-d", FIRST_DAY), new BalanceFact(2L, 5L, 100, 0));
        Effect more = book.add(new Entry(ip, "isp-d", FIRST_DAY), new BalanceFact(3L, 6L, 100, 0));

        // Then
        assertThat(List.of(much, most, never, clean)).containsOnly(Effect.CHANGED);
        assertThat(more).isEqualTo(Effect.NONE);
        assertThat(reports(rows, ip))
                .isEqualTo(new AddressReports(
                        List.of(report("isp-a", 1, Acceptance.MUCH), report("isp-c", 1, Acceptance.LESS)),
                        List.of(
                                report("isp-a", 2, Acceptance.MUCH),
                                report("isp-b", 3, Acceptance.MOST),
                                report("isp-d", 5, Acceptance.MOST)),
                        0,
                        null));
    }

    @Test
    void shouldCountAReporterOnceHoweverManyOfItsDaysAreExcessive() {
        // Given
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        IpAddress ip = IpAddress.parse("192.0.2.1");

        // When
        book.add(new Entry(ip, "isp-a", FIRST_DAY), new CountedFact(1L, 1L, 9));
        Effect below = book.add(new Entry(ip, "isp-b", FIRST_DAY), new CountedFact(2L, 2L, 9));
        Effect reached = book.add(new Entry(ip, "isp-a", FIRST_DAY), new CountedFact(3L, 3L, 1));
        Effect nextDay = book.add(new Entry(ip, "isp-a", FIRST_DAY + 1), new CountedFact(4L, 4L, 10));

        // Then
        assertThat(below).isEqualTo(Effect.NONE);
        assertThat(reached).isEqualTo(Effect.NEW_DAY);
        assertThat(nextDay).isEqualTo(Effect.NEW_DAY);
        assertThat(expected(Objects.requireNonNull(rows.addresses().get(ip)))).isEqualTo(new Expected(1, 2, 3, 4));
    }

    private static MemoryRows booked(List<Event> events) {
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        events.forEach(event -> event.addTo(book));
        return rows;
    }

    private static void see(MemoryRows rows, IpAddress address, Map<IpAddress, AddressReports> seen) {
        if (rows.address(address) == null) {
            seen.remove(address);
        } else {
            seen.put(address, reports(rows, address));
        }
    }

    private static Map<IpAddress, AddressReports> visible(MemoryRows rows) {
        Map<IpAddress, AddressReports> visible = new TreeMap<>();
        rows.addresses().keySet().forEach(address -> see(rows, address, visible));
        return visible;
    }

    private static AddressReports reports(MemoryRows rows, IpAddress address) {
        NavigableMap<String, ReporterStanding> standings = new TreeMap<>();
        rows.eachReporter(address, standings::put);
        return AddressReports.of(standings, THRESHOLD);
    }

    private static Report report(String reporter, long since, Acceptance acceptance) {
        return new Report(reporter, Instant.ofEpochMilli(since), acceptance);
    }

    private static Expected expected(AddressStanding row) {
        return new Expected(row.getReporters(), row.getReporterDays(), row.getFirstSeen(), row.getLastSeen());
    }

    private static Map<IpAddress, Expected> naive(List<Event> events) {
        Map<Entry, List<CountedFact>> byDay = new HashMap<>();
        Set<Object> known = new HashSet<>();
        for (Event event : events) {
            if (known.add(List.of(event.entry(), event.fact().getOrigin()))) {
                byDay.computeIfAbsent(event.entry(), entry -> new ArrayList<>()).add(event.fact());
            }
        }
        Map<IpAddress, Map<Entry, Long>> excessive = new TreeMap<>();
        byDay.forEach((entry, facts) -> {
            facts.sort(Comparator.comparing(CountedFact::getAt).thenComparing(CountedFact::getOrigin));
            int sum = 0;
            for (CountedFact fact : facts) {
                sum += fact.getRecipients();
                if (sum >= THRESHOLD) {
                    excessive
                            .computeIfAbsent(entry.address(), ip -> new HashMap<>())
                            .put(entry, fact.getAt());
                    return;
                }
            }
        });
        Map<IpAddress, Expected> expected = new TreeMap<>();
        excessive.forEach((ip, since) -> expected.put(
                ip,
                new Expected(
                        since.keySet().stream()
                                .map(Entry::reporter)
                                .collect(Collectors.toSet())
                                .size(),
                        since.size(),
                        Collections.min(since.values()),
                        Collections.max(since.values()))));
        return expected;
    }

    /** An origin always tells the same fact: everything about it follows from the origin. */
    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Event> event = Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of("isp-1", "isp-10", "isp-2"),
                        Arbitraries.integers().between(0, DAYS - 1),
                        Arbitraries.integers().between(0, 30))
                .as((host, reporter, day, number) -> {
                    int epochDay = FIRST_DAY + day;
                    long at = epochDay * DAY_MILLIS + (number * 7919L) % DAY_MILLIS;
                    return new Event(
                            new Entry(IpAddress.parse("192.0.2." + host), reporter, epochDay),
                            new CountedFact((long) number, at, 1 + number % 6),
                            number % 2 == 0
                                    ? Optional.of(new BalanceFact((long) number, at, number * number / 4, number % 6))
                                    : Optional.empty(),
                            number % 3 == 0
                                    ? Optional.of(new LargeMessage(LargeMessages.LARGE * (1 + number % 4), at))
                                    : Optional.empty());
                });
        return event.list().ofMaxSize(120);
    }
}
