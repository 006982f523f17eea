package org.snowtrack.connectors.sendmail;

import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Whom Sendmail talks to, as its macro {@code $_} says it: {@code host [address]}, {@code [address]} where the address
 * has no name, {@code user@host [address]} where the client's own identd names a user, {@code user@localhost} for a
 * program on the same host. The name is forward-confirmed unless {@code (may be forged)} follows.
 *
 * @param client null where there is none, or where it cannot be read
 * @param name verified host name; null where there is none
 * @param isLocal whether it is a program on the same host, which has no address
 * @param end index behind it
 */
record Relay(@Nullable IpAddress client, @Nullable String name, boolean isLocal, int end) {

    private static final byte[] FORGED = Bytes.of(" (may be forged)");
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_ADDRESS = 64;

    /** Reads what begins there. */
    static Relay of(LogEntry entry, int from) {
        byte[] bytes = entry.bytes();
        int last = Math.min(entry.to(), from + LONGEST_NAME);
        int wordEnd = from;
        while (wordEnd < last && bytes[wordEnd] != ' ' && bytes[wordEnd] != ',') {
            wordEnd++;
        }
        int open = wordEnd + 1;
        String name = null;
        if (open < entry.to() && bytes[wordEnd] == ' ' && bytes[open] == '[') {
            name = hostName(entry.text(from, wordEnd, LONGEST_NAME));
        } else {
            open = wordEnd;
            while (open > from && bytes[open - 1] != '[') {
                open--;
            }
            if (--open < from) {
                boolean isLocal = entry.text(from, wordEnd, LONGEST_NAME).endsWith("localhost");
                return new Relay(null, null, isLocal, wordEnd);
            }
        }
        int close = open;
        int furthest = Math.min(entry.to(), open + LONGEST_ADDRESS);
        while (close < furthest && bytes[close] != ']') {
            close++;
        }
        int end = Math.min(close + 1, entry.to());
        IpAddress client = close == furthest ? null : Endpoint.address(entry.text(open, end, LONGEST_ADDRESS));
        return entry.startsWith(end, FORGED)
                ? new Relay(client, null, false, end + FORGED.length)
                : new Relay(client, name, false, end);
    }

    private static @Nullable String hostName(String word) {
        String host = word.substring(word.lastIndexOf('@') + 1);
        return host.startsWith("[") ? null : host;
    }
}
