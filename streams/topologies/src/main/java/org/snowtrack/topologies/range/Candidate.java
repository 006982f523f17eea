package org.snowtrack.topologies.range;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * An address with those of its names that may tie it to its neighbours.
 *
 * @param hosts its names under a registrable domain, without those that are its provider's; of a silent address, only
 *     those that are forward-confirmed and do not even look like its provider's
 * @param generic those of its hosts that look like its provider's, and are not
 * @param strange whether it carries somebody's confirmed name and none that may tie it
 */
record Candidate(AddressView view, List<HostName> hosts, List<HostName> generic, boolean strange) {

    /** Domains that an address must have gone through within the horizon before its name counts as rotating. */
    static final int ROTATING_DOMAINS = 3;

    IpAddress ip() {
        return view.ip();
    }

    Set<String> domains() {
        return hosts.stream().map(HostName::getDomain).collect(Collectors.toCollection(TreeSet::new));
    }

    boolean sharesDomainWith(Candidate other) {
        return !Collections.disjoint(domains(), other.domains());
    }

    /** This address with only the names under certain domains. */
    Candidate keeping(Set<String> domains) {
        return new Candidate(view, under(domains, hosts), under(domains, generic), strange);
    }

    private static List<HostName> under(Set<String> domains, List<HostName> hosts) {
        return hosts.stream().filter(host -> domains.contains(host.getDomain())).toList();
    }

    /** The number of the origin network; empty where it is not known. */
    Optional<Long> asn() {
        return Optional.ofNullable(view.network()).map(OriginNetwork::getAsn);
    }

    boolean isReported() {
        return view.isReported();
    }

    /** When a sweep found the names that tie it: the day's question is raised by its midnight or by the sweep itself. */
    Optional<Instant> sweptAt() {
        Instant since = view.sweptSince();
        if (since == null) {
            return Optional.empty();
        }
        return view.history().stream()
                .filter(period -> hosts.stream()
                        .anyMatch(host -> host.getName().equals(period.getHost().getName())))
                .map(NamePeriod::getFirstDay)
                .min(Comparator.naturalOrder())
                .map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant())
                .map(named -> named.isAfter(since) ? named : since);
    }

    /** Whether it carries another owner's confirmed names and nothing else. */
    boolean isAnothers(Map<String, DomainRecord> facts, JudgeSettings settings, Set<String> own) {
        return strange
                || (!hosts.isEmpty()
                        && hosts.stream()
                                .allMatch(host -> host.getConfirmation() == Confirmation.CONFIRMED
                                        && !own.contains(host.getDomain())
                                        && Registrations.standingByAge(
                                                        host.getDomain(),
                                                        facts.get(host.getDomain()),
                                                        view.firstSeen(),
                                                        settings)
                                                == Standing.ESTABLISHED));
    }

    boolean isConfirmed(String domain) {
        return hosts.stream()
                .anyMatch(host -> host.getDomain().equals(domain) && host.getConfirmation() == Confirmation.CONFIRMED);
    }

    /**
     * The name that stands for the address: of the current ones if any is among its names, the bare domain before
     * others, then by alphabet.
     */
    HostName mainHost() {
        return hosts.stream()
                .min((one, other) -> {
                    int byAge = Boolean.compare(
                            view.names().contains(other), view.names().contains(one));
                    int byShape = Boolean.compare(NameShape.isBare(other), NameShape.isBare(one));
                    return byAge != 0
                            ? byAge
                            : byShape != 0 ? byShape : one.getName().compareTo(other.getName());
                })
                .orElseThrow();
    }

    /** How many domains the address has been named under within the horizon. */
    static int domainsInHistory(AddressView view) {
        return (int) view.history().stream()
                .map(period -> period.getHost().getDomain())
                .filter(domain -> domain != null)
                .distinct()
                .count();
    }

    /** Current names; where the name rotates, all it went through, because neighbours are not asked on one day. */
    static Stream<HostName> hostsOf(AddressView view, JudgeSettings settings) {
        return domainsInHistory(view) >= ROTATING_DOMAINS && !settings.ignores(EvidenceCode.ROTATING_NAME)
                ? view.history().stream().map(NamePeriod::getHost)
                : view.names().stream();
    }
}
