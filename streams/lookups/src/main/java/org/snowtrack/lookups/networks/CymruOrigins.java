package org.snowtrack.lookups.networks;

import com.google.common.primitives.UnsignedInts;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.ReverseMap;

/**
 * Origin networks from Team Cymru's DNS zones: {@code 0.4.38.54.origin.asn.cymru.com} and, for IPv6,
 * {@code origin6.asn.cymru.com} have TXT records of {@code 16276 | 54.38.0.0/16 | FR | ripencc | 2017-05-24}, with several
 * numbers where several networks announce the prefix, and {@code AS16276.asn.cymru.com} of
 * {@code 16276 | FR | ripencc | 2001-02-15 | OVH, FR}. Of several prefixes the longest counts, and of its networks the one
 * with the lowest number. A network whose own record cannot be had has no name, and its prefix's country.
 *
 * <p>Asked is for the /24, or the /48 of IPv6, that holds the address, so that its neighbours cost the service nothing:
 * longer prefixes are not announced between networks (RFC 7454, section 6.1.3).
 */
public final class CymruOrigins implements Lookup<IpAddress, Network> {

    private static final String ZONE = ".asn.cymru.com";

    private final Lookup<String, List<String>> texts;

    /** @param texts the TXT records of a name; with a memory, because neighbours ask for the same ones */
    public CymruOrigins(Lookup<String, List<String>> texts) {
        this.texts = texts;
    }

    @Override
    public CompletionStage<Answer<Network>> ask(IpAddress address, Instant at) {
        return texts.ask(origin(address), at).thenCompose(answer -> {
            if (answer instanceof Answer.Failed<List<String>> failed) {
                return CompletableFuture.completedStage(new Answer.Failed<>(failed.failure()));
            }
            List<String> lines = answer.found().orElse(List.of());
            if (lines.isEmpty()) {
                return CompletableFuture.completedStage(new Answer.NoRecord<>());
            }
            return best(lines)
                    .map(route -> described(route, at))
                    .orElseGet(() -> CompletableFuture.completedStage(new Answer.Failed<>(Failure.MALFORMED)));
        });
    }

    private static String origin(IpAddress address) {
        IpAddress block = address.floor(address.isIpv4() ? 24 : 48);
        String reverse = ReverseMap.fromAddress(block.toInetAddress()).toString();
        return address.isIpv4()
                ? reverse.replace(".in-addr.arpa.", ".origin" + ZONE)
                : reverse.replace(".ip6.arpa.", ".origin6" + ZONE);
    }

    private static Optional<Route> best(List<String> lines) {
        return lines.stream()
                .flatMap(CymruOrigins::routes)
                .min(Comparator.comparing(Route::prefix).reversed().thenComparing(Route::asn));
    }

    private static Stream<Route> routes(String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length < 3) {
            return Stream.empty();
        }
        String prefix = columns[1].strip();
        Optional<Long> length = number(prefix.substring(prefix.indexOf('/') + 1));
        return Stream.of(columns[0].strip().split("\\s+"))
                .flatMap(asn -> number(asn).stream())
                .filter(asn -> asn > 0 && length.isPresent())
                .map(asn -> new Route(asn, length.orElseThrow(), NetworkFields.country(columns[2].strip())));
    }

    private CompletionStage<Answer<Network>> described(Route route, Instant at) {
        return texts.ask("AS" + route.asn + ZONE, at)
                .thenApply(answer -> new Answer.Found<>(answer.found().stream()
                        .flatMap(List::stream)
                        .map(line -> line.split("\\|", 5))
                        .filter(columns -> columns.length == 5
                                && number(columns[0].strip())
                                        .filter(asn -> asn == route.asn)
                                        .isPresent())
                        .findFirst()
                        .map(columns -> new Network(
                                route.asn, name(columns[4].strip()), NetworkFields.country(columns[1].strip())))
                        .orElseGet(() -> new Network(route.asn, "", route.country))));
    }

    /** The description without the country that ends it. */
    private static String name(String description) {
        return description.replaceFirst(", *[A-Z]{2}$", "");
    }

    private static Optional<Long> number(String text) {
        try {
            return text.matches("[0-9]+")
                    ? Optional.of(Integer.toUnsignedLong(UnsignedInts.parseUnsignedInt(text)))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private record Route(long asn, long prefix, String country) {}
}
