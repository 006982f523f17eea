package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private static final byte[] UNKNOWN = "unknown".getBytes(StandardCharsets.US_ASCII);

    /** Postfix writes {@code unknown} for whatever else the DNS says; brackets and colons have been seen before its own. */
    private static final byte OF_NO_NAME = 1;

    private static final byte OF_NO_HOST = 2;
    private static final byte[] KINDS = kindsOfAscii();

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
        int kinds = 0;
        for (int i = from; i < open; i++) {
            kinds |= bytes[i] < 0 ? OF_NO_HOST : KINDS[bytes[i]];
        }
        if ((kinds & OF_NO_HOST) != 0) {
            return null;
        }
        IpAddress address =
                Endpoint.literal(new String(bytes, open + 1, close - open - 1, StandardCharsets.ISO_8859_1));
        boolean isVerified = kinds == 0 && open > from && !isUnknown(bytes, from, open);
        return address == null
                ? null
                : new Client(
                        address, isVerified ? new String(bytes, from, open - from, StandardCharsets.ISO_8859_1) : null);
    }

    private static boolean isUnknown(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, UNKNOWN, 0, UNKNOWN.length);
    }

    /** The index behind the last bracket; a port may follow it. */
    private static int behindBracket(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && isDigit(bytes[at - 1])) {
            at--;
        }
        return at < to && at > from && bytes[at - 1] == ':' ? at - 1 : to;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] kindsOfAscii() {
        byte[] kinds = new byte[128];
        Arrays.fill(kinds, OF_NO_HOST);
        Arrays.fill(kinds, '0', '9' + 1, (byte) 0);
        Arrays.fill(kinds, 'a', 'z' + 1, (byte) 0);
        Arrays.fill(kinds, 'A', 'Z' + 1, (byte) 0);
        for (char c : new char[] {'.', '-', '_'}) {
            kinds[c] = 0;
        }
        for (char c : new char[] {'[', ']', ':'}) {
            kinds[c] = OF_NO_NAME;
        }
        return kinds;
    }
}
