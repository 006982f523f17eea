package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snowtrack.topologies.state.BalanceFact;

class DayBalanceTest {

    @Property
    void shouldKeepTheSameFactsInWhateverOrderAndHoweverOftenTheyGrow(
            @ForAll("facts") List<BalanceFact> facts, @ForAll Random random) {
        // Given
        List<BalanceFact> again = new ArrayList<>(facts);
        again.addAll(facts.subList(0, facts.size() / 2));
        Collections.shuffle(again, random);

        // When
        List<BalanceFact> kept = kept(again);

        // Then
        assertThat(kept).isEqualTo(kept(facts));
    }

    @Property
    void shouldCountTheLargestOfEachOrigin(@ForAll("facts") List<BalanceFact> facts) {
        // When
        List<BalanceFact> kept = kept(facts);

        // Then
        Map<Long, Integer> accepted = new TreeMap<>();
        Map<Long, Integer> rejected = new TreeMap<>();
        facts.forEach(fact -> {
            accepted.merge(fact.getOrigin(), fact.getAccepted(), Math::max);
            rejected.merge(fact.getOrigin(), fact.getRejected(), Math::max);
        });
        assertThat(DayBalance.accepted(kept))
                .isEqualTo(accepted.values().stream().mapToLong(count -> count).sum());
        assertThat(DayBalance.rejected(kept))
                .isEqualTo(rejected.values().stream().mapToLong(count -> count).sum());
    }

    private static List<BalanceFact> kept(List<BalanceFact> facts) {
        List<BalanceFact> kept = List.of();
        for (BalanceFact fact : facts) {
            kept = DayBalance.add(kept, fact).orElse(kept);
        }
        return kept;
    }

    /** An origin's time follows from the origin; its counts grow. */
    @Provide
    Arbitrary<List<BalanceFact>> facts() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.integers().between(0, 50))
                .as((origin, accepted, rejected) ->
                        new BalanceFact((long) origin, origin * 7919L % 100, accepted, rejected))
                .list()
                .ofMaxSize(40);
    }
}
