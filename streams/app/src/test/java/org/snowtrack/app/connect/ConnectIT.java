package org.snowtrack.app.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.serde.AvroSerde;

@Timeout(240)
class ConnectIT {

    private static final Map<String, String> CONVERTERS = Map.of(
            "key.converter", "org.apache.kafka.connect.storage.StringConverter",
            "value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    private final Path temp;
    private final DataDirectory directory;
    private final EmbeddedBroker broker;
    private final Consumer<String, byte[]> consumer;
    private final AvroSerde<MailRejection> serde = AvroSerde.of(MailRejection.class);
    private final List<MailRejection> published = new ArrayList<>();
    private int lines;

    ConnectIT(@TempDir Path temp) throws Exception {
        this.temp = temp;
        directory = DataDirectory.open(temp.resolve("data"));
        broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT);
        List<String> topics = List.of("mail-rejections.isp", "mail-rejections.relay");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, Optional.of(1), Optional.empty()))
                            .toList())
                    .all()
                    .get();
        }
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(
                topics.stream().map(topic -> new TopicPartition(topic, 0)).toList());
        consumer.seekToBeginning(consumer.assignment());
    }

    @AfterEach
    void stop() {
        consumer.close();
        broker.close();
        directory.close();
    }

    @Test
    void shouldPublishEveryRefusalOnceThoughTheWorkerIsKilled() throws Exception {
        // Given
        Path log = temp.resolve("mail.log");
        int syslog = ConnectWorker.freePort();
        write(log, 300);
        try (ConnectWorker worker = ConnectWorker.start(temp, broker.bootstrapServers())) {
            var wrong = create(worker, "wrong", Map.of("connector.class", "MtaLogSourceConnector"));
            var files = create(
                    worker,
                    "files",
                    settings("MtaLogSourceConnector", "isp", Map.of("log.files", temp + "/mail*.log", "zone", "UTC")));
            var relay = create(
                    worker,
                    "relay",
                    settings(
                            "SyslogSourceConnector",
                            "relay",
                            Map.of(
                                    "listen",
                                    "tcp://127.0.0.1:" + syslog,
                                    "spool.directory",
                                    temp.resolve("spool").toString())));
            assertThat(wrong).isEqualTo(400);
            assertThat(List.of(files, relay)).containsOnly(201);
            await(() -> count("isp") == 300, worker);
            write(log, 200);
            await(() -> count("isp") > 300, worker);
        }

        // When
        Files.move(log, temp.resolve("mail.log.1"));
        write(log, 100);
        try (ConnectWorker worker = ConnectWorker.start(temp, broker.bootstrapServers())) {
            write(log, 50);
            await(() -> count("isp") == 650, worker);
            send(syslog, worker, "<22>" + line(1) + "\n");
            await(() -> count("relay") == 1, worker);
        }

        // Then
        long repeated = published.size() - published.stream().distinct().count();
        assertThat(repeated)
                .as("only a minute that was still open when the log paused or the worker was killed is told again")
                .isLessThan(10);
        assertThat(published)
                .noneSatisfy(rejection -> assertThat(rejection.toString()).contains("bob"));
    }

    private static Map<String, String> settings(String connector, String reporter, Map<String, String> others) {
        Map<String, String> settings = new HashMap<>(CONVERTERS);
        settings.put("connector.class", connector);
        settings.put("reporter", reporter);
        settings.put("exactly.once.support", "required");
        settings.putAll(others);
        return settings;
    }

    private static int create(ConnectWorker worker, String name, Map<String, String> settings) throws Exception {
        String body = new ObjectMapper().writeValueAsString(settings);
        return worker.request("PUT", "/connectors/" + name + "/config", body).statusCode();
    }

    /** Each in a minute of its own, so that only the last is open. */
    private void write(Path log, int count) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line(lines++)).append('\n');
        }
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(int number) {
        return Instant.parse("2026-11-20T00:00:00Z").plusSeconds(60L * number) + " mx1 postfix/smtpd[" + number
                + "]: NOQUEUE: reject: RCPT from unknown[192.0.2." + number % 200 + "]: 550 5.1.1 <bob@example.org>: "
                + "Recipient address rejected: User unknown; from=<a@b.example> to=<bob@example.org> proto=ESMTP "
                + "helo=<h.example>";
    }

    private static void send(int port, ConnectWorker worker, String text) throws Exception {
        for (int tries = 0; ; tries++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                return;
            } catch (SocketException e) {
                assertThat(tries).as(worker.log()).isLessThan(300);
                worker.pause();
            }
        }
    }

    private long count(String reporter) {
        return published.stream()
                .filter(rejection -> rejection.getReporter().equals(reporter))
                .map(MailRejection::getOrigin)
                .distinct()
                .count();
    }

    private void await(BooleanSupplier wanted, ConnectWorker worker) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("%d isp, %s", count("isp"), worker.log())
                    .isLessThan(end);
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                MailRejection rejection = serde.deserialize(record.topic(), record.value());
                assertThat(record.key()).isEqualTo(rejection.getSourceIp());
                published.add(rejection);
            }
        }
    }
}
