package org.snowtrack.topologies;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.snowtrack.schemas.EvidenceCode;

/**
 * What can be set about the stages. Keys are public API. Durations are a number and a unit: {@code 14d}, {@code 12h},
 * {@code 30s}, {@code 200ms}.
 */
public final class TopologyConfig extends AbstractConfig {

    public static final String PARTITIONS = "partitions";
    public static final String EXCESSIVE_INVALID_RECIPIENTS = "excessive.invalid.recipients";
    public static final String HORIZON = "horizon";
    public static final String REPORTERS_MIN = "reporters.min";
    public static final String LOCAL_ADDRESSES_MIN = "local.addresses.min";
    public static final String SMALL_RANGE_MAX = "small.range.max";
    public static final String SMALL_RANGE_REPORTERS_PERCENT = "small.range.reporters.percent";
    public static final String RUN_MIN = "run.min";
    public static final String RUN_MAX_GAP = "run.max.gap";
    public static final String RUN_FRESH_DOMAINS_MIN = "run.fresh.domains.min";
    public static final String RANGE_MAX = "range.max";
    public static final String IPV6_UNIT_PREFIX = "ipv6.unit.prefix";
    public static final String REGISTRATION_MAX_AGE = "registration.max.age";
    public static final String COHORT_WINDOW = "cohort.window";
    public static final String COHORT_DOMAINS_MIN = "cohort.domains.min";
    public static final String SETTLED_OWNERS_MIN = "settled.owners.min";
    public static final String KNOWN_SENDERS = "known.senders";
    public static final String EVIDENCE_IGNORED = "evidence.ignored";
    public static final String SWEEP_BUDGET = "sweep.budget";
    public static final String SWEEP_BLOCK_MAX = "sweep.block.max";
    public static final String PREDICTED_TTL = "predicted.ttl";
    public static final String LIST_TTL = "list.ttl";
    public static final String VALID_FOR = "valid.for";
    public static final String LOOKUP_DEADLINE = "lookup.deadline";
    public static final String LOOKUPS_IN_FLIGHT_MAX = "lookups.in.flight.max";
    public static final String JUDGE_INTERVAL = "judge.interval";
    public static final String CAMPAIGN_RANGES_MAX = "campaign.ranges.max";
    public static final String CAMPAIGN_MEMORY = "campaign.memory";
    public static final String MTA_LOGS_ZONE = "mta.logs.zone";

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    PARTITIONS,
                    ConfigDef.Type.INT,
                    4,
                    Range.between(1, 1024),
                    Importance.HIGH,
                    "Partitions of every topic that is keyed by block, domain or address. Fixed once the topics exist.")
            .define(
                    EXCESSIVE_INVALID_RECIPIENTS,
                    ConfigDef.Type.INT,
                    10,
                    Range.between(1, 1_000_000),
                    Importance.HIGH,
                    "Invalid recipients that one reporter must see from an address on one UTC day before it counts.")
            .define(
                    HORIZON,
                    ConfigDef.Type.STRING,
                    "61d",
                    days(1, 64),
                    Importance.HIGH,
                    "How long a report is remembered, the current day included.")
            .define(
                    REPORTERS_MIN,
                    ConfigDef.Type.INT,
                    3,
                    Range.between(2, 1000),
                    Importance.HIGH,
                    "Distinct reporters that a range needs; with fewer feeds than this, verdicts are LOCAL.")
            .define(
                    LOCAL_ADDRESSES_MIN,
                    ConfigDef.Type.INT,
                    2,
                    Range.between(1, 1000),
                    Importance.MEDIUM,
                    "For LOCAL verdicts: addresses that must be excessive on at least two days.")
            .define(
                    SMALL_RANGE_MAX,
                    ConfigDef.Type.INT,
                    4,
                    Range.between(0, 256),
                    Importance.MEDIUM,
                    "Addresses (IPv6: units) up to which a range of unrelated domains is small and needs more reporters.")
            .define(
                    SMALL_RANGE_REPORTERS_PERCENT,
                    ConfigDef.Type.INT,
                    8,
                    Range.between(0, 100),
                    Importance.MEDIUM,
                    "Reporters that a small range needs, in percent of all feeds; never less than reporters.min.")
            .define(
                    RUN_MIN,
                    ConfigDef.Type.INT,
                    2,
                    Range.between(2, 256),
                    Importance.HIGH,
                    "Consecutive addresses (IPv6: units) of one domain that make a run.")
            .define(
                    RUN_MAX_GAP,
                    ConfigDef.Type.INT,
                    1,
                    Range.between(0, 15),
                    Importance.MEDIUM,
                    "Addresses without a matching name that a run may skip in one place.")
            .define(
                    RUN_FRESH_DOMAINS_MIN,
                    ConfigDef.Type.INT,
                    3,
                    Range.between(2, 256),
                    Importance.MEDIUM,
                    "Consecutive addresses, each with a fresh domain of its own, that make a run.")
            .define(
                    RANGE_MAX,
                    ConfigDef.Type.INT,
                    1024,
                    powersOfTwo(16, 65_536),
                    Importance.LOW,
                    "Addresses (IPv6: units) that one judgement looks at; a longer cluster is cut at its multiples.")
            .define(
                    IPV6_UNIT_PREFIX,
                    ConfigDef.Type.INT,
                    64,
                    Range.between(48, 64),
                    Importance.MEDIUM,
                    "Prefix length that counts as one place in IPv6.")
            .define(
                    REGISTRATION_MAX_AGE,
                    ConfigDef.Type.STRING,
                    "270d",
                    days(1, 3650),
                    Importance.HIGH,
                    "Age up to which a domain is fresh, counted from its registration or transfer to its first mail.")
            .define(
                    COHORT_WINDOW,
                    ConfigDef.Type.STRING,
                    "14d",
                    days(1, 365),
                    Importance.MEDIUM,
                    "Domains of one registrar registered within this time of each other are a cohort.")
            .define(
                    COHORT_DOMAINS_MIN,
                    ConfigDef.Type.INT,
                    3,
                    Range.between(2, 256),
                    Importance.MEDIUM,
                    "Domains that make a cohort.")
            .define(
                    SETTLED_OWNERS_MIN,
                    ConfigDef.Type.INT,
                    2,
                    Range.between(1, 256),
                    Importance.MEDIUM,
                    "Owners of established domains around a range, at least, that make it one customer's of a mail service.")
            .define(
                    KNOWN_SENDERS,
                    ConfigDef.Type.LIST,
                    KnownSenders.DEFAULT,
                    ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                    Importance.MEDIUM,
                    "Registrable domains of mail services, which stand as established whatever their registry says.")
            .define(
                    EVIDENCE_IGNORED,
                    ConfigDef.Type.LIST,
                    List.of(),
                    evidenceCodes(),
                    Importance.LOW,
                    "Evidence to judge without, such as NEW_DOMAIN, to see what it is worth. Not for production.")
            .define(
                    SWEEP_BUDGET,
                    ConfigDef.Type.INT,
                    64,
                    Range.between(0, 1024),
                    Importance.MEDIUM,
                    "Silent addresses around one throwaway range whose names are asked for, each at most once a day; 0: none.")
            .define(
                    SWEEP_BLOCK_MAX,
                    ConfigDef.Type.INT,
                    64,
                    powersOfTwo(4, 256),
                    Importance.LOW,
                    "Addresses (IPv6: units) of the largest aligned block in which a range's silent neighbours are asked for.")
            .define(
                    PREDICTED_TTL,
                    ConfigDef.Type.STRING,
                    "7d",
                    days(1, 30),
                    Importance.MEDIUM,
                    "Time after which a silent address's name counts no longer, unless somebody told it again.")
            .define(
                    LIST_TTL,
                    ConfigDef.Type.STRING,
                    "14d",
                    days(1, 64),
                    Importance.HIGH,
                    "Time after the last excessive report anywhere in a range at which its listing ends.")
            .define(
                    VALID_FOR,
                    ConfigDef.Type.STRING,
                    "3d",
                    days(2, 30),
                    Importance.MEDIUM,
                    "How long a published range is valid; it is renewed every day.")
            .define(
                    LOOKUP_DEADLINE,
                    ConfigDef.Type.STRING,
                    "30s",
                    durations(),
                    Importance.MEDIUM,
                    "Time after which a lookup counts as failed.")
            .define(
                    LOOKUPS_IN_FLIGHT_MAX,
                    ConfigDef.Type.INT,
                    256,
                    Range.between(1, 100_000),
                    Importance.MEDIUM,
                    "Lookups that one task has under way at once.")
            .define(
                    JUDGE_INTERVAL,
                    ConfigDef.Type.STRING,
                    "200ms",
                    durations(),
                    Importance.LOW,
                    "How often changed neighbourhoods are judged and arrived answers are taken in.")
            .define(
                    CAMPAIGN_RANGES_MAX,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(2, 100_000),
                    Importance.LOW,
                    "Flagged ranges that can be tied into campaigns; of more, those seen last.")
            .define(
                    CAMPAIGN_MEMORY,
                    ConfigDef.Type.STRING,
                    "180d",
                    days(1, 3650),
                    Importance.LOW,
                    "How long after its last report a range can be tied.")
            .define(
                    MTA_LOGS_ZONE,
                    ConfigDef.Type.STRING,
                    "UTC",
                    zones(),
                    Importance.MEDIUM,
                    "Zone of times in shipped log lines that have none, such as Europe/Paris.");

    /**
     * @throws ConfigException with a sentence about the first key that does not fit
     */
    public TopologyConfig(Map<String, ?> settings) {
        super(DEFINITION, settings, false);
    }

    /** The definition, for documentation and for checking keys. */
    public static ConfigDef definition() {
        return new ConfigDef(DEFINITION);
    }

    /** The value of a duration key in whole days. */
    public int days(String key) {
        return (int) duration(key).toDays();
    }

    /** The value of a duration key. */
    public Duration duration(String key) {
        return parse(key, getString(key));
    }

    /** The value of a key that names a zone. */
    public ZoneId zone(String key) {
        return zone(key, getString(key));
    }

    private static ConfigDef.Validator zones() {
        return ConfigDef.LambdaValidator.with(
                (key, value) -> zone(key, String.valueOf(value)), () -> "a zone such as UTC, Europe/Paris or +01:00");
    }

    private static ZoneId zone(String key, String value) {
        try {
            return ZoneId.of(value);
        } catch (DateTimeException e) {
            throw new ConfigException(key, value, "must be a zone such as UTC, Europe/Paris or +01:00");
        }
    }

    /** The value of a key that names evidence. */
    public Set<EvidenceCode> evidence(String key) {
        Set<EvidenceCode> codes = EnumSet.noneOf(EvidenceCode.class);
        getList(key).forEach(code -> codes.add(evidence(key, code)));
        return codes;
    }

    private static ConfigDef.Validator evidenceCodes() {
        return ConfigDef.LambdaValidator.with(
                (key, value) -> {
                    for (Object code : (List<?>) value) {
                        evidence(key, code);
                    }
                },
                () -> "evidence codes such as NEW_DOMAIN");
    }

    private static EvidenceCode evidence(String key, Object code) {
        try {
            return EvidenceCode.valueOf(String.valueOf(code));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    key, code, "must be evidence codes, of " + Arrays.toString(EvidenceCode.values()));
        }
    }

    private static ConfigDef.Validator powersOfTwo(int least, int most) {
        String sentence = "a power of two from %d to %d".formatted(least, most);
        return ConfigDef.LambdaValidator.with(
                (key, value) -> {
                    int number = (Integer) value;
                    if (number < least || number > most || Integer.bitCount(number) != 1) {
                        throw new ConfigException(key, value, "must be " + sentence);
                    }
                },
                () -> sentence);
    }

    private static ConfigDef.Validator days(int least, int most) {
        return ConfigDef.LambdaValidator.with(
                (key, value) -> {
                    Duration duration = parse(key, value);
                    if (!duration.equals(Duration.ofDays(duration.toDays()))
                            || duration.toDays() < least
                            || duration.toDays() > most) {
                        throw new ConfigException(
                                key, value, "must be whole days from %dd to %dd".formatted(least, most));
                    }
                },
                () -> "whole days from %dd to %dd".formatted(least, most));
    }

    private static ConfigDef.Validator durations() {
        return ConfigDef.LambdaValidator.with(
                (key, value) -> {
                    if (parse(key, value).isZero()) {
                        throw new ConfigException(key, value, "must be longer than nothing");
                    }
                },
                () -> "a duration such as 200ms or 30s");
    }

    private static Duration parse(String key, Object value) {
        Matcher matcher = DURATION.matcher(String.valueOf(value));
        if (!matcher.matches()) {
            throw new ConfigException(key, value, "must be a number and a unit (ms, s, m, h, d), such as 14d");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
