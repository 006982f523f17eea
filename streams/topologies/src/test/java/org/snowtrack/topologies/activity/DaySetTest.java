package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DaySetTest {

    private static final int FIRST = 20_000;

    @Property
    void shouldKeepTheLastSixtyFourDaysInWhateverOrderTheyCome(
            @ForAll @Size(max = 30) List<@IntRange(min = FIRST, max = FIRST + 150) Integer> days,
            @ForAll Random random) {
        // Given
        List<Integer> shuffled = new ArrayList<>(days);
        Collections.shuffle(shuffled, random);

        // When
        DaySet set = of(shuffled);

        // Then
        assertThat(set.days().boxed()).containsExactlyElementsOf(lastSixtyFour(days));
        assertThat(set).isEqualTo(of(days));
    }

    @Property
    void shouldHoldTheSameDaysAsAPlainSet(
            @ForAll List<@IntRange(min = FIRST, max = FIRST + 63) Integer> days,
            @ForAll List<@IntRange(min = FIRST, max = FIRST + 63) Integer> gone) {
        // Given
        TreeSet<Integer> plain = new TreeSet<>(days);
        plain.removeAll(gone);

        // When
        DaySet set = of(days);
        for (int day : gone) {
            set = set.minus(day);
        }

        // Then
        assertThat(set.days().boxed()).containsExactlyElementsOf(plain);
        assertThat(set.isEmpty()).isEqualTo(plain.isEmpty());
        if (!plain.isEmpty()) {
            assertThat(set.lastDay()).isEqualTo(plain.last());
        }
    }

    @Property
    void shouldUniteInEitherOrder(
            @ForAll @Size(max = 30) List<@IntRange(min = FIRST, max = FIRST + 150) Integer> one,
            @ForAll @Size(max = 30) List<@IntRange(min = FIRST, max = FIRST + 150) Integer> other) {
        // When
        DaySet united = of(one).union(of(other));

        // Then
        List<Integer> both = new ArrayList<>(one);
        both.addAll(other);
        assertThat(united).isEqualTo(of(other).union(of(one)));
        assertThat(united.days().boxed()).containsExactlyElementsOf(lastSixtyFour(both));
    }

    @Property
    void shouldContainTheDaysItTells(
            @ForAll @Size(max = 30) List<@IntRange(min = FIRST, max = FIRST + 150) Integer> days,
            @ForAll @IntRange(min = FIRST - 100, max = FIRST + 250) int day) {
        // Given
        DaySet set = of(days);

        // When
        boolean contained = set.contains(day);

        // Then
        assertThat(contained).isEqualTo(set.days().anyMatch(told -> told == day));
        assertThat(set.minus(day).contains(day)).isFalse();
        assertThat(set.minus(day).plus(day).contains(day))
                .isEqualTo(set.minus(day).isEmpty() || day > set.minus(day).lastDay() - Long.SIZE);
    }

    @Test
    void shouldBeOneEmptySetHoweverItBecameEmpty() {
        // When
        DaySet emptied =
                DaySet.EMPTY.plus(FIRST).plus(FIRST + 63).minus(FIRST + 63).minus(FIRST);

        // Then
        assertThat(emptied).isEqualTo(DaySet.EMPTY);
    }

    private static DaySet of(List<Integer> days) {
        DaySet set = DaySet.EMPTY;
        for (int day : days) {
            set = set.plus(day);
        }
        return set;
    }

    private static NavigableSet<Integer> lastSixtyFour(List<Integer> days) {
        TreeSet<Integer> sorted = new TreeSet<>(days);
        return sorted.isEmpty() ? sorted : sorted.tailSet(sorted.last() - 63, true);
    }
}
