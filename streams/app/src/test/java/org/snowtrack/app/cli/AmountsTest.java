package org.snowtrack.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1.0k",
        "12345, 12.3k",
        "99949, 99.9k",
        "99950, 100k",
        "345678, 346k",
        "999499, 999k",
        "999500, 1.0M",
        "6700000, 6.7M",
        "9223372036854775807, 9223372T"
    })
    void shouldWriteCountsShort(long count, String text) {
        assertThat(Amounts.count(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1610612736, 1.5 GiB"})
    void shouldWriteBytesInTheLargestUnit(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }
}
