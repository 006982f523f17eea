package org.snowtrack.lookups.names;

import com.google.common.base.Ascii;
import com.google.common.net.InternetDomainName;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The syntax of host names (RFC 952, RFC 1123 section 2.1, plus the underscore that PTR zones use) and who can own
 * them. Nothing here throws or looks anything up; safe for any thread.
 */
public final class HostNames {

    private static final int MAX_LENGTH = 253;
    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    // No top-level domain is a number (RFC 3696, section 2): this is what tells 192.0.2.1, and its shorthand, from a
    // name.
    private static final Pattern HOST_NAME = Pattern.compile("(?:" + LABEL + "\\.)+(?![0-9]+\\z)" + LABEL);

    private HostNames() {}

    /**
     * The canonical form of a host name of at least two labels: lower case, without the trailing dot, at most 253
     * characters.
     *
     * @return empty if the text is anything else: an IP address, a single label, escaped or non-ASCII text
     */
    public static Optional<String> normalize(String raw) {
        String name = raw.endsWith(".") ? raw.substring(0, raw.length() - 1) : raw;
        return name.length() <= MAX_LENGTH && HOST_NAME.matcher(name).matches()
                ? Optional.of(Ascii.toLowerCase(name))
                : Optional.empty();
    }

    /**
     * The part of a name that one owner registered: one label more than its public suffix (publicsuffix.org). Private
     * suffixes count, because two customers of a dynamic DNS provider are two owners. Under a top-level domain that the
     * list does not know, the list's default rule holds: the last two labels.
     *
     * @param normalized from {@link #normalize}
     * @return empty if the name is itself a public suffix
     */
    public static Optional<String> registrableDomain(String normalized) {
        String name = normalized;
        // Guava refuses labels that start or end with an underscore; the owner is told by the labels to their right.
        while (!InternetDomainName.isValid(name)) {
            int dot = name.indexOf('.');
            if (dot < 0) {
                return Optional.empty();
            }
            name = name.substring(dot + 1);
        }
        InternetDomainName domain = InternetDomainName.from(name);
        if (domain.isUnderPublicSuffix()) {
            return Optional.of(domain.topPrivateDomain().toString());
        }
        // Guava leaves the default rule "*" out.
        return domain.hasPublicSuffix() || domain.parts().size() < 2
                ? Optional.empty()
                : Optional.of(String.join(
                        ".",
                        domain.parts()
                                .subList(
                                        domain.parts().size() - 2,
                                        domain.parts().size())));
    }
}
