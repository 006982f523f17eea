package org.snowtrack.app.logs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.formats.LogFile;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.ip.IpAddress;

/** Counts what logs tell. Bounded, however many addresses they name. For one thread. */
public class Tally implements LogFile.Reader {

    /** Of so many addresses at most the counts are kept; where there are more, those of the rarest are dropped. */
    static final int MOST_ADDRESSES = 200_000;

    /** Of so many lines that look like refusals and were not read, the text is kept. */
    static final int MOST_SUSPECTS = 5;

    private static final int LONGEST_SUSPECT = 1_000;

    /**
     * A line that looks like a refusal and was not read.
     *
     * @param number counted from 1
     */
    public record Suspect(long number, String text) {}

    /** An address and how many recipients it was refused; at least so many, where counts were dropped. */
    public record Address(IpAddress ip, long recipients) {}

    private final Map<Reason, long[]> reasons = new EnumMap<>(Reason.class);
    private Map<IpAddress, long[]> addresses = new HashMap<>();
    private final List<Suspect> suspects = new ArrayList<>();
    private boolean hasDropped;
    private long lines;
    private long refusals;
    private long recipients;
    private long sessions;
    private long unreadable;
    private long unattributed;
    private long tooLong;
    private long suspected;
    private @Nullable Instant first;
    private @Nullable Instant last;

    @Override
    public void fact(long line, LogFact fact) {
        if (fact instanceof LogFact.Refusal refusal) {
            refusals++;
            recipients += refusal.recipients();
            reasons.computeIfAbsent(refusal.reason(), absent -> new long[1])[0]++;
            count(refusal.client(), Math.max(1, refusal.recipients()));
            span(refusal.time());
        } else if (fact instanceof LogFact.Session session) {
            sessions++;
            span(session.time());
        } else {
            unreadable += fact == LogFact.Notice.UNREADABLE ? 1 : 0;
            unattributed += fact == LogFact.Notice.UNATTRIBUTED ? 1 : 0;
        }
    }

    private void count(IpAddress ip, int refused) {
        long[] count = addresses.get(ip);
        if (count != null) {
            count[0] += refused;
            return;
        }
        addresses.put(ip, new long[] {refused});
        if (addresses.size() > MOST_ADDRESSES) {
            dropRarest();
        }
    }

    private void span(Instant time) {
        if (first == null || time.isBefore(first)) {
            first = time;
        }
        if (last == null || time.isAfter(last)) {
            last = time;
        }
    }

    /** Keeps the half with the larger counts. */
    private void dropRarest() {
        long[] counts = addresses.values().stream().mapToLong(count -> count[0]).toArray();
        Arrays.sort(counts);
        long least = counts[counts.length / 2];
        Map<IpAddress, long[]> kept = new HashMap<>();
        addresses.forEach((ip, count) -> {
            if (count[0] > least || kept.size() < MOST_ADDRESSES / 2) {
                kept.put(ip, count);
            }
        });
        addresses = kept;
        hasDropped = true;
    }

    @Override
    public void line(long number, byte[] bytes, int from, int to, boolean hasTold) {
        lines++;
        if (!hasTold && Suspicion.looksLikeRefusal(bytes, from, to)) {
            suspect(number, bytes, from, to);
        }
    }

    private void suspect(long number, byte[] bytes, int from, int to) {
        suspected++;
        if (suspects.size() < MOST_SUSPECTS) {
            int end = Math.min(to, from + LONGEST_SUSPECT);
            suspects.add(new Suspect(number, new String(bytes, from, end - from, StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void tooLong(long number) {
        lines++;
        tooLong++;
    }

    @Override
    public void progress(long bytes) {
        // Who draws a bar overrides this.
    }

    public long lines() {
        return lines;
    }

    /** Lines, or parts of sessions, that refuse. */
    public long refusals() {
        return refusals;
    }

    public long recipients() {
        return recipients;
    }

    public long sessions() {
        return sessions;
    }

    public long unreadable() {
        return unreadable;
    }

    public long unattributed() {
        return unattributed;
    }

    public long tooLong() {
        return tooLong;
    }

    /** Lines that told nothing and look like refusals. */
    public long suspected() {
        return suspected;
    }

    /** The first of these. */
    public List<Suspect> suspects() {
        return List.copyOf(suspects);
    }

    /** Refusals by reason; only reasons that there are. */
    public Map<Reason, Long> reasons() {
        Map<Reason, Long> counts = new EnumMap<>(Reason.class);
        reasons.forEach((reason, count) -> counts.put(reason, count[0]));
        return counts;
    }

    /** How many addresses were refused; at least so many, if {@link #hasDropped}. */
    public int addresses() {
        return addresses.size();
    }

    /** Whether there were more addresses than are kept. */
    public boolean hasDropped() {
        return hasDropped;
    }

    /** The addresses that were refused most, the worst first. */
    public List<Address> top(int count) {
        Comparator<Address> order =
                Comparator.comparingLong(Address::recipients).reversed().thenComparing(Address::ip);
        PriorityQueue<Address> worst = new PriorityQueue<>(order.reversed());
        addresses.forEach((ip, recipients) -> {
            worst.add(new Address(ip, recipients[0]));
            if (worst.size() > count) {
                worst.remove();
            }
        });
        return worst.stream().sorted(order).toList();
    }

    /** When the first of the facts was told; null where there is none. */
    public @Nullable Instant first() {
        return first;
    }

    public @Nullable Instant last() {
        return last;
    }
}
