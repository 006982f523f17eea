package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Reads the IP network objects of RDAP (RFC 9083, section 5.4). The contact for abuse is the outermost entity in that role
 * with a mail address; regional registries nest it in the holder, some beside it. Safe for any thread.
 */
public final class RdapNetwork {

    private RdapNetwork() {}

    /**
     * Reads one network object: its range from {@code startAddress} and {@code endAddress}, else from the first and last of
     * {@code cidr0_cidrs}; every other part may be absent.
     *
     * @throws IllegalArgumentException with a sentence, if this is not a JSON object, one of another class, or one without a
     *     range
     */
    public static Allocation parse(JsonNode object) {
        RdapJson.requireClass(object, "ip network");
        IpRange range = ends(object)
                .or(() -> prefixes(object))
                .orElseThrow(() -> new IllegalArgumentException("the ip network has no range that can be read"));
        return new Allocation(
                range,
                RdapJson.text(object.path("handle")).map(String::strip).orElse(null),
                RdapJson.text(object.path("name")).map(String::strip).orElse(null),
                RdapJson.text(object.path("country"))
                        .map(country -> country.strip().toUpperCase(Locale.ROOT))
                        .filter(country -> country.matches("[A-Z]{2}"))
                        .orElse(null),
                RdapJson.entities(object, "abuse").stream()
                        .flatMap(RdapContact::emails)
                        .findFirst()
                        .orElse(null));
    }

    private static Optional<IpRange> ends(JsonNode network) {
        return RdapJson.text(network.path("startAddress"))
                .flatMap(first -> RdapJson.text(network.path("endAddress")).flatMap(last -> range(first, last)));
    }

    /** The hull of the prefixes; a registry lists them in order. */
    private static Optional<IpRange> prefixes(JsonNode network) {
        return RdapJson.elements(network.path("cidr0_cidrs"))
                .flatMap(prefix -> RdapJson.text(prefix.path("v4prefix"))
                        .or(() -> RdapJson.text(prefix.path("v6prefix")))
                        .map(start ->
                                start.strip() + "/" + prefix.path("length").asText())
                        .flatMap(RdapNetwork::prefix)
                        .stream())
                .reduce((one, other) -> one.first().isIpv4() == other.first().isIpv4()
                        ? new IpRange(
                                one.first().compareTo(other.first()) < 0 ? one.first() : other.first(),
                                one.last().compareTo(other.last()) > 0 ? one.last() : other.last())
                        : one);
    }

    private static Optional<IpRange> range(String first, String last) {
        try {
            return Optional.of(new IpRange(address(first), address(last)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<IpRange> prefix(String text) {
        try {
            return Optional.of(IpRange.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Some registries write a prefix length behind the ends. */
    private static IpAddress address(String text) {
        return IpAddress.parse(text.strip().replaceFirst("/[0-9]+$", ""));
    }
}
