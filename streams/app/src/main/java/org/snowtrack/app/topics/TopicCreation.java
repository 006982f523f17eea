package org.snowtrack.app.topics;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.topics.Topic;

/**
 * Creates the topics of the catalogue that a cluster lacks. What exists is never altered; where it would break the
 * flow, nothing is created. Safe for any thread, and for several processes at once.
 *
 * @param partitions how many partitions a topic gets that is partitioned at all
 * @param replicationFactor copies of each partition, or {@link #CLUSTER_DEFAULT}
 */
public record TopicCreation(int partitions, short replicationFactor) {

    /** Leaves the number of copies to the cluster. */
    public static final short CLUSTER_DEFAULT = -1;

    /**
     * Topics that may have any number of partitions: intake repartitions rejections by block itself, lines are read
     * where they lie, and nobody joins dead letters.
     */
    private static final Set<Topic> FREELY_PARTITIONED =
            EnumSet.of(Topic.MAIL_REJECTIONS, Topic.DEAD_LETTERS, Topic.MTA_LOGS);

    /**
     * Creates what is missing; a second call creates nothing.
     *
     * @return the topics that this call created
     * @throws StartupException when a topic exists with a wrong number of partitions, or the cluster refuses
     */
    public Set<Topic> createMissing(Admin admin) {
        return createMissing(admin, Topic.inUse().collect(Collectors.toCollection(() -> EnumSet.noneOf(Topic.class))));
    }

    /** Likewise those of these topics that are missing. */
    public Set<Topic> createMissing(Admin admin, Set<Topic> topics) {
        Set<Topic> missing = EnumSet.copyOf(topics);
        missing.removeAll(existing(admin, missing));
        Set<Topic> created = create(admin, missing);
        missing.removeAll(created);
        existing(admin, missing); // those that somebody else created meanwhile
        checkTopicsOfLines(admin);
        return created;
    }

    /**
     * Creates topics to which reporters ship log lines, where they do not exist: of one partition, in which the lines
     * of a session stay in their order whatever their keys are.
     *
     * @param topics such as {@code mta-logs.isp-a}
     * @return those that this call created
     * @throws StartupException when the cluster refuses
     */
    public Set<String> createForLines(Admin admin, Set<String> topics) {
        Set<String> created = new TreeSet<>();
        admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic, 1, replicationFactor).configs(Topic.MTA_LOGS.settings()))
                        .toList())
                .values()
                .forEach((topic, creation) -> answer(
                                topic, creation.thenApply(done -> topic), TopicExistsException.class)
                        .ifPresent(created::add));
        return created;
    }

    /**
     * What is known of sessions lies in as many partitions as the largest topic of lines has, and must stay there. The
     * bare topic is always there, so it has to be the largest; a larger one stops the pipeline.
     *
     * @throws StartupException when there is a larger one
     */
    public void checkTopicsOfLines(Admin admin) {
        Map<String, Integer> sizes = new TreeMap<>();
        admin.describeTopics(topicsOfLines(admin)).topicNameValues().forEach((topic, description) -> answer(
                        topic, description, UnknownTopicOrPartitionException.class)
                .ifPresent(known -> sizes.put(topic, known.partitions().size())));
        String bare = Topic.MTA_LOGS.topicName();
        // Brokers hear of a topic that was created a moment ago a moment later.
        int most = sizes.getOrDefault(bare, Topic.MTA_LOGS.partitions(partitions));
        sizes.forEach((topic, size) -> {
            if (size > most) {
                throw new StartupException(("The topic %s has %d partitions, and %s has %d; delete it, and create it "
                                + "with %3$s's number at most (snowtrack topics create --mta-logs NAME).")
                        .formatted(topic, size, bare, most));
            }
        });
    }

    private static Set<String> topicsOfLines(Admin admin) {
        try {
            return admin.listTopics().names().get().stream()
                    .filter(Topic.logTopics().asMatchPredicate())
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            throw new StartupException("The topics of log lines cannot be looked for: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Set<Topic> existing(Admin admin, Set<Topic> topics) {
        Set<Topic> existing = EnumSet.noneOf(Topic.class);
        var descriptions = admin.describeTopics(
                        topics.stream().map(Topic::topicName).toList())
                .topicNameValues();
        for (Topic topic : topics) {
            answer(topic.topicName(), futureOf(descriptions, topic), UnknownTopicOrPartitionException.class)
                    .ifPresent(description -> {
                        check(topic, description.partitions().size());
                        existing.add(topic);
                    });
        }
        return existing;
    }

    private void check(Topic topic, int actual) {
        int wanted = topic.partitions(partitions);
        if (actual != wanted && !FREELY_PARTITIONED.contains(topic)) {
            throw new StartupException(("The topic %s has %d partitions instead of %d, but the flow needs the same "
                            + "number everywhere; start with the number its topics have, or delete the topic.")
                    .formatted(topic.topicName(), actual, wanted));
        }
    }

    private Set<Topic> create(Admin admin, Set<Topic> topics) {
        Set<Topic> created = EnumSet.noneOf(Topic.class);
        var creations = admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic.topicName(), topic.partitions(partitions), replicationFactor)
                                .configs(topic.settings()))
                        .toList())
                .values();
        for (Topic topic : topics) {
            // Kafka's future holds no value, only the news that the topic is there.
            answer(topic.topicName(), futureOf(creations, topic).thenApply(done -> topic), TopicExistsException.class)
                    .ifPresent(created::add);
        }
        return created;
    }

    private static <T> KafkaFuture<T> futureOf(Map<String, KafkaFuture<T>> futures, Topic topic) {
        return Objects.requireNonNull(futures.get(topic.topicName()));
    }

    /** What the cluster answers about a topic; empty when it fails in the expected way. */
    private static <T> Optional<T> answer(String topic, KafkaFuture<T> answer, Class<? extends Exception> expected) {
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (expected.isInstance(cause)) {
                return Optional.empty();
            }
            throw new StartupException("The topic " + topic + " cannot be prepared: " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
