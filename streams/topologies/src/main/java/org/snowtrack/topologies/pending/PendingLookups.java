package org.snowtrack.topologies.pending;

import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Asks the outside world from a stream task without ever waiting for it.
 *
 * <p>A question is a row in a changelogged store, written in the transaction of the record that raised it, and leaves
 * it in the transaction that takes the answer in: a crash in between asks again. Requests run elsewhere; their
 * completion only puts the answer into a mailbox, which the stream thread empties with {@link #drain}. Equal questions
 * are one row and one request. At most a fixed number of requests is under way; the other rows wait in the store, and
 * a restart resubmits under the same bound. An answer belongs to the request's number: one that comes after the task
 * was closed, or for a request that is not under way any more, is dropped.
 *
 * <p>All methods are for the stream thread; only completions come from elsewhere.
 *
 * @param <A> the answer; a failure is one of its values
 */
public final class PendingLookups<A> {

    private record Completion<A>(Bytes question, long request, A answer) {}

    private static final byte[] PRESENT = new byte[0];

    private final KeyValueStore<Bytes, byte[]> rows;
    private final Function<Bytes, CompletionStage<A>> asker;
    private final int inFlightMax;
    private final Map<Bytes, Long> inFlight = new HashMap<>();
    private final Queue<Completion<A>> mailbox = new ConcurrentLinkedQueue<>();
    private long requests;
    private long size;
    private @Nullable Bytes resumeAfter;
    private volatile boolean closed;

    /**
     * Takes up the rows that an earlier incarnation left.
     *
     * @param rows the questions; nobody else writes this store
     * @param asker starts a request; its stage never completes exceptionally and always completes
     * @param inFlightMax how many requests may be under way, at least 1
     */
    public PendingLookups(
            KeyValueStore<Bytes, byte[]> rows, Function<Bytes, CompletionStage<A>> asker, int inFlightMax) {
        this.rows = rows;
        this.asker = asker;
        this.inFlightMax = inFlightMax;
        try (KeyValueIterator<Bytes, byte[]> all = rows.all()) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        submitWaiting();
    }

    /** Asks, unless the same question is pending already. */
    public void ask(Bytes question) {
        if (rows.putIfAbsent(question, PRESENT) != null) {
            return;
        }
        size++;
        if (inFlight.size() < inFlightMax) {
            submit(question);
        }
    }

    /**
     * Takes answers in: each one's row is deleted and the answer handed over, in order of arrival.
     *
     * @param limit the most answers to take
     * @return how many were taken
     */
    public int drain(int limit, BiConsumer<Bytes, A> taker) {
        int taken = 0;
        Completion<A> completion;
        while (taken < limit && (completion = mailbox.poll()) != null) {
            if (!inFlight.remove(completion.question(), completion.request())) {
                continue;
            }
            rows.delete(completion.question());
            size--;
            taken++;
            taker.accept(completion.question(), completion.answer());
        }
        submitWaiting();
        return taken;
    }

    /** Questions without an answer. */
    public long size() {
        return size;
    }

    /** Lets go: what still completes is dropped, the rows stay for the next incarnation. */
    public void close() {
        closed = true;
        inFlight.clear();
        mailbox.clear();
    }

    /** Fills free places with waiting rows, taking up where it stopped last time. */
    private void submitWaiting() {
        while (inFlight.size() < inFlightMax && inFlight.size() < size) {
            Bytes from = resumeAfter;
            try (KeyValueIterator<Bytes, byte[]> waiting = from == null ? rows.all() : rows.range(from, null)) {
                while (waiting.hasNext() && inFlight.size() < inFlightMax) {
                    KeyValue<Bytes, byte[]> row = waiting.next();
                    resumeAfter = row.key;
                    if (!inFlight.containsKey(row.key)) {
                        submit(row.key);
                    }
                }
                if (!waiting.hasNext()) {
                    resumeAfter = null;
                }
            }
        }
    }

    private void submit(Bytes question) {
        long request = requests++;
        inFlight.put(question, request);
        asker.apply(question).whenComplete((answer, impossible) -> {
            if (!closed) {
                mailbox.add(new Completion<>(question, request, answer));
            }
        });
    }
}
