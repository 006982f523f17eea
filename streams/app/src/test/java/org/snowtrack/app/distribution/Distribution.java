package org.snowtrack.app.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built distribution, started as a user would: by its script, in a process of its own. */
final class Distribution {

    static final Path HOME = Path.of("target", "snowtrack").toAbsolutePath();
    static final Path REAL_CASE = HOME.resolve("cases").resolve("large-file-2018");

    private static final int PATIENCE_MINUTES = 10;
    private static final int PAUSE_MILLIS = 200;

    /** How a command ended and what it printed. */
    record Ended(int exitCode, String out, String err) {

        List<String> lines() {
            return out.lines().toList();
        }
    }

    private Distribution() {}

    /** Runs a command to its end. */
    static Ended run(Object... arguments) throws IOException, InterruptedException {
        try (Started started = start(arguments)) {
            return started.await();
        }
    }

    /** Starts a command. */
    static Started start(Object... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/snowtrack").toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = Files.createTempFile("snowtrack-test-", ".out");
        Path err = Files.createTempFile("snowtrack-test-", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // Tests are over before the optimizing compiler pays off.
        builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return new Started(builder.start(), out, err);
    }

    /** A command that runs. The script becomes the JVM, so that a signal meets the JVM itself. */
    record Started(Process process, Path out, Path err) implements AutoCloseable {

        Ended await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("still running after %d min: %s"
                        .formatted(PATIENCE_MINUTES, process.info().commandLine()));
            }
            return new Ended(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        }

        /** What it has said on standard error so far. */
        String told() throws IOException {
            return Files.readString(err, StandardCharsets.UTF_8);
        }

        /** Returns when it has said this; fails if it ends before. */
        void awaitTold(String text) throws IOException, InterruptedException {
            while (!told().contains(text)) {
                if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("ended before it said '" + text + "': " + told());
                }
            }
        }

        /** Leaves it alone for a moment. */
        void pause() throws InterruptedException {
            process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }

        /** SIGKILL after so long, unless it ends by itself before. */
        void killAfter(long millis) throws InterruptedException {
            if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().onExit().join();
            }
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly().onExit().join();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }
}
