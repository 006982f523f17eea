package org.snowtrack.topologies.intake;

import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.schemas.ip.IpRange;

/** What an allowance may be about, in the one form in which it is written. Pure; safe for any thread. */
public final class AllowanceSubject {

    private AllowanceSubject() {}

    /**
     * The canonical form: {@code address/length} where one prefix says it, else {@code first-last}, or a domain in
     * lower case.
     *
     * @param text a CIDR block, a range, an address, or a domain under which somebody can register
     * @throws IllegalArgumentException with a sentence, if it is none of these
     */
    public static String canonical(String text) {
        String stripped = text.strip();
        if (looksLikeAddress(stripped)) {
            IpRange range = IpRange.parse(stripped);
            return range.toCidrs().size() == 1 ? range.toCidrs().get(0) : range.toString();
        }
        return HostNames.normalize(stripped)
                .filter(name -> HostNames.registrableDomain(name).isPresent())
                .orElseThrow(() -> new IllegalArgumentException(
                        "'%s' is neither a range of addresses nor a domain that somebody can register"
                                .formatted(text)));
    }

    /** Whether a canonical subject is a range of addresses. */
    public static boolean isRange(String canonical) {
        return looksLikeAddress(canonical);
    }

    private static boolean looksLikeAddress(String text) {
        return text.indexOf(':') >= 0 || text.indexOf('/') >= 0 || text.matches("[0-9.]+(-.*)?");
    }
}
