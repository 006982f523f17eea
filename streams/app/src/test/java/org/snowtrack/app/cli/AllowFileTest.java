package org.snowtrack.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.Allowance;

class AllowFileTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private final Path file;

    AllowFileTest(@TempDir Path directory) {
        this.file = directory.resolve("allow.tsv");
    }

    @Test
    void shouldReadWhatIsAllowedWhyAndUntilWhen() throws Exception {
        // Given
        Files.writeString(file, """
                subject\treason\tuntil
                # ours

                192.0.2.0-192.0.2.255\tour own newsletter
                192.0.2.0/24\tour own newsletter
                Shop.example.com\ta customer\t2026-11-30
                """);

        // When
        List<Allowance> allowances = AllowFile.read(file, NOW);

        // Then
        assertThat(allowances)
                .extracting(Allowance::getSubject, Allowance::getReason, Allowance::getUntil, Allowance::getAddedAt)
                .containsExactly(
                        tuple("192.0.2.0/24", "our own newsletter", null, NOW),
                        tuple("shop.example.com", "a customer", LocalDate.of(2026, 11, 30), NOW));
    }

    @Test
    void shouldSayWhichLinesContradict() throws Exception {
        // Given
        Files.writeString(file, """
                192.0.2.0/24\tours\t2026-12-31
                example.com\tours
                192.0.2.0-192.0.2.255\tours
                """);

        // Then
        assertThatThrownBy(() -> AllowFile.read(file, NOW))
                .isInstanceOf(StartupException.class)
                .hasMessage(
                        "%s contradicts itself: line 1 allows 192.0.2.0/24 until 2026-12-31 (ours), "
                                + "line 3 for ever (ours).",
                        file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.8            | a line is what is allowed, why, and until which day
            192.0.2.8,           | a line is what is allowed, why, and until which day
            com,ours             | 'com' is neither a range of addresses nor a domain
            192.0.2.8,ours,soon  | 'soon' is no day
            192.0.2.8,ours,2026-11-29 | the day 2026-11-29 is over
            """)
    void shouldSayWhatIsWrongWithALine(String line, String why) throws Exception {
        Files.writeString(file, "# allowed\n" + line.replace(',', '\t') + "\n");

        assertThatThrownBy(() -> AllowFile.read(file, NOW))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining(why);
    }

    @Test
    void shouldSayThatThereIsNoFileOrNothingInIt() throws Exception {
        assertThatThrownBy(() -> AllowFile.read(file, NOW)).hasMessage("There is no file %s.", file);
        Files.writeString(file, "# nothing\n");
        assertThatThrownBy(() -> AllowFile.read(file, NOW)).hasMessage("%s allows nothing; nothing was changed.", file);
    }
}
