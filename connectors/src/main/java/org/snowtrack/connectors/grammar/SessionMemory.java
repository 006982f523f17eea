package org.snowtrack.connectors.grammar;

import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in memory. One is forgotten once so many bytes of log have gone by since its first line, whatever has come
 * since; and a line that puts a session without having asked for it begins it anew, so that an id that is used again is
 * another session. So what is remembered at a place in a log depends on nothing but the lines since {@link #since}, and
 * reading them again makes it anew. (All but one thing: a session that outlives the window, and whose later lines put
 * it though they find nothing, is as old as the first of them that was read.) This bounds the memory, too: a window of
 * 16 MiB holds some 100,000 sessions. For one thread.
 */
public final class SessionMemory implements Sessions {

    /** Bytes of log that a session is remembered for: 16 MiB. */
    public static final long WINDOW = 16L << 20;

    private record Remembered(long since, long number, String id, SessionState state) {}

    private final Map<String, Remembered> sessions = new HashMap<>();
    private final TreeSet<Remembered> byAge =
            new TreeSet<>(comparingLong(Remembered::since).thenComparingLong(Remembered::number));
    /** Since when what this line has asked for was remembered, by id. */
    private final Map<String, Long> asked = new HashMap<>();

    private long now;
    private long puts;
    private final List<SessionState> lost = new ArrayList<>();

    /**
     * The log goes on.
     *
     * @param position of the line that comes now, in bytes since the start of whatever was read; never less than before
     */
    public void advance(long position) {
        now = position;
        if (byAge.isEmpty() && asked.isEmpty()) {
            return;
        }
        asked.clear();
        while (!byAge.isEmpty() && now - byAge.first().since() > WINDOW) {
            Remembered oldest = byAge.first();
            lose(oldest);
        }
    }

    private void lose(Remembered session) {
        if (!session.state().held().isEmpty()) {
            lost.add(session.state());
        }
        forget(session);
    }

    /** The log has ended for good: forgets all sessions. */
    public void end() {
        while (!byAge.isEmpty()) {
            lose(byAge.first());
        }
    }

    private void forget(Remembered session) {
        sessions.remove(session.id());
        byAge.remove(session);
    }

    @Override
    public @Nullable SessionState get(String id) {
        Remembered session = sessions.get(id);
        if (session == null) {
            return null;
        }
        asked.put(id, session.since());
        return session.state();
    }

    @Override
    public void put(String id, SessionState state) {
        Remembered before = sessions.get(id);
        if (before != null) {
            forget(before);
        }
        puts++;
        Remembered session = new Remembered(asked.getOrDefault(id, now), puts, id, state);
        sessions.put(id, session);
        byAge.add(session);
        asked.put(id, session.since());
    }

    @Override
    public @Nullable SessionState remove(String id) {
        Remembered session = sessions.get(id);
        if (session == null) {
            return null;
        }
        asked.put(id, session.since());
        forget(session);
        return session.state();
    }

    /** Position of the first line of the oldest session; empty where none is remembered. */
    public OptionalLong since() {
        return byAge.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byAge.first().since());
    }

    /** Sessions that were forgotten while they held refusals, since the last call. */
    public List<SessionState> takeLost() {
        if (lost.isEmpty()) {
            return List.of();
        }
        List<SessionState> taken = List.copyOf(lost);
        lost.clear();
        return taken;
    }
}
