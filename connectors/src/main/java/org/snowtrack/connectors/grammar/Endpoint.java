package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/** Addresses in the spellings that servers have for them. */
public final class Endpoint {

    /** Of {@code [IPv6:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255%zone]:65535} and somewhat more. */
    private static final int LONGEST = 100;

    private static final String IPV6 = "IPv6:";

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
        return literal(address);
    }

    /** The address of a literal (RFC 5321, section 4.1.3), with or without {@code IPv6:}; null where it is none. */
    public static @Nullable IpAddress literal(String text) {
        return bare(text.regionMatches(true, 0, IPV6, 0, IPV6.length()) ? text.substring(IPV6.length()) : text);
    }

    /** The address of {@code 192.0.2.1}, {@code 2001:db8::1} or {@code fe80::1%eth0}; null where it is none. */
    public static @Nullable IpAddress bare(String text) {
        int zone = text.indexOf('%');
        if (text.length() > LONGEST || (zone >= 0 && (text.indexOf(':') < 0 || !isZone(text, zone + 1)))) {
            return null;
        }
        try {
            return IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Interfaces are numbers or names such as {@code eth0.7}; whatever else goes on behind the sign is no zone. */
    private static boolean isZone(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isOfName = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!isOfName && c != '.' && c != '-' && c != '_') {
                return false;
            }
        }
        return from < text.length();
    }

    private static boolean isPort(String text) {
        return text.isEmpty()
                || (text.startsWith(":")
                        && text.length() <= 6
                        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9'));
    }
}
