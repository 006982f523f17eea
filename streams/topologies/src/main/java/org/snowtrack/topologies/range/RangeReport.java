package org.snowtrack.topologies.range;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.Registrations.Standing;

/**
 * Writes down what was found: members, evidence with measured values, score. Evidence does not decide; the keys do.
 * It is of the reported members alone.
 *
 * <p>The score is the sum of the weights of the evidence, kept within 0 to 100. Weights for: CONSECUTIVE_RUN 20,
 * NEW_DOMAIN 20, MANY_REPORTERS 5 for each doubling of the reporters up to 25, ADJACENT_THROWAWAY_DOMAINS 10,
 * ONE_DOMAIN_PER_ADDRESS 10, ROTATING_NAME 10, BARE_THEN_SUBDOMAIN 5, SAME_REGISTRAR 5, SAME_REGISTRATION_DATE 5,
 * SAME_NAME_SERVERS 5, REUSED_HOST_LABELS 5, NO_WEBSITE 5, HAS_MX 2, LARGE_MESSAGES 2. Against: ESTABLISHED_DOMAIN -20,
 * MOSTLY_ACCEPTED -20, WIDE_SPREAD -10,
 * PROVIDER_GENERIC_NAME -10, KNOWN_SENDER -20 for a name on the list and nothing for a mail service's customer, who is
 * spared by a verdict. REGISTRATION_UNKNOWN and SIMILAR_REPORTER_COUNTS weigh nothing.
 *
 * <p>Not thread-safe; one for each range.
 */
final class RangeReport {

    /** Labels that any owner of two domains uses twice. */
    private static final Pattern SERVICE_LABEL =
            Pattern.compile("(www|mail|smtp|mx|mta|imap|webmail|ns|host|server|vps|out|relay|gw)[0-9]*");

    private static final int SCORE_MAX = 100;
    private static final double SIMILAR = 1.5;
    private static final int BYTES_OF_A_KB = 1000;

    private record Weighed(Evidence evidence, int weight) {}

    private final Finding finding;
    private final List<Candidate> members;
    private final Registrations registrations;
    private final Keys keys;
    private final JudgeSettings settings;
    private final List<Run> runs;
    private final Set<String> domains = new TreeSet<>();
    private final List<Weighed> evidence = new ArrayList<>();

    RangeReport(Finding finding, JudgeSettings settings) {
        this.finding = finding;
        this.members = finding.reported();
        this.registrations = finding.registrations();
        this.keys = finding.keys();
        this.settings = settings;
        this.runs = Run.among(members, settings);
        members.forEach(member -> domains.addAll(member.domains()));
    }

    FlaggedRange toRange(int day) {
        Verdict verdict = finding.verdict().orElseThrow();
        weighNames();
        weighReporters();
        weighRegistrations();
        weighMessages();
        weighDefences();
        weighSpread(day);
        evidence.removeIf(weighed -> settings.ignores(weighed.evidence().getCode()));
        evidence.sort(Comparator.comparingInt((Weighed weighed) -> -Math.abs(weighed.weight()))
                .thenComparing(weighed -> weighed.evidence().getCode()));
        int sum = evidence.stream().mapToInt(Weighed::weight).sum();
        Instant flaggedAt = verdict == Verdict.FLAGGED ? flaggedAt() : null;
        List<Candidate> all = finding.members();
        return FlaggedRange.newBuilder()
                .setFirstIp(all.get(0).ip().toString())
                .setLastIp(all.get(all.size() - 1).ip().toString())
                .setCidrs(settings.units().cover(all.stream().map(Candidate::ip).toList()))
                .setVerdict(verdict)
                .setScope(keys.scope())
                .setScore(Math.max(0, Math.min(SCORE_MAX, sum)))
                .setDomains(all.stream()
                        .flatMap(member -> member.domains().stream())
                        .distinct()
                        .sorted()
                        .toList())
                .setMembers(
                        all.stream().map(member -> member(member, flaggedAt)).toList())
                .setNetwork(members.get(0).view().network())
                .setEvidence(evidence.stream().map(Weighed::evidence).toList())
                .setFirstSeen(earliest(member -> member.view().firstSeen()))
                .setLastSeen(members.stream()
                        .map(member -> member.view().lastSeen())
                        .max(Comparator.naturalOrder())
                        .orElseThrow())
                .setFlaggedAt(flaggedAt)
                .setReportersSince(keys.reporters())
                .setRunSince(keys.run())
                .setRegistrationSince(keys.registration())
                .setReportersNeeded(keys.scope() == Scope.SHARED ? finding.reportersNeeded() : 0)
                .setSparedBy(finding.sparedBy().map(Surroundings.Defence::code).orElse(null))
                .setClearsOn(Listing.endsOn(members, settings.listTtlDays()))
                .setValidUntil(LocalDate.ofEpochDay(day)
                        .plusDays(settings.validForDays())
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant())
                .build();
    }

    private Instant flaggedAt() {
        Instant keysComplete = keys.flaggedAt().orElseThrow();
        return Listing.resumedAt(members, settings.listTtlDays())
                .filter(resumed -> resumed.isAfter(keysComplete))
                .orElse(keysComplete);
    }

    private static RangeMember member(Candidate member, @Nullable Instant flaggedAt) {
        Instant reported = member.view().firstSeen();
        // Whether a sweep or a report of the same day came first depends on the order in which they arrived.
        Instant reason = member.sweptAt()
                .filter(swept -> !member.isReported() || swept.isBefore(reported.truncatedTo(ChronoUnit.DAYS)))
                .orElse(reported);
        return RangeMember.newBuilder()
                .setIp(member.ip().toString())
                .setReporters(member.view().reports().size())
                .setPtr(member.mainHost().getName())
                .setPredicted(!member.isReported())
                .setListedAt(flaggedAt == null || flaggedAt.isAfter(reason) ? flaggedAt : reason)
                .build();
    }

    private void weighNames() {
        Instant since = Objects.requireNonNull(keys.run(), "a range has a run");
        if (!runs.isEmpty()) {
            int longest = runs.stream().mapToInt(Run::units).max().orElseThrow();
            long span = settings.units()
                            .distance(
                                    members.get(0).ip(),
                                    members.get(members.size() - 1).ip())
                    + 1;
            long holes = span - Run.unitsOf(members, settings.units());
            add(
                    EvidenceCode.CONSECUTIVE_RUN,
                    20,
                    since,
                    "%s, the longest of %d, %s".formatted(count(runs.size(), "run"), longest, count(holes, "hole")));
        }
        long bare = runs.stream().filter(Run::isBareThenSubdomains).count();
        addIf(
                bare > 0,
                EvidenceCode.BARE_THEN_SUBDOMAIN,
                5,
                since,
                "%d of %s".formatted(bare, count(runs.size(), "run")));
        long sideBySide = runs.stream().map(Run::domain).distinct().count();
        addIf(
                sideBySide > 1,
                EvidenceCode.ADJACENT_THROWAWAY_DOMAINS,
                10,
                since,
                "%d domains side by side".formatted(sideBySide));
        int fresh = Keys.freshUnits(members, registrations, settings);
        addIf(
                fresh >= settings.runFreshDomainsMin() && runs.isEmpty(),
                EvidenceCode.ONE_DOMAIN_PER_ADDRESS,
                10,
                since,
                "%d addresses, each with a fresh domain".formatted(fresh));
        long rotating = members.stream()
                .filter(member -> Candidate.domainsInHistory(member.view()) >= Candidate.ROTATING_DOMAINS)
                .count();
        addIf(
                rotating > 0,
                EvidenceCode.ROTATING_NAME,
                10,
                since,
                "%d of %s".formatted(rotating, count(members.size(), "address")));
        weighHostLabels(since);
        long generic =
                members.stream().filter(member -> !member.generic().isEmpty()).count();
        addIf(
                generic > 0,
                EvidenceCode.PROVIDER_GENERIC_NAME,
                -10,
                since,
                "%d of %s, none of them confirmed".formatted(generic, count(members.size(), "address")));
    }

    private void weighHostLabels(Instant since) {
        Map<String, Set<String>> domainsByLabel = new TreeMap<>();
        for (Candidate member : members) {
            member.hosts().forEach(host -> domainsByLabel
                    .computeIfAbsent(NameShape.hostLabel(host), label -> new TreeSet<>())
                    .add(host.getDomain()));
        }
        List<String> reused = domainsByLabel.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .filter(label ->
                        !label.isEmpty() && !SERVICE_LABEL.matcher(label).matches())
                .toList();
        addIf(!reused.isEmpty(), EvidenceCode.REUSED_HOST_LABELS, 5, since, String.join(", ", reused));
    }

    private void weighReporters() {
        long reporters = members.stream()
                .flatMap(member -> member.view().reports().stream())
                .map(Report::reporter)
                .distinct()
                .count();
        Instant since = Optional.ofNullable(keys.reporters())
                .orElseGet(() -> earliest(member -> member.view().firstSeen()));
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, reporters));
        add(EvidenceCode.MANY_REPORTERS, Math.min(25, 5 * doublings), since, count(reporters, "reporter"));
        int least = members.stream()
                .mapToInt(member -> member.view().reports().size())
                .min()
                .orElseThrow();
        int most = members.stream()
                .mapToInt(member -> member.view().reports().size())
                .max()
                .orElseThrow();
        addIf(
                most <= SIMILAR * least,
                EvidenceCode.SIMILAR_REPORTER_COUNTS,
                0,
                since,
                "x%d to x%d".formatted(least, most));
    }

    private void weighRegistrations() {
        Instant since = Optional.ofNullable(keys.registration()).orElseGet(() -> domains.stream()
                .map(registrations::firstMail)
                .max(Comparator.naturalOrder())
                .orElseThrow());
        List<DomainRecord> known = domains.stream()
                .flatMap(domain -> registrations.known(domain).stream())
                .toList();
        int unknown = domains.size() - known.size();
        addIf(unknown > 0, EvidenceCode.REGISTRATION_UNKNOWN, 0, since, ofDomains(unknown));
        long fresh = domains.stream().filter(is(Standing.FRESH)).count();
        addIf(
                fresh > 0,
                EvidenceCode.NEW_DOMAIN,
                20,
                since,
                "%s, the oldest %d days before its first mail".formatted(ofDomains(fresh), oldestFresh(known)));
        long established = domains.stream().filter(is(Standing.ESTABLISHED)).count();
        addIf(established > 0, EvidenceCode.ESTABLISHED_DOMAIN, -20, since, ofDomains(established));
        if (known.size() > 1) {
            weighLikeness(known, since);
        }
        List<DomainRecord> asked = domains.stream()
                .flatMap(domain -> registrations.facts(domain).stream())
                .toList();
        long mx = asked.stream()
                .filter(facts -> Boolean.TRUE.equals(facts.getHasMx()))
                .count();
        addIf(mx > 0, EvidenceCode.HAS_MX, 2, since, ofDomains(mx));
        long dark = asked.stream()
                .filter(facts -> Boolean.FALSE.equals(facts.getHasWebsite()))
                .count();
        addIf(dark > 0, EvidenceCode.NO_WEBSITE, 5, since, ofDomains(dark));
    }

    /** Of the days before this one: what a day brings, not every block knows when it settles the day. */
    private void weighSpread(int day) {
        List<LocalDate> wide = domains.stream()
                .filter(is(Standing.ESTABLISHED))
                .flatMap(domain -> registrations.facts(domain).stream())
                .map(DomainRecord::getWideSince)
                .filter(since -> since != null && since.toEpochDay() < day)
                .toList();
        if (!wide.isEmpty()) {
            Instant since = Collections.min(wide).atStartOfDay(ZoneOffset.UTC).toInstant();
            add(EvidenceCode.WIDE_SPREAD, -10, since, ofDomains(wide.size()) + ", confirmed on 5 networks or more");
        }
    }

    private void weighMessages() {
        List<AddressView> large = members.stream()
                .map(Candidate::view)
                .filter(view -> view.largestMessageAt() != null)
                .toList();
        if (!large.isEmpty()) {
            Instant since = large.stream()
                    .map(view -> Objects.requireNonNull(view.largestMessageAt()))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            long most =
                    large.stream().mapToLong(AddressView::largestMessage).max().orElseThrow();
            add(
                    EvidenceCode.LARGE_MESSAGES,
                    2,
                    since,
                    "%d kB and more, from %d of %s"
                            .formatted(most / BYTES_OF_A_KB, large.size(), count(members.size(), "address")));
        }
    }

    private void weighDefences() {
        List<String> known = domains.stream()
                .filter(settings.knownSenders()::contains)
                .filter(domain -> members.stream().anyMatch(member -> member.isConfirmed(domain)))
                .toList();
        if (!known.isEmpty()) {
            Instant since = known.stream()
                    .map(registrations::firstMail)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            add(EvidenceCode.KNOWN_SENDER, -20, since, String.join(", ", known) + ", confirmed");
        } else {
            Optional.ofNullable(finding.defence())
                    .filter(defence -> defence.code() == EvidenceCode.KNOWN_SENDER)
                    .ifPresent(defence -> add(defence.code(), 0, defence.since(), defence.value()));
        }
        Optional.ofNullable(finding.defence())
                .filter(defence -> defence.code() == EvidenceCode.MOSTLY_ACCEPTED)
                .ifPresent(defence -> add(defence.code(), -20, defence.since(), defence.value()));
    }

    private void weighLikeness(List<DomainRecord> known, Instant since) {
        if (allAlike(known, DomainRecord::getRegistrar)) {
            String registrar = Optional.ofNullable(known.get(0).getRegistrarName())
                    .orElse(known.get(0).getRegistrar());
            add(EvidenceCode.SAME_REGISTRAR, 5, since, "%s at %s".formatted(ofDomains(known.size()), registrar));
        }
        Instant first = known.stream()
                .map(DomainRecord::getRegisteredAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant last = known.stream()
                .map(DomainRecord::getRegisteredAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        long days = Duration.between(first, last).toDays();
        addIf(
                days <= settings.cohortWindow().toDays(),
                EvidenceCode.SAME_REGISTRATION_DATE,
                5,
                since,
                "%s within %s".formatted(ofDomains(known.size()), count(days, "day")));
        if (allAlike(known, facts -> facts.getNameServers().isEmpty() ? null : facts.getNameServers())) {
            add(
                    EvidenceCode.SAME_NAME_SERVERS,
                    5,
                    since,
                    String.join(", ", known.get(0).getNameServers()));
        }
    }

    /** Whether all have the same value, and have one. */
    private static boolean allAlike(List<DomainRecord> known, Function<DomainRecord, ? extends @Nullable Object> part) {
        Object first = part.apply(known.get(0));
        return first != null && known.stream().map(part).allMatch(first::equals);
    }

    private long oldestFresh(List<DomainRecord> known) {
        return known.stream()
                .filter(facts -> registrations.standing(facts.getDomain()) == Standing.FRESH)
                .mapToLong(facts -> Math.max(
                        0,
                        Duration.between(facts.getRegisteredAt(), registrations.firstMail(facts.getDomain()))
                                .toDays()))
                .max()
                .orElse(0);
    }

    private Predicate<String> is(Standing standing) {
        return domain -> registrations.standing(domain) == standing;
    }

    private Instant earliest(Function<Candidate, Instant> time) {
        return members.stream().map(time).min(Comparator.naturalOrder()).orElseThrow();
    }

    private String ofDomains(long some) {
        return some == domains.size()
                ? count(some, "domain")
                : "%d of %s".formatted(some, count(domains.size(), "domain"));
    }

    private static String count(long count, String noun) {
        String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
        return String.format(Locale.ROOT, "%d %s", count, count == 1 ? noun : plural);
    }

    private void addIf(boolean holds, EvidenceCode code, int weight, Instant since, String value) {
        if (holds) {
            add(code, weight, since, value);
        }
    }

    private void add(EvidenceCode code, int weight, Instant since, String value) {
        evidence.add(new Weighed(new Evidence(code, value, since), weight));
    }
}
