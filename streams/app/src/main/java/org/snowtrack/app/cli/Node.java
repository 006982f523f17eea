package org.snowtrack.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.pipeline.PipelineRunner;
import org.snowtrack.app.topics.TopicCreation;
import org.snowtrack.lookups.Lookups;

/**
 * What runs on this machine for as long as a command does: a data directory, the embedded broker on it unless another
 * Kafka is named, and whatever was started on top. Everything stops in the opposite order, also on a signal.
 */
final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final DataDirectory directory;
    private final String bootstrapServers;
    private final SnowtrackConfig config;
    private final Deque<AutoCloseable> running = new ConcurrentLinkedDeque<>();
    private final Thread shutdownHook = new Thread(this::release, "snowtrack-shutdown");
    private final CountDownLatch releasing = new CountDownLatch(1);

    private Node(
            DataDirectory directory, @Nullable EmbeddedBroker broker, String bootstrapServers, SnowtrackConfig config) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.config = config;
        running.push(directory);
        if (broker != null) {
            running.push(broker);
        }
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /**
     * Takes a data directory, and starts the embedded broker on it.
     *
     * @param dataDirectory null for one that goes with the run
     * @param claim throws where the directory is not for this run; asked before the broker starts, which, stopped at
     *     once, tells of errors that are none
     */
    static Node start(@Nullable Path dataDirectory, SnowtrackConfig config, Consumer<DataDirectory> claim) {
        Path path = dataDirectory == null ? temporaryDirectory() : dataDirectory;
        Path temporary = dataDirectory == null ? path : null;
        DataDirectory directory = DataDirectory.open(path);
        try {
            claim.accept(directory);
            Node node = embedded(directory, EmbeddedBroker.ANY_PORT, config);
            if (temporary != null) {
                node.running.addLast(() -> delete(temporary));
            }
            return node;
        } catch (RuntimeException e) {
            directory.close();
            if (temporary != null) {
                delete(temporary);
            }
            throw e;
        }
    }

    /** The embedded broker on a directory that is open already, and is closed with the node. */
    static Node embedded(DataDirectory directory, int port, SnowtrackConfig config) {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, port);
        return new Node(directory, broker, broker.bootstrapServers(), config);
    }

    /** State in a directory of this machine, records on a Kafka somewhere. */
    static Node on(String bootstrapServers, DataDirectory directory, SnowtrackConfig config) {
        return new Node(directory, null, bootstrapServers, config);
    }

    DataDirectory directory() {
        return directory;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops this before everything that runs already. */
    <C extends AutoCloseable> C running(C started) {
        running.push(started);
        return started;
    }

    /** Creates the topics that are missing and starts the pipeline on them. */
    PipelineRunner startPipeline(Lookups lookups) {
        withTopics(TopicCreation::createMissing);
        return running(PipelineRunner.start(config, lookups, bootstrapServers, directory));
    }

    /**
     * Looks whether somebody has created a topic meanwhile on which the pipeline cannot run.
     *
     * @throws StartupException with a sentence, if so
     */
    void checkTopics() {
        withTopics(TopicCreation::checkTopicsOfLines);
    }

    private void withTopics(BiConsumer<TopicCreation, Admin> action) {
        try (Admin admin = Admin.create(new HashMap<>(clientSettings()))) {
            action.accept(new TopicCreation(config.partitions(), TopicCreation.CLUSTER_DEFAULT), admin);
        }
    }

    /** Settings of Kafka clients that talk to the broker. */
    Map<String, String> clientSettings() {
        Map<String, String> settings = new HashMap<>(config.kafkaClients());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return settings;
    }

    /** Returns true as soon as everything is about to stop, false after so long. */
    boolean awaitRelease(Duration limit) throws InterruptedException {
        return releasing.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException alreadyShuttingDown) {
            // The hook itself, or another one, got here first: everything is released either way.
            return;
        }
    }

    /** Who comes second waits for the first. */
    private synchronized void release() {
        if (releasing.getCount() == 0) {
            return;
        }
        releasing.countDown();
        for (AutoCloseable resource : running) {
            try {
                resource.close();
            } catch (Exception e) {
                // What lies below has to stop all the same.
                LOG.warn("Something did not stop in order: {}", e.getMessage(), e);
            }
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("snowtrack-");
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary directory can be made; name one with --data-dir.", e);
        }
    }

    private static void delete(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("The temporary directory " + root + " could not be removed.", e);
        }
    }
}
