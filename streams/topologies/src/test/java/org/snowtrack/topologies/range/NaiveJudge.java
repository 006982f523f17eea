package org.snowtrack.topologies.range;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
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

    record Address(AddressView view, Set<String> domains, Set<String> confirmed) {}

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
            new NaiveOwners(this, group, firstMail).judge(found);
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
                        || isKnownSender(host.getDomain())
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
    static List<Address> between(Address one, Address other, List<Address> all) {
        int first = Math.min(all.indexOf(one), all.indexOf(other));
        int last = Math.max(all.indexOf(one), all.indexOf(other));
        return all.subList(first, last + 1);
    }

    boolean isNear(Address one, Address other) {
        return unit(one).subtract(unit(other)).abs().intValueExact() <= settings.runMaxGap() + 1;
    }

    BigInteger unit(Address address) {
        BigInteger number = new BigInteger(1, address.view().ip().toBytes());
        return address.view().ip().isIpv4()
                ? number
                : number.shiftRight(128 - settings.units().ipv6Prefix());
    }

    boolean isKnownSender(@Nullable String domain) {
        return settings.knownSenders().contains(domain);
    }

    boolean isKnown(@Nullable String domain) {
        DomainRecord known = facts.get(domain);
        return known != null && known.getRegistration() == LookupStatus.FOUND && known.getRegisteredAt() != null;
    }

    /** Registered, re-registered or transferred within the maximum age before a mail. */
    boolean isYoung(@Nullable String domain, Instant mail) {
        DomainRecord known = Objects.requireNonNull(facts.get(domain));
        Instant oldest = mail.minus(settings.registrationMaxAge());
        return !known.getRegisteredAt().isBefore(oldest)
                || Stream.of(known.getReregisteredAt(), known.getTransferredAt())
                        .anyMatch(at -> at != null && !at.isBefore(oldest) && !at.isAfter(mail));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    static <T> List<List<T>> components(List<T> all, BiPredicate<T, T> linked) {
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

    JudgeSettings settings() {
        return settings;
    }

    DomainRecord facts(String domain) {
        return Objects.requireNonNull(facts.get(domain));
    }

    int day() {
        return day;
    }

    int feeds() {
        return feeds;
    }
}
