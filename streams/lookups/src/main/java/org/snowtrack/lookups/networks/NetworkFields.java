package org.snowtrack.lookups.networks;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two fields that every source writes in its own way. */
final class NetworkFields {

    private static final Pattern ASN = Pattern.compile("(?:AS)?([0-9]{1,10})", Pattern.CASE_INSENSITIVE);
    private static final long LAST_ASN = 0xffff_ffffL;

    private NetworkFields() {}

    /**
     * The number of {@code 16276} or {@code AS16276}.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text, if it is neither
     */
    static long asn(String text) {
        Matcher matcher = ASN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not the number of an autonomous system");
        }
        return asn(Long.parseLong(matcher.group(1)));
    }

    /**
     * The number, if it is one.
     *
     * @throws IllegalArgumentException with a sentence, if it is not in 0 to 2^32 - 1
     */
    static long asn(long number) {
        if (number < 0 || number > LAST_ASN) {
            throw new IllegalArgumentException("'" + number + "' is not the number of an autonomous system");
        }
        return number;
    }

    /** The code in capitals; empty for anything but two letters. */
    static String country(String text) {
        return text.matches("[A-Za-z]{2}") ? text.toUpperCase(Locale.ROOT) : "";
    }
}
