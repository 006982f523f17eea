package org.snowtrack.connectors.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeSet;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.util.ConnectorUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.formats.LogDetection;
import org.snowtrack.connectors.tail.LogGlob;

/**
 * Follows mail servers' logs that lie on the worker's host, and publishes what they refused. A cluster of several workers
 * needs the logs where its tasks run: one worker on the mail server's host, or a file system that all of them see.
 *
 * <p>Exactly once where the worker has {@code exactly.once.source.support=enabled}; else a crash may publish records
 * again, which count once, as they have the same origins.
 */
public final class MtaLogSourceConnector extends SourceConnector {

    static final String FILES = "log.files";

    private static final Logger LOG = LoggerFactory.getLogger(MtaLogSourceConnector.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final ConfigDef CONFIG = SourceConfig.common()
            .define(
                    FILES,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                    Importance.HIGH,
                    "The logs, as paths or globs (* and ** and ?, {a,b}), separated by commas. Files that rotation has "
                            + "made of them are found by themselves. Globs are looked at again every "
                            + LOOK_AGAIN.toSeconds() + " seconds.");

    private Map<String, String> settings = Map.of();
    private List<LogGlob> globs = List.of();
    private volatile List<Path> logs = List.of();
    private @Nullable Timer looking;

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return MtaLogSourceTask.class;
    }

    /** Complains also of files that can be seen from here and cannot be followed. */
    @Override
    public Config validate(Map<String, String> given) {
        Config found = super.validate(given);
        Converters.check(given, found);
        if (found.configValues().stream()
                .allMatch(value -> value.errorMessages().isEmpty())) {
            SourceConfig config = new SourceConfig(CONFIG, given);
            found.configValues().stream()
                    .filter(value -> value.name().equals(FILES))
                    .forEach(value -> config.getList(FILES).stream()
                            .filter(path -> !LogGlob.hasWildcard(path))
                            .map(Path::of)
                            .forEach(path -> complaint(path, config).ifPresent(value::addErrorMessage)));
        }
        return found;
    }

    private static Optional<String> complaint(Path log, SourceConfig config) {
        try {
            if (Files.isDirectory(log)) {
                return Optional.of(log + " is a directory; name a file in it, or " + log + "/*.log.");
            }
            if (Files.notExists(log)) {
                return Optional.empty();
            }
            if (!Files.isReadable(log)) {
                return Optional.of(log + " may not be read by the worker's user.");
            }
            return Files.isRegularFile(log)
                    ? LogDetection.complaint(log, config.format())
                    : Optional.of(log + " is a pipe or a device; name a file.");
        } catch (IOException e) {
            return Optional.of(log + " cannot be read: " + e.getMessage() + ".");
        }
    }

    @Override
    public void start(Map<String, String> given) {
        settings = Map.copyOf(given);
        SourceConfig config = new SourceConfig(CONFIG, settings);
        globs = config.getList(FILES).stream()
                .map(pattern -> new LogGlob(Path.of(pattern).toAbsolutePath().toString()))
                .toList();
        logs = find();
        if (config.getList(FILES).stream().anyMatch(LogGlob::hasWildcard)) {
            Timer timer = new Timer("snowtrack-log-globs", true);
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            lookAgain();
                        }
                    },
                    LOOK_AGAIN.toMillis(),
                    LOOK_AGAIN.toMillis());
            looking = timer;
        }
    }

    private void lookAgain() {
        try {
            List<Path> before = logs;
            logs = find();
            if (!logs.equals(before)) {
                context().requestTaskReconfiguration();
            }
        } catch (RuntimeException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private List<Path> find() {
        Set<Path> found = new TreeSet<>();
        try {
            for (LogGlob glob : globs) {
                found.addAll(glob.logs());
            }
            return List.copyOf(found);
        } catch (IOException e) {
            throw new ConnectException("The logs cannot be looked for: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> shares = new ArrayList<>();
        List<Path> all = logs;
        if (!all.isEmpty()) {
            for (List<Path> share : ConnectorUtils.groupPartitions(all, Math.min(all.size(), maxTasks))) {
                Map<String, String> task = new HashMap<>(settings);
                task.put(MtaLogSourceTask.SHARE, MtaLogSourceTask.write(share));
                shares.add(task);
            }
        }
        return shares;
    }

    @Override
    public void stop() {
        Timer timer = looking;
        if (timer != null) {
            timer.cancel();
        }
    }

    /** A transaction is what was polled at once, with the positions behind it. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }
}
