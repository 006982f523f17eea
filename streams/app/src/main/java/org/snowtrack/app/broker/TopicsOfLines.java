package org.snowtrack.app.broker;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.snowtrack.schemas.topics.Topic;

/**
 * The embedded broker's rule for a reporter's topic of log lines: one partition. A topic with more than the bare one has
 * would stop the pipeline, and once the broker has stopped with it nobody could delete it any more. Made by Kafka, by
 * its name.
 */
public final class TopicsOfLines implements CreateTopicPolicy {

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void validate(RequestMetadata topic) {
        int partitions = Objects.requireNonNullElseGet(
                topic.numPartitions(), () -> topic.replicasAssignments().size());
        boolean isOfLines = Topic.logTopics().matcher(topic.topic()).matches()
                && !topic.topic().equals(Topic.MTA_LOGS.topicName());
        if (isOfLines && partitions > 1) {
            throw new PolicyViolationException(
                    ("The topic %s is to have %d partitions, but a reporter's log lines need "
                                    + "one; create it by snowtrack topics create --mta-logs %s.")
                            .formatted(
                                    topic.topic(),
                                    partitions,
                                    Topic.boundReporter(topic.topic()).orElse("NAME")));
        }
    }

    @Override
    public void close() {}
}
