package org.snowtrack.app.results;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.topics.Topic;

/** Reads topics from beginning to end, committed records only, as no member of any group. */
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, String> settings;

    /**
     * @param settings of Kafka clients, with the bootstrap servers
     */
    public TopicReader(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * Hands over everything that was committed when the call began, partition by partition in order.
     *
     * @throws StartupException if the topic does not exist, or the cluster does not answer
     */
    public <V> void readAll(Topic topic, Deserializer<V> values, Consumer<ConsumerRecord<String, V>> visitor) {
        try (KafkaConsumer<String, V> consumer = open(topic, values)) {
            readToEnd(consumer, visitor);
        }
    }

    /** Hands over everything that was committed when the call began; the consumer can be polled on from there. */
    public static <V> void readToEnd(KafkaConsumer<String, V> consumer, Consumer<ConsumerRecord<String, V>> visitor) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(visitor);
        }
    }

    /** A consumer of the whole topic, standing at its beginning. The caller closes it. */
    public <V> KafkaConsumer<String, V> open(Topic topic, Deserializer<V> values) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        KafkaConsumer<String, V> consumer = new KafkaConsumer<>(properties, new StringDeserializer(), values);
        boolean opened = false;
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new StartupException(
                        "The topic " + topic.topicName() + " does not exist there; has Snowtrack run yet?");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            opened = true;
            return consumer;
        } catch (TimeoutException e) {
            throw new StartupException(
                    "The Kafka cluster at " + settings.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)
                            + " does not answer; check host, port and the client.* settings.",
                    e);
        } finally {
            if (!opened) {
                consumer.close();
            }
        }
    }
}
