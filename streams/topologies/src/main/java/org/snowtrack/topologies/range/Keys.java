package org.snowtrack.topologies.range;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * The three keys of a range. Each is the event time at which it was complete, or null where it is missing.
 *
 * <ul>
 *   <li><b>Reporters</b>, SHARED: at least {@code reporters.min} distinct reporters over the range, of a small one more ({@link Surroundings#reportersNeeded}), because a new business with three hosts looks
 *       like it and meets some reporters too; and without any single one of them, still at least {@code run.min}
 *       reported addresses, so that none can list a rival on its own. LOCAL, where fewer feeds exist at all: at least {@code local.addresses.min} addresses excessive on two
 *       days.
 *   <li><b>Run</b>: at least {@code run.min} consecutive units of one domain, or {@code run.fresh.domains.min}
 *       consecutive units with a fresh domain each.
 *   <li><b>Registration</b>: of the domains whose registration is known, most are fresh; and at least a quarter of the
 *       addresses carry a fresh one, so that little that is known does not speak for much that is not.
 * </ul>
 *
 * <p>Immutable; safe for any thread.
 *
 * @param scope which form of the first key applied
 */
record Keys(
        Scope scope,
        @Nullable Instant reporters,
        @Nullable Instant run,
        @Nullable Instant registration) {

    static Keys of(List<Candidate> members, Registrations registrations, Surroundings surroundings) {
        JudgeSettings settings = surroundings.settings();
        Scope scope = surroundings.feeds() < settings.reportersMin() ? Scope.LOCAL : Scope.SHARED;
        return new Keys(
                scope,
                (scope == Scope.LOCAL ? localReporters(members, settings) : sharedReporters(members, surroundings))
                        .orElse(null),
                run(members, registrations, settings).orElse(null),
                registration(members, registrations).orElse(null));
    }

    /** FLAGGED with three keys, WATCHED with the run and one other, empty with less: without a run there is no range. */
    Optional<Verdict> verdict() {
        if (run == null || (reporters == null && registration == null)) {
            return Optional.empty();
        }
        return Optional.of(reporters != null && registration != null ? Verdict.FLAGGED : Verdict.WATCHED);
    }

    /** When the last of the keys was complete; only where all are. */
    Optional<Instant> flaggedAt() {
        return reporters == null || run == null || registration == null
                ? Optional.empty()
                : Stream.of(reporters, run, registration).max(Comparator.naturalOrder());
    }

    private static Optional<Instant> sharedReporters(List<Candidate> members, Surroundings surroundings) {
        JudgeSettings settings = surroundings.settings();
        boolean anyWillDo = settings.ignores(EvidenceCode.MANY_REPORTERS);
        List<Instant> times = members.stream()
                .flatMap(member -> member.view().reports().stream())
                .map(Report::since)
                .toList();
        return Since.firstHeld(times, time -> {
            Set<String> reporters = new HashSet<>();
            Map<String, Integer> aloneOn = new HashMap<>();
            List<Candidate> reported = new ArrayList<>();
            for (Candidate member : members) {
                List<String> by = member.view().reports().stream()
                        .filter(report -> !report.since().isAfter(time))
                        .map(Report::reporter)
                        .toList();
                reporters.addAll(by);
                if (!by.isEmpty()) {
                    reported.add(member);
                }
                if (by.size() == 1) {
                    aloneOn.merge(by.get(0), 1, Integer::sum);
                }
            }
            int mostAlone =
                    aloneOn.values().stream().max(Comparator.naturalOrder()).orElse(0);
            return anyWillDo
                    || (reporters.size() >= surroundings.reportersNeeded(reported)
                            && reported.size() - mostAlone >= settings.runMin());
        });
    }

    private static Optional<Instant> localReporters(List<Candidate> members, JudgeSettings settings) {
        return kth(
                members.stream()
                        .flatMap(member -> Stream.ofNullable(member.view().secondDay())),
                settings.localAddressesMin());
    }

    private static Optional<Instant> run(List<Candidate> members, Registrations registrations, JudgeSettings settings) {
        List<Instant> times =
                members.stream().map(member -> member.view().firstSeen()).toList();
        return Since.firstHeld(times, time -> {
            List<Candidate> seen = members.stream()
                    .filter(member -> !member.view().firstSeen().isAfter(time))
                    .toList();
            boolean hasRun = !settings.ignores(EvidenceCode.CONSECUTIVE_RUN)
                    && !Run.among(seen, settings).isEmpty();
            return hasRun
                    || (!settings.ignores(EvidenceCode.ONE_DOMAIN_PER_ADDRESS)
                            && freshUnits(seen, registrations, settings) >= settings.runFreshDomainsMin());
        });
    }

    /**
     * The most fresh domains on as many consecutive units: of a stretch of units with fresh domains, how many of either
     * it has, whichever are fewer. An address with two domains is still one place, and so is a unit with two addresses.
     */
    static int freshUnits(List<Candidate> members, Registrations registrations, JudgeSettings settings) {
        int most = 0;
        int places = 0;
        Set<String> domains = new HashSet<>();
        Candidate previous = null;
        for (Candidate member : members) {
            List<String> fresh = member.domains().stream()
                    .filter(domain -> registrations.standing(domain) == Standing.FRESH)
                    .toList();
            if (fresh.isEmpty()) {
                continue;
            }
            long distance = previous == null ? 1 : settings.units().distance(previous.ip(), member.ip());
            if (distance > settings.runMaxGap() + 1L) {
                domains.clear();
                places = 0;
            }
            places += distance > 0 ? 1 : 0;
            domains.addAll(fresh);
            most = Math.max(most, Math.min(places, domains.size()));
            previous = member;
        }
        return most;
    }

    private static Optional<Instant> registration(List<Candidate> members, Registrations registrations) {
        Set<String> domains = new TreeSet<>();
        members.forEach(member -> domains.addAll(member.domains()));
        long known = domains.stream()
                .filter(domain -> registrations.standing(domain) != Standing.UNKNOWN)
                .count();
        long fresh = members.stream().filter(registrations::isFresh).count();
        if (4 * fresh < members.size()) {
            return Optional.empty();
        }
        return kth(
                domains.stream()
                        .filter(domain -> registrations.standing(domain) == Standing.FRESH)
                        .map(registrations::firstMail),
                known / 2 + 1);
    }

    /** The k-th smallest of these times. */
    private static Optional<Instant> kth(Stream<Instant> times, long k) {
        return times.sorted().skip(k - 1).findFirst();
    }
}
