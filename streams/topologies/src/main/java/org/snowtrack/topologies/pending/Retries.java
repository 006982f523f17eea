package org.snowtrack.topologies.pending;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to ask again what nobody could answer: after {@link #FIRST}, then after twice as long each time up to {@link
 * #LONGEST}, each stretched by up to a quarter, so that what failed together does not come back together.
 *
 * <p>Rows are keyed by the time they are due. How often a question has failed is only remembered while the process
 * lives; a restart begins with short waits again. For the stream thread only.
 */
public final class Retries {

    /** The wait after the first failure. */
    public static final Duration FIRST = Duration.ofSeconds(10);

    /** The longest wait before it is stretched. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private static final int DOUBLINGS_MAX = 16;
    private static final int STRETCH_STEPS = 256;
    private static final byte[] PRESENT = new byte[0];

    private final KeyValueStore<Bytes, byte[]> rows;
    private final Duration longest;
    private final Map<Bytes, Integer> failures = new HashMap<>();

    /**
     * @param rows nobody else writes this store
     */
    public Retries(KeyValueStore<Bytes, byte[]> rows) {
        this(rows, LONGEST);
    }

    /**
     * @param rows nobody else writes this store
     * @param longest the longest wait before it is stretched, in place of {@link #LONGEST}
     */
    public Retries(KeyValueStore<Bytes, byte[]> rows, Duration longest) {
        this.rows = rows;
        this.longest = longest;
    }

    /** Notes that a question could not be answered. */
    public void failed(Bytes question, long nowMillis) {
        int before = failures.merge(question, 1, Integer::sum) - 1;
        rows.put(key(nowMillis + wait(question, before), question), PRESENT);
    }

    /** Notes that it was. A row that still waits then asks once for nothing. */
    public void answered(Bytes question) {
        failures.remove(question);
    }

    /**
     * Hands over questions whose time has come, those that wait longest first.
     *
     * @param limit the most to hand over
     */
    public void due(long nowMillis, int limit, Consumer<Bytes> asker) {
        List<Bytes> due = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> waiting = rows.range(null, key(nowMillis + 1, Bytes.wrap(new byte[0])))) {
            while (waiting.hasNext() && due.size() < limit) {
                KeyValue<Bytes, byte[]> row = waiting.next();
                due.add(row.key);
            }
        }
        for (Bytes row : due) {
            rows.delete(row);
            asker.accept(question(row));
        }
    }

    private long wait(Bytes question, int failuresBefore) {
        long doubled = FIRST.toMillis() << Math.min(failuresBefore, DOUBLINGS_MAX);
        long wait = Math.min(doubled, longest.toMillis());
        return wait + wait * Math.floorMod(question.hashCode() + failuresBefore, STRETCH_STEPS) / (4L * STRETCH_STEPS);
    }

    private static Bytes key(long dueMillis, Bytes question) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + question.get().length)
                .putLong(dueMillis)
                .put(question.get())
                .array());
    }

    private static Bytes question(Bytes key) {
        byte[] bytes = key.get();
        byte[] question = new byte[bytes.length - Long.BYTES];
        System.arraycopy(bytes, Long.BYTES, question, 0, question.length);
        return Bytes.wrap(question);
    }
}
