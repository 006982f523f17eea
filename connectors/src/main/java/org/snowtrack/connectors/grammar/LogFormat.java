package org.snowtrack.connectors.grammar;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A grammar for one mail server's log. Everything that a client chooses (HELO, sender, recipient) may hold brackets,
 * addresses and whole forged lines: a grammar takes the client's address only from where the server wrote it, and a
 * line's bytes may be anything at all.
 *
 * <p>Safe for any thread. Most lines of a log tell nothing, so {@link #parse} must see that from a few bytes.
 */
public interface LogFormat {

    /** The server's name for people, such as {@code Postfix}. */
    String name();

    /** What {@link #looksLike} looks for, for people, such as {@code a program like postfix/smtpd[123]}. */
    String mark();

    /**
     * What a line tells.
     *
     * @param bytes that hold the line
     * @param from where it begins
     * @param to where it ends, without its line end
     * @return null where the line tells nothing
     */
    @Nullable
    LogFact parse(byte[] bytes, int from, int to);

    /** What a line tells, given as text. */
    default @Nullable LogFact parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    /** Whether this server may have written the line, whatever it tells. */
    boolean looksLike(byte[] bytes, int from, int to);
}
