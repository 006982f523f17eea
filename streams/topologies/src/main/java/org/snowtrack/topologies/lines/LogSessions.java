package org.snowtrack.topologies.lines;

import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.LogSession;

/**
 * The sessions that a log has told of and not ended, by host and an id that is unique among the host's servers. What
 * has not been heard of for long is forgotten. For one thread.
 */
public interface LogSessions {

    /**
     * What is known of a session; null where nothing is.
     *
     * @param host as the line names it; empty where it does not
     */
    @Nullable
    LogSession get(String host, String id);

    /** Replaces what is known of a session; {@link LogSession#getHeard} is set here. */
    void put(String host, String id, LogSession session);

    /** Forgets a session and returns what was known of it. */
    @Nullable
    LogSession remove(String host, String id);
}
