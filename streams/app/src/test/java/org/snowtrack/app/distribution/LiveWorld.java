package org.snowtrack.app.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The outside world on loopback: a real authoritative server (nsd) for everything below the root, and registries. */
final class LiveWorld implements AutoCloseable {

    private static final Pattern DATE = Pattern.compile("20\\d\\d-\\d\\d-\\d\\d(?=T)");

    private final Path directory;
    private final int dnsPort;
    private final HttpServer registries;
    private @Nullable Process nsd;

    /** Whether this machine has the server; .ci/run installs it. */
    static boolean hasServer() {
        return Files.isExecutable(Path.of("/usr/sbin/nsd"));
    }

    /**
     * Opens the registries; the name server is still down.
     *
     * @param records everything that exists in the DNS, in master-file form with absolute names
     * @param rdap domain objects as NAME.json, whose dates are so many days too early
     */
    LiveWorld(Path directory, Stream<String> records, Path rdap, long shiftDays) throws IOException {
        this.directory = Files.createDirectories(directory);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dnsPort = free.getLocalPort();
        }
        List<String> zone = new ArrayList<>(
                List.of(". 3600 IN SOA ns. host. 1 3600 600 86400 60", ". 3600 IN NS ns.", "ns. 3600 IN A 127.0.0.1"));
        records.forEach(zone::add);
        Files.write(directory.resolve("root.zone"), zone);
        Files.writeString(directory.resolve("nsd.conf"), """
                server:
                  ip-address: 127.0.0.1@%d
                  username: ""
                  chroot: ""
                  pidfile: ""
                  zonelistfile: "%2$s/zone.list"
                  xfrdfile: "%2$s/xfrd.state"
                  zonesdir: "%2$s"
                  database: ""
                  server-count: 1
                remote-control:
                  control-enable: no
                zone:
                  name: "."
                  zonefile: "root.zone"
                """.formatted(dnsPort, directory.toAbsolutePath()));
        registries = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registries.createContext("/", exchange -> answer(exchange, rdap, shiftDays));
        registries.start();
        Files.writeString(directory.resolve("rdap-bootstrap.json"), """
                {"version":"1.0","publication":"2026-01-01T00:00:00Z",
                 "services":[[["com","net","example"],["http://127.0.0.1:%d/"]]]}
                """.formatted(
                        registries.getAddress().getPort()));
    }

    private static void answer(HttpExchange exchange, Path rdap, long shiftDays) throws IOException {
        try (exchange) {
            Path file = rdap.resolve(Path.of(exchange.getRequestURI().getPath()).getFileName() + ".json");
            if (!Files.exists(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = DATE.matcher(Files.readString(file))
                    .replaceAll(date ->
                            LocalDate.parse(date.group()).plusDays(shiftDays).toString())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/rdap+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    int dnsPort() {
        return dnsPort;
    }

    /** Arguments of run that lead here. */
    List<String> arguments() {
        return List.of(
                "--dns",
                "127.0.0.1:" + dnsPort,
                "--rdap-bootstrap",
                directory.resolve("rdap-bootstrap.json").toString());
    }

    /** Starts the name server and returns when it answers. */
    LiveWorld withNames() throws IOException, InterruptedException {
        nsd = new ProcessBuilder(
                        "/usr/sbin/nsd",
                        "-d",
                        "-c",
                        directory.resolve("nsd.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nsd.log").toFile())
                .start();
        SimpleResolver resolver = new SimpleResolver(new InetSocketAddress(InetAddress.getLoopbackAddress(), dnsPort));
        resolver.setTimeout(Duration.ofMillis(200));
        Message question = Message.newQuery(Record.newRecord(Name.fromString("ns."), Type.A, DClass.IN));
        while (!answers(resolver, question)) {
            if (nsd.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(Files.readString(directory.resolve("nsd.log")));
            }
        }
        return this;
    }

    private static boolean answers(SimpleResolver resolver, Message question) {
        try {
            resolver.send(question);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Stops the name server. */
    void withoutNames() {
        Process server = nsd;
        if (server != null) {
            // Its workers go with it.
            List<ProcessHandle> workers = server.descendants().toList();
            workers.forEach(ProcessHandle::destroyForcibly);
            workers.forEach(worker -> worker.onExit().join());
            server.destroyForcibly().onExit().join();
        }
    }

    /** Days from a date to today. */
    static long daysUntilToday(LocalDate date) {
        return LocalDate.now(ZoneOffset.UTC).toEpochDay() - date.toEpochDay();
    }

    @Override
    public void close() {
        withoutNames();
        registries.stop(0);
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(Files::isRegularFile).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
