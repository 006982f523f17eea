package org.snowtrack.connectors.connect;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Receives syslog and publishes what mail servers refused. What comes in is written to a spool on the worker's disk
 * first. The port and the spool are of the host on which the task runs: a cluster of several workers needs an address
 * that moves with the task, and what was received on another host is published when the task returns there.
 */
public final class SyslogSourceConnector extends SourceConnector {

    private Map<String, String> settings = Map.of();

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public ConfigDef config() {
        return SyslogSourceConfig.CONFIG;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return SyslogSourceTask.class;
    }

    /** Complains also of endpoints that are none, and of certificates that can be seen from here and cannot be used. */
    @Override
    public Config validate(Map<String, String> given) {
        Config found = super.validate(given);
        Converters.check(given, found);
        if (found.configValues().stream()
                .allMatch(value -> value.errorMessages().isEmpty())) {
            try {
                new SyslogSourceConfig(given).endpoints();
            } catch (IllegalArgumentException | IOException e) {
                found.configValues().stream()
                        .filter(value -> value.name().equals(SyslogSourceConfig.LISTEN))
                        .forEach(value -> value.addErrorMessage(String.valueOf(e.getMessage())));
            }
        }
        return found;
    }

    @Override
    public void start(Map<String, String> given) {
        settings = Map.copyOf(given);
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(settings);
    }

    @Override
    public void stop() {
        // The task has everything that is open.
    }

    /** A transaction is what was polled at once, with the position behind it. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }
}
