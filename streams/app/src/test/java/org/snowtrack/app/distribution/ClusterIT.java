package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.Distribution.Started;

/** Several processes on one Kafka, as in a consortium: each follows its own logs, together they judge. */
class ClusterIT {

    private final Path temp;

    ClusterIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @BeforeAll
    static void needNameServer() {
        assumeTrue(LiveWorld.hasServer(), "SKIPPED: no /usr/sbin/nsd on this machine; install nsd");
    }

    @Test
    void shouldJudgeTogetherAndTakeOverFromOneThatWasKilled() throws Exception {
        try (DataDirectory directory = DataDirectory.open(temp.resolve("kafka"));
                EmbeddedBroker kafka = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT);
                LiveWorld world = LiveRuns.realWorld(temp).withNames()) {
            // Given
            List<String> cluster = List.of("--bootstrap-servers", kafka.bootstrapServers());
            PostfixLogs logs = LiveRuns.realLogs(temp.resolve("logs"));
            List<String> all = logs.arguments();
            // Four words a log.
            int middle = all.size() / 8 * 4;
            logs.writeAll();
            List<String> expected = LiveRuns.whatIsCounted(
                    Distribution.run("replay", Distribution.REAL_CASE).out());
            List<String> first = new ArrayList<>(all.subList(0, middle));
            List<String> second = new ArrayList<>(all.subList(middle, all.size()));
            first.addAll(cluster);
            second.addAll(cluster);

            // When
            String together;
            Ended allowed;
            String allowedReport;
            Ended removed;
            String alone;
            Ended told;
            try (Started one = LiveRuns.run(temp.resolve("one"), world, first)) {
                one.awaitTold("ready after");
                try (Started other = LiveRuns.run(temp.resolve("other"), world, second)) {
                    together = report(other, cluster, report -> LiveRuns.whatIsCounted(report)
                            .equals(expected));
                    Path list = Files.writeString(temp.resolve("allow.tsv"), "54.38.4.0/24\tours\n");
                    allowed = command(cluster, "allow", "--file", list.toString());
                    allowedReport = report(other, cluster, report -> LiveRuns.flagged(report) == 6);
                    one.killAfter(0);
                    removed = command(cluster, "allow", "remove", "54.38.4.0/24");
                    alone = report(other, cluster, report -> LiveRuns.whatIsCounted(report)
                            .equals(expected));
                    told = Distribution.run("status", "--data-dir", temp.resolve("other"));
                }
            }

            // Then
            assertThat(LiveRuns.whatIsCounted(together)).isEqualTo(expected);
            assertThat(allowed.exitCode()).as(allowed.err()).isZero();
            assertThat(allowedReport).doesNotContain("\"54.38.4.");
            assertThat(removed.exitCode()).as(removed.err()).isZero();
            assertThat(LiveRuns.whatIsCounted(alone))
                    .as("what the survivor took over")
                    .isEqualTo(expected);
            assertThat(told.out()).contains("Kafka at " + kafka.bootstrapServers());
        }
    }

    private static String report(Started run, List<String> cluster, Predicate<String> enough) throws Exception {
        run.awaitTold("ready after");
        String report = "";
        for (int attempt = 0; attempt < 60 && !enough.test(report); attempt++) {
            report = command(cluster, "report", "--json").out();
        }
        return report;
    }

    private static Ended command(List<String> cluster, String... words) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(cluster);
        return Distribution.run(arguments.toArray());
    }
}
