package org.snowtrack.app.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.config.SnowtrackConfig;
import picocli.CommandLine.Option;

/** Where every command takes its configuration from. */
final class ConfigOptions {

    @Option(names = "--config", paramLabel = "FILE", description = "Properties file with configuration keys.")
    private @Nullable Path file;

    @Option(
            names = {"-D", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One configuration key; repeatable, stronger than environment and file.")
    private Map<String, String> flags = new TreeMap<>();

    SnowtrackConfig load() {
        return SnowtrackConfig.load(file, System.getenv(), flags);
    }
}
