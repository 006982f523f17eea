package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;

class DemoIT {

    private static final int WIDTH = 100;
    private static final Pattern RANGE = Pattern.compile("(?m)^(\\S+ - \\S+) +(FLAGGED|WATCHED) ");
    private static final Pattern ADDRESS = Pattern.compile("(?m)^  ([0-9.]+) +x([0-9]+)  (\\S+)$");

    private final Path temp;

    DemoIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldPrintTheAnalystsTableOfTheRealCase() throws Exception {
        // Given
        List<String> published = Files.readAllLines(Distribution.REAL_CASE.resolve("addresses.tsv")).stream()
                .skip(1)
                .toList();

        // When
        Ended demo = Distribution.run("demo", "--data-dir", temp);

        // Then
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(WIDTH));
        assertThat(matches(ADDRESS, demo.out()).map(row -> row.group(1) + "\t" + row.group(2) + "\t" + row.group(3)))
                .containsExactlyInAnyOrderElementsOf(published);
        assertThat(matches(RANGE, demo.out()).map(range -> range.group(2) + " " + range.group(1)))
                .containsExactly(
                        "FLAGGED 51.255.21.224 - 51.255.21.227",
                        "FLAGGED 54.38.4.96 - 54.38.4.111",
                        "FLAGGED 144.217.201.156 - 144.217.201.157",
                        "FLAGGED 149.56.34.160 - 149.56.34.164",
                        "FLAGGED 176.31.74.248 - 176.31.74.251",
                        "FLAGGED 213.32.32.216 - 213.32.32.219",
                        "FLAGGED 213.32.39.64 - 213.32.39.65");
        assertThat(demo.out()).endsWith("7 ranges flagged, 0 watched; 37 addresses; on AS16276 OVH (FR)\n");

        // The report of what demo left behind is the same table.
        assertThat(Distribution.run("report", "--data-dir", temp).out()).isEqualTo(demo.out());
        assertThat(Distribution.run("campaigns", "--data-dir", temp).out())
                .as("a word that came back, and domains that were registered together")
                .contains("176.31.74.248-176.31.74.251, 51.255.21.224-51.255.21.227", "host words caruk (2 ranges)")
                .endsWith("2 campaigns; 5 ranges, 31 addresses\n");
    }

    private static java.util.stream.Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
