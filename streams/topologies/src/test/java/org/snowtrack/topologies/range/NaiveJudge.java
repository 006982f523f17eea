package org.snowtrack.topologies.range;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.activity.ActivityReader.Report;

/**
 * The judge as its definitions read: which two addresses belong together is asked of every pair, and when a key was
 * complete is asked of every moment. It expects provider's names to begin with {@code ip-}, as {@link Neighbourhoods}
 * writes them.
 */
final class NaiveJudge {

    /** What the definitions say about a range. */
    record Found(
            List<String> members,
            Set<String> domains,
            Verdict verdict,
            Scope scope,
            @Nullable Instant flaggedAt,
            List<Optional<Instant>> listedAt) {

        static Found of(FlaggedRange range) {
            return new Found(
                    range.getMembers().stream().map(RangeMember::getIp).toList(),
                    Set.copyOf(range.getDomains()),
                    range.getVerdict(),
                    range.getScope(),
                    range.getFlaggedAt(),
                    range.getMembers().stream()
                            .map(member -> Optional.ofNullable(member.getListedAt()))
                            .toList());
        }
    }

    private record Address(AddressView view, Set<String> domains, Set<String> confirmed) {}

    private final JudgeSettings settings;
    private final Map<String, DomainRecord> facts;
    private final int day;
    private final int feeds;

    NaiveJudge(JudgeSettings settings, Map<String, DomainRecord> facts, int day, int feeds) {
        this.settings = settings;
        this.facts = facts;
        this.day = day;
        this.feeds = feeds;
    }

    List<Found> judge(List<AddressView> views) {
        List<Address> addresses = views.stream().map(this::address).toList();
        List<Address> named = addresses.stream()
                .filter(address -> !address.domains().isEmpty())
                .toList();
        List<Found> found = new ArrayList<>();
        for (List<Address> group : components(named, (one, other) -> isOneNetwork(one, other, addresses))) {
            Map<String, Instant> firstMail = new TreeMap<>();
            group.forEach(address -> address.domains()
                    .forEach(domain -> firstMail.merge(domain, address.view().firstSeen(), NaiveJudge::earlier)));
            new Owners(group, firstMail).judge(found);
        }
        return found;
    }

    private Address address(AddressView view) {
        List<HostName> tying = names(view)
                .filter(host -> host.getDomain() != null)
                .filter(host -> !isProviders(host, view))
                .toList();
        return new Address(
                view,
                tying.stream().map(HostName::getDomain).collect(Collectors.toSet()),
                tying.stream()
                        .filter(host -> host.getConfirmation() == Confirmation.CONFIRMED)
                        .map(HostName::getDomain)
                        .collect(Collectors.toSet()));
    }

    private static Stream<HostName> names(AddressView view) {
        Set<Object> everNamed = view.history().stream()
                .map(period -> period.getHost().getDomain())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return everNamed.size() >= 3 ? view.history().stream().map(NamePeriod::getHost) : view.names().stream();
    }

    private boolean isProviders(HostName host, AddressView view) {
        boolean generic = host.getName().startsWith("ip-");
        return generic
                && (host.getConfirmation() == Confirmation.CONFIRMED
                        || (isKnown(host.getDomain()) && !isYoung(host.getDomain(), view.firstSeen())));
    }

    private boolean isOneNetwork(Address one, Address other, List<Address> all) {
        return isNear(one, other)
                && between(one, other, all).stream()
                        .allMatch(address -> address.domains().isEmpty()
                                ? !isStranger(address)
                                : Objects.equals(asn(address), asn(one)));
    }

    private static boolean isStranger(Address address) {
        return address.domains().isEmpty()
                && address.view().names().stream().anyMatch(host -> host.getConfirmation() == Confirmation.CONFIRMED);
    }

    private static @Nullable Object asn(Address address) {
        return address.view().network() == null
                ? null
                : address.view().network().getAsn();
    }

    /** Both ends included. */
    private static List<Address> between(Address one, Address other, List<Address> all) {
        int first = Math.min(all.indexOf(one), all.indexOf(other));
        int last = Math.max(all.indexOf(one), all.indexOf(other));
        return all.subList(first, last + 1);
    }

    private boolean isNear(Address one, Address other) {
        return unit(one).subtract(unit(other)).abs().intValueExact() <= settings.runMaxGap() + 1;
    }

    private BigInteger unit(Address address) {
        BigInteger number = new BigInteger(1, address.view().ip().toBytes());
        return address.view().ip().isIpv4()
                ? number
                : number.shiftRight(128 - settings.units().ipv6Prefix());
    }

    private boolean isKnown(@Nullable String domain) {
        DomainRecord known = facts.get(domain);
        return known != null && known.getRegistration() == LookupStatus.FOUND && known.getRegisteredAt() != null;
    }

    /** Registered, re-registered or transferred within the maximum age before a mail. */
    private boolean isYoung(@Nullable String domain, Instant mail) {
        DomainRecord known = Objects.requireNonNull(facts.get(domain));
        Instant oldest = mail.minus(settings.registrationMaxAge());
        return !known.getRegisteredAt().isBefore(oldest)
                || Stream.of(known.getReregisteredAt(), known.getTransferredAt())
                        .anyMatch(at -> at != null && !at.isBefore(oldest) && !at.isAfter(mail));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static <T> List<List<T>> components(List<T> all, BiPredicate<T, T> linked) {
        List<List<T>> components = new ArrayList<>();
        Set<T> seen = new HashSet<>();
        for (T start : all) {
            if (seen.add(start)) {
                Set<T> component = new HashSet<>(Set.of(start));
                while (all.stream()
                        .filter(next -> component.stream().anyMatch(known -> linked.test(known, next)))
                        .map(component::add)
                        .reduce(false, Boolean::logicalOr)) {
                    seen.addAll(component);
                }
                components.add(all.stream().filter(component::contains).toList());
            }
        }
        return components;
    }

    /** One group, whose members' domains are fresh, established or unknown together. */
    private final class Owners {

        private final List<Address> group;
        private final Map<String, Instant> firstMail;
        private final Set<String> known;
        private final Set<String> fresh;

        Owners(List<Address> group, Map<String, Instant> firstMail) {
            this.group = group;
            this.firstMail = firstMail;
            known = firstMail.keySet().stream().filter(NaiveJudge.this::isKnown).collect(Collectors.toSet());
            fresh = known.stream()
                    .filter(domain -> isYoung(domain, Objects.requireNonNull(firstMail.get(domain))))
                    .collect(Collectors.toSet());
            Set<String> cohorts = known.stream().filter(this::isOfCohort).collect(Collectors.toSet());
            if (cohorts.size() > known.size() - cohorts.size()) {
                fresh.addAll(cohorts);
            }
        }

        private boolean isOfCohort(String domain) {
            DomainRecord facts = factsOf(domain);
            return known.stream()
                    .map(this::factsOf)
                    .map(DomainRecord::getRegisteredAt)
                    .anyMatch(start -> {
                        Set<String> alike = known.stream()
                                .map(this::factsOf)
                                .filter(other -> other.getRegistrar() != null
                                        && other.getRegistrar().equals(facts.getRegistrar())
                                        && !other.getRegisteredAt().isBefore(start)
                                        && !other.getRegisteredAt().isAfter(start.plus(settings.cohortWindow())))
                                .map(DomainRecord::getDomain)
                                .collect(Collectors.toSet());
                        return alike.contains(domain) && alike.size() >= settings.cohortDomainsMin();
                    });
        }

        private DomainRecord factsOf(String domain) {
            return Objects.requireNonNull(facts.get(domain));
        }

        void judge(List<Found> found) {
            List<Address> tied = group.stream().map(this::withoutDecoys).toList();
            for (List<Address> camp : components(tied, (one, other) -> isOneCamp(one, other, tied))) {
                List<Address> members = camp.stream()
                        .filter(address -> isFresh(address) || hasNeighbourOfItsDomain(address, camp))
                        .toList();
                components(members, NaiveJudge.this::isNear)
                        .forEach(range -> verdict(range).ifPresent(found::add));
            }
        }

        private boolean isEstablished(Address address, String domain) {
            return known.contains(domain)
                    && !fresh.contains(domain)
                    && address.confirmed().contains(domain);
        }

        private boolean isSettled(Address address) {
            return address.domains().stream().allMatch(domain -> isEstablished(address, domain));
        }

        private Address withoutDecoys(Address address) {
            return isSettled(address)
                    ? address
                    : new Address(
                            address.view(),
                            address.domains().stream()
                                    .filter(domain -> !isEstablished(address, domain))
                                    .collect(Collectors.toSet()),
                            address.confirmed());
        }

        /** Near, and nobody from one to the other is of another kind of owner. */
        private boolean isOneCamp(Address one, Address other, List<Address> all) {
            List<Address> between = between(one, other, all);
            return isNear(one, other)
                    && between.stream().allMatch(a -> between.stream().allMatch(b -> isOneOwner(a, b)));
        }

        private boolean isOneOwner(Address one, Address other) {
            return isSettled(one) == isSettled(other) && (!isSettled(one) || shareDomain(one, other));
        }

        private boolean hasNeighbourOfItsDomain(Address address, List<Address> camp) {
            return camp.stream()
                    .anyMatch(other -> !other.equals(address) && isNear(address, other) && shareDomain(address, other));
        }

        private static boolean shareDomain(Address one, Address other) {
            return one.domains().stream().anyMatch(other.domains()::contains);
        }

        private boolean isFresh(Address address) {
            return address.domains().stream().anyMatch(fresh::contains);
        }

        private Optional<Found> verdict(List<Address> members) {
            Set<String> domains = new TreeSet<>();
            members.forEach(member -> domains.addAll(member.domains()));
            boolean local = feeds < settings.reportersMin();
            Optional<Instant> reporters = local
                    ? first(secondDays(members), by -> isLocallyReported(members, by))
                    : first(reports(members).map(Report::since).toList(), by -> isReported(members, by));
            Optional<Instant> run = first(
                    seen(members),
                    by -> hasRun(members.stream()
                            .filter(member -> !member.view().firstSeen().isAfter(by))
                            .toList()));
            Optional<Instant> registration = first(firstMail.values(), by -> isRegisteredForThis(domains, by));
            boolean flagged = reporters.isPresent() && registration.isPresent();
            boolean current = members.stream()
                    .flatMapToInt(member -> member.view().days().days())
                    .anyMatch(active -> active + settings.listTtlDays() >= day);
            if (run.isEmpty() || !current || (reporters.isEmpty() && registration.isEmpty())) {
                return Optional.empty();
            }
            Instant flaggedAt = Stream.of(reporters, run, registration, resumed(members))
                    .flatMap(Optional::stream)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return Optional.of(new Found(
                    members.stream()
                            .map(member -> member.view().ip().toString())
                            .toList(),
                    domains,
                    flagged ? Verdict.FLAGGED : Verdict.WATCHED,
                    local ? Scope.LOCAL : Scope.SHARED,
                    flagged ? flaggedAt : null,
                    members.stream()
                            .map(member -> Optional.of(member.view().firstSeen())
                                    .map(seen -> seen.isAfter(flaggedAt) ? seen : flaggedAt)
                                    .filter(listed -> flagged))
                            .toList()));
        }

        private static Optional<Instant> first(Collection<Instant> times, Predicate<Instant> holdsBy) {
            return times.stream().filter(holdsBy).min(Comparator.naturalOrder());
        }

        private static Stream<Report> reports(List<Address> members) {
            return members.stream().flatMap(member -> member.view().reports().stream());
        }

        private static List<Instant> seen(List<Address> members) {
            return members.stream().map(member -> member.view().firstSeen()).toList();
        }

        private static List<Instant> secondDays(List<Address> members) {
            return members.stream()
                    .flatMap(member -> Stream.ofNullable(member.view().secondDay()))
                    .toList();
        }

        /** Enough reporters; and were any one of them not believed, still enough reported addresses. */
        private boolean isReported(List<Address> members, Instant by) {
            Set<String> reporters = reports(members)
                    .filter(report -> !report.since().isAfter(by))
                    .map(Report::reporter)
                    .collect(Collectors.toSet());
            return reporters.size() >= settings.reportersMin()
                    && reporters.stream()
                            .allMatch(distrusted -> members.stream()
                                            .filter(member -> reports(List.of(member))
                                                    .anyMatch(report ->
                                                            !report.since().isAfter(by)
                                                                    && !report.reporter()
                                                                            .equals(distrusted)))
                                            .count()
                                    >= settings.runMin());
        }

        private boolean isLocallyReported(List<Address> members, Instant by) {
            return members.stream()
                            .map(member -> member.view().secondDay())
                            .filter(second -> second != null && !second.isAfter(by))
                            .count()
                    >= settings.localAddressesMin();
        }

        private boolean hasRun(List<Address> seen) {
            return seen.stream().flatMap(address -> address.domains().stream()).anyMatch(domain -> stretches(
                                    seen, address -> address.domains().contains(domain))
                            .anyMatch(stretch -> units(stretch) >= settings.runMin()))
                    || stretches(seen, this::isFresh)
                            .anyMatch(stretch -> units(stretch) >= settings.runFreshDomainsMin()
                                    && freshDomains(stretch) >= settings.runFreshDomainsMin());
        }

        private Stream<List<Address>> stretches(List<Address> seen, Predicate<Address> which) {
            return components(seen.stream().filter(which).toList(), NaiveJudge.this::isNear).stream();
        }

        private long units(List<Address> stretch) {
            return stretch.stream().map(NaiveJudge.this::unit).distinct().count();
        }

        private long freshDomains(List<Address> stretch) {
            return stretch.stream()
                    .flatMap(address -> address.domains().stream())
                    .filter(fresh::contains)
                    .distinct()
                    .count();
        }

        private boolean isRegisteredForThis(Set<String> domains, Instant by) {
            long freshMailed = domains.stream()
                    .filter(fresh::contains)
                    .filter(domain ->
                            !Objects.requireNonNull(firstMail.get(domain)).isAfter(by))
                    .count();
            return 2 * freshMailed > domains.stream().filter(known::contains).count();
        }

        /** The last active day after a silence that was longer than a listing lasts. */
        private Optional<Instant> resumed(List<Address> members) {
            List<Integer> active = members.stream()
                    .flatMap(member -> member.view().days().days().boxed())
                    .distinct()
                    .sorted()
                    .toList();
            return IntStream.range(1, active.size())
                    .filter(i -> active.get(i) - active.get(i - 1) > settings.listTtlDays())
                    .mapToObj(i -> Instant.EPOCH.plusSeconds(86_400L * active.get(i)))
                    .max(Comparator.naturalOrder());
        }
    }
}
