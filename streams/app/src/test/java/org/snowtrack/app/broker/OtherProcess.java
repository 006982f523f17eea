package org.snowtrack.app.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A second JVM that holds a data directory, with or without a broker on it, until it is killed. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final String firstLine;

    private OtherProcess(Process process, String firstLine) {
        this.process = process;
        this.firstLine = firstLine;
    }

    static OtherProcess holding(Path directory) throws IOException {
        return start("hold", directory);
    }

    static OtherProcess runningBroker(Path directory) throws IOException {
        return start("broker", directory);
    }

    private static OtherProcess start(String what, Path directory) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        what,
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new OtherProcess(process, String.valueOf(output.readLine()));
    }

    /** Ends with its parent, which never writes to it. */
    public static void main(String[] args) throws IOException {
        System.out.println(hold(args[0], Path.of(args[1])));
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static String hold(String what, Path path) {
        try {
            DataDirectory directory = DataDirectory.open(path);
            return what.equals("broker")
                    ? EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT).bootstrapServers()
                    : "ready";
        } catch (StartupException e) {
            return String.valueOf(e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    /** "ready", the broker's bootstrap servers, or why it could not start. */
    String firstLine() {
        return firstLine;
    }

    /** As a power cut or SIGKILL would: nothing is said good-bye to. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
