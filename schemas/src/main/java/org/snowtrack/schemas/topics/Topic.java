package org.snowtrack.schemas.topics;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The catalogue of topics: names are public API. Values are Avro in single-object encoding unless the description says
 * otherwise; keys are UTF-8 text.
 *
 * <p>The constants marked as reserved are names that later stages will write; nothing reads or writes them yet.
 */
public enum Topic {
    MAIL_REJECTIONS(
            "mail-rejections",
            "none",
            "MailRejection, DayTick",
            Partitions.CONFIGURED,
            Cleanup.HORIZON,
            "Rejections in: the operator's own trusted feed, where the record names its reporter. A topic "
                    + "mail-rejections.NAME binds its reporter to NAME."),
    DEAD_LETTERS(
            "dead-letters",
            "as the record",
            "the refused bytes; the reason is in the headers",
            Partitions.CONFIGURED,
            Cleanup.HORIZON,
            "Records that intake refused, each with a reason in words."),
    ADDRESS_ACTIVITY(
            "address-activity",
            "address",
            "AddressActivity",
            Partitions.CONFIGURED,
            Cleanup.COMPACTED,
            "How many reporters and reporter-days count against each address."),
    PTR_RECORDS(
            "ptr-records",
            "address",
            "PtrRecord",
            Partitions.CONFIGURED,
            Cleanup.COMPACTED,
            "What each reported address is called, was called, and who announces it."),
    DOMAIN_RECORDS(
            "domain-records",
            "domain",
            "DomainRecord",
            Partitions.CONFIGURED,
            Cleanup.COMPACTED,
            "Registration and mail facts of each registrable domain that names a reported address."),
    FLAGGED_RANGES(
            "flagged-ranges",
            "range first-last",
            "FlaggedRange",
            Partitions.CONFIGURED,
            Cleanup.COMPACTED,
            "The one truth: ranges that are FLAGGED or WATCHED now; a tombstone when one goes."),
    RANGE_ALERTS(
            "range-alerts",
            "range first-last",
            "RangeAlert",
            Partitions.CONFIGURED,
            Cleanup.HORIZON,
            "The story of every range, append only."),
    ALLOWANCES(
            "allowances",
            "range or domain",
            "Allowance",
            Partitions.ONE,
            Cleanup.COMPACTED,
            "What the operator never wants listed; a tombstone takes it back."),
    DOMAIN_FACTS(
            "domain-facts",
            "block",
            "DomainRecord",
            Partitions.CONFIGURED,
            Cleanup.HORIZON,
            "From DOMAIN back to the blocks in which the domain occurs."),
    DAY_SETTLEMENTS(
            "day-settlements",
            "none",
            "DaySettled",
            Partitions.ONE,
            Cleanup.HORIZON,
            "Answers of the block partitions to a tick that asks for one."),
    MTA_LOGS(
            "mta-logs",
            "reporter",
            "a log line as it is, or a shipper's JSON around one",
            Partitions.CONFIGURED,
            Cleanup.WEEK,
            "Mail servers' log lines in, one a record, whose key names the reporter. A topic mta-logs.NAME binds "
                    + "its reporter to NAME; its key is the host."),
    CAMPAIGNS(
            "campaigns",
            "campaign",
            "Campaign",
            Partitions.ONE,
            Cleanup.COMPACTED,
            "Flagged ranges that seem to be one operator's, and what ties them."),
    INDICATORS(
            "indicators", "domain", "-", Partitions.CONFIGURED, Cleanup.RESERVED, "Reserved: domains to investigate."),
    CONNECTED_DOMAINS(
            "connected-domains",
            "domain",
            "-",
            Partitions.CONFIGURED,
            Cleanup.RESERVED,
            "Reserved: what indicators lead to.");

    private enum Partitions {
        ONE,
        CONFIGURED
    }

    private enum Cleanup {
        COMPACTED,
        HORIZON,
        /** Lines hold recipients; what they tell is on mail-rejections within moments, and stays there. */
        WEEK,
        RESERVED
    }

    /** What follows this in a topic's name is the reporter to which the topic binds. */
    public static final String REPORTER_SEPARATOR = ".";

    /** Longer than the longest horizon (64 days), so that state can always be rebuilt from input. */
    private static final Duration RETENTION = Duration.ofDays(75);

    /** Longer than an outage. */
    private static final Duration RETENTION_OF_LINES = Duration.ofDays(7);

    private final String topicName;
    private final String key;
    private final String value;
    private final Partitions partitions;
    private final Cleanup cleanup;
    private final String description;

    Topic(String topicName, String key, String value, Partitions partitions, Cleanup cleanup, String description) {
        this.topicName = topicName;
        this.key = key;
        this.value = value;
        this.partitions = partitions;
        this.cleanup = cleanup;
        this.description = description;
    }

    /** Topics that this version reads or writes. */
    public static Stream<Topic> inUse() {
        return Stream.of(values()).filter(topic -> !topic.isReserved());
    }

    /** Matches {@code mail-rejections} and every {@code mail-rejections.REPORTER}. */
    public static Pattern rejectionTopics() {
        return MAIL_REJECTIONS.withReporters();
    }

    /** Matches {@code mta-logs} and every {@code mta-logs.REPORTER}. */
    public static Pattern logTopics() {
        return MTA_LOGS.withReporters();
    }

    private Pattern withReporters() {
        return Pattern.compile(Pattern.quote(topicName) + "(" + Pattern.quote(REPORTER_SEPARATOR) + ".+)?");
    }

    /** The reporter to which a topic of rejections or of log lines binds; empty for a bare topic. */
    public static Optional<String> boundReporter(String topicName) {
        return Stream.of(MAIL_REJECTIONS, MTA_LOGS)
                .map(topic -> topic.topicName + REPORTER_SEPARATOR)
                .filter(topicName::startsWith)
                .map(prefix -> topicName.substring(prefix.length()))
                .filter(reporter -> !reporter.isEmpty())
                .findFirst();
    }

    /** The topic of this kind that binds a reporter; only rejections and log lines have some. */
    public String boundTo(String reporter) {
        return topicName + REPORTER_SEPARATOR + reporter;
    }

    public String topicName() {
        return topicName;
    }

    /** What the key's text is, for people. */
    public String key() {
        return key;
    }

    /** What the value is, for people. */
    public String value() {
        return value;
    }

    public String description() {
        return description;
    }

    /** Whether the name is only kept for a later version. */
    public boolean isReserved() {
        return cleanup == Cleanup.RESERVED;
    }

    /**
     * How many partitions to create.
     *
     * @param configured the deployment's number of partitions
     */
    public int partitions(int configured) {
        return partitions == Partitions.ONE ? 1 : configured;
    }

    /** Kafka's settings for the topic, to be given when it is created. */
    public Map<String, String> settings() {
        return cleanup == Cleanup.COMPACTED
                ? Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)
                : Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString((cleanup == Cleanup.WEEK ? RETENTION_OF_LINES : RETENTION).toMillis()));
    }
}
