package org.snowtrack.app.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.connectors.formats.LogDetection;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.topics.Topic;

/**
 * A log to follow.
 *
 * @param path absolute
 * @param zone of times that have none
 * @param reporter in whose name its refusals are reported; the suffix of the topic they go to
 */
public record LogSource(Path path, LogFormat format, ZoneId zone, String reporter) {

    private static final int REPORTER_MAX = 128;
    private static final Pattern REPORTER = Pattern.compile("[A-Za-z0-9._-]{1," + REPORTER_MAX + "}");

    /**
     * @throws StartupException if the reporter's name cannot be part of a topic's name
     */
    public LogSource {
        path = path.toAbsolutePath();
        checkReporter(reporter);
    }

    /**
     * Whether a topic can bind this reporter.
     *
     * @throws StartupException if the name cannot be part of a topic's name
     */
    public static void checkReporter(String reporter) {
        if (!REPORTER.matcher(reporter).matches()) {
            throw new StartupException(
                    "The reporter's name '%s' is not 1 to %d letters, digits, dots, dashes or underscores."
                            .formatted(reporter, REPORTER_MAX));
        }
    }

    /**
     * Whether the log can be followed.
     *
     * @param mayBeMissing whether it has been read before, and is perhaps just being rotated
     * @throws StartupException with a sentence, if it cannot
     */
    void checkReadable(boolean mayBeMissing) {
        if (Files.notExists(path)) {
            if (!mayBeMissing) {
                throw new StartupException("The log " + path + " does not exist; correct the path, or create it.");
            }
            return;
        }
        if (Files.isDirectory(path)) {
            throw new StartupException("The log " + path + " is a directory; name a file in it.");
        }
        if (!Files.isReadable(path)) {
            throw new StartupException("The log " + path
                    + " may not be read by this user; let it, for example as a member of the file's group.");
        }
        if (!Files.isRegularFile(path)) {
            throw new StartupException(
                    "The log " + path + " is a pipe or a device; name a file, or send its lines to --syslog.");
        }
        try {
            LogDetection.complaint(path, format).ifPresent(complaint -> {
                throw new StartupException(complaint
                        + (format instanceof AnyLog
                                ? " Name the mail server's own log."
                                : " Leave the format away to have it found out, or name another log."));
            });
        } catch (IOException e) {
            throw new StartupException("The log " + path + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** The topic that binds its reporter. */
    String topic() {
        return Topic.MAIL_REJECTIONS.boundTo(reporter);
    }

    /** What its position is filed under. */
    String key() {
        return reporter + "@" + path;
    }
}
