package org.snowtrack.connectors.connect;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.connectors.formats.LogFormats;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.topics.Topic;

/** What both connectors are told: whose log it is, how it is written, and where its rejections go. */
class SourceConfig extends AbstractConfig {

    static final String REPORTER = "reporter";
    static final String TOPIC = "topic";
    static final String FORMAT = "log.format";
    static final String ZONE = "zone";

    private static final Pattern REPORTER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final AnyLog ANY = new AnyLog();

    SourceConfig(ConfigDef definition, Map<String, String> settings) {
        super(definition, settings, false);
    }

    static ConfigDef common() {
        return new ConfigDef()
                .define(
                        REPORTER,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigDef.LambdaValidator.with(SourceConfig::checkReporter, () -> "a name"),
                        Importance.HIGH,
                        "In whose name refusals are reported: 1 to 128 letters, digits, dots, dashes or underscores.")
                .define(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "The topic of the records; by default " + Topic.MAIL_REJECTIONS.topicName()
                                + Topic.REPORTER_SEPARATOR + "REPORTER. It has to exist, with one partition.")
                .define(
                        FORMAT,
                        ConfigDef.Type.STRING,
                        ANY.id(),
                        ConfigDef.LambdaValidator.with(
                                SourceConfig::checkFormat, () -> ANY.id() + ", " + LogFormats.ids()),
                        Importance.MEDIUM,
                        "Which server writes the log, or " + ANY.id() + " to see it from each line.")
                .define(
                        ZONE,
                        ConfigDef.Type.STRING,
                        ZoneId.systemDefault().getId(),
                        ConfigDef.LambdaValidator.with(SourceConfig::checkZone, () -> "a zone such as Europe/Berlin"),
                        Importance.MEDIUM,
                        "The zone of times that have none, by default the worker's.");
    }

    private static void checkReporter(String name, Object value) {
        if (value == null || !REPORTER_NAME.matcher(value.toString()).matches()) {
            throw new ConfigException(name, value, "It is 1 to 128 letters, digits, dots, dashes or underscores.");
        }
    }

    private static void checkFormat(String name, Object value) {
        String id = String.valueOf(value);
        if (!id.equals(ANY.id()) && LogFormats.of(id).isEmpty()) {
            throw new ConfigException(name, value, "The formats are " + LogFormats.ids() + ", and " + ANY.id() + ".");
        }
    }

    private static void checkZone(String name, Object value) {
        try {
            ZoneId.of(String.valueOf(value));
        } catch (DateTimeException e) {
            throw new ConfigException(name, value, "A zone is something like Europe/Berlin, UTC or +01:00.");
        }
    }

    String reporter() {
        return getString(REPORTER);
    }

    String topic() {
        String topic = getString(TOPIC);
        return topic.isEmpty() ? Topic.MAIL_REJECTIONS.topicName() + Topic.REPORTER_SEPARATOR + reporter() : topic;
    }

    LogFormat format() {
        return LogFormats.of(getString(FORMAT)).orElse(ANY);
    }

    ZoneId zone() {
        return ZoneId.of(getString(ZONE));
    }
}
