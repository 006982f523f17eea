package org.snowtrack.topologies.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraitsTest {

    private static final Set<String> DOMAINS = Set.of("snow.example", "drift.co.example");

    @ParameterizedTest
    @CsvSource({
        "caruk.snow.example, caruk",
        "caruk.drift.co.example, caruk",
        "caruk17.snow.example, caruk",
        "caruk-2.snow.example, caruk",
        "caruk.west.snow.example, caruk",
        "snow.example,",
        "drift.co.example,",
        "caruk.other.example,",
        "mail.snow.example,",
        "smtp12.snow.example,",
        "mx1.snow.example,",
        "12.snow.example,",
        "localhost,",
    })
    void shouldFindTheWordThatSomebodyChose(String name, String word) {
        assertThat(Traits.word(name, DOMAINS)).isEqualTo(Optional.ofNullable(word));
    }
}
