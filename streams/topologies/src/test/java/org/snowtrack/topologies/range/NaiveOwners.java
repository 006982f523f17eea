package org.snowtrack.topologies.range;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.activity.Acceptance;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.NaiveJudge.Address;
import org.snowtrack.topologies.range.NaiveJudge.Found;

/** What {@link NaiveJudge} says of one group, whose domains are fresh, established or unknown together. */
final class NaiveOwners {

    private final NaiveJudge judge;
    private final JudgeSettings settings;
    private final List<Address> group;
    private final Map<String, Instant> firstMail;
    private final Set<String> known;
    private final Set<String> fresh;

    NaiveOwners(NaiveJudge judge, List<Address> group, Map<String, Instant> firstMail) {
        this.judge = judge;
        this.settings = judge.settings();
        this.group = group;
        this.firstMail = firstMail;
        known = firstMail.keySet().stream().filter(judge::isKnown).collect(Collectors.toSet());
        fresh = known.stream()
                .filter(domain -> !judge.isKnownSender(domain))
                .filter(domain -> judge.isYoung(domain, Objects.requireNonNull(firstMail.get(domain))))
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
                            .filter(other -> !judge.isKnownSender(other.getDomain())
                                    && other.getRegistrar() != null
                                    && other.getRegistrar().equals(facts.getRegistrar())
                                    && !other.getRegisteredAt().isBefore(start)
                                    && !other.getRegisteredAt().isAfter(start.plus(settings.cohortWindow())))
                            .map(DomainRecord::getDomain)
                            .collect(Collectors.toSet());
                    return alike.contains(domain) && alike.size() >= settings.cohortDomainsMin();
                });
    }

    private DomainRecord factsOf(String domain) {
        return judge.facts(domain);
    }

    void judge(List<Found> found) {
        List<Address> tied = group.stream()
                .filter(address -> !isClaimBesideFresh(address))
                .map(this::withoutDecoys)
                .toList();
        for (List<Address> camp : NaiveJudge.components(tied, (one, other) -> isOneCamp(one, other, tied))) {
            List<Address> members = camp.stream()
                    .filter(address -> isFresh(address) || hasNeighbourOfItsDomain(address, camp))
                    .toList();
            NaiveJudge.components(members, judge::isNear).forEach(near -> {
                List<List<Address>> taken = new ArrayList<>();
                for (List<Address> part : parts(near)) {
                    Optional<Found> verdict = verdict(part);
                    if (verdict.isPresent() && taken.stream().noneMatch(range -> overlap(range, part, near))) {
                        taken.add(part);
                    }
                }
                taken.sort(Comparator.comparing(range -> near.indexOf(range.get(0))));
                taken.forEach(range -> found.add(verdict(range).orElseThrow()));
            });
        }
    }

    private boolean isEstablished(String domain) {
        return judge.isKnownSender(domain) || (known.contains(domain) && !fresh.contains(domain));
    }

    private boolean isSettled(Address address) {
        return address.domains().stream().allMatch(this::isEstablished)
                && address.confirmed().containsAll(address.domains());
    }

    private boolean isClaimBesideFresh(Address address) {
        return address.domains().stream().allMatch(this::isEstablished)
                && !isSettled(address)
                && group.stream().anyMatch(other -> isFresh(other) && judge.isNear(address, other));
    }

    private Address withoutDecoys(Address address) {
        return isSettled(address)
                ? address
                : new Address(
                        address.view(),
                        address.domains().stream()
                                .filter(domain -> !isEstablished(domain)
                                        || (!isFresh(address)
                                                && !address.confirmed().contains(domain)))
                                .collect(Collectors.toSet()),
                        address.confirmed());
    }

    /** Near, and nobody from one to the other is of another kind of owner. */
    private boolean isOneCamp(Address one, Address other, List<Address> all) {
        List<Address> between = NaiveJudge.between(one, other, all);
        return judge.isNear(one, other)
                && between.stream().allMatch(a -> between.stream().allMatch(b -> isOneOwner(a, b)));
    }

    private boolean isOneOwner(Address one, Address other) {
        return isSettled(one) == isSettled(other) && (!isSettled(one) || shareDomain(one, other));
    }

    private boolean hasNeighbourOfItsDomain(Address address, List<Address> camp) {
        return camp.stream()
                .anyMatch(
                        other -> !other.equals(address) && judge.isNear(address, other) && shareDomain(address, other));
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
        boolean local = judge.feeds() < settings.reportersMin();
        Optional<Instant> reporters = local
                ? first(secondDays(members), by -> isLocallyReported(members, by))
                : first(reports(members).map(Report::since).toList(), by -> isReported(members, by));
        Optional<Instant> run = first(
                seen(members),
                by -> hasRun(members.stream()
                        .filter(member -> !member.view().firstSeen().isAfter(by))
                        .toList()));
        Optional<Instant> registration = first(firstMail.values(), by -> isRegisteredForThis(members, domains, by));
        boolean convicted = reporters.isPresent() && registration.isPresent();
        boolean flagged = convicted && !isMostlyAccepted(members) && !isAmongCustomers(members);
        boolean current = members.stream()
                .flatMapToInt(member -> member.view().days().days())
                .anyMatch(active -> active + settings.listTtlDays() >= judge.day());
        if (run.isEmpty() || !current || (reporters.isEmpty() && registration.isEmpty())) {
            return Optional.empty();
        }
        Instant flaggedAt = Stream.of(reporters, run, registration, resumed(members))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return Optional.of(new Found(
                members.stream().map(member -> member.view().ip().toString()).toList(),
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
        return reporters.size() >= reportersNeeded(members, by)
                && reporters.stream()
                        .allMatch(distrusted -> members.stream()
                                        .filter(member -> reports(List.of(member))
                                                .anyMatch(report -> !report.since()
                                                                .isAfter(by)
                                                        && !report.reporter().equals(distrusted)))
                                        .count()
                                >= settings.runMin());
    }

    private int reportersNeeded(List<Address> members, Instant by) {
        List<Address> seen = members.stream()
                .filter(member -> reports(List.of(member))
                        .anyMatch(report -> !report.since().isAfter(by)))
                .toList();
        boolean isSmall = units(seen) <= settings.smallRangeMax();
        double share = judge.feeds() * settings.smallRangeReportersPercent() / 100.0;
        return isSmall ? Math.max(settings.reportersMin(), (int) Math.ceil(share)) : settings.reportersMin();
    }

    /** Two fresh domains of one registrar, registered within the window of each other. */
    private boolean areKin(String one, String other) {
        return !one.equals(other)
                && fresh.contains(one)
                && fresh.contains(other)
                && factsOf(one).getRegistrar() != null
                && factsOf(one).getRegistrar().equals(factsOf(other).getRegistrar())
                && Duration.between(
                                        factsOf(one).getRegisteredAt(),
                                        factsOf(other).getRegisteredAt())
                                .abs()
                                .compareTo(settings.cohortWindow())
                        <= 0;
    }

    private boolean hasKin(List<Address> members) {
        Set<String> domains =
                members.stream().flatMap(member -> member.domains().stream()).collect(Collectors.toSet());
        return domains.stream().anyMatch(one -> domains.stream().anyMatch(other -> areKin(one, other)));
    }

    /** What is left without the neighbours, then each neighbour by himself. */
    private List<List<Address>> parts(List<Address> near) {
        List<List<String>> families = NaiveJudge.components(
                        near.stream()
                                .flatMap(address -> address.domains().stream())
                                .distinct()
                                .toList(),
                        this::areKin)
                .stream()
                .filter(family -> family.size() >= settings.cohortDomainsMin())
                .toList();
        List<List<Address>> owners = NaiveJudge.components(
                near, (one, other) -> one.domains().stream().anyMatch(a -> other.domains().stream()
                        .anyMatch(b -> a.equals(b)
                                || families.stream().anyMatch(family -> family.contains(a) && family.contains(b)))));
        long most = owners.stream().mapToLong(NaiveOwners::reporterCount).max().orElse(0);
        List<Address> main = owners.stream()
                .filter(owner -> reporterCount(owner) == most)
                .min(Comparator.comparing(owner -> near.indexOf(owner.get(0))))
                .orElseThrow();
        List<List<Address>> neighbours = owners.stream()
                .filter(owner -> owners.size() > 1
                        && (isSeenLess(owner, most)
                                || isAccepted(owner)
                                || (!owner.equals(main) && isApart(owner, near))))
                .toList();
        List<Address> own = near.stream()
                .filter(address -> neighbours.stream().noneMatch(neighbour -> neighbour.contains(address)))
                .toList();
        List<List<Address>> parts = new ArrayList<>(NaiveJudge.components(own, judge::isNear));
        parts.addAll(neighbours.stream()
                .flatMap(neighbour -> NaiveJudge.components(neighbour, judge::isNear).stream())
                .sorted(Comparator.comparing(part -> near.indexOf(part.get(0))))
                .toList());
        return parts;
    }

    private static boolean overlap(List<Address> one, List<Address> other, List<Address> near) {
        return near.indexOf(one.get(0)) <= near.indexOf(other.get(other.size() - 1))
                && near.indexOf(other.get(0)) <= near.indexOf(one.get(one.size() - 1));
    }

    private static long reporterCount(List<Address> addresses) {
        return reports(addresses).map(Report::reporter).distinct().count();
    }

    private boolean isSeenLess(List<Address> owner, long most) {
        return (units(owner) <= 2 ? 10 : 4) * reporterCount(owner) < most;
    }

    /** Nobody who sees him sees anybody else; or he has a run, and less than two thirds do. */
    private boolean isApart(List<Address> owner, List<Address> near) {
        Set<String> ofOthers = reports(near.stream()
                        .filter(address -> !owner.contains(address))
                        .toList())
                .map(Report::reporter)
                .collect(Collectors.toSet());
        long common = reports(owner)
                .map(Report::reporter)
                .distinct()
                .filter(ofOthers::contains)
                .count();
        boolean hasRun = owner.stream()
                .flatMap(address -> address.domains().stream())
                .anyMatch(
                        domain -> stretches(owner, address -> address.domains().contains(domain))
                                .anyMatch(stretch -> units(stretch) >= settings.runMin()));
        return common == 0 || (hasRun && common * 3 < reporterCount(owner) * 2);
    }

    private static boolean isAccepted(List<Address> owner) {
        long accepting = owner.stream()
                .mapToLong(address -> address.view().acceptors().size())
                .sum();
        return accepting > refusing(owner);
    }

    private static long refusing(List<Address> members) {
        return reports(members)
                .filter(report -> report.acceptance() == Acceptance.LESS || report.acceptance() == Acceptance.SOME)
                .count();
    }

    /** Of all logs that tell, for each address, more than half and at least two tell of far more accepted. */
    private static boolean isMostlyAccepted(List<Address> members) {
        List<Report> accepting = members.stream()
                .flatMap(member -> member.view().acceptors().stream())
                .toList();
        return accepting.stream().map(Report::reporter).distinct().count() >= 2 && accepting.size() > refusing(members);
    }

    /** At least as many addresses around it as its own belong to several settled owners. */
    private boolean isAmongCustomers(List<Address> members) {
        List<Address> around = group.stream().filter(this::isSettled).toList();
        long owners = around.stream()
                .flatMap(owner -> owner.domains().stream())
                .distinct()
                .count();
        return owners >= settings.settledOwnersMin() && units(around) >= units(members) && !hasKin(members);
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
        return NaiveJudge.components(seen.stream().filter(which).toList(), judge::isNear).stream();
    }

    private long units(List<Address> stretch) {
        return stretch.stream().map(judge::unit).distinct().count();
    }

    private long freshDomains(List<Address> stretch) {
        return stretch.stream()
                .flatMap(address -> address.domains().stream())
                .filter(fresh::contains)
                .distinct()
                .count();
    }

    private boolean isRegisteredForThis(List<Address> members, Set<String> domains, Instant by) {
        long freshMailed = domains.stream()
                .filter(fresh::contains)
                .filter(domain -> !Objects.requireNonNull(firstMail.get(domain)).isAfter(by))
                .count();
        return 4 * members.stream().filter(this::isFresh).count() >= members.size()
                && 2 * freshMailed
                        > domains.stream()
                                .filter(domain -> known.contains(domain) || judge.isKnownSender(domain))
                                .count();
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
