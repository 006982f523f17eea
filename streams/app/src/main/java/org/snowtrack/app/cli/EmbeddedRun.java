package org.snowtrack.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.pipeline.PipelineRunner;
import org.snowtrack.app.topics.TopicCreation;
import org.snowtrack.lookups.Lookups;

/**
 * A data directory, the embedded broker on it, its topics and perhaps the pipeline, for as long as a command runs. A
 * signal stops them in order too.
 */
final class EmbeddedRun implements AutoCloseable {

    private final DataDirectory directory;
    private final EmbeddedBroker broker;
    private final SnowtrackConfig config;
    private final @Nullable Path temporary;
    private final Thread shutdownHook = new Thread(this::release, "snowtrack-shutdown");
    private @Nullable PipelineRunner pipeline;
    private boolean released;

    private EmbeddedRun(
            DataDirectory directory, EmbeddedBroker broker, SnowtrackConfig config, @Nullable Path temporary) {
        this.directory = directory;
        this.broker = broker;
        this.config = config;
        this.temporary = temporary;
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /**
     * Starts everything.
     *
     * @param dataDirectory null for one that goes with the run
     * @param claim throws where the directory is not for this run; asked before the broker starts, which, stopped at
     *     once, tells of errors that are none
     */
    static EmbeddedRun start(@Nullable Path dataDirectory, SnowtrackConfig config, Consumer<DataDirectory> claim) {
        Path path = dataDirectory == null ? temporaryDirectory() : dataDirectory;
        Path temporary = dataDirectory == null ? path : null;
        DataDirectory directory = DataDirectory.open(path);
        EmbeddedBroker broker;
        try {
            claim.accept(directory);
            broker = EmbeddedBroker.start(directory, EmbeddedBroker.ANY_PORT);
        } catch (RuntimeException e) {
            directory.close();
            if (temporary != null) {
                delete(temporary);
            }
            throw e;
        }
        return new EmbeddedRun(directory, broker, config, temporary);
    }

    /** Creates the topics that are missing and starts the pipeline on them; it stops with this run. */
    synchronized PipelineRunner startPipeline(Lookups lookups) {
        try (Admin admin = Admin.create(new HashMap<>(clientSettings()))) {
            new TopicCreation(config.partitions(), TopicCreation.CLUSTER_DEFAULT).createMissing(admin);
        }
        PipelineRunner started = PipelineRunner.start(config, lookups, broker.bootstrapServers(), directory);
        pipeline = started;
        return started;
    }

    /** Settings of Kafka clients that talk to the broker. */
    Map<String, String> clientSettings() {
        Map<String, String> settings = new HashMap<>(config.kafkaClients());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        return settings;
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

    /** Streams before broker, so that the last commit finds somebody to talk to. */
    private synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        if (pipeline != null) {
            pipeline.close();
        }
        broker.close();
        directory.close();
        if (temporary != null) {
            delete(temporary);
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
