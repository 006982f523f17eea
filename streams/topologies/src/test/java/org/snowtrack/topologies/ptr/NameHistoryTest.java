package org.snowtrack.topologies.ptr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.ip.IpAddress;

class NameHistoryTest {

    private static final IpAddress IP = IpAddress.parse("54.38.4.96");
    private static final LocalDate FIRST_DAY = LocalDate.of(2018, 4, 1);
    private static final Network OVH = new Network(16276, "OVH", "FR");

    /** What was found on a day. */
    record Day(LocalDate day, AddressInquiry.Findings findings) {}

    @Property
    void shouldEndInTheSameRowInWhateverOrderAnswersAreMerged(@ForAll("days") List<Day> days, @ForAll Random random) {
        // Given
        List<Day> shuffled = new ArrayList<>(days);
        Collections.shuffle(shuffled, random);

        // When
        PtrRecord row = merged(shuffled);

        // Then
        assertThat(row).isEqualTo(merged(days));
    }

    @Property
    void shouldTellWhatOneWhoKeepsEveryAnswerTells(@ForAll("days") List<Day> days) {
        // When
        PtrRecord row = merged(days);

        // Then
        List<Day> ascending =
                days.stream().sorted(Comparator.comparing(Day::day)).toList();
        Day current = current(ascending);
        Optional<Day> network =
                latest(ascending, day -> day.findings().network().found().isPresent());
        assertThat(row.getAskedFor()).isEqualTo(current.day());
        assertThat(row.getNames().stream().map(HostName::getName))
                .containsExactlyElementsOf(names(current).stream().sorted().toList());
        assertThat(row.getNetworkDay()).isEqualTo(network.map(Day::day).orElse(null));
        assertThat(row.getNetwork() == null).isEqualTo(network.isEmpty());
        Map<String, List<LocalDate>> seen = new TreeMap<>();
        ascending.forEach(day -> names(day).forEach(name -> seen.computeIfAbsent(name, first -> new ArrayList<>())
                .add(day.day())));
        Map<String, List<LocalDate>> told = new LinkedHashMap<>();
        row.getHistory()
                .forEach(period ->
                        told.put(period.getHost().getName(), List.of(period.getFirstDay(), period.getLastDay())));
        Map<String, List<LocalDate>> expected = new LinkedHashMap<>();
        seen.forEach((name, on) -> expected.put(name, List.of(on.get(0), on.get(on.size() - 1))));
        assertThat(told).containsExactlyEntriesOf(expected);
    }

    @Test
    void shouldDropANameThatLeavesTheHorizon() {
        // Given
        PtrRecord row = merge(null, found(FIRST_DAY, "blueomb.com"), FIRST_DAY);

        // When
        PtrRecord later = merge(row, found(FIRST_DAY.plusDays(61), "netsy.blueomb.com"), FIRST_DAY.plusDays(1));

        // Then
        assertThat(later.getHistory())
                .extracting(period -> period.getHost().getName())
                .containsExactly("netsy.blueomb.com");
    }

    @Test
    void shouldTakeTheConfirmationOfTheLaterDay() {
        // Given
        Day unsure = new Day(FIRST_DAY, names(new PtrName("blueomb.com", Confirmation.UNKNOWN)));
        Day sure = new Day(FIRST_DAY.plusDays(1), names(new PtrName("blueomb.com", Confirmation.CONFIRMED)));

        // When
        PtrRecord row = merged(List.of(sure, unsure));

        // Then
        HostName host = new HostName("blueomb.com", "blueomb.com", Confirmation.CONFIRMED);
        assertThat(row)
                .isEqualTo(new PtrRecord(
                        IP.toString(),
                        LookupStatus.FOUND,
                        List.of(host),
                        List.of(new NamePeriod(host, FIRST_DAY, FIRST_DAY.plusDays(1))),
                        new OriginNetwork(16276L, "OVH", "FR"),
                        FIRST_DAY.plusDays(1),
                        FIRST_DAY.plusDays(1)));
    }

    @Test
    void shouldLetNoRecordReplaceNamesAfterTheirGrace() {
        // Given
        PtrRecord named = merge(null, found(FIRST_DAY, "blueomb.com"), FIRST_DAY);

        // When
        PtrRecord early = merge(named, nothing(FIRST_DAY.plusDays(NameHistory.GRACE_DAYS - 1)), FIRST_DAY);
        PtrRecord row = merge(early, nothing(FIRST_DAY.plusDays(NameHistory.GRACE_DAYS)), FIRST_DAY);

        // Then
        assertThat(early.getNames()).isEqualTo(named.getNames());
        assertThat(row.getStatus()).isEqualTo(LookupStatus.NO_RECORD);
        assertThat(row.getNames()).isEmpty();
        assertThat(row.getHistory()).hasSize(1);
    }

    @Test
    void shouldKeepOnePeriodOfANameThatRotatesAwayAndReturns() {
        // When
        PtrRecord row = merged(List.of(
                found(FIRST_DAY, "blueomb.com"),
                found(FIRST_DAY.plusDays(4), "applpeak.com"),
                found(FIRST_DAY.plusDays(8), "blueomb.com")));

        // Then
        assertThat(row.getHistory())
                .extracting(period -> period.getHost().getName(), NamePeriod::getFirstDay, NamePeriod::getLastDay)
                .containsExactly(
                        tuple("applpeak.com", FIRST_DAY.plusDays(4), FIRST_DAY.plusDays(4)),
                        tuple("blueomb.com", FIRST_DAY, FIRST_DAY.plusDays(8)));
    }

    @Property(tries = 50)
    void shouldKeepTheNamesSeenLastOfAZoneThatMakesUpANewOneForEveryQuestion(@ForAll Random random) {
        // Given
        List<Day> days = new ArrayList<>();
        for (int i = 0; i < 3 * NameHistory.PERIODS_MAX; i++) {
            days.add(found(FIRST_DAY.plusDays(i / 24), "n%03d.drift.example".formatted(i)));
        }
        List<Day> shuffled = new ArrayList<>(days);
        Collections.shuffle(shuffled, random);

        // When
        PtrRecord row = merged(shuffled);

        // Then
        assertThat(row.getHistory())
                .hasSize(NameHistory.PERIODS_MAX)
                .isEqualTo(merged(days).getHistory())
                .noneMatch(period -> period.getLastDay().isBefore(FIRST_DAY.plusDays(5)));
    }

    private static PtrRecord merged(List<Day> days) {
        PtrRecord row = null;
        for (Day day : days) {
            row = merge(row, day, FIRST_DAY);
        }
        return Objects.requireNonNull(row);
    }

    private static PtrRecord merge(@Nullable PtrRecord row, Day day, LocalDate firstDay) {
        return NameHistory.merge(row, IP, day.day(), day.findings(), firstDay);
    }

    private static Day nothing(LocalDate day) {
        return new Day(day, new AddressInquiry.Findings(new Answer.NoRecord<>(), new Answer.NoRecord<>()));
    }

    /** The latest name, unless it has been gone for its grace; where nobody answered, the latest failure. */
    private static Day current(List<Day> ascending) {
        Optional<Day> found = latest(ascending, day -> day.findings().names() instanceof Answer.Found);
        Optional<Day> none = latest(ascending, day -> day.findings().names() instanceof Answer.NoRecord);
        if (found.isPresent()
                && none.filter(day -> !day.day().isBefore(found.get().day().plusDays(NameHistory.GRACE_DAYS)))
                        .isEmpty()) {
            return found.get();
        }
        return none.orElse(ascending.get(ascending.size() - 1));
    }

    private static Optional<Day> latest(List<Day> ascending, Predicate<Day> which) {
        return ascending.stream().filter(which).reduce((one, later) -> later);
    }

    private static List<String> names(Day day) {
        return day.findings().names().found().stream()
                .flatMap(List::stream)
                .map(PtrName::name)
                .toList();
    }

    private static Day found(LocalDate day, String name) {
        return new Day(day, names(new PtrName(name, Confirmation.CONFIRMED)));
    }

    private static AddressInquiry.Findings names(PtrName... names) {
        return new AddressInquiry.Findings(new Answer.Found<>(List.of(names)), new Answer.Found<>(OVH));
    }

    /** One answer a day, some of them failures. */
    @Provide
    Arbitrary<List<Day>> days() {
        Arbitrary<Answer<List<PtrName>>> names = Arbitraries.oneOf(
                Combinators.combine(
                                Arbitraries.of("blueomb.com", "netsy.blueomb.com", "ohpop.applpeak.com"),
                                Arbitraries.of(Confirmation.class))
                        .as(PtrName::new)
                        .list()
                        .ofMaxSize(2)
                        .uniqueElements(PtrName::name)
                        .map(Answer.Found::new),
                Arbitraries.create(Answer.NoRecord::new),
                Arbitraries.of(Answer.Failure.class).map(Answer.Failed::new));
        Arbitrary<Answer<Network>> networks = Arbitraries.oneOf(
                Arbitraries.of(OVH, new Network(64500, "EXAMPLE", "DE")).map(Answer.Found::new),
                Arbitraries.create(Answer.NoRecord::new),
                Arbitraries.of(Answer.Failure.class).map(Answer.Failed::new));
        Arbitrary<LocalDate> days = Arbitraries.integers().between(0, 9).map(FIRST_DAY::plusDays);
        return Combinators.combine(days, Combinators.combine(names, networks).as(AddressInquiry.Findings::new))
                .as(Day::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .uniqueElements(Day::day);
    }
}
