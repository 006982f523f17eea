package org.snowtrack.connectors.grammar;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in memory. One is forgotten once so many bytes of log have gone by since its first line, whatever has come
 * since: so what is remembered at a place in a log depends on nothing but the bytes before it, and reading again from
 * {@link #since} makes it anew. This bounds the memory, too: a window of 16 MiB holds some 100,000 sessions. For one
 * thread.
 */
public final class SessionMemory implements Sessions {

    /** Bytes of log that a session is remembered for: 16 MiB. */
    public static final long WINDOW = 16L << 20;

    private record Remembered(long since, SessionState state) {}

    private final Map<String, Remembered> sessions = new LinkedHashMap<>();
    private long now;
    private int lost;

    /**
     * The log goes on.
     *
     * @param position of the line that comes now, in bytes since the start of whatever was read; never less than before
     */
    public void advance(long position) {
        now = position;
        if (sessions.isEmpty()) {
            return;
        }
        Iterator<Remembered> oldest = sessions.values().iterator();
        while (oldest.hasNext()) {
            Remembered session = oldest.next();
            if (now - session.since() <= WINDOW) {
                break;
            }
            lost += session.state().held().size();
            oldest.remove();
        }
    }

    @Override
    public @Nullable SessionState get(String id) {
        Remembered session = sessions.get(id);
        return session == null ? null : session.state();
    }

    @Override
    public void put(String id, SessionState state) {
        // Keeps its place in the order, which is that of the first lines.
        sessions.compute(id, (key, before) -> new Remembered(before == null ? now : before.since(), state));
    }

    @Override
    public @Nullable SessionState remove(String id) {
        Remembered session = sessions.remove(id);
        return session == null ? null : session.state();
    }

    /** Position of the first line of the oldest session; empty where none is remembered. */
    public OptionalLong since() {
        Iterator<Remembered> oldest = sessions.values().iterator();
        return oldest.hasNext() ? OptionalLong.of(oldest.next().since()) : OptionalLong.empty();
    }

    /** Refusals that were forgotten with their sessions before their client was known, since the last call. */
    public int takeLost() {
        int taken = lost;
        lost = 0;
        return taken;
    }
}
