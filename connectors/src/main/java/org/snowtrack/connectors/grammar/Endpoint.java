package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/** Addresses of sockets in the spellings that servers have for them. */
public final class Endpoint {

    /** Of {@code [IPv6:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255%zone]:65535} and somewhat more. */
    private static final int LONGEST = 100;

    private Endpoint() {}

    /**
     * The address of {@code 192.0.2.1}, {@code 192.0.2.1:25}, {@code [192.0.2.1]:25}, {@code 2001:db8::1},
     * {@code [2001:db8::1%eth0]:25} or {@code IPv6:2001:db8::1}. A zone is dropped.
     *
     * @return null where the text is none of these
     */
    public static @Nullable IpAddress address(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        String address = text;
        if (address.startsWith("[")) {
            int close = address.indexOf(']');
            if (close < 0 || !isPort(address.substring(close + 1))) {
                return null;
            }
            address = address.substring(1, close);
        } else {
            int colon = address.indexOf(':');
            if (colon >= 0 && colon == address.lastIndexOf(':') && isPort(address.substring(colon))) {
                address = address.substring(0, colon);
            }
        }
        if (address.regionMatches(true, 0, "IPv6:", 0, 5)) {
            address = address.substring(5);
        }
        int zone = address.indexOf('%');
        if (zone >= 0 && address.indexOf(':') >= 0) {
            address = address.substring(0, zone);
        }
        try {
            return IpAddress.parse(address);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isPort(String text) {
        return text.isEmpty()
                || (text.startsWith(":")
                        && text.length() <= 6
                        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9'));
    }
}
