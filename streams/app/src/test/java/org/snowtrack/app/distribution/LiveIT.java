package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.Distribution.Started;
import org.snowtrack.schemas.ip.IpAddress;

/** The built distribution around the clock: logs that grow, a real name server, registries. */
class LiveIT {

    private static final int KILLS = 20;

    private final Path temp;

    LiveIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @BeforeAll
    static void needNameServer() {
        assumeTrue(LiveWorld.hasServer(), "SKIPPED: no /usr/sbin/nsd on this machine; install nsd");
    }

    @Test
    void shouldEndWithTheRangesOfTheReplayHoweverOftenItIsKilled() throws Exception {
        try (LiveWorld world = LiveRuns.realWorld(temp).withNames()) {
            // Given
            Ended replay = Distribution.run("replay", Distribution.REAL_CASE);
            PostfixLogs undisturbed = LiveRuns.realLogs(temp.resolve("undisturbed"));
            PostfixLogs disturbed = LiveRuns.realLogs(temp.resolve("disturbed"));
            List<String> arguments = undisturbed.arguments();
            List<String> arguments2 = disturbed.arguments();
            Random random = new Random(20);

            // When
            undisturbed.writeAll();
            String expected;
            try (Started run = LiveRuns.run(temp.resolve("data"), world, arguments)) {
                expected = LiveRuns.reportOnce(run, temp.resolve("data"), LiveRuns::hasTheSevenRanges);
                // SIGTERM
                run.process().destroy();
                assertThat(run.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            StringBuilder told = new StringBuilder();
            disturbed.begin();
            try (Started run = LiveRuns.run(temp.resolve("data-2"), world, arguments2)) {
                // What was rotated away before it was ever followed is nobody's.
                Path positions = temp.resolve("data-2").resolve("positions");
                while (!Files.exists(positions) || Files.readString(positions).split("@").length <= 86) {
                    run.pause();
                }
            }
            for (int kill = 0; kill < KILLS; kill++) {
                try (Started run = LiveRuns.run(temp.resolve("data-2"), world, arguments2)) {
                    // From before the broker is up to long after it is ready.
                    long end = System.nanoTime() + random.nextLong(1_000_000_000L, 9_000_000_000L);
                    while (System.nanoTime() < end && run.process().isAlive()) {
                        disturbed.writeSome(random);
                        run.pause();
                    }
                    run.killAfter(0);
                    told.append("--- ").append(kill).append('\n').append(run.told());
                }
            }
            disturbed.writeAll();
            String actual;
            try (Started run = LiveRuns.run(temp.resolve("data-2"), world, arguments2)) {
                actual = LiveRuns.reportOnce(run, temp.resolve("data-2"), expected::equals);
            }

            // Then
            assertThat(actual).as(told.toString()).isEqualTo(expected);
            assertThat(LiveRuns.whatIsCounted(expected)).isEqualTo(LiveRuns.whatIsCounted(replay.out()));
        }
    }

    @Test
    void shouldJudgeLateButNothingLessWhenTheNameServerComesLate() throws Exception {
        try (LiveWorld world = LiveRuns.realWorld(temp)) {
            // Given
            PostfixLogs logs = LiveRuns.realLogs(temp.resolve("logs"));
            List<String> arguments = logs.arguments();
            logs.writeAll();
            Path data = temp.resolve("data");

            try (Started run = LiveRuns.run(data, world, arguments)) {
                String withoutNames = LiveRuns.reportOnce(run, data, String::isEmpty);

                // When
                world.withNames();
                String later = LiveRuns.reportOnce(run, data, LiveRuns::hasTheSevenRanges);

                // Then
                assertThat(withoutNames).isEmpty();
                assertThat(LiveRuns.flagged(later)).isEqualTo(7);
                assertThat(run.told()).contains("DNS");
            }
        }
    }

    @Test
    void shouldGiveAnOperatorAloneLocalRangesAndNothingAboutALargeSender() throws Exception {
        List<String> snow = List.of("snow.example", "caruk.snow.example", "ohris.snow.example", "pop.snow.example");
        List<String> large = List.of("out1.large.example", "out2.large.example", "out3.large.example");
        try (LiveWorld world = new LiveWorld(
                        temp.resolve("world"),
                        Stream.concat(names("192.0.2.", 16, snow).stream(), names("198.51.100.", 40, large).stream()),
                        rdapOf(temp.resolve("rdap"), "snow.example", 30, "large.example", 4000),
                        0)
                .withNames()) {
            // Given
            PostfixLogs logs = new PostfixLogs(temp.resolve("logs"));
            Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));
            for (int day = 0; day < 5; day++) {
                Instant start = noon.minus(Duration.ofDays(day));
                for (int i = 0; i < 40_000; i++) {
                    Instant at = start.plusMillis(i * 500L);
                    if (i % 2000 < snow.size()) {
                        logs.add("us", PostfixLogs.refusal(at, snow.get(i % 2000), "192.0.2." + (16 + i % 2000), i));
                    } else if (i % 2000 < 10) {
                        int host = i % large.size();
                        logs.add("us", PostfixLogs.refusal(at, large.get(host), "198.51.100." + (40 + host), i));
                    } else if (i % 10 == 0) {
                        int host = i % large.size();
                        logs.add("us", PostfixLogs.disconnect(at, large.get(host), "198.51.100." + (40 + host), 9, 9));
                    } else {
                        logs.add("us", PostfixLogs.disconnect(at, "unknown", "203.0.113." + i % 200, 1, 1));
                    }
                }
            }
            List<String> arguments = logs.sorted().arguments();
            logs.writeAll();
            Path data = temp.resolve("data");

            // When
            String report;
            Ended status;
            Ended allowed;
            Ended list;
            String afterwards;
            Ended taken;
            String again;
            try (Started run = LiveRuns.run(data, world, arguments)) {
                do {
                    status = Distribution.run("status", "--json", "--data-dir", data);
                } while (!status.out().contains("\"lines\":200000,"));
                String[] last = {""};
                report = LiveRuns.reportOnce(run, data, text -> {
                    boolean same = text.equals(last[0]) && LiveRuns.flagged(text) > 0;
                    last[0] = text;
                    return same;
                });
                status = Distribution.run("status", "--json", "--data-dir", data);
                allowed = Distribution.run("allow", "192.0.2.0/24", "--reason", "our own", "--data-dir", data);
                list = Distribution.run("allow", "list", "--data-dir", data);
                afterwards = LiveRuns.reportOnce(run, data, String::isEmpty);
                taken = Distribution.run("allow", "remove", "192.0.2.0/24", "--data-dir", data);
                again = LiveRuns.reportOnce(run, data, report::equals);
            }
            Ended nobody = Distribution.run("status", "--data-dir", data);

            // Then
            assertThat(report).hasLineCount(1);
            assertThat(report)
                    .contains("\"first_ip\":\"192.0.2.16\"", "\"last_ip\":\"192.0.2.19\"", "\"scope\":\"LOCAL\"");
            assertThat(status.out()).contains("\"lines\":200000", "\"flagged\":1", "\"watched\":0");
            assertThat(allowed.out()).isEqualTo("Allowed 192.0.2.0/24.\n");
            assertThat(list.out()).contains("192.0.2.0/24", "for ever", "our own");
            assertThat(afterwards).isEmpty();
            assertThat(taken.exitCode()).as(taken.err()).isZero();
            assertThat(again).isEqualTo(report);
            assertThat(nobody.exitCode()).isEqualTo(1);
            assertThat(nobody.err()).contains("No snowtrack runs on");
        }
    }

    private static List<String> names(String prefix, int first, List<String> names) {
        List<String> records = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            CaseFiles.records(IpAddress.parse(prefix + (first + i)), names.get(i))
                    .forEach(records::add);
        }
        return records;
    }

    private static Path rdapOf(Path directory, String domain, int ageDays, String other, int otherAgeDays)
            throws IOException {
        Files.createDirectories(directory);
        for (var entry : Map.of(domain, ageDays, other, otherAgeDays).entrySet()) {
            Files.writeString(directory.resolve(entry.getKey() + ".json"), """
                    {"objectClassName":"domain","ldhName":"%s","events":[{"eventAction":"registration","eventDate":"%s"}]}
                    """.formatted(
                            entry.getKey(),
                            Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(entry.getValue()))));
        }
        return directory;
    }
}
