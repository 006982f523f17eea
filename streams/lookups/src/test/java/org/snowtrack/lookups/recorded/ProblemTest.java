package org.snowtrack.lookups.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void shouldSayWhereItIsAndPrintNoControlCharactersWhenShown() {
        // When
        Problem problem = new Problem("dns.zone", 3, "'a\u001b[31m\u202e' is not a name");

        // Then
        assertThat(problem).hasToString("dns.zone:3: 'a?[31m?' is not a name");
        assertThat(new Problem("dns.zone", 0, "the file cannot be read"))
                .hasToString("dns.zone: the file cannot be read");
    }
}
