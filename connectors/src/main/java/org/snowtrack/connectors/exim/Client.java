package org.snowtrack.connectors.exim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * One reading of what Exim's {@code host_build_sender_fullhost} writes:
 *
 * <pre>
 * client = [name " "] ["(" helo ") "] "[" address "]" [":" port]
 * name   = 1*(letter / digit / "-" / "." / "_")     ; verified by Exim, which drops all other names
 * </pre>
 *
 * <p>By default a HELO holds no blank, but with {@code helo_accept_junk_hosts} it holds anything, so that each
 * {@code ") [address]"} may be its end.
 *
 * @param end index behind the client
 */
record Client(
        IpAddress address, @Nullable String name, @Nullable String helo, int end) {

    /** More places than this where a HELO may end are a forgery. */
    static final int MOST_READINGS = 16;

    private static final int LONGEST_ADDRESS = 64;
    private static final int LONGEST_PORT = 5;

    /** Every reading of the client that begins there, from the left; one more than {@link #MOST_READINGS} at most. */
    static List<Client> readings(String text, int from) {
        int at = from;
        while (at < text.length() && isOfName(text.charAt(at))) {
            at++;
        }
        String name = null;
        if (at > from) {
            if (!text.startsWith(" ", at)) {
                return List.of();
            }
            name = text.substring(from, at);
            at++;
        }
        List<Client> readings = new ArrayList<>();
        if (!text.startsWith("(", at)) {
            add(readings, text, at, name, null);
            return readings;
        }
        int close = text.indexOf(") [", at);
        while (close >= 0 && readings.size() <= MOST_READINGS) {
            add(readings, text, close + 2, name, text.substring(at + 1, close));
            close = text.indexOf(") [", close + 1);
        }
        return readings;
    }

    private static void add(
            List<Client> readings, String text, int open, @Nullable String name, @Nullable String helo) {
        int close = text.startsWith("[", open) ? text.indexOf(']', open) : -1;
        if (close < 0 || close - open > LONGEST_ADDRESS) {
            return;
        }
        int end = behindPort(text, close + 1);
        if (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != ':') {
            return;
        }
        IpAddress address = Endpoint.literal(text.substring(open + 1, close));
        if (address != null) {
            readings.add(new Client(address, name, helo, end));
        }
    }

    private static int behindPort(String text, int at) {
        int end = at + 1;
        while (end < text.length() && end <= at + LONGEST_PORT && isDigit(text.charAt(end))) {
            end++;
        }
        return text.startsWith(":", at) && end > at + 1 ? end : at;
    }

    private static boolean isOfName(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
