package org.snowtrack.app.evaluation;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * What the events of a case say of each address, without any thought: when it first mailed, and when each reporter found
 * it excessive. The same origin of a reporter is the same fact. Immutable once built; safe for any thread.
 */
final class Sightings {

    /** A reporter's count of an address went over the mark, on one UTC day. */
    record Excess(String reporter, Instant at) {}

    /**
     * What is known of an address.
     *
     * @param firstMail event time of the first fact of any reason
     * @param excesses by time
     */
    record Sighted(Instant firstMail, List<Excess> excesses) {}

    private record Day(IpAddress address, String reporter, LocalDate day) {}

    private record Refused(Instant at, int recipients) {}

    private final NavigableMap<IpAddress, Sighted> sighted;

    private Sightings(NavigableMap<IpAddress, Sighted> sighted) {
        this.sighted = sighted;
    }

    /**
     * Goes through events, in any order.
     *
     * @param mark invalid recipients of one address on one day at which a reporter counts
     */
    static Sightings of(Stream<MailRejection> events, int mark) {
        Map<IpAddress, Instant> firstMail = new TreeMap<>();
        Map<Day, List<Refused>> days = new HashMap<>();
        Set<Long> origins = new HashSet<>();
        events.forEach(event -> {
            IpAddress address = parse(event.getSourceIp());
            if (address == null || isAgain(event, origins)) {
                return;
            }
            firstMail.merge(address, event.getObservedAt(), (one, other) -> one.isBefore(other) ? one : other);
            if (event.getReason() == RejectionReason.INVALID_RECIPIENT && event.getRejectedRecipients() > 0) {
                LocalDate day = LocalDate.ofInstant(event.getObservedAt(), ZoneOffset.UTC);
                days.computeIfAbsent(new Day(address, event.getReporter(), day), first -> new ArrayList<>(2))
                        .add(new Refused(event.getObservedAt(), event.getRejectedRecipients()));
            }
        });
        Map<IpAddress, List<Excess>> excesses = new HashMap<>();
        days.forEach((day, refused) -> {
            Instant over = excessive(refused, mark);
            if (over != null) {
                excesses.computeIfAbsent(day.address(), first -> new ArrayList<>())
                        .add(new Excess(day.reporter(), over));
            }
        });
        NavigableMap<IpAddress, Sighted> sighted = new TreeMap<>();
        firstMail.forEach((address, at) -> sighted.put(
                address,
                new Sighted(
                        at,
                        excesses.getOrDefault(address, List.of()).stream()
                                .sorted(Comparator.comparing(Excess::at).thenComparing(Excess::reporter))
                                .toList())));
        return new Sightings(sighted);
    }

    private static @Nullable IpAddress parse(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            // Intake refuses it, and tells.
            return null;
        }
    }

    /** By 64 bits of both, so that millions of origins are held in little. */
    private static boolean isAgain(MailRejection event, Set<Long> origins) {
        if (event.getOrigin() == null) {
            return false;
        }
        long hash = 1125899906842597L;
        String both = event.getReporter() + '\n' + event.getOrigin();
        for (int i = 0; i < both.length(); i++) {
            hash = 31 * hash + both.charAt(i);
        }
        return !origins.add(hash);
    }

    private static @Nullable Instant excessive(List<Refused> refused, int mark) {
        refused.sort(Comparator.comparing(Refused::at));
        long sum = 0;
        for (Refused one : refused) {
            sum += one.recipients();
            if (sum >= mark) {
                return one.at();
            }
        }
        return null;
    }

    /** Everybody who mailed, ascending. */
    NavigableMap<IpAddress, Sighted> all() {
        return sighted;
    }
}
