package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.Distribution.Started;

class ReplayIT {

    private static final int KILLS = 10;

    private final Path temp;

    ReplayIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldWriteTheSameBytesWhenEventsAreShuffledAndRepeated() throws Exception {
        // Given
        List<String> events = CaseFiles.realEvents();
        List<String> shuffled = new ArrayList<>(events);
        shuffled.addAll(events.subList(0, events.size() / 2));
        Collections.shuffle(shuffled, new Random(2018));
        Path inOrder = CaseFiles.realCase(temp.resolve("in-order"), events);
        Path outOfOrder = CaseFiles.realCase(temp.resolve("out-of-order"), shuffled);

        // When
        Ended one = Distribution.run("replay", inOrder, "--data-dir", temp.resolve("one"));
        Ended other = Distribution.run("replay", outOfOrder, "--data-dir", temp.resolve("other"));

        // Then
        assertThat(one.exitCode()).as(one.err()).isZero();
        assertThat(other.exitCode()).as(other.err()).isZero();
        assertThat(one.lines()).hasSize(7);
        assertThat(other.out()).isEqualTo(one.out());
        assertThat(campaigns("other")).isEqualTo(campaigns("one")).hasSize(2);
    }

    @Test
    void shouldWriteTheSameBytesWhenKilledTenTimesOnTheWay() throws Exception {
        // Given
        Ended undisturbed =
                Distribution.run("replay", Distribution.REAL_CASE, "--data-dir", temp.resolve("undisturbed"));
        Path data = temp.resolve("data");
        Path out = temp.resolve("ranges.jsonl");
        Random random = new Random(10);

        // When
        for (int kill = 0; kill < KILLS; kill++) {
            try (Started started =
                    Distribution.start("replay", Distribution.REAL_CASE, "--data-dir", data, "--out", out)) {
                // From before the broker is up to the middle of the days.
                started.killAfter(random.nextLong(500, 7_000));
            }
        }
        Ended last = Distribution.run("replay", Distribution.REAL_CASE, "--data-dir", data, "--out", out);

        // Then
        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(last.out()).isEmpty();
        assertThat(Files.readString(out)).isEqualTo(undisturbed.out()).hasLineCount(7);
        assertThat(campaigns("data")).isEqualTo(campaigns("undisturbed")).hasSize(2);
    }

    @Test
    void shouldUseTheRestAndNameFileAndLineWhenLinesAreBad() throws Exception {
        // Given
        List<String> events = new ArrayList<>(CaseFiles.realEvents());
        String good = events.get(0);
        int lines = events.size();
        events.add("{\"source_ip\":");
        events.add(good.replaceFirst("\"source_ip\":\"[^\"]+\"", "\"source_ip\":\"300.1.2.3\""));
        events.add(good.replace("\"rejected_recipients\":10", "\"rejected_recipients\":-1"));
        events.add(good.replaceFirst("\"observed_at\":\"[^\"]+\"", "\"observed_at\":\"2199-01-01T00:00:00Z\""));
        events.add(good.replaceFirst("\"source_ip\":\"[^\"]+\"", "\"source_ip\":\"\\\\u0000\\\\u001b[2J\""));
        Path directory = CaseFiles.realCase(temp.resolve("case"), events);
        Files.writeString(
                directory.resolve("dns.zone"),
                Files.readString(directory.resolve("dns.zone")) + "broken.example. 3600 IN A not-an-address\n");

        // When
        Ended replay = Distribution.run("replay", directory);

        // Then
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(replay.lines()).hasSize(7);
        assertThat(replay.err())
                .contains("rejections.jsonl:" + (lines + 1) + ": The line is not JSON")
                .contains("rejections.jsonl:" + (lines + 2) + ": source_ip: '300.1.2.3' is not an IPv4 or IPv6 address")
                .contains("rejections.jsonl:" + (lines + 3) + ": rejected_recipients: -1 is negative")
                .contains("rejections.jsonl:" + (lines + 4) + ": observed_at: 2199-01-01T00:00:00Z is more than 1 h")
                .contains("rejections.jsonl:" + (lines + 5) + ": source_ip: '<U+0000><U+001B>[2J' is not an IPv4")
                .contains("dns.zone:");
    }

    @Test
    void shouldFailWithOneSentenceWhenNothingCouldBeDone() throws Exception {
        // Given
        Path empty = Files.createDirectory(temp.resolve("empty"));
        Path used = Files.createDirectory(temp.resolve("used"));
        Files.writeString(used.resolve("replayed-case"), "of another case");

        // When
        Ended missing = Distribution.run("replay", temp.resolve("missing"));
        Ended nothing = Distribution.run("replay", empty);
        Ended otherCase = Distribution.run("replay", Distribution.REAL_CASE, "--data-dir", used);
        Ended unknownKey = Distribution.run("replay", Distribution.REAL_CASE, "-D", "run.max.gapp=2");

        // Then
        assertThat(List.of(missing, nothing, otherCase, unknownKey)).allSatisfy(ended -> {
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err()).startsWith("snowtrack: ").hasLineCount(1);
        });
        assertThat(missing.err()).contains("missing does not exist");
        assertThat(nothing.err()).contains("holds none of rejections.jsonl");
        assertThat(otherCase.err()).contains("holds the replay of another case");
        assertThat(unknownKey.err()).contains("'run.max.gapp'");
    }

    private List<String> campaigns(String data) throws Exception {
        return Distribution.run("campaigns", "--json", "--data-dir", temp.resolve(data))
                .lines();
    }
}
