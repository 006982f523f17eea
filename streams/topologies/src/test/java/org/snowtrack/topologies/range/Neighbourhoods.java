package org.snowtrack.topologies.range;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.Acceptance;

/**
 * Neighbourhoods as they might be: IPv4 addresses or IPv6 units with gaps, two networks and unknown ones, several
 * domains of every age, provider's names, decoys, strangers, rotating names, loud and lone reporters.
 */
record Neighbourhoods(
        JudgeSettings settings, List<AddressView> views, Map<String, DomainRecord> facts, int day, int feeds) {

    private static final List<String> DOMAINS = List.of("a.example", "b.example", "c.example", "d.example");
    private static final String PROVIDER = "provider.example";

    /** Where an address is: its unit, and which address of an IPv6 unit. */
    private record Place(int unit, int host) {

        IpAddress ip(boolean ipv6) {
            return ipv6
                    ? new IpAddress(0x2001_0db8_0000_0000L + unit, host + 1L)
                    : IpAddress.parse("192.0.2." + (8 + unit));
        }
    }

    private record Name(String domain, String label, Confirmation confirmation) {

        HostName at(IpAddress ip) {
            String inHex = HexFormat.of().formatHex(ip.toInetAddress().getAddress());
            return new HostName(domain.equals(PROVIDER) ? "ip-" + inHex + "." + domain : text(), domain, confirmation);
        }

        String text() {
            return domain.equals(PROVIDER) || label.isEmpty() ? domain : label + "." + domain;
        }
    }

    private record Reported(String reporter, int daysAgo, Acceptance acceptance) {}

    private record Row(
            Place place,
            Set<Name> names,
            Set<Name> former,
            Optional<OriginNetwork> network,
            Set<Reported> reports,
            Set<String> acceptors) {

        AddressView view(boolean ipv6) {
            IpAddress ip = place.ip(ipv6);
            Views view =
                    Views.address(ip).named(at(ip, names)).once(at(ip, former)).in(network.orElse(null));
            reports.forEach(report -> view.by(
                    report.reporter(),
                    Views.daysAgo(report.daysAgo())
                            .plusSeconds(report.reporter().length()),
                    report.acceptance()));
            acceptors.forEach(acceptor -> view.accepting(acceptor, Views.daysAgo(acceptor.length())));
            return view.view();
        }

        private static HostName[] at(IpAddress ip, Set<Name> names) {
            return names.stream().map(name -> name.at(ip)).toArray(HostName[]::new);
        }
    }

    static Arbitrary<Neighbourhoods> any() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, withoutKnownSenders()),
                Tuple.of(1, Arbitraries.of(false, true).flatMap(ipv6 -> ofFamily(ipv6, DOMAINS.subList(3, 4)))));
    }

    static Arbitrary<Neighbourhoods> withoutKnownSenders() {
        return Arbitraries.of(false, true).flatMap(ipv6 -> ofFamily(ipv6, List.of()));
    }

    private static Arbitrary<Neighbourhoods> ofFamily(boolean ipv6, List<String> knownSenders) {
        return Combinators.combine(
                        anySettings(knownSenders),
                        rows(ipv6),
                        anyFacts(),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.of(Views.MANY_FEEDS, Views.MANY_FEEDS, 1))
                .as((settings, rows, facts, later, feeds) -> new Neighbourhoods(
                        settings,
                        rows.stream()
                                .map(row -> row.view(ipv6))
                                .sorted(Comparator.comparing(AddressView::ip))
                                .toList(),
                        facts,
                        Views.DAY + later,
                        feeds));
    }

    List<FlaggedRange> judged() {
        return new RangeJudge(settings).judge(views, facts, Allowances.NONE, day, feeds);
    }

    Neighbourhoods with(Map<String, DomainRecord> otherFacts) {
        return new Neighbourhoods(settings, views, otherFacts, day, feeds);
    }

    Neighbourhoods with(List<AddressView> otherViews) {
        return new Neighbourhoods(settings, otherViews, facts, day, feeds);
    }

    private static Arbitrary<JudgeSettings> anySettings(List<String> knownSenders) {
        return Combinators.combine(
                        Arbitraries.of(2, 2, 3),
                        Arbitraries.of(1, 0, 2),
                        Arbitraries.of(3, 2),
                        Arbitraries.of(0, 2, 3),
                        Arbitraries.of(40, 8),
                        Arbitraries.of(1, 2))
                .as((runMin, gap, freshMin, small, percent, owners) -> JudgeSettings.of(new TopologyConfig(Map.of(
                        TopologyConfig.RUN_MIN, runMin,
                        TopologyConfig.RUN_MAX_GAP, gap,
                        TopologyConfig.RUN_FRESH_DOMAINS_MIN, freshMin,
                        TopologyConfig.SMALL_RANGE_MAX, small,
                        TopologyConfig.SMALL_RANGE_REPORTERS_PERCENT, percent,
                        TopologyConfig.SETTLED_OWNERS_MIN, owners,
                        TopologyConfig.KNOWN_SENDERS, knownSenders))));
    }

    private static Arbitrary<List<Row>> rows(boolean ipv6) {
        Arbitrary<Place> place = Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, ipv6 ? 1 : 0))
                .as(Place::new);
        Arbitrary<Row> row = Combinators.combine(
                        place,
                        names(Arbitraries.of(1, 1, 1, 1, 1, 1, 0, 2)),
                        names(Arbitraries.of(0, 0, 0, 0, 0, 0, 0, 3)),
                        Arbitraries.frequency(
                                Tuple.of(10, Optional.of(Views.NETWORK)),
                                Tuple.of(1, Optional.of(Views.OTHER_NETWORK)),
                                Tuple.of(1, Optional.<OriginNetwork>empty())),
                        reports(),
                        acceptors())
                .as(Row::new);
        return row.list().ofMinSize(2).ofMaxSize(9).uniqueElements(Row::place);
    }

    private static Arbitrary<Set<Name>> names(Arbitrary<Integer> count) {
        Arbitrary<Name> name = Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(7, Arbitraries.of(DOMAINS)), Tuple.of(1, Arbitraries.just(PROVIDER))),
                        Arbitraries.of("", "mail", "vedla"),
                        Arbitraries.of(
                                Confirmation.UNKNOWN,
                                Confirmation.UNKNOWN,
                                Confirmation.CONFIRMED,
                                Confirmation.REFUTED))
                .as(Name::new);
        return count.flatMap(size -> name.set().ofSize(size).uniqueElements(Name::text));
    }

    private static Arbitrary<Set<String>> acceptors() {
        return Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(Set.of())),
                Tuple.of(1, Arbitraries.of("log-a", "log-bb", "log-ccc").set().ofMinSize(1)));
    }

    private static Arbitrary<Set<Reported>> reports() {
        return Combinators.combine(
                        Arbitraries.of("isp-a", "isp-bb", "isp-ccc", "isp-dddd"),
                        Arbitraries.frequencyOf(
                                Tuple.of(4, Arbitraries.integers().between(0, 8)),
                                Tuple.of(1, Arbitraries.integers().between(9, 50))),
                        Arbitraries.of(Acceptance.UNKNOWN, Acceptance.UNKNOWN, Acceptance.UNKNOWN, Acceptance.LESS))
                .as(Reported::new)
                .set()
                .ofMinSize(1)
                .ofMaxSize(4)
                .uniqueElements(Reported::reporter);
    }

    private static Arbitrary<Map<String, DomainRecord>> anyFacts() {
        return Combinators.combine(Stream.concat(DOMAINS.stream(), Stream.of(PROVIDER))
                        .map(Neighbourhoods::anyFact)
                        .toList())
                .as(records -> records.stream()
                        .flatMap(Optional::stream)
                        .collect(Collectors.toMap(DomainRecord::getDomain, record -> record)));
    }

    private static Arbitrary<Optional<DomainRecord>> anyFact(String domain) {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(6, LookupStatus.FOUND),
                                Tuple.of(1, LookupStatus.TIMED_OUT),
                                Tuple.of(1, LookupStatus.MALFORMED)),
                        Arbitraries.of(20, 30, 265, 275, 280, 700, 712, 715, 4000)
                                .injectNull(0.05),
                        Arbitraries.of("IANA:1", "IANA:2").injectNull(0.1),
                        Arbitraries.of(3, 100, 300).injectNull(0.8),
                        Arbitraries.of(true, false).injectNull(0.3))
                .as((status, age, registrar, sinceTransfer, hasWebsite) ->
                        fact(domain, status, age, registrar, sinceTransfer, hasWebsite))
                .optional(0.9);
    }

    private static DomainRecord fact(
            String domain,
            LookupStatus status,
            @Nullable Integer age,
            @Nullable String registrar,
            @Nullable Integer sinceTransfer,
            @Nullable Boolean hasWebsite) {
        return DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(status)
                .setRegistrar(registrar)
                .setRegisteredAt(age == null ? null : Views.daysAgo(age))
                .setTransferredAt(sinceTransfer == null ? null : Views.daysAgo(sinceTransfer))
                .setNameServers(List.of("ns.example"))
                .setHasWebsite(hasWebsite)
                .setAskedFor(Views.TODAY)
                .build();
    }
}
