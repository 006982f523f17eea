package org.snowtrack.connectors.connect;

import java.util.Map;
import org.apache.kafka.common.config.Config;

/** Keys are text and values are finished bytes; with other converters, Snowtrack could not read what is written. */
final class Converters {

    private static final Map<String, String> NEEDED = Map.of(
            "key.converter", "org.apache.kafka.connect.storage.StringConverter",
            "value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    private Converters() {}

    /** Complains of converters that are missing or others; the worker's own are not known here. */
    static void check(Map<String, String> settings, Config found) {
        found.configValues().stream()
                .filter(value -> value.name().equals(SourceConfig.REPORTER))
                .forEach(value -> NEEDED.entrySet().stream()
                        .filter(needed -> !needed.getValue().equals(settings.get(needed.getKey())))
                        .map(needed -> "The records need " + needed.getKey() + "=" + needed.getValue()
                                + "; set it in this connector's configuration.")
                        .sorted()
                        .forEach(value::addErrorMessage));
    }
}
