package org.snowtrack.app.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.MDC;

/**
 * The real Kafka broker and its controller in this JVM, reachable from this machine only. The server's classes are not
 * Kafka's public API: they are used here and nowhere else.
 *
 * <p>The log survives crashes of the process (not of the machine: like any broker, it leaves syncing to the operating
 * system). An error that Kafka deems fatal halts the JVM. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** Lets the broker choose its port. */
    public static final int ANY_PORT = 0;

    private static final int NODE_ID = 1;
    /** What a broker leaves that was not killed. */
    private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

    private static final String HOST = "127.0.0.1";

    /**
     * Kafka binds its ports a second or two after they have to be named in its configuration. Ports for listening are
     * drawn from below the range of all systems' outgoing connections (Linux: from 32768), so that none of those takes
     * them meanwhile.
     */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_767;
    private static final int PORT_DRAWS = 100;

    private static final String CONTROLLER_SETTINGS = """
            process.roles=controller
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT
            metric.reporters=
            """;

    private static final String SETTINGS = """
            process.roles=broker,controller
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=BROKER
            listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
            auto.create.topics.enable=false
            create.topic.policy.class.name=org.snowtrack.app.broker.TopicsOfLines

            # One node: nothing can be replicated.
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1

            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000
            server.max.startup.time.ms=60000

            # A year: a Snowtrack that stood still for months goes on where it stopped. Kafka forgets after a week.
            offsets.retention.minutes=525600

            # Disk: only closed segments are ever deleted or compacted, so that each partition may hold one more of these.
            log.segment.bytes=67108864
            offsets.topic.segment.bytes=16777216
            transaction.state.log.segment.bytes=16777216

            # Small. Without the last line an empty record would be synced to disk twice a second, for followers' sake.
            num.network.threads=2
            num.io.threads=4
            background.threads=2
            group.coordinator.threads=1
            num.recovery.threads.per.data.dir=2
            log.cleaner.dedupe.buffer.size=16777216
            metric.reporters=
            metadata.max.idle.interval.ms=0
            """;

    private final KafkaRaftServer server;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts the broker and returns when it serves. A directory may be restarted with another port each time.
     *
     * @param directory stays open for as long as the broker runs; the caller closes it afterwards
     * @param port the port on 127.0.0.1, or {@link #ANY_PORT}
     * @throws StartupException when the port is taken or the directory cannot be read
     */
    public static EmbeddedBroker start(DataDirectory directory, int port) {
        int brokerPort;
        int controllerPort;
        // Held together, so that the two differ.
        try (ServerSocket broker = port == ANY_PORT ? anySocket() : socket(port);
                ServerSocket controller = anySocket()) {
            brokerPort = broker.getLocalPort();
            controllerPort = controller.getLocalPort();
        } catch (BindException e) {
            String why = "Permission denied".equals(e.getMessage())
                    ? "may not be opened by this user; ask for the permission"
                    : "is in use by another program; stop that program";
            throw new StartupException("Port " + port + " " + why + " or choose another port.", e);
        } catch (IOException e) {
            throw new StartupException("No port can be opened on " + HOST + ": " + e.getMessage() + ".", e);
        }
        Path path = directory.brokerPath();
        KafkaRaftServer server = null;
        try {
            if (isFormatted(path)) {
                if (!Files.exists(path.resolve(CLEAN_SHUTDOWN))) {
                    unregister(path, controllerPort);
                }
            } else {
                format(path);
            }
            server = new KafkaRaftServer(config(path, brokerPort, controllerPort), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(server, brokerPort);
        } catch (Exception e) { // Scala's code throws checked exceptions without declaring them
            if (server != null) {
                stop(server);
            }
            throw new StartupException("The embedded broker cannot start in " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Lets the controller forget a broker that was killed. Left to itself, the new broker believes at first that it is
     * the old one, until the old one's session is over and it is told otherwise. In that moment no partition has a
     * leader, which Kafka 4.3.1 takes for no partition: it gives up the transactions whose markers were still to be
     * written (TransactionMarkerChannelManager tells that they "are likely deleted already"), and whoever asks for the
     * offsets that they hold waits for ever. A broker that is not registered has no such moment; nor has it a session
     * to wait for, which saves more than this costs.
     */
    private static void unregister(Path path, int controllerPort) throws Exception {
        KafkaRaftServer controller = new KafkaRaftServer(
                config(CONTROLLER_SETTINGS, path, "CONTROLLER://%s:%d".formatted(HOST, controllerPort), controllerPort),
                Time.SYSTEM);
        try {
            controller.startup();
            try (Admin admin =
                    Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, HOST + ":" + controllerPort))) {
                admin.unregisterBroker(NODE_ID).all().get();
            }
        } catch (ExecutionException e) {
            // It was killed before it was registered for the first time.
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw e;
            }
        } finally {
            stop(controller);
        }
    }

    private static KafkaConfig config(Path path, int brokerPort, int controllerPort) throws IOException {
        return config(
                SETTINGS,
                path,
                "BROKER://%s:%d,CONTROLLER://%s:%d".formatted(HOST, brokerPort, HOST, controllerPort),
                controllerPort);
    }

    private static KafkaConfig config(String common, Path path, String listeners, int controllerPort)
            throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(common));
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty("log.dirs", path.toString());
        settings.setProperty("listeners", listeners);
        // Static voters are configuration only: nothing on disk ties the controller to its port.
        settings.setProperty("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
        return new KafkaConfig(settings);
    }

    private static boolean isFormatted(Path path) {
        // It holds the cluster's id and is written last: without it nothing was formatted to the end.
        return Files.exists(path.resolve("meta.properties"));
    }

    private static void format(Path path) throws Exception {
        String directory = path.toString();
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setControllerListenerName("CONTROLLER")
                .setDirectories(List.of(directory))
                .setMetadataLogDirectory(directory)
                .run();
    }

    private static ServerSocket anySocket() throws IOException {
        for (int draw = 0; draw < PORT_DRAWS; draw++) {
            try {
                return socket(ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1));
            } catch (BindException taken) {
                // The next draw will do.
            }
        }
        throw new IOException("all of " + PORT_DRAWS + " ports tried are taken");
    }

    private static ServerSocket socket(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** What clients need as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Stops in order and waits for the end; the next start then has nothing to recover. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            stop(server);
        }
    }

    private static void stop(KafkaRaftServer server) {
        // The log's configuration knows this mark.
        MDC.put("embedded-broker", "stopping");
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            MDC.remove("embedded-broker");
        }
    }
}
