package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;

/** A small simulated world through the whole pipeline. */
class EvaluateIT {

    private static final int REFUSED = 1;

    private final Path temp;

    EvaluateIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldCatchMoreAndSpareMoreThanTheRulesWithoutNames() throws Exception {
        // Given
        Path world = temp.resolve("world");
        Ended simulated = Distribution.run("simulate", world, "--seed", "1", "--scale", "0.2");
        assertThat(simulated.exitCode()).as(simulated.err()).isZero();
        assertThat(simulated.out()).contains("rotating-name", "esp-client-young");

        // When
        Ended evaluated = Distribution.run("evaluate", world, "--json", "--ablate", "NEW_DOMAIN");

        // Then
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        JsonNode comparison = new ObjectMapper().readTree(evaluated.out());
        JsonNode own = comparison.get("snowtrack");
        double caught = own.at("/campaigns/all/listed_share").asDouble();
        double accused = own.at("/innocents/all/listed_share").asDouble();
        System.out.printf("campaign addresses listed %.4f, innocent addresses listed %.4f%n", caught, accused);
        // Far from what ten worlds of full size show: one address of so few is much.
        assertThat(caught).isGreaterThan(0.85);
        assertThat(accused).isLessThan(0.02);
        assertThat(comparison.get("rivals")).hasSize(4).allSatisfy(rival -> assertThat(
                        rival.at("/innocents/all/listed_share").asDouble())
                .isGreaterThan(accused));
        assertThat(comparison
                        .at("/without/NEW_DOMAIN/campaigns/all/listed_share")
                        .asDouble())
                .as("without the ages of domains")
                .isLessThan(caught);
    }

    @Test
    void shouldSayInOneSentenceWhyACaseCannotBeCompared() throws Exception {
        // Given
        Path nameless = Files.createDirectory(temp.resolve("nameless"));
        Files.writeString(nameless.resolve("truth.tsv"), "192.0.2.1\t192.0.2.2\tsnowshoe\tx-1\n");
        Files.writeString(nameless.resolve("rejections.jsonl"), "");

        // When
        Ended withoutTruth = Distribution.run("evaluate", Distribution.REAL_CASE);
        Ended withoutNames = Distribution.run("evaluate", nameless);

        // Then
        assertThat(withoutTruth.exitCode()).isEqualTo(REFUSED);
        assertThat(withoutTruth.err()).contains("has no truth.tsv").hasLineCount(1);
        assertThat(withoutNames.exitCode()).isEqualTo(REFUSED);
        assertThat(withoutNames.err())
                .isEqualTo("snowtrack: The case in %s has no dns.zone: without names nothing can be flagged, "
                                .formatted(nameless)
                        + "and there is nothing to compare.\n");
    }
}
