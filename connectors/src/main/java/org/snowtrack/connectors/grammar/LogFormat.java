package org.snowtrack.connectors.grammar;

import org.snowtrack.connectors.envelope.LogEntry;

/**
 * A grammar for one mail server's log. Everything that a client chooses (HELO, sender, recipient, even verbs) may hold
 * brackets, addresses and whole forged lines: a grammar goes from left to right, each step anchored at the one before,
 * and takes the client's address only from where the server wrote it. A message's bytes may be anything at all.
 *
 * <p>Safe for any thread.
 */
public interface LogFormat {

    /** What {@code --format} calls it: lower-case letters and digits, such as {@code postfix}. */
    String id();

    /** The server's name for people, such as {@code Postfix}. */
    String name();

    /** What {@link #looksLike} looks for, for people, such as {@code a program such as postfix/smtpd[123]}. */
    String mark();

    /** Whether this server may have written the line, whatever it tells. Strict enough to tell it from all others. */
    boolean looksLike(LogEntry entry);

    /**
     * A parser for one log.
     *
     * @param sessions where the parser keeps what it must know of a session when a later line comes; nowhere else
     */
    LogParser parser(Sessions sessions);
}
