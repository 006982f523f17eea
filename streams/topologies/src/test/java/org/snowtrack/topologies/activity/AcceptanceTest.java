package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.topologies.state.ReporterStanding;

class AcceptanceTest {

    private static final int THRESHOLD = 10;
    private static final long TOLD = 1;
    private static final long NEVER = 0;

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, LESS",
        "0, 10, 0, LESS",
        "9, 10, 0, LESS",
        "10, 10, 0, SOME",
        "49, 10, 0, SOME",
        "50, 10, 0, MUCH",
        "99, 10, 0, MUCH",
        "100, 10, 0, MOST",
        "5, 0, 0, MOST",
        // Two excessive days are at least twenty refusals, whatever the facts beside them say.
        "19, 0, 2, LESS",
        "20, 0, 2, SOME",
        "199, 0, 2, MUCH",
        "200, 0, 2, MOST",
    })
    void shouldCompareWhatAReporterAcceptedWithWhatItRefused(
            long accepted, long rejected, int days, Acceptance acceptance) {
        assertThat(Acceptance.of(new ReporterStanding(0L, days, accepted, rejected, TOLD, null), THRESHOLD))
                .isEqualTo(acceptance);
    }

    @ParameterizedTest
    @CsvSource({"0", "3"})
    void shouldNotKnowWhatNobodyTells(int days) {
        assertThat(Acceptance.of(new ReporterStanding(0L, days, 0L, 0L, NEVER, null), THRESHOLD))
                .isEqualTo(Acceptance.UNKNOWN);
    }
}
