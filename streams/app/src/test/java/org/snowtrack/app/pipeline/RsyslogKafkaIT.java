package org.snowtrack.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.topics.TopicCreation;
import org.snowtrack.connectors.formats.MixedLines;
import org.snowtrack.connectors.grammar.LogFact;

/** The real rsyslogd ships lines as the README has it; skipped where it is not installed. */
@Timeout(60)
class RsyslogKafkaIT {

    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final String TOPIC = "mta-logs.my-isp";
    private static final int COUNT = 100;

    @TempDir
    private Path temp;

    @Test
    void shouldReadEveryRefusalThatRsyslogShipsByTheReadme() throws Exception {
        assumeTrue(hasKafka(), "SKIPPED: no rsyslogd with omkafka on this machine; install rsyslog-kafka");
        try (DataDirectory directory = DataDirectory.open(temp.resolve("data"));
                EmbeddedBroker broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // Given
            new TopicCreation(1, (short) 1).createForLines(admin, Set.of(TOPIC));
            Process rsyslog = start(configuration(broker.bootstrapServers()));
            try {
                // When
                relay(IntStream.range(0, COUNT)
                        .mapToObj(i -> "<22>Nov 25 12:00:00 mx1 postfix/smtpd[31]: NOQUEUE: reject: RCPT from "
                                + "unknown[192.0.2." + i + "]: 550 5.1.1 <u@isp.example>: Recipient address rejected: "
                                + "User unknown; from=<n@snow.example> to=<u@isp.example> proto=ESMTP helo=<ä.example>\n"
                                + "<30>Nov 25 12:00:00 mx1 other[1]: no mail\n")
                        .toList());
                List<ConsumerRecord<String, byte[]>> shipped = shipped(broker.bootstrapServers());

                // Then
                assertThat(shipped).extracting(ConsumerRecord::key).containsOnly("mx1");
                assertThat(refused(shipped))
                        .containsExactlyElementsOf(IntStream.range(0, COUNT)
                                .mapToObj(i -> "192.0.2." + i)
                                .toList());
            } finally {
                rsyslog.destroy();
                rsyslog.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static boolean hasKafka() throws IOException {
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(
                Path.of("/usr/lib"),
                path -> Files.exists(path.resolve("rsyslog").resolve("omkafka.so")))) {
            return Files.isExecutable(RSYSLOGD) && modules.iterator().hasNext();
        }
    }

    private Path portFile() {
        return temp.resolve("port");
    }

    private Path configuration(String kafka) throws IOException {
        Matcher snippet = Pattern.compile("\\*\\*rsyslog\\*\\*\\n```\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "..", "README.md")));
        assertThat(snippet.find()).isTrue();
        return Files.writeString(
                temp.resolve("rsyslog.conf"),
                """
                global(workDirectory="%s" net.enableDNS="off" parser.permitSlashInProgramName="on")
                module(load="imtcp")
                input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="%s")
                """.formatted(temp, portFile()) + snippet.group(1).replace("kafka.example:9092", kafka));
    }

    private Process start(Path configuration) throws IOException {
        return new ProcessBuilder(
                        RSYSLOGD.toString(),
                        "-n",
                        "-f",
                        configuration.toString(),
                        "-i",
                        temp.resolve("rsyslog.pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("rsyslog.out").toFile())
                .start();
    }

    private void relay(List<String> lines) throws Exception {
        while (!Files.exists(portFile()) || Files.size(portFile()) == 0) {
            Thread.onSpinWait();
        }
        int port = Integer.parseInt(Files.readString(portFile()).strip());
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(String.join("", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** rsyslogd writes the port down when it is bound, a moment before it listens. */
    private static Socket connect(int port) throws IOException {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                Thread.onSpinWait();
            }
        }
    }

    /** Waits for as many records as there are refusals. */
    private static List<ConsumerRecord<String, byte[]>> shipped(String kafka) {
        List<ConsumerRecord<String, byte[]>> shipped = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(TOPIC, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (shipped.size() < COUNT) {
                consumer.poll(Duration.ofSeconds(1)).forEach(shipped::add);
            }
        }
        return shipped;
    }

    private static List<String> refused(List<ConsumerRecord<String, byte[]>> records) {
        List<String> refused = new ArrayList<>();
        MixedLines lines = new MixedLines(ZoneOffset.UTC, host -> {
            throw new AssertionError("Postfix tells everything in one line.");
        });
        for (ConsumerRecord<String, byte[]> record : records) {
            byte[] line = record.value();
            Instant written = Instant.ofEpochMilli(record.timestamp());
            lines.read(line, 0, line.length, written, record.offset(), (tag, fact) -> {
                assertThat(fact).isInstanceOf(LogFact.Refusal.class);
                refused.add(((LogFact.Refusal) fact).client().toString());
            });
        }
        return refused;
    }
}
