package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.NOON;
import static org.snowtrack.topologies.range.Views.SETTINGS;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.range.Registrations.Standing;

/** The small models that the judge and its stage are made of. */
class NeighbourhoodShapesTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.17, 192-0-2-17.pool.isp.example, true",
        "192.0.2.17, 17.2.0.192.isp.example, true",
        "192.0.2.17, ip-2-17.isp.example, true",
        "192.0.2.17, c0000211.isp.example, true",
        "192.0.2.17, 192000002017.isp.example, true",
        "192.0.2.17, 3221226001.isp.example, true",
        "192.0.2.17, mail17.isp.example, false",
        "192.0.2.17, caruk.snow.example, false",
        "192.0.2.17, 192-0-2-18.isp.example, false",
        "2001:db8::1:2, 20010db8000000000000000000010002.isp.example, true",
        "2001:db8::1:2, 1-2.isp.example, true",
        "2001:db8::1:2, mail.isp.example, false",
    })
    void shouldSeeAnAddressInItsName(String ip, String name, boolean contains) {
        assertThat(NameShape.containsAddress(Views.host(name, Confirmation.CONFIRMED), IpAddress.parse(ip)))
                .isEqualTo(contains);
    }

    @ParameterizedTest
    @CsvSource({
        "OVH, ovh.net, true",
        "Hetzner Online GmbH, hetzner.com, true",
        "OVH, snow.example, false",
        "AS 1, as.example, false"
    })
    void shouldKnowTheNetworksOwnNames(String network, String domain, boolean own) {
        assertThat(NameShape.isProviderGeneric(
                        Views.host("host." + domain, Confirmation.CONFIRMED),
                        IpAddress.parse("192.0.2.17"),
                        new OriginNetwork(64500L, network, "DE")))
                .isEqualTo(own);
    }

    @Property
    void shouldFindTheFirstTimeAtWhichACountIsReached(
            @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 50) Integer> seconds,
            @ForAll @IntRange(min = 1, max = 10) int count,
            @ForAll Random random) {
        List<Instant> times =
                new ArrayList<>(seconds.stream().map(NOON::plusSeconds).toList());
        Collections.shuffle(times, random);

        Optional<Instant> since = Sweep.since(
                times,
                until -> times.stream().filter(time -> !time.isAfter(until)).count() >= count);

        assertThat(since).isEqualTo(times.stream().sorted().skip(count - 1L).findFirst());
    }

    @Property
    void shouldJudgeTogetherWhatHangsTogetherWhicheverAddressChanged(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 200) Integer> places) {
        NavigableSet<IpAddress> reported = places.stream()
                .map(place -> IpAddress.parse("192.0.2.0").plus(place))
                .collect(Collectors.toCollection(TreeSet::new));
        Window window = new Window(SETTINGS.units(), 1, 16, (within, direction, visitor) -> {
            NavigableSet<IpAddress> part = reported.subSet(within.first(), true, within.last(), true);
            for (IpAddress address :
                    direction == Window.ReportedAddresses.Direction.ASCENDING ? part : part.descendingSet()) {
                if (!visitor.test(address)) {
                    return;
                }
            }
        });

        for (IpAddress one : reported) {
            List<IpRange> around = window.around(one);
            assertThat(around).singleElement().satisfies(stretch -> {
                assertThat(stretch.contains(one)).isTrue();
                assertThat(SETTINGS.units().distance(stretch.first(), stretch.last()))
                        .isLessThan(16);
                for (IpAddress other : reported) {
                    if (stretch.contains(other)) {
                        assertThat(window.around(other)).containsExactly(stretch);
                    }
                }
            });
        }
    }

    @Test
    void shouldCountARegistrationByItsYoungestEventBeforeTheMail() {
        Duration maxAge = Duration.ofDays(270);
        Instant old = NOON.minus(Duration.ofDays(4000));
        DomainRecord known = Views.registered("snow.example", "IANA:1", old);
        DomainRecord transferred = Views.transferred(known, NOON.minus(Duration.ofDays(20)));
        DomainRecord transferredLater = Views.transferred(known, NOON.plus(Duration.ofDays(20)));

        assertThat(Registrations.standingByAge(known, NOON, maxAge)).isEqualTo(Standing.ESTABLISHED);
        assertThat(Registrations.standingByAge(transferred, NOON, maxAge)).isEqualTo(Standing.FRESH);
        assertThat(Registrations.standingByAge(transferredLater, NOON, maxAge)).isEqualTo(Standing.ESTABLISHED);
        assertThat(Registrations.standingByAge(Views.unknown("snow.example"), NOON, maxAge))
                .isEqualTo(Standing.UNKNOWN);
        assertThat(Registrations.standingByAge(null, NOON, maxAge)).isEqualTo(Standing.UNKNOWN);
    }

    @Property
    void shouldSeeACohortWhereMostDomainsOfOneRegistrarAreAsOldAsEachOther(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0, max = 60) Integer> days) {
        Instant old = NOON.minus(Duration.ofDays(4000));
        Map<String, DomainRecord> facts = IntStream.range(0, days.size())
                .boxed()
                .collect(Collectors.toMap(
                        i -> "d" + i + ".example",
                        i -> Views.registered("d" + i + ".example", "IANA:1", old.plus(Duration.ofDays(days.get(i))))));
        Map<String, Instant> firstMail =
                facts.keySet().stream().collect(Collectors.toMap(domain -> domain, domain -> NOON));

        Registrations registrations = new Registrations(facts, firstMail, SETTINGS);

        List<Integer> members = days.stream()
                .filter(day -> days.stream()
                        .anyMatch(from -> day >= from
                                && day <= from + 14
                                && days.stream()
                                                .filter(other -> other >= from && other <= from + 14)
                                                .count()
                                        >= 3))
                .toList();
        boolean cohort = 2 * members.size() > days.size();
        for (int i = 0; i < days.size(); i++) {
            assertThat(registrations.standing("d" + i + ".example"))
                    .isEqualTo(cohort && members.contains(days.get(i)) ? Standing.FRESH : Standing.ESTABLISHED);
        }
    }

    @Property
    void shouldMoveWithinTheBlockAndNoFurther(@ForAll @IntRange(min = -70_000, max = 70_000) int units) {
        IpRange block = IpRange.parse("192.0.0.0/16");
        IpAddress from = IpAddress.parse("192.0.2.17");

        IpAddress moved = SETTINGS.units().move(from, units, block);

        long expected = Math.max(0, Math.min(65_535, 2 * 256 + 17 + units));
        assertThat(SETTINGS.units().distance(block.first(), moved)).isEqualTo(expected);
    }
}
