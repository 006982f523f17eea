package org.snowtrack.app.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.syslog.Spool;
import org.snowtrack.connectors.tail.LogGlob;

/** A log to follow, or a pattern for several, those included that appear later. For one thread at a time. */
public final class LogPattern {

    private final String pattern;
    private final LogGlob glob;
    private final LogFormat format;
    private final ZoneId zone;
    private final String reporter;
    private final @Nullable Spool spool;

    /**
     * A pattern.
     *
     * @param pattern a path, in which {@code *}, {@code ?} and brackets may stand for others
     * @param zone of times that have none
     * @param reporter in whose name the refusals are reported
     * @throws StartupException if it is no pattern
     */
    public LogPattern(String pattern, LogFormat format, ZoneId zone, String reporter) {
        this(pattern, format, zone, reporter, null);
    }

    private LogPattern(String pattern, LogFormat format, ZoneId zone, String reporter, @Nullable Spool spool) {
        this.spool = spool;
        this.pattern = pattern;
        this.format = format;
        this.zone = zone;
        this.reporter = reporter;
        try {
            this.glob = new LogGlob(Path.of(pattern).toAbsolutePath().toString());
        } catch (IllegalArgumentException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The log of what was received by syslog. What has been read of it is deleted. */
    public static LogPattern of(Spool spool, LogFormat format, ZoneId zone, String reporter) {
        return new LogPattern(spool.log().toString(), format, zone, reporter, spool);
    }

    @Nullable
    Spool spool() {
        return spool;
    }

    String reporter() {
        return reporter;
    }

    /**
     * The logs that it stands for now.
     *
     * @throws IOException with a sentence, if the directory may not be read
     */
    public List<LogSource> logs() throws IOException {
        return glob.logs().stream()
                .map(path -> new LogSource(path, format, zone, reporter))
                .toList();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
