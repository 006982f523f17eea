package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.activity.Acceptance;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.range.NaiveJudge.Found;

class RangeJudgeTest {

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void shouldFindWhatTheDefinitionsSay(@ForAll("neighbourhoods") Neighbourhoods around) {
        // When
        List<FlaggedRange> judged = around.judged();

        // Then
        List<Found> expected =
                new NaiveJudge(around.settings(), around.facts(), around.day(), around.feeds()).judge(around.views());
        assertThat(judged.stream().map(Found::of).toList()).isEqualTo(expected);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldJudgeTheSameInWhateverOrderFactsAreListed(
            @ForAll("neighbourhoods") Neighbourhoods around, @ForAll Random random) {
        // Given
        Map<String, DomainRecord> facts = new LinkedHashMap<>();
        shuffled(List.copyOf(around.facts().values()), random).forEach(fact -> facts.put(fact.getDomain(), fact));
        List<AddressView> views = around.views().stream()
                .map(view -> new AddressView(
                        view.ip(),
                        shuffled(view.reports(), random),
                        shuffled(view.acceptors(), random),
                        view.largestMessage(),
                        view.largestMessageAt(),
                        view.firstSeen(),
                        view.lastSeen(),
                        view.days(),
                        view.secondDay(),
                        shuffled(view.names(), random),
                        shuffled(view.history(), random),
                        view.network(),
                        view.sweptSince()))
                .toList();

        // When
        List<FlaggedRange> judged = around.with(facts).with(views).judged();

        // Then
        assertThat(judged).isEqualTo(around.judged());
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverScoreLowerForOneMoreReporter(
            @ForAll("neighbourhoods") Neighbourhoods around, @ForAll Random random) {
        // Given
        List<AddressView> views = new ArrayList<>(around.views());
        int accused = random.nextInt(views.size());
        views.set(accused, withReporter(views.get(accused)));

        // When
        List<FlaggedRange> judged = around.with(views).judged();

        // Then
        for (FlaggedRange before : around.judged()) {
            // One more may show that a neighbour is another owner's.
            assertThat(judged)
                    .filteredOn(after -> ips(after).equals(ips(before)))
                    .allSatisfy(after -> {
                        assertThat(after.getScore()).isGreaterThanOrEqualTo(before.getScore());
                        assertThat(after.getVerdict()).isLessThanOrEqualTo(before.getVerdict());
                    });
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverJudgeHarderWhereLessIsKnownOfFreshDomains(
            @ForAll("strangers") Neighbourhoods around, @ForAll Random random) {
        // Given
        Map<String, DomainRecord> known = new HashMap<>();
        Map<String, DomainRecord> halfKnown = new HashMap<>();
        for (String domain : domains(around)) {
            known.put(domain, Views.fresh(domain));
            halfKnown.put(domain, random.nextBoolean() ? Views.fresh(domain) : Views.unknown(domain));
        }

        // When
        List<FlaggedRange> judged = around.with(halfKnown).judged();

        // Then
        // Of fixed members: an address that only its registration makes a member may show whose it is, and spare
        // others.
        List<FlaggedRange> atMost = around.with(known).judged();
        for (FlaggedRange range : judged) {
            assertThat(atMost)
                    .filteredOn(bound -> ips(bound).equals(ips(range)))
                    .allSatisfy(bound -> {
                        assertThat(range.getScore()).isLessThanOrEqualTo(bound.getScore());
                        assertThat(range.getVerdict()).isGreaterThanOrEqualTo(bound.getVerdict());
                    });
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldReadAFailedRegistrationLookupAsNoneAtAll(@ForAll("strangers") Neighbourhoods around) {
        // Given
        Map<String, DomainRecord> failed =
                domains(around).stream().collect(Collectors.toMap(domain -> domain, Views::unknown));

        // When
        List<FlaggedRange> judged = around.with(failed).judged();

        // Then
        assertThat(judged).isEqualTo(around.with(Map.of()).judged()).allSatisfy(range -> {
            assertThat(range.getVerdict()).isEqualTo(Verdict.WATCHED);
            assertThat(range.getEvidence())
                    .extracting(evidence -> evidence.getCode())
                    .contains(EvidenceCode.REGISTRATION_UNKNOWN)
                    .doesNotContain(EvidenceCode.NEW_DOMAIN, EvidenceCode.ESTABLISHED_DOMAIN);
        });
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void shouldJudgeOthersTheSameWithoutACampaign(@ForAll("neighbourhoods") Neighbourhoods around) {
        // Given
        List<FlaggedRange> all = around.judged();
        for (FlaggedRange campaign : all) {
            if (campaign.getVerdict() != Verdict.FLAGGED) {
                continue;
            }
            List<AddressView> rest = around.views().stream()
                    .filter(view -> !ips(campaign).contains(view.ip().toString()))
                    .toList();

            // When
            List<FlaggedRange> judged = around.with(rest).judged();

            // Then
            assertThat(all)
                    .filteredOn(range -> Collections.disjoint(range.getDomains(), campaign.getDomains()))
                    .allSatisfy(range -> assertThat(judged).anySatisfy(after -> {
                        // What only claimed a name beside the campaign may join its like again.
                        assertThat(ips(after)).containsAll(ips(range));
                        assertThat(after.getVerdict()).isEqualTo(range.getVerdict());
                    }));
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldStayWithinANetworkAndCoverTheMembersAndNothingElse(@ForAll("neighbourhoods") Neighbourhoods around) {
        // When
        List<FlaggedRange> judged = around.judged();

        // Then
        Map<String, AddressView> views = around.views().stream()
                .collect(Collectors.toMap(view -> view.ip().toString(), view -> view));
        IpAddress previous = null;
        for (FlaggedRange range : judged) {
            IpAddress first = IpAddress.parse(range.getFirstIp());
            assertThat(previous == null || previous.compareTo(first) < 0).isTrue();
            previous = IpAddress.parse(range.getLastIp());
            assertThat(range.getMembers()).allSatisfy(member -> assertThat(
                            Objects.requireNonNull(views.get(member.getIp())).network())
                    .isEqualTo(range.getNetwork()));
            assertThat(units(range.getCidrs(), around.settings().units()))
                    .isEqualTo(units(ips(range), around.settings().units()));
        }
    }

    /** The first addresses of all units that these ranges hold. */
    private static Set<IpAddress> units(List<String> ranges, Units units) {
        Set<IpAddress> held = new HashSet<>();
        for (String text : ranges) {
            IpRange range = IpRange.parse(text);
            IpAddress next = units.around(range.first()).first();
            while (next.compareTo(range.last()) <= 0) {
                held.add(next);
                next = units.around(next).last().plus(1);
            }
        }
        return held;
    }

    private static List<String> ips(FlaggedRange range) {
        return range.getMembers().stream().map(RangeMember::getIp).toList();
    }

    private static Set<String> domains(Neighbourhoods around) {
        return around.views().stream()
                .flatMap(view -> view.history().stream())
                .map(period -> period.getHost().getDomain())
                .collect(Collectors.toSet());
    }

    private static AddressView withReporter(AddressView view) {
        List<Report> reports = new ArrayList<>(view.reports());
        reports.add(new Report("isp-z", view.lastSeen(), Acceptance.UNKNOWN));
        return new AddressView(
                view.ip(),
                reports,
                view.acceptors(),
                view.largestMessage(),
                view.largestMessageAt(),
                view.firstSeen(),
                view.lastSeen(),
                view.days(),
                view.secondDay(),
                view.names(),
                view.history(),
                view.network(),
                view.sweptSince());
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    @Provide
    Arbitrary<Neighbourhoods> neighbourhoods() {
        return Neighbourhoods.any();
    }

    /** Where nobody is a known sender. */
    @Provide
    Arbitrary<Neighbourhoods> strangers() {
        return Neighbourhoods.withoutKnownSenders();
    }
}
