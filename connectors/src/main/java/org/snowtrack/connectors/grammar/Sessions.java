package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.Nullable;

/**
 * The sessions that a log has told of and not ended, by an id that is unique among its servers. Bounded: what has not
 * been heard of for long is forgotten. For one thread.
 */
public interface Sessions {

    /** What is known of a session; null where nothing is. */
    @Nullable
    SessionState get(String id);

    /** Replaces what is known of a session; begins one if the same line has not asked for that id, or found nothing. */
    void put(String id, SessionState state);

    /** Forgets a session and returns what was known of it. */
    @Nullable
    SessionState remove(String id);
}
