package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.MANY_FEEDS;
import static org.snowtrack.topologies.range.Views.address;
import static org.snowtrack.topologies.range.Views.daysAgo;
import static org.snowtrack.topologies.range.Views.fresh;
import static org.snowtrack.topologies.range.Views.host;
import static org.snowtrack.topologies.range.Views.old;
import static org.snowtrack.topologies.range.Views.unknown;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;

class KeysTest {

    @Test
    void shouldBeCompleteWithTheLastOfTheKeys() {
        // Given
        Views first = address("192.0.2.1")
                .named(host("a.example"))
                .by("isp-1", daysAgo(9))
                .by("isp-2", daysAgo(8));
        Views second = address("192.0.2.2")
                .named(host("x.a.example"))
                .by("isp-1", daysAgo(7))
                .by("isp-3", daysAgo(3));

        // When
        Keys keys = keys(MANY_FEEDS, List.of(fresh("a.example")), first, second);

        // Then
        assertThat(keys.registration()).as("the domain's first mail").isEqualTo(daysAgo(9));
        assertThat(keys.run()).as("the second address").isEqualTo(daysAgo(7));
        assertThat(keys.reporters()).as("the third reporter").isEqualTo(daysAgo(3));
        assertThat(keys.flaggedAt()).contains(daysAgo(3));
        assertThat(keys.verdict()).contains(Verdict.FLAGGED);
        assertThat(keys.scope()).isEqualTo(Scope.SHARED);
    }

    @Test
    void shouldNotBeAPlaceFurtherThanTheGap() {
        // Given
        Views first = address("192.0.2.1").named(host("a.example")).byReporters(5);
        Views near = address("192.0.2.3").named(host("x.a.example")).byReporters(5);
        Views far = address("192.0.2.4").named(host("x.a.example")).byReporters(5);

        // When
        Keys keys = keys(MANY_FEEDS, List.of(fresh("a.example")), first, far);

        // Then
        assertThat(keys.verdict()).as("without a run there is no range").isEmpty();
        assertThat(keys.flaggedAt()).isEmpty();
        assertThat(keys(MANY_FEEDS, List.of(fresh("a.example")), first, near).verdict())
                .contains(Verdict.FLAGGED);
    }

    @Test
    void shouldTakeTwoActiveDaysOfTwoAddressesWhereFewFeedsExist() {
        // Given
        Views first = address("192.0.2.1")
                .named(host("a.example"))
                .by("own", daysAgo(9))
                .by("own", daysAgo(6));
        Views second = address("192.0.2.2")
                .named(host("x.a.example"))
                .by("own", daysAgo(9))
                .by("own", daysAgo(4));
        Views onlyOnce = address("192.0.2.2").named(host("x.a.example")).by("own", daysAgo(9));

        // When
        Keys keys = keys(1, List.of(fresh("a.example")), first, second);

        // Then
        assertThat(keys.scope()).isEqualTo(Scope.LOCAL);
        assertThat(keys.reporters()).isEqualTo(daysAgo(4));
        assertThat(keys.verdict()).contains(Verdict.FLAGGED);
        assertThat(keys(1, List.of(fresh("a.example")), first, onlyOnce).verdict())
                .contains(Verdict.WATCHED);
        assertThat(keys(3, List.of(fresh("a.example")), first, second).reporters())
                .as("one of three feeds")
                .isNull();
    }

    @Test
    void shouldNeedMostOfTheKnownDomainsFreshAndNotCountTheUnknown() {
        // Given
        Views[] members = Stream.of("a.example", "b.example", "c.example", "d.example")
                .map(domain -> address("192.0.2." + (int) domain.charAt(0))
                        .named(host(domain))
                        .byReporters(3))
                .toArray(Views[]::new);

        // When
        Keys half = keys(
                MANY_FEEDS,
                List.of(fresh("a.example"), fresh("b.example"), old("c.example"), old("d.example")),
                members);

        // Then
        assertThat(half.registration()).isNull();
        assertThat(keys(
                                MANY_FEEDS,
                                List.of(fresh("a.example"), fresh("b.example"), old("c.example"), unknown("d.example")),
                                members)
                        .registration())
                .as("two of three known")
                .isEqualTo(daysAgo(3));
        assertThat(keys(MANY_FEEDS, List.of(), members).registration())
                .as("none known")
                .isNull();
    }

    @Test
    void shouldTakeOneFreshDomainOnEachOfThreeAddressesForARun() {
        // Given
        Views first = address("192.0.2.1").named(host("a.example")).by("isp-1", daysAgo(9));
        Views second = address("192.0.2.2").named(host("b.example")).by("isp-1", daysAgo(5));
        Views third = address("192.0.2.4").named(host("c.example")).by("isp-1", daysAgo(7));
        List<DomainRecord> fresh = List.of(fresh("a.example"), fresh("b.example"), fresh("c.example"));

        // When
        Keys keys = keys(MANY_FEEDS, fresh, first, second, third);

        // Then
        assertThat(keys.run()).isEqualTo(daysAgo(5));
        assertThat(keys(MANY_FEEDS, fresh, first, second).run()).isNull();
        assertThat(keys(
                                MANY_FEEDS,
                                List.of(fresh("a.example"), old("b.example"), fresh("c.example")),
                                first,
                                second,
                                third)
                        .run())
                .isNull();
    }

    private static Keys keys(int feeds, List<DomainRecord> facts, Views... addresses) {
        List<Candidate> members = Stream.of(addresses)
                .map(Views::view)
                .map(view -> new Candidate(view, view.names(), List.of(), false))
                .toList();
        Map<String, Instant> firstMail = new TreeMap<>();
        members.forEach(member -> member.domains()
                .forEach(domain -> firstMail.merge(
                        domain, member.view().firstSeen(), (one, other) -> one.isBefore(other) ? one : other)));
        Map<String, DomainRecord> known =
                facts.stream().collect(Collectors.toMap(DomainRecord::getDomain, fact -> fact));
        JudgeSettings settings = Views.settings();
        return Keys.of(
                members, new Registrations(known, firstMail, settings), new Surroundings(settings, feeds, List.of()));
    }
}
