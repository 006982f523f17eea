package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.range.Views.daysAgo;
import static org.snowtrack.topologies.range.Views.registered;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.topologies.range.Registrations.Standing;

class RegistrationsTest {

    private static final Instant MAIL = daysAgo(0);

    @Test
    void shouldBeFreshUpToTheMaximumAgeAtTheFirstMail() {
        // Given
        DomainRecord onTheLastDay = registered("a.example", daysAgo(270)).build();
        DomainRecord aDayTooOld = registered("a.example", daysAgo(271)).build();

        // When
        Standing standing = Registrations.standingByAge("a.example", onTheLastDay, MAIL, Views.settings());

        // Then
        assertThat(standing).isEqualTo(Standing.FRESH);
        assertThat(Registrations.standingByAge("a.example", aDayTooOld, MAIL, Views.settings()))
                .isEqualTo(Standing.ESTABLISHED);
        assertThat(Registrations.standingByAge(
                        "a.example",
                        registered("a.example", MAIL.plusSeconds(1)).build(),
                        MAIL,
                        Views.settings()))
                .as("registered after the mail that named it")
                .isEqualTo(Standing.FRESH);
    }

    @Test
    void shouldCountATransferBeforeTheMailAndNoneAfterIt() {
        // Given
        DomainRecord before = registered("a.example", daysAgo(4000))
                .setTransferredAt(daysAgo(10))
                .build();
        DomainRecord after = registered("a.example", daysAgo(4000))
                .setTransferredAt(MAIL.plusSeconds(1))
                .build();
        DomainRecord reregistered = registered("a.example", daysAgo(4000))
                .setReregisteredAt(daysAgo(200))
                .build();

        // When
        Standing standing = Registrations.standingByAge("a.example", before, MAIL, Views.settings());

        // Then
        assertThat(standing).isEqualTo(Standing.FRESH);
        assertThat(Registrations.standingByAge("a.example", after, MAIL, Views.settings()))
                .isEqualTo(Standing.ESTABLISHED);
        assertThat(Registrations.standingByAge("a.example", reregistered, MAIL, Views.settings()))
                .isEqualTo(Standing.FRESH);
    }

    @Test
    void shouldNotTakeUnknownForOld() {
        // Given
        DomainRecord dateless =
                registered("a.example", MAIL).setRegisteredAt(null).build();

        // When
        Standing standing = Registrations.standingByAge("a.example", dateless, MAIL, Views.settings());

        // Then
        assertThat(standing).isEqualTo(Standing.UNKNOWN);
        assertThat(Registrations.standingByAge("a.example", null, MAIL, Views.settings()))
                .isEqualTo(Standing.UNKNOWN);
        assertThat(Registrations.standingByAge("a.example", Views.unknown("a.example"), MAIL, Views.settings()))
                .isEqualTo(Standing.UNKNOWN);
    }

    @Test
    void shouldTakeThreeOldDomainsOfOneRegistrarWithinAFortnightForACohort() {
        // When
        Registrations cohort = registrations(old(0, "IANA:1"), old(7, "IANA:1"), old(14, "IANA:1"));

        // Then
        assertThat(standings(cohort, 3)).containsOnly(Standing.FRESH);
        assertThat(standings(registrations(old(0, "IANA:1"), old(7, "IANA:1"), old(15, "IANA:1")), 3))
                .as("a day too far apart")
                .containsOnly(Standing.ESTABLISHED);
        assertThat(standings(registrations(old(0, "IANA:1"), old(7, "IANA:1"), old(14, "IANA:2")), 3))
                .as("two registrars")
                .containsOnly(Standing.ESTABLISHED);
        assertThat(standings(registrations(old(0, null), old(7, null), old(14, null)), 3))
                .as("registrar unknown")
                .containsOnly(Standing.ESTABLISHED);
    }

    @Test
    void shouldNotLetACohortSpeakForNeighboursThatOutnumberIt() {
        // Given
        DomainRecord.Builder[] half = {
            old(0, "IANA:1"), old(1, "IANA:1"), old(2, "IANA:1"), old(90, "IANA:2"), old(200, "IANA:2"), old(300, null)
        };

        // When
        Registrations registrations = registrations(half);

        // Then
        assertThat(standings(registrations, 6)).containsOnly(Standing.ESTABLISHED);
        assertThat(standings(registrations(List.of(half).subList(0, 5).toArray(DomainRecord.Builder[]::new)), 5))
                .as("three of five")
                .containsExactly(
                        Standing.FRESH, Standing.FRESH, Standing.FRESH, Standing.ESTABLISHED, Standing.ESTABLISHED);
    }

    private static DomainRecord.Builder old(int later, @Nullable String registrar) {
        return registered("", daysAgo(2000 - later)).setRegistrar(registrar);
    }

    /** Domains d0, d1 and so on, with these facts. */
    private static Registrations registrations(DomainRecord.Builder... facts) {
        Map<String, DomainRecord> known = IntStream.range(0, facts.length)
                .mapToObj(i -> facts[i].setDomain("d" + i + ".example").build())
                .collect(Collectors.toMap(DomainRecord::getDomain, fact -> fact));
        Map<String, Instant> firstMail = known.keySet().stream().collect(Collectors.toMap(domain -> domain, d -> MAIL));
        return new Registrations(known, firstMail, Views.settings());
    }

    private static List<Standing> standings(Registrations registrations, int domains) {
        return IntStream.range(0, domains)
                .mapToObj(i -> registrations.standing("d" + i + ".example"))
                .toList();
    }
}
