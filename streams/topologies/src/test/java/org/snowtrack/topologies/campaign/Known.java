package org.snowtrack.topologies.campaign;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.snowtrack.schemas.DomainRegistration;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.Verdict;

/** Traits of ranges for tests. */
final class Known {

    static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    private Known() {}

    static RangeTraits range(
            int place, List<String> words, List<DomainRegistration> registrations, List<String> nameServers) {
        return RangeTraits.newBuilder()
                .setRange("192.0.%d.0-192.0.%d.7".formatted(place, place))
                .setVerdict(Verdict.FLAGGED)
                .setAddresses(8)
                .setNetwork(new OriginNetwork(64500L + place % 3, "EXAMPLE-NET", "DE"))
                .setDomains(List.of("d" + place + ".example"))
                .setWords(words.stream().distinct().sorted().toList())
                .setRegistrations(registrations)
                .setNameServers(nameServers.stream().distinct().sorted().toList())
                .setFirstSeen(at(DAY.minusDays(place % 7)))
                .setLastSeen(at(DAY))
                .build();
    }

    static DomainRegistration registered(int place, String registrar, LocalDate day) {
        return new DomainRegistration("d" + place + ".example", registrar, registrar, day);
    }

    private static Instant at(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A few dozen ranges with few words, registrars and name servers, so that many ties of each kind occur. */
    static Arbitrary<List<RangeTraits>> ranges() {
        Arbitrary<List<String>> words = Arbitraries.of(
                        "caruk", "ohris", "pop", "sbesn", "picnet", "tlad", "hewis", "majela", "egar", "physc")
                .list()
                .ofMaxSize(5);
        Arbitrary<DomainRegistration> registration = Combinators.combine(
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.of("IANA:1", "IANA:2"),
                        Arbitraries.integers().between(0, 60))
                .as((domain, registrar, days) -> registered(domain, registrar, DAY.minusDays(days)));
        Arbitrary<List<String>> nameServers = Arbitraries.of(
                        "ns1.host.example ns2.host.example", "a.dns.example b.dns.example", "ns.d3.example")
                .list()
                .ofMaxSize(2);
        Arbitrary<IntFunction<RangeTraits>> maker = Combinators.combine(
                        words, registration.list().ofMaxSize(2), nameServers)
                .as((some, registrations, servers) -> place -> range(place, some, registrations, servers));
        return maker.list().ofMaxSize(24).map(makers -> IntStream.range(0, makers.size())
                .mapToObj(place -> makers.get(place).apply(place))
                .toList());
    }
}
