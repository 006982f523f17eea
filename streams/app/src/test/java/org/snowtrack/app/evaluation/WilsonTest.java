package org.snowtrack.app.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WilsonTest {

    @Test
    void shouldGiveThePublishedInterval() {
        // Wilson's own method at 95 %, as any table of it has for 8 of 10.
        Wilson interval = Wilson.of(8, 10);

        assertThat(interval.low()).isCloseTo(0.4902, within(0.0001));
        assertThat(interval.high()).isCloseTo(0.9433, within(0.0001));
        assertThat(Wilson.of(0, 0)).isEqualTo(new Wilson(0, 1));
    }

    @Property
    void shouldHoldTheShareAndNarrowWithMore(@ForAll @IntRange(min = 1, max = 10_000) int all, @ForAll double any) {
        int some = (int) Math.abs(any % 1 * all);

        Wilson interval = Wilson.of(some, all);
        Wilson ofMore = Wilson.of(10L * some, 10L * all);

        assertThat((double) some / all).isBetween(interval.low(), interval.high());
        assertThat(ofMore.high() - ofMore.low()).isLessThan(interval.high() - interval.low());
    }
}
