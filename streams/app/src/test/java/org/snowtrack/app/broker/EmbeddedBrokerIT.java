package org.snowtrack.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedBrokerIT {

    private static final TopicPartition PARTITION = new TopicPartition("letters", 0);

    private final Path temp;

    EmbeddedBrokerIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldKeepRecordsWhenRestartedOnTheSameDirectoryAndAnotherPort() throws Exception {
        // Given
        int port = freePort();
        try (DataDirectory directory = DataDirectory.open(temp)) {
            try (EmbeddedBroker broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT)) {
                assertThat(broker.bootstrapServers()).doesNotEndWith(":" + port);
                createTopic(broker.bootstrapServers());
                produce(broker.bootstrapServers(), "idempotent");
                produceInTransaction(broker.bootstrapServers(), "transactional").commit();
            }

            // When
            try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port)) {

                // Then
                assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
                assertThat(committed(broker.bootstrapServers())).containsExactly("idempotent", "transactional");
            }
        }
    }

    @Test
    void shouldKeepCommittedRecordsWhenKilled() throws Exception {
        // Given
        try (OtherProcess other = OtherProcess.runningBroker(temp)) {
            createTopic(other.firstLine());
            produce(other.firstLine(), "idempotent");
            produceInTransaction(other.firstLine(), "committed").commit();
            Transaction open = produceInTransaction(other.firstLine(), "not committed");

            // When
            other.kill();
            open.forget();
        }

        // Then
        try (DataDirectory directory = DataDirectory.open(temp);
                EmbeddedBroker broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT)) {
            // The next owner of the transactional id ends what the killed one left open.
            produceInTransaction(broker.bootstrapServers(), "after").commit();
            assertThat(committed(broker.bootstrapServers())).containsExactly("idempotent", "committed", "after");
        }
    }

    @Test
    void shouldSayThatThePortIsInUse() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DataDirectory directory = DataDirectory.open(temp)) {

            // Then
            assertThatExceptionOfType(StartupException.class)
                    .isThrownBy(() -> EmbeddedBroker.start(directory, taken.getLocalPort()))
                    .withMessage("Port " + taken.getLocalPort()
                            + " is in use by another program; stop that program or choose another port.");
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void createTopic(String servers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) -1)))
                    .all()
                    .get();
        }
    }

    private static void produce(String servers, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of("bootstrap.servers", servers))) {
            producer.send(letter(value)).get();
        }
    }

    private static Transaction produceInTransaction(String servers, String value) throws Exception {
        KafkaProducer<String, String> producer =
                producer(Map.of("bootstrap.servers", servers, "transactional.id", "writer"));
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(letter(value)).get();
        return new Transaction(producer);
    }

    private record Transaction(KafkaProducer<String, String> producer) {

        void commit() {
            producer.commitTransaction();
            producer.close();
        }

        void forget() {
            producer.close(Duration.ZERO);
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static ProducerRecord<String, String> letter(String value) {
        return new ProducerRecord<>(PARTITION.topic(), value);
    }

    private static List<String> committed(String servers) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(letter -> values.add(letter.value()));
            }
        }
        return values;
    }
}
