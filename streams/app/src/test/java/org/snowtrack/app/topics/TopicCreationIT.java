package org.snowtrack.app.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.topics.Topic;

@Timeout(60)
class TopicCreationIT {

    private static final TopicCreation CREATION = new TopicCreation(3, TopicCreation.CLUSTER_DEFAULT);

    private final DataDirectory directory;
    private final EmbeddedBroker broker;
    private final Admin admin;

    TopicCreationIT(@TempDir Path temp) {
        directory = DataDirectory.open(temp);
        broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
        directory.close();
    }

    @Test
    void shouldCreateWhatIsMissingAndNothingTwice() throws Exception {
        // Given
        create(Topic.MAIL_REJECTIONS, 7);

        // When
        var first = CREATION.createMissing(admin);
        var second = CREATION.createMissing(admin);

        // Then
        assertThat(first)
                .containsExactlyInAnyOrderElementsOf(Topic.inUse()
                        .filter(topic -> topic != Topic.MAIL_REJECTIONS)
                        .toList());
        assertThat(second).isEmpty();
        awaitKnown(Topic.inUse().map(Topic::topicName).toArray(String[]::new));
        assertThat(partitions())
                .isEqualTo(Topic.inUse()
                        .collect(Collectors.toMap(
                                Topic::topicName, topic -> topic == Topic.MAIL_REJECTIONS ? 7 : topic.partitions(3))));
        assertThat(settings(Topic.FLAGGED_RANGES)).containsAllEntriesOf(Topic.FLAGGED_RANGES.settings());
    }

    @Test
    void shouldRefuseAnotherNumberOfPartitionsAndCreateNothing() throws Exception {
        // Given
        create(Topic.DOMAIN_FACTS, 2);

        // Then
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> CREATION.createMissing(admin))
                .withMessageStartingWith("The topic domain-facts has 2 partitions instead of 3, ");
        assertThat(partitions()).containsOnlyKeys("domain-facts");
    }

    @Test
    void shouldCreateTopicsOfLinesAndRefuseThoseThatAreTooLarge() throws Exception {
        // Given
        Set<String> topics = Set.of("mta-logs.isp-a", "mta-logs.isp-b");
        CREATION.createMissing(admin);

        // When
        Set<String> created = CREATION.createForLines(admin, topics);
        Set<String> again = CREATION.createForLines(admin, topics);
        awaitKnown("mta-logs.isp-a", "mta-logs.isp-b");
        CREATION.createMissing(admin);

        // Then
        assertThat(created).isEqualTo(topics);
        assertThat(again).isEmpty();
        awaitKnown("mta-logs");
        assertThat(partitions()).containsEntry("mta-logs.isp-a", 1).containsEntry("mta-logs", 3);

        // When somebody else makes one larger than the bare topic
        admin.createPartitions(Map.of("mta-logs.isp-a", NewPartitions.increaseTo(4)))
                .all()
                .get();
        while (!Integer.valueOf(4).equals(partitions().get("mta-logs.isp-a"))) {
            Thread.onSpinWait();
        }

        // Then
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> CREATION.createMissing(admin))
                .withMessage("The topic mta-logs.isp-a has 4 partitions, and mta-logs has 3; delete it, and create it "
                        + "with mta-logs's number at most (snowtrack topics create --mta-logs NAME).");
    }

    @Test
    void shouldNotLetTheEmbeddedBrokerHaveATopicOfLinesThatWouldStopThePipeline() {
        assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("mta-logs.isp-c", 4, (short) 1)))
                        .all()
                        .get())
                .hasRootCauseMessage(
                        "The topic mta-logs.isp-c is to have 4 partitions, but a reporter's log lines need "
                                + "one; create it by snowtrack topics create --mta-logs isp-c.");
    }

    /** A broker hears of what its controller created a moment later. */
    private void awaitKnown(String... topics) throws Exception {
        while (!partitions().keySet().containsAll(List.of(topics))) {
            Thread.onSpinWait();
        }
    }

    private void create(Topic topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic.topicName(), partitions, (short) 1)))
                .all()
                .get();
        awaitKnown(topic.topicName());
    }

    private Map<String, Integer> partitions() throws Exception {
        return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().values().stream()
                .collect(Collectors.toMap(
                        description -> description.name(),
                        description -> description.partitions().size()));
    }

    private Map<String, String> settings(Topic topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
        return admin.describeConfigs(List.of(resource)).all().get().values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(entry -> entry.name(), entry -> entry.value()));
    }
}
