package org.snowtrack.app.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real distributed Connect worker in a process of its own, which knows our connectors by its plugin path only. */
final class ConnectWorker implements AutoCloseable {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path PLUGINS = ROOT.resolve("connectors/target/plugin");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path log;
    private final int port;
    private final Process process;

    private ConnectWorker(Path log, int port, Process process) {
        this.log = log;
        this.port = port;
        this.process = process;
    }

    static ConnectWorker start(Path directory, String bootstrapServers) throws IOException {
        int port = freePort();
        Path settings = Files.writeString(
                directory.resolve("worker.properties"), """
                bootstrap.servers=%s
                group.id=snowtrack-connect
                listeners=http://127.0.0.1:%d
                plugin.path=%s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter=org.apache.kafka.connect.json.JsonConverter
                config.storage.topic=connect-configs
                config.storage.replication.factor=1
                offset.storage.topic=connect-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                status.storage.topic=connect-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                exactly.once.source.support=enabled
                scheduled.rebalance.max.delay.ms=0
                session.timeout.ms=6000
                heartbeat.interval.ms=1000
                """.formatted(bootstrapServers, port, PLUGINS));
        Path logging = Files.writeString(directory.resolve("logback.xml"), """
                <configuration>
                  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %p %c %m%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="OUT"/></root>
                </configuration>
                """);
        Path log = directory.resolve("worker.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        classPath(),
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ConnectWorker(log, port, process);
    }

    /** The test's own, without anything of ours. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).startsWith(ROOT))
                .filter(entry -> !String.valueOf(Path.of(entry).getFileName()).startsWith("snowtrack-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the worker is there, and then for what it answers. */
    HttpResponse<String> request(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as(Files.readString(log))
                    .isTrue();
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                // While it joins its group it answers so, or with no such path.
                if (response.statusCode() != 409 && response.statusCode() < 500 && response.statusCode() != 404) {
                    return response;
                }
            } catch (ConnectException e) {
                // Not up yet.
            }
            pause();
        }
    }

    /** Leaves it alone for a moment, unless it ends. */
    void pause() throws InterruptedException {
        process.waitFor(100, TimeUnit.MILLISECONDS);
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
