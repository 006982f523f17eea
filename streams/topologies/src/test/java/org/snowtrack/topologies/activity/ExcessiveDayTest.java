package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.ReporterDay;

class ExcessiveDayTest {

    private static final int THRESHOLD = 10;

    @Property
    void shouldKeepTheSameRowInWhateverOrderAndHoweverOftenFactsCome(
            @ForAll("facts") List<CountedFact> facts, @ForAll Random random) {
        // Given
        List<CountedFact> again = new ArrayList<>(facts);
        again.addAll(facts.subList(0, facts.size() / 2));
        Collections.shuffle(again, random);

        // When
        ReporterDay row = row(again);

        // Then
        assertThat(row).isEqualTo(row(facts));
    }

    @Property
    void shouldTellTheTimeAtWhichTheSumReachedTheThreshold(@ForAll("facts") List<CountedFact> facts) {
        // When
        OptionalLong since = ExcessiveDay.since(row(facts), THRESHOLD);

        // Then
        OptionalLong expected = facts.stream()
                .mapToLong(CountedFact::getAt)
                .sorted()
                .filter(time -> facts.stream()
                                .filter(fact -> fact.getAt() <= time)
                                .mapToInt(CountedFact::getRecipients)
                                .sum()
                        >= THRESHOLD)
                .findFirst();
        assertThat(since).isEqualTo(expected);
    }

    @Property
    void shouldNeverKeepMoreFactsThanTheThreshold(@ForAll("facts") List<CountedFact> facts) {
        // When
        ReporterDay row = row(facts);

        // Then
        assertThat(row.getFacts()).hasSizeLessThanOrEqualTo(THRESHOLD);
    }

    private static ReporterDay row(List<CountedFact> facts) {
        ReporterDay row = Standings.NO_DAY;
        for (CountedFact fact : facts) {
            row = ExcessiveDay.add(row, fact, THRESHOLD).orElse(row);
        }
        return row;
    }

    /** Every fact has its own origin; many share a time. */
    @Provide
    Arbitrary<List<CountedFact>> facts() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 500),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(1, 12))
                .as((origin, at, recipients) -> new CountedFact((long) origin, (long) at, recipients))
                .list()
                .ofMaxSize(20)
                .uniqueElements(CountedFact::getOrigin);
    }
}
