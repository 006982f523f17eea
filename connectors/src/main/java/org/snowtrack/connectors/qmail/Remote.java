package org.snowtrack.connectors.qmail;

import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.Endpoint;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * A client as chkuser names it, {@code helo:host:address}: the first is the client's choice, the second comes from the
 * DNS unchecked.
 */
record Remote(IpAddress address, @Nullable String helo) {

    private static final String MAPPED = "::ffff";

    /** Reads the three; null where they cannot be told apart. */
    static @Nullable Remote of(String text) {
        int last = text.lastIndexOf(':');
        if (last < 0) {
            return null;
        }
        // No HELO and no host stands behind the last colon, so that a dotted quad there is the server's.
        IpAddress address = text.indexOf('.', last) < 0 ? null : Endpoint.bare(text.substring(last + 1));
        if (address != null) {
            String before = text.substring(0, last);
            if (before.endsWith(":" + MAPPED)) {
                before = before.substring(0, before.length() - MAPPED.length() - 1);
            }
            int host = before.lastIndexOf(':');
            return new Remote(address, host < 0 ? null : before.substring(0, host));
        }
        int host = text.indexOf(':');
        int from = text.indexOf(':', host + 1) + 1;
        address = from > 0 && !isShifted(text, from) ? Endpoint.bare(text.substring(from)) : null;
        return address == null ? null : new Remote(address, text.substring(0, host));
    }

    /**
     * Whether a HELO with colons and a host of hexadecimal digits may have taken the place of host and address: then the
     * true address begins further on, with a group of 2000 to 3fff as all in the Internet do (RFC 4291, section 2.4).
     */
    private static boolean isShifted(String text, int from) {
        for (int colon = text.indexOf(':', from); colon >= 0; colon = text.indexOf(':', colon + 1)) {
            boolean isGlobal = (text.startsWith("2", colon + 1) || text.startsWith("3", colon + 1))
                    && text.startsWith(":", colon + 5);
            if (isGlobal && Endpoint.bare(text.substring(colon + 1)) != null) {
                return true;
            }
        }
        return false;
    }
}
