package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;

/** Against a real authoritative server. Skipped where it is not installed ({@code apt-get install nsd}). */
class NsdTest {

    private static final Path NSD = Path.of("/usr/sbin/nsd");
    private static final List<String> ZONES = List.of("example.net", "example.org", "2.0.192.in-addr.arpa");
    private static final String SOA = "@ 3600 IN SOA ns.example.net. host.example.net. 1 7200 3600 1209600 600";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static Process nsd;

    @SuppressWarnings("NullAway.Init")
    private static DnsClient client;

    @SuppressWarnings("NullAway.Init")
    private static DnsRecords records;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.isExecutable(NSD), "SKIPPED: nsd is not installed; apt-get install nsd");
        zone("example.net", Stream.of("mx 300 A 192.0.2.4", "alias 200 CNAME mx", "away CNAME host.example.org."));
        zone(
                "example.org",
                Stream.concat(
                        Stream.of("@ 900 MX 10 mx.example.net.", "host A 192.0.2.6"),
                        IntStream.range(0, 60).mapToObj(i -> "@ TXT \"" + i + " " + "x".repeat(200) + "\"")));
        zone(
                "2.0.192.in-addr.arpa",
                Stream.of("4 500 PTR alias.example.net.", "4 500 PTR outside.example.com.", "5 PTR mx.example.net."));
        int port = freePort();
        Files.write(
                directory.resolve("nsd.conf"),
                Stream.concat(
                                Stream.of(
                                        "server:",
                                        "  ip-address: 127.0.0.1@" + port,
                                        "  username: \"\"",
                                        "  database: \"\"",
                                        "  pidfile: \"\"",
                                        "  zonelistfile: \"" + directory.resolve("zone.list") + "\"",
                                        "  xfrdfile: \"" + directory.resolve("xfrd.state") + "\"",
                                        "  xfrdir: \"" + directory + "\"",
                                        "  zonesdir: \"" + directory + "\"",
                                        "remote-control:",
                                        "  control-enable: no"),
                                ZONES.stream()
                                        .flatMap(zone ->
                                                Stream.of("zone:", "  name: " + zone, "  zonefile: " + zone + ".zone")))
                        .toList());
        nsd = new ProcessBuilder(
                        NSD.toString(),
                        "-d",
                        "-c",
                        directory.resolve("nsd.conf").toString())
                .redirectErrorStream(true)
                .start();
        awaitStart();
        client = new DnsClient(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                new DnsClient.Limits(
                        Duration.ofSeconds(10), 3, 64, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED));
        records = new DnsRecords(client);
    }

    @AfterAll
    @SuppressWarnings("UnnecessaryNullCheck")
    static void stop() throws InterruptedException {
        if (client != null) {
            client.close();
        }
        if (nsd != null) {
            nsd.destroy();
            nsd.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldConfirmNamesWhenAServerIsReal() {
        // When
        Fresh<List<PtrName>> answer = join(records.ptr(IpAddress.parse("192.0.2.4")));

        // Then
        assertThat(answer)
                .isEqualTo(Fresh.partlyFound(List.of(
                        new PtrName("alias.example.net", Confirmation.CONFIRMED),
                        new PtrName("outside.example.com", Confirmation.UNKNOWN))));
        assertThat(join(records.ptr(IpAddress.parse("192.0.2.5"))))
                .isEqualTo(Fresh.found(
                        List.of(new PtrName("mx.example.net", Confirmation.REFUTED)), Duration.ofMinutes(5)));
    }

    @Test
    void shouldTellAbsenceFromRefusalWhenAServerIsReal() {
        // When
        Fresh<List<PtrName>> absent = join(records.ptr(IpAddress.parse("192.0.2.7")));

        // Then
        assertThat(absent).isEqualTo(Fresh.noRecord(Duration.ofMinutes(10)));
        assertThat(join(records.mailExchangers("example.net"))).isEqualTo(Fresh.noRecord(Duration.ofMinutes(10)));
        assertThat(join(records.mailExchangers("example.com"))).isEqualTo(Fresh.failed(Failure.REFUSED));
    }

    @Test
    void shouldGoOnByItselfWhenAnAliasLeadsToAnotherZone() {
        // When
        Fresh<List<IpAddress>> answer = join(records.addresses("away.example.net"));

        // Then
        assertThat(answer.answer().found()).contains(List.of(IpAddress.parse("192.0.2.6")));
    }

    @Test
    void shouldReadAllByTcpWhenAnswerIsLong() {
        // When
        Fresh<List<String>> answer = join(records.texts("example.org"));

        // Then
        assertThat(answer.answer().found().orElseThrow()).hasSize(60);
    }

    private static void zone(String name, Stream<String> lines) throws IOException {
        Files.write(
                directory.resolve(name + ".zone"),
                Stream.concat(Stream.of("$ORIGIN " + name + ".", "$TTL 3600", SOA, "@ NS ns.example.net."), lines)
                        .toList());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitStart() throws IOException {
        BufferedReader log = new BufferedReader(nsd.inputReader(StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            said.append(line).append('\n');
            if (line.contains("nsd started")) {
                return;
            }
        }
        throw new IllegalStateException("nsd did not start:\n" + said);
    }

    private static <A> Fresh<A> join(CompletionStage<Fresh<A>> stage) {
        return stage.toCompletableFuture().join();
    }
}
