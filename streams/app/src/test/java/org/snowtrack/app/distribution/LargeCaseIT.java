package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.LargeCase.Truth;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class LargeCaseIT {

    private static final Pattern FLAGGED = Pattern.compile(
            "(?m)^\\{\"first_ip\":\"([^\"]+)\",\"last_ip\":\"([^\"]+)\",.*\"verdict\":\"FLAGGED\".*\"cleared_at\":(.*)}$");

    private final Path temp;

    LargeCaseIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldFlagEveryCampaignAndNobodyElse() throws Exception {
        // Given
        Path directory = Files.createDirectory(temp.resolve("case"));
        Path out = temp.resolve("ranges.jsonl");
        List<Truth> truths = LargeCase.write(directory, 2026);
        long start = System.nanoTime();

        // When
        Ended replay = Distribution.run("replay", directory, "--history", "--out", out);

        // Then
        System.out.printf(
                "%d lines of rejections, %d records of DNS: %d s%n",
                lines(directory.resolve("rejections.jsonl")),
                lines(directory.resolve("dns.zone")),
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(replay.err()).isEmpty();
        String ranges = Files.readString(out);
        assertThat(flagged(ranges)
                        .filter(range -> range.group(3).equals("null"))
                        .map(LargeCaseIT::range))
                .containsExactlyInAnyOrderElementsOf(campaigns(truths, false));
        assertThat(flagged(ranges)
                        .filter(range -> !range.group(3).equals("null"))
                        .map(LargeCaseIT::range))
                .containsExactlyInAnyOrderElementsOf(campaigns(truths, true));
    }

    private static List<IpRange> campaigns(List<Truth> truths, boolean past) {
        return truths.stream()
                .filter(truth -> truth.isGuilty() && truth.isPast() == past)
                .map(Truth::range)
                .toList();
    }

    private static Stream<MatchResult> flagged(String ranges) {
        return FLAGGED.matcher(ranges).results();
    }

    private static IpRange range(MatchResult line) {
        return new IpRange(IpAddress.parse(line.group(1)), IpAddress.parse(line.group(2)));
    }

    private static long lines(Path file) throws Exception {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }
}
