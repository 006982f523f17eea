package org.snowtrack.topologies.lines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.HeldRefusal;
import org.snowtrack.schemas.LogSession;
import org.snowtrack.topologies.state.LineStores;
import org.snowtrack.topologies.state.RowKey;

/**
 * Sessions as rows, and an index of them by the offset at which they were heard of. A row is not written anew for every
 * line that asks for it, only once {@value #STEP} records have passed; so a session is forgotten when between 90,000 and
 * 100,000 records of its topic's partition have told nothing of it. What is found here depends on nothing but the
 * records before, wherever the task was stopped in between: rows that are too old count as forgotten even before they
 * are cleared away, some at a time.
 */
final class StoredLogSessions implements LogSessions {

    /** So many records a session is remembered for. */
    static final long WINDOW = 100_000;

    static final long STEP = WINDOW / 10;

    private static final long RECORDS_BETWEEN_CLEARANCES = 100;
    private static final int MOST_CLEARED_AT_ONCE = 1_000;
    private static final byte[] NOTHING = {};

    private final KeyValueStore<Bytes, LogSession> sessions;
    private final KeyValueStore<Bytes, byte[]> ages;
    private final Map<String, Long> nextClearance = new HashMap<>();
    private List<HeldRefusal> lost = new ArrayList<>();
    private String topic = "";
    private String reporter = "";
    private String sender = "";
    private long offset;

    StoredLogSessions(ProcessorContext<?, ?> context) {
        sessions = context.getStateStore(LineStores.SESSIONS);
        ages = context.getStateStore(LineStores.SESSION_AGES);
    }

    /**
     * A record comes.
     *
     * @param keyedBy its key, which stands for the host where the line does not name it
     */
    void advance(String ofTopic, long atOffset, String ofReporter, String keyedBy) {
        topic = ofTopic;
        offset = atOffset;
        reporter = ofReporter;
        sender = keyedBy;
        if (offset >= nextClearance.getOrDefault(topic, 0L)) {
            boolean isDone = clear();
            nextClearance.put(topic, offset + (isDone ? RECORDS_BETWEEN_CLEARANCES : 1));
        }
    }

    private boolean clear() {
        long firstKept = offset - WINDOW;
        if (firstKept <= 0) {
            return true;
        }
        List<Bytes> old = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows =
                ages.range(RowKey.startOfLogSessionAges(topic, 0), RowKey.startOfLogSessionAges(topic, firstKept))) {
            while (rows.hasNext() && old.size() < MOST_CLEARED_AT_ONCE) {
                KeyValue<Bytes, byte[]> row = rows.next();
                old.add(RowKey.sessionOfAge(topic, row.key));
            }
        }
        for (Bytes key : old) {
            LogSession session = sessions.get(key);
            if (session != null) {
                lose(key, session);
            }
        }
        return old.size() < MOST_CLEARED_AT_ONCE;
    }

    @Override
    public @Nullable LogSession get(String host, String id) {
        Bytes key = key(host, id);
        LogSession session = remembered(key);
        if (session != null && offset - session.getHeard() >= STEP) {
            ages.delete(RowKey.logSessionAge(topic, session.getHeard(), key));
            write(key, session, offset);
        }
        return session;
    }

    @Override
    public void put(String host, String id, LogSession session) {
        Bytes key = key(host, id);
        LogSession before = remembered(key);
        boolean isRecent = before != null && offset - before.getHeard() < STEP;
        if (before != null && !isRecent) {
            ages.delete(RowKey.logSessionAge(topic, before.getHeard(), key));
        }
        write(key, session, before != null && isRecent ? before.getHeard() : offset);
    }

    @Override
    public @Nullable LogSession remove(String host, String id) {
        Bytes key = key(host, id);
        LogSession session = remembered(key);
        if (session != null) {
            forget(key, session);
        }
        return session;
    }

    private Bytes key(String host, String id) {
        return RowKey.logSession(topic, reporter, host.isEmpty() ? sender : host, id);
    }

    private @Nullable LogSession remembered(Bytes key) {
        LogSession session = sessions.get(key);
        if (session != null && offset - session.getHeard() > WINDOW) {
            lose(key, session);
            return null;
        }
        return session;
    }

    private void write(Bytes key, LogSession session, long heard) {
        sessions.put(
                key,
                new LogSession(
                        heard,
                        session.getSourceIp(),
                        session.getHelo(),
                        session.getClientName(),
                        session.getMailFromDomain(),
                        session.getMessageBytes(),
                        session.getNote(),
                        session.getHeld()));
        ages.put(RowKey.logSessionAge(topic, heard, key), NOTHING);
    }

    private void lose(Bytes key, LogSession session) {
        lost.addAll(session.getHeld());
        forget(key, session);
    }

    private void forget(Bytes key, LogSession session) {
        sessions.delete(key);
        ages.delete(RowKey.logSessionAge(topic, session.getHeard(), key));
    }

    /** Refusals that were forgotten with their sessions before their client was known, since the last call. */
    List<HeldRefusal> takeLost() {
        List<HeldRefusal> taken = lost;
        if (!taken.isEmpty()) {
            lost = new ArrayList<>();
        }
        return taken;
    }
}
