package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * A client as Postfix writes it: {@code host[address]} or {@code host[address]:port}, one word, whose last bracket the
 * server wrote. postscreen leaves the host out.
 *
 * @param name the host; null where Postfix has not verified it, for which it writes {@code unknown}
 */
record Client(IpAddress address, @Nullable String name) {

    private static final int LONGEST_ADDRESS = 64;

    /** Reads the word between two indexes; null where it is not a client. */
    static @Nullable Client read(byte[] bytes, int from, int to) {
        int close = behindBracket(bytes, from, to) - 1;
        int open = close;
        while (open > from && bytes[open] != '[') {
            open--;
        }
        if (close <= from || bytes[close] != ']' || bytes[open] != '[' || close - open > LONGEST_ADDRESS) {
            return null;
        }
        if (!isHost(bytes, from, open)) {
            return null;
        }
        IpAddress address =
                Endpoint.literal(new String(bytes, open + 1, close - open - 1, StandardCharsets.ISO_8859_1));
        return address == null ? null : new Client(address, name(bytes, from, open));
    }

    /** The index behind the last bracket; a port may follow it. */
    private static int behindBracket(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && isDigit(bytes[at - 1])) {
            at--;
        }
        return at < to && at > from && bytes[at - 1] == ':' ? at - 1 : to;
    }

    /** Postfix writes {@code unknown} for whatever else the DNS says; brackets and colons have been seen before its own. */
    private static boolean isHost(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (!isOfName(b) && b != '[' && b != ']' && b != ':') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String name(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isOfName(bytes[i])) {
                return null;
            }
        }
        String name = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        return name.isEmpty() || name.equals("unknown") ? null : name;
    }

    private static boolean isOfName(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '.' || b == '-' || b == '_';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
