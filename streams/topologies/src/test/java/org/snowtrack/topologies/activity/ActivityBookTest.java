package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.CountedFact;

class ActivityBookTest {

    private static final int THRESHOLD = 10;
    private static final int HORIZON = 5;
    private static final int FIRST_DAY = 20_000;
    private static final int DAYS = 9;
    private static final long DAY_MILLIS = 86_400_000L;

    /** A fact and where it counts. */
    record Event(Entry entry, CountedFact fact) {}

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

    @Test
    void shouldCountAReporterOnceHoweverManyOfItsDaysAreExcessive() {
        // Given
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        IpAddress ip = IpAddress.parse("192.0.2.1");

        // When
        book.add(new Entry(ip, "isp-a", FIRST_DAY), new CountedFact(1L, 1L, 9));
        ActivityBook.Effect below = book.add(new Entry(ip, "isp-b", FIRST_DAY), new CountedFact(2L, 2L, 9));
        ActivityBook.Effect reached = book.add(new Entry(ip, "isp-a", FIRST_DAY), new CountedFact(3L, 3L, 1));
        ActivityBook.Effect nextDay = book.add(new Entry(ip, "isp-a", FIRST_DAY + 1), new CountedFact(4L, 4L, 10));

        // Then
        assertThat(below).isEqualTo(ActivityBook.Effect.NONE);
        assertThat(reached).isEqualTo(ActivityBook.Effect.NEW_DAY);
        assertThat(nextDay).isEqualTo(ActivityBook.Effect.NEW_DAY);
        assertThat(expected(Objects.requireNonNull(rows.addresses().get(ip)))).isEqualTo(new Expected(1, 2, 3, 4));
    }

    private static MemoryRows booked(List<Event> events) {
        MemoryRows rows = new MemoryRows();
        ActivityBook book = new ActivityBook(rows, THRESHOLD, HORIZON);
        events.forEach(event -> book.add(event.entry(), event.fact()));
        return rows;
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
                            new CountedFact((long) number, at, 1 + number % 6));
                });
        return event.list().ofMaxSize(120);
    }
}
