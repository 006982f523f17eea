package org.snowtrack.app.live;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.topics.Topic;

/** The reporters that feed a deployment: those with a topic of their own, for rejections or for log lines. Thread-safe. */
public final class Reporters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reporters.class);

    /** Somebody who only just joined may be counted so much later. */
    private static final long COUNT_INTERVAL_NANOS = 60_000_000_000L;

    private final Admin admin;
    private long countedAt;
    private int count;

    private Reporters(Admin admin) {
        this.admin = admin;
    }

    /**
     * Those on the cluster that these settings lead to.
     *
     * @param clientSettings of Kafka clients, with the bootstrap servers
     */
    public static Reporters on(Map<String, String> clientSettings) {
        return new Reporters(Admin.create(Map.copyOf(clientSettings)));
    }

    /** Creates the topics that these logs feed, where they do not exist. */
    public void createTopics(List<LogPattern> logs) {
        Set<String> missing = new HashSet<>();
        logs.forEach(log -> missing.add(Topic.MAIL_REJECTIONS.boundTo(log.reporter())));
        try {
            missing.removeAll(admin.listTopics().names().get());
            admin.createTopics(missing.stream()
                            .map(topic -> new NewTopic(topic, Optional.of(1), Optional.empty())
                                    .configs(Topic.MAIL_REJECTIONS.settings()))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new StartupException("The reporters' topics cannot be created: " + e.getMessage(), e);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** How many there are; counted again once a minute. */
    public synchronized int count() {
        if (countedAt == 0 || System.nanoTime() - countedAt > COUNT_INTERVAL_NANOS) {
            try {
                count = count(admin.listTopics().names().get());
                countedAt = System.nanoTime();
            } catch (ExecutionException e) {
                LOG.warn("Kafka does not say how many reporters there are: {}", e.getMessage());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return count;
    }

    static int count(Collection<String> topics) {
        return (int) topics.stream()
                .flatMap(topic -> Topic.boundReporter(topic).stream())
                .distinct()
                .count();
    }

    @Override
    public void close() {
        admin.close();
    }
}
