package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.Distribution.Started;

/** The built distribution in a world that does not answer, on a disk that is full, and on a terminal. */
class LiveTroubleIT {

    /** A minute; for two: {@code -Doutage.seconds=120}. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage.seconds", 60));

    /** Questions of so many addresses and domains, each asked again after 10, 20, 40 and 80 s, by several attempts each. */
    private static final int MOST_PACKETS_PER_QUESTION = 12;

    private static final long MIB = 1L << 20;

    private final Path temp;

    LiveTroubleIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @BeforeAll
    static void needNameServer() {
        assumeTrue(LiveWorld.hasServer(), "SKIPPED: no /usr/sbin/nsd on this machine; install nsd");
    }

    @Test
    void shouldJudgeLateWithoutAStormWhileTheNameServerIsAway() throws Exception {
        try (LiveWorld world = LiveRuns.realWorld(temp).withNames()) {
            // Given
            PostfixLogs logs = LiveRuns.realLogs(temp.resolve("logs"));
            List<String> arguments = logs.arguments();
            logs.begin();
            Path data = temp.resolve("data");
            try (Started run = LiveRuns.run(data, world, arguments)) {
                run.awaitTold("ready after");

                // When
                world.withoutNames();
                logs.writeAll();
                long packets = packetsWithin(OUTAGE, world.dnsPort());
                Ended during = Distribution.run("status", "--json", "--data-dir", data);
                String report = LiveRuns.reportOnce(run, data, String::isEmpty);
                world.withNames();
                String later = LiveRuns.reportOnce(run, data, LiveRuns::hasTheSevenRanges);

                // Then
                assertThat(during.out()).contains("\"flagged\":0", "\"bytes_behind\":0");
                assertThat(report).isEmpty();
                assertThat(packets).isBetween(1L, 37L * MOST_PACKETS_PER_QUESTION);
                assertThat(LiveRuns.flagged(later)).isEqualTo(7);
            }
        }
    }

    /** How much is asked of a server that hears and does not answer. */
    private static long packetsWithin(Duration time, int port) throws IOException {
        long packets = 0;
        long end = System.nanoTime() + time.toNanos();
        try (DatagramSocket silent = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(1_000);
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            while (System.nanoTime() < end) {
                try {
                    silent.receive(packet);
                    packets++;
                } catch (SocketTimeoutException quiet) {
                    // The end may have come.
                }
            }
        }
        return packets;
    }

    @Test
    void shouldWatchAndSayWhyWhenRegistriesAreNotAsked() throws Exception {
        try (LiveWorld world = LiveRuns.realWorld(temp).withNames()) {
            // Given
            PostfixLogs logs = LiveRuns.realLogs(temp.resolve("logs"));
            List<String> arguments = new ArrayList<>(logs.arguments());
            arguments.addAll(List.of("--rdap", "off"));
            logs.writeAll();
            Path data = temp.resolve("data");

            // When
            String report;
            try (Started run = LiveRuns.run(data, world, arguments)) {
                report = LiveRuns.reportOnce(run, data, text -> text.lines().count() == 7);
            }

            // Then
            assertThat(report.lines()).hasSize(7).allSatisfy(line -> assertThat(line)
                    .contains("\"verdict\":\"WATCHED\"", "\"REGISTRATION_UNKNOWN\""));
        }
    }

    @Test
    void shouldStopReadingOnAFullDiskAndGoOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", disk.toString()) == 0,
                "SKIPPED: only root can mount a small disk");
        try (LiveWorld world = new LiveWorld(temp.resolve("world"), Stream.of(), temp, 0).withNames()) {
            // Given
            Path data = disk.resolve("data");
            PostfixLogs logs = refusals(3_000);
            List<String> arguments = logs.arguments();
            logs.begin();
            Path filler = disk.resolve("filler");

            // When
            String full;
            Ended whileFull;
            Ended start;
            Ended afterwards;
            try (Started run = LiveRuns.run(data, world, arguments)) {
                awaitStatus(run, data, "\"lines\":1,");
                fill(filler, Files.getFileStore(disk).getUsableSpace() - 100 * MIB);
                run.awaitTold("MiB are free");
                full = run.told();
                logs.writeAll();
                whileFull = awaitStatus(run, data, "make room");
                run.process().destroy();
                assertThat(run.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            try (Started refused = LiveRuns.run(data, world, arguments)) {
                start = refused.await();
            }
            Files.delete(filler);
            try (Started run = LiveRuns.run(data, world, arguments)) {
                // The first line is read again, because its minute was not over.
                afterwards = awaitStatus(run, data, "\"lines\":3000,");
            }

            // Then
            assertThat(full).contains("make room, or move the directory", "Until then no log is read.");
            assertThat(whileFull.out()).contains("\"lines\":1,");
            assertThat(start.exitCode()).isEqualTo(1);
            assertThat(start.err()).contains("make room, or move the directory").hasLineCount(1);
            assertThat(afterwards.out()).contains("\"refusals\":3000,");
        } finally {
            command("umount", "--lazy", disk.toString());
        }
    }

    @Test
    void shouldDrawWhatItIsDoingOnATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "SKIPPED: no /usr/bin/script on this machine");
        try (LiveWorld world = new LiveWorld(temp.resolve("world"), Stream.of(), temp, 0).withNames()) {
            // Given
            PostfixLogs logs = refusals(1_234);
            List<String> command = new ArrayList<>(
                    List.of(Distribution.HOME.resolve("bin/snowtrack").toString(), "run"));
            command.addAll(List.of("--data-dir", temp.resolve("data").toString(), "--rdap", "off"));
            command.addAll(world.arguments());
            command.addAll(logs.arguments());
            logs.writeAll();
            Path typescript = temp.resolve("typescript");

            // When
            Process script = new ProcessBuilder(
                            "/usr/bin/script", "-q", "-f", "-e", "-c", String.join(" ", command), typescript.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String drawn = "";
            try {
                while (!drawn.contains("lines 1.2k  rejected 1.2k") && script.isAlive()) {
                    script.waitFor(200, TimeUnit.MILLISECONDS);
                    drawn = Files.exists(typescript) ? Files.readString(typescript) : "";
                }
            } finally {
                script.descendants().forEach(ProcessHandle::destroy);
                script.waitFor(10, TimeUnit.SECONDS);
                script.destroyForcibly();
            }

            // Then
            assertThat(drawn).contains("snowtrack: ready after", "\r\u001b[Klines 1.2k  rejected 1.2k  IPs ");
            assertThat(drawn.split("\u001b\\[K"))
                    .as("fits a terminal")
                    .filteredOn(line -> line.startsWith("lines "))
                    .allSatisfy(line -> assertThat(line.strip()).hasSizeLessThan(80));
        }
    }

    private PostfixLogs refusals(int lines) throws IOException {
        PostfixLogs logs = new PostfixLogs(temp.resolve("logs"));
        Instant now = Instant.now().minusSeconds(lines);
        for (int i = 0; i < lines; i++) {
            logs.add("us", PostfixLogs.refusal(now.plusSeconds(i), "unknown", "203.0.113." + i % 200, i));
        }
        return logs;
    }

    private static Ended awaitStatus(Started run, Path data, String text) throws IOException, InterruptedException {
        Ended status = Distribution.run("status", "--json", "--data-dir", data);
        while (!status.out().contains(text)) {
            assertThat(run.process().isAlive()).as(run.told()).isTrue();
            status = Distribution.run("status", "--json", "--data-dir", data);
        }
        return status;
    }

    private static void fill(Path file, long bytes) throws IOException {
        byte[] some = new byte[(int) MIB];
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (long written = 0; written < bytes; written += MIB) {
                out.write(some);
            }
        }
    }

    private static int command(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
