package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.app.distribution.Distribution.Started;
import org.snowtrack.schemas.ip.IpAddress;

/** Raw lines that somebody ships to a node that runs, without a log of its own. */
class MtaLogsIT {

    private static final Pattern BOOTSTRAP_SERVERS = Pattern.compile("\"bootstrap_?[sS]ervers\":\"([^\"]+)\"");
    private static final List<String> NAMES = List.of("snow.example", "caruk.snow.example", "ohris.snow.example");

    private final Path temp;

    MtaLogsIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    @Timeout(60)
    void shouldFlagTheRangeThatShippedLinesTellOf() throws Exception {
        assumeTrue(LiveWorld.hasServer(), "SKIPPED: no /usr/sbin/nsd on this machine; install nsd");
        try (LiveWorld world = new LiveWorld(temp.resolve("world"), records(), registry(), 0).withNames()) {
            // Given
            Path data = temp.resolve("data");
            List<Object> arguments = new ArrayList<>(List.of("run", "--data-dir", data, "--networks"));
            arguments.add(Distribution.REAL_CASE.resolve("networks.tsv"));
            arguments.addAll(world.arguments());

            // When
            Ended created;
            String status;
            String report;
            try (Started run = Distribution.start(arguments.toArray())) {
                run.awaitTold("ready after");
                String kafka = bootstrapServers(until("status", data, BOOTSTRAP_SERVERS.asPredicate()));
                created = Distribution.run("topics", "create", "--mta-logs", "us", "--bootstrap-servers", kafka);
                ship(kafka);
                report = until("report", data, text -> text.contains("FLAGGED"));
                // The status is written every second, the report is read from the topic.
                status = until(
                        "status", data, text -> text.contains("\"addresses\":3,") && text.contains("\"flagged\":1"));
            }

            // Then
            assertThat(created.out()).isEqualTo("created mta-logs.us\n1 topics created.\n");
            assertThat(status).contains("\"flagged\":1");
            assertThat(report).hasLineCount(1);
            assertThat(report)
                    .contains("\"first_ip\":\"192.0.2.16\"", "\"last_ip\":\"192.0.2.18\"", "\"scope\":\"LOCAL\"");
        }
    }

    private static void ship(String kafka) throws Exception {
        Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));
        try (Producer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 120; i++) {
                int host = i % NAMES.size();
                Instant at = noon.minus(Duration.ofDays(i / 60)).plusSeconds(i);
                String line = PostfixLogs.refusal(at, NAMES.get(host), "192.0.2." + (16 + host), i);
                producer.send(new ProducerRecord<>("mta-logs.us", "mx1", line.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
        }
    }

    private static String until(String command, Path data, Predicate<String> enough) throws Exception {
        String told;
        do {
            told = Distribution.run(command, "--json", "--data-dir", data).out();
        } while (!enough.test(told));
        return told;
    }

    private static String bootstrapServers(String status) {
        Matcher found = BOOTSTRAP_SERVERS.matcher(status);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static Stream<String> records() {
        return Stream.iterate(0, i -> i < NAMES.size(), i -> i + 1)
                .flatMap(i -> CaseFiles.records(IpAddress.parse("192.0.2." + (16 + i)), NAMES.get(i)));
    }

    private Path registry() throws Exception {
        Path directory = Files.createDirectories(temp.resolve("rdap"));
        Files.writeString(directory.resolve("snow.example.json"), """
                {"objectClassName":"domain","ldhName":"snow.example",
                 "events":[{"eventAction":"registration","eventDate":"%s"}]}
                """.formatted(
                        Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(30))));
        return directory;
    }
}
