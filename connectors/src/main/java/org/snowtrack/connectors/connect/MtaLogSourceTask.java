package org.snowtrack.connectors.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows a share of a connector's logs. */
public final class MtaLogSourceTask extends SourceTask {

    static final String SHARE = "task.files";

    private static final Logger LOG = LoggerFactory.getLogger(MtaLogSourceTask.class);
    private static final ConfigDef CONFIG = SourceConfig.common();
    private static final String PARTITION = "file";
    private static final String BETWEEN = "\n";
    private static final long PAUSE_MILLIS = 100;

    private final List<LogRecords> logs = new ArrayList<>();

    /** As the value of {@link #SHARE}; a path may hold a comma. */
    static String write(List<Path> share) {
        return share.stream().map(Path::toString).collect(Collectors.joining(BETWEEN));
    }

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public void start(Map<String, String> settings) {
        SourceConfig config = new SourceConfig(CONFIG, settings);
        for (String file : settings.getOrDefault(SHARE, "").split(BETWEEN, -1)) {
            Map<String, String> partition = Map.of(PARTITION, file);
            logs.add(new LogRecords(
                    Path.of(file),
                    partition,
                    config,
                    LogRecords.kept(context.offsetStorageReader().offset(partition))));
        }
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> records = new ArrayList<>();
        boolean isIdle = true;
        for (LogRecords log : logs) {
            isIdle &= log.poll(records);
        }
        if (isIdle && records.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return records.isEmpty() ? null : records;
    }

    @Override
    public void stop() {
        for (LogRecords log : logs) {
            try {
                log.close();
            } catch (IOException e) {
                LOG.warn("A log could not be closed: {}", e.getMessage());
            }
        }
        logs.clear();
    }
}
