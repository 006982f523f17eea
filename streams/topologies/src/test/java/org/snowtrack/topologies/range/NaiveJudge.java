package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
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
import java.util.stream.Stream;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.HostName;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * The judge once more, by definition instead of by sweep: every relation is asked of every pair, and what hangs
 * together is found by closing over it. Knows nothing of decoys and cohorts; the neighbourhoods it is given have none.
 */
final class NaiveJudge {

    /** What can be compared. */
    record Found(List<String> members, String verdict) {}

    private final List<AddressView> views;
    private final Map<String, Standing> standings;
    private final JudgeSettings settings;

    /**
     * @param standings of all domains; none belongs to a cohort
     */
    NaiveJudge(List<AddressView> views, Map<String, Standing> standings, JudgeSettings settings) {
        this.views = views;
        this.standings = standings;
        this.settings = settings;
    }

    /** When the members of a flagged range had all three keys: for each the first time at which the facts so far do. */
    Instant flaggedAt(List<AddressView> members) {
        Map<String, Instant> firstMail = new TreeMap<>();
        List<AddressView> group = groups().stream()
                .filter(views -> views.contains(members.get(0)))
                .findFirst()
                .orElseThrow();
        for (AddressView view : group) {
            domains(view)
                    .forEach(domain -> firstMail.merge(
                            domain, view.firstSeen(), (one, other) -> one.isBefore(other) ? one : other));
        }
        List<String> domains = members.stream()
                .flatMap(view -> domains(view).stream())
                .distinct()
                .toList();
        long known = domains.stream()
                .filter(domain -> standings.get(domain) != Standing.UNKNOWN)
                .count();
        Instant registration = domains.stream()
                .filter(domain -> standings.get(domain) == Standing.FRESH)
                .map(firstMail::get)
                .sorted()
                .skip(known / 2)
                .findFirst()
                .orElseThrow();
        Instant reporters = first(members, this::hasReporters);
        Instant run = first(members, seen -> hasRun(seen) || hasFreshRun(seen));
        return Stream.of(registration, reporters, run)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Instant first(List<AddressView> members, Predicate<List<AddressView>> condition) {
        return members.stream()
                .flatMap(view -> view.reports().stream())
                .map(Report::since)
                .sorted()
                .filter(time -> condition.test(members.stream()
                        .flatMap(view -> Views.upTo(time, view).stream())
                        .toList()))
                .findFirst()
                .orElseThrow();
    }

    Set<Found> judge() {
        Set<Found> found = new HashSet<>();
        for (List<AddressView> group : groups()) {
            for (List<AddressView> camp : components(group, (one, next) -> inOneCamp(group, one, next))) {
                List<AddressView> members =
                        camp.stream().filter(view -> isMember(camp, view)).toList();
                for (List<AddressView> range : components(members, this::isNear)) {
                    verdict(range)
                            .ifPresent(verdict -> found.add(new Found(
                                    range.stream()
                                            .map(view -> view.ip().toString())
                                            .toList(),
                                    verdict)));
                }
            }
        }
        return found;
    }

    private List<List<AddressView>> groups() {
        return components(
                views.stream().filter(view -> !domains(view).isEmpty()).toList(), this::isLinked);
    }

    /** The classes of the closure of a relation, each in the order of the list. */
    private static <T> List<List<T>> components(List<T> all, BiPredicate<T, T> related) {
        int[] component = new int[all.size()];
        for (int i = 0; i < all.size(); i++) {
            component[i] = i;
        }
        for (int round = 0; round < all.size(); round++) {
            for (int i = 0; i < all.size(); i++) {
                for (int j = i + 1; j < all.size(); j++) {
                    if (related.test(all.get(i), all.get(j))) {
                        int least = Math.min(component[i], component[j]);
                        component[i] = least;
                        component[j] = least;
                    }
                }
            }
        }
        Map<Integer, List<T>> classes = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            classes.computeIfAbsent(component[i], first -> new ArrayList<>()).add(all.get(i));
        }
        return List.copyOf(classes.values());
    }

    private boolean isNear(AddressView one, AddressView next) {
        return settings.units().distance(one.ip(), next.ip()) <= settings.runMaxGap() + 1L;
    }

    private List<AddressView> between(AddressView one, AddressView next) {
        return views.stream()
                .filter(view -> view.ip().compareTo(one.ip()) > 0 && view.ip().compareTo(next.ip()) < 0)
                .toList();
    }

    /** Near, in one network, and neither a stranger nor another network's address between. */
    private boolean isLinked(AddressView one, AddressView next) {
        return isNear(one, next)
                && Objects.equals(one.network(), next.network())
                && between(one, next).stream()
                        .noneMatch(view -> isStranger(view)
                                || (!domains(view).isEmpty() && !Objects.equals(view.network(), one.network())));
    }

    /** In these neighbourhoods a confirmed name with the address in it, and no other. */
    private static boolean isStranger(AddressView view) {
        return domains(view).isEmpty()
                && view.names().stream().anyMatch(name -> name.getConfirmation() == Confirmation.CONFIRMED);
    }

    private static Set<String> domains(AddressView view) {
        return view.names().stream()
                .filter(name -> !name.getName().startsWith("pool-") || name.getConfirmation() != Confirmation.CONFIRMED)
                .map(HostName::getDomain)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean shareDomain(AddressView one, AddressView other) {
        return domains(one).stream().anyMatch(domains(other)::contains);
    }

    private boolean isSettled(AddressView view) {
        return view.names().stream()
                .allMatch(name -> standings.get(name.getDomain()) == Standing.ESTABLISHED
                        && name.getConfirmation() == Confirmation.CONFIRMED);
    }

    /** Next to each other and both settled under one domain, or both not settled. */
    private boolean inOneCamp(List<AddressView> group, AddressView one, AddressView next) {
        boolean nextToEachOther = between(one, next).stream().noneMatch(group::contains);
        return nextToEachOther
                && isNear(one, next)
                && isSettled(one) == isSettled(next)
                && (!isSettled(one) || shareDomain(one, next));
    }

    private boolean isMember(List<AddressView> camp, AddressView view) {
        boolean fresh = domains(view).stream().anyMatch(domain -> standings.get(domain) == Standing.FRESH);
        return fresh
                || camp.stream()
                        .anyMatch(other -> !other.equals(view)
                                && Math.abs(settings.units().distance(other.ip(), view.ip()))
                                        <= settings.runMaxGap() + 1L
                                && shareDomain(other, view));
    }

    private Optional<String> verdict(List<AddressView> range) {
        boolean run = hasRun(range) || hasFreshRun(range);
        boolean reporters = hasReporters(range);
        boolean registration = isFresh(range);
        if (!run || !(reporters || registration)) {
            return Optional.empty();
        }
        return Optional.of(reporters && registration ? "FLAGGED" : "WATCHED");
    }

    private boolean hasRun(List<AddressView> range) {
        Set<String> domains =
                range.stream().flatMap(view -> domains(view).stream()).collect(Collectors.toSet());
        return domains.stream().anyMatch(domain -> {
            List<AddressView> under = range.stream()
                    .filter(view -> domains(view).contains(domain))
                    .toList();
            return components(under, this::isNear).stream().anyMatch(run -> units(run) >= settings.runMin());
        });
    }

    private boolean hasFreshRun(List<AddressView> range) {
        List<AddressView> fresh = range.stream()
                .filter(view -> domains(view).stream().anyMatch(domain -> standings.get(domain) == Standing.FRESH))
                .toList();
        return components(fresh, this::isNear).stream()
                .anyMatch(run -> run.stream()
                                .flatMap(view -> domains(view).stream())
                                .filter(domain -> standings.get(domain) == Standing.FRESH)
                                .distinct()
                                .count()
                        >= settings.runFreshDomainsMin());
    }

    private long units(List<AddressView> views) {
        return views.stream()
                .map(view -> settings.units().around(view.ip()))
                .distinct()
                .count();
    }

    private boolean hasReporters(List<AddressView> range) {
        Set<String> reporters = range.stream()
                .flatMap(view -> view.reports().stream())
                .map(Report::reporter)
                .collect(Collectors.toSet());
        boolean noneAlone = reporters.stream()
                .allMatch(reporter -> range.stream()
                                .filter(view -> view.reports().stream()
                                        .anyMatch(report -> !report.reporter().equals(reporter)))
                                .count()
                        >= settings.runMin());
        return reporters.size() >= settings.reportersMin() && noneAlone;
    }

    private boolean isFresh(List<AddressView> range) {
        Set<String> domains =
                range.stream().flatMap(view -> domains(view).stream()).collect(Collectors.toSet());
        long fresh = domains.stream()
                .filter(domain -> standings.get(domain) == Standing.FRESH)
                .count();
        long known = domains.stream()
                .filter(domain -> standings.get(domain) != Standing.UNKNOWN)
                .count();
        return fresh > 0 && 2 * fresh > known;
    }
}
