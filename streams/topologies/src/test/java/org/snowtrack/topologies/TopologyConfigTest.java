package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and defaults are public API: whoever changes one here changes it for everybody. */
class TopologyConfigTest {

    @Test
    void shouldHaveTheseKeysAndDefaults() {
        Map<String, Object> defaults = TopologyConfig.definition().defaultValues();

        assertThat(new TreeMap<>(defaults))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("partitions", 4),
                        Map.entry("excessive.invalid.recipients", 10),
                        Map.entry("horizon", "61d"),
                        Map.entry("reporters.min", 3),
                        Map.entry("local.addresses.min", 2),
                        Map.entry("small.range.max", 4),
                        Map.entry("small.range.reporters.percent", 8),
                        Map.entry("run.min", 2),
                        Map.entry("run.max.gap", 1),
                        Map.entry("run.fresh.domains.min", 3),
                        Map.entry("range.max", 1024),
                        Map.entry("ipv6.unit.prefix", 64),
                        Map.entry("registration.max.age", "270d"),
                        Map.entry("cohort.window", "14d"),
                        Map.entry("cohort.domains.min", 3),
                        Map.entry("settled.owners.min", 2),
                        Map.entry("known.senders", KnownSenders.DEFAULT),
                        Map.entry("evidence.ignored", List.of()),
                        Map.entry("sweep.budget", 64),
                        Map.entry("sweep.block.max", 64),
                        Map.entry("predicted.ttl", "7d"),
                        Map.entry("list.ttl", "14d"),
                        Map.entry("valid.for", "3d"),
                        Map.entry("lookup.deadline", "30s"),
                        Map.entry("lookups.in.flight.max", 256),
                        Map.entry("judge.interval", "200ms"),
                        Map.entry("campaign.ranges.max", 10_000),
                        Map.entry("campaign.memory", "180d"),
                        Map.entry("mta.logs.zone", "UTC")));
    }

    @Test
    void shouldDocumentEveryKey() {
        assertThat(TopologyConfig.definition().configKeys().values().stream()
                        .filter(key -> key.documentation == null || key.documentation.isBlank())
                        .map(key -> key.name)
                        .collect(Collectors.toList()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "partitions, many, Not a number of type INT",
        "partitions, 0, Value must be at least 1",
        "partitions, 1025, Value must be no more than 1024",
        "excessive.invalid.recipients, 0, Value must be at least 1",
        "excessive.invalid.recipients, 1000001, Value must be no more than 1000000",
        "horizon, 61, 'must be a number and a unit (ms, s, m, h, d), such as 14d'",
        "horizon, 0d, must be whole days from 1d to 64d",
        "horizon, 65d, must be whole days from 1d to 64d",
        "horizon, 36h, must be whole days from 1d to 64d",
        "reporters.min, 1, Value must be at least 2",
        "reporters.min, 1001, Value must be no more than 1000",
        "local.addresses.min, 0, Value must be at least 1",
        "local.addresses.min, 1001, Value must be no more than 1000",
        "small.range.max, -1, Value must be at least 0",
        "small.range.max, 257, Value must be no more than 256",
        "small.range.reporters.percent, -1, Value must be at least 0",
        "small.range.reporters.percent, 101, Value must be no more than 100",
        "settled.owners.min, 0, Value must be at least 1",
        "settled.owners.min, 257, Value must be no more than 256",
        "evidence.ignored, OLD_DOMAIN, 'REGISTRATION_UNKNOWN]'",
        "run.min, 1, Value must be at least 2",
        "run.min, 257, Value must be no more than 256",
        "sweep.budget, -1, Value must be at least 0",
        "sweep.budget, 1025, Value must be no more than 1024",
        "sweep.block.max, 48, must be a power of two from 4 to 256",
        "sweep.block.max, 512, must be a power of two from 4 to 256",
        "predicted.ttl, 0d, must be whole days from 1d to 30d",
        "predicted.ttl, 31d, must be whole days from 1d to 30d",
        "run.max.gap, -1, Value must be at least 0",
        "run.max.gap, 16, Value must be no more than 15",
        "run.fresh.domains.min, 1, Value must be at least 2",
        "run.fresh.domains.min, 257, Value must be no more than 256",
        "range.max, 8, must be a power of two from 16 to 65536",
        "range.max, 1000, must be a power of two from 16 to 65536",
        "range.max, 131072, must be a power of two from 16 to 65536",
        "ipv6.unit.prefix, 47, Value must be at least 48",
        "ipv6.unit.prefix, 65, Value must be no more than 64",
        "registration.max.age, 0d, must be whole days from 1d to 3650d",
        "registration.max.age, 3651d, must be whole days from 1d to 3650d",
        "cohort.window, 0d, must be whole days from 1d to 365d",
        "cohort.window, 366d, must be whole days from 1d to 365d",
        "cohort.domains.min, 1, Value must be at least 2",
        "cohort.domains.min, 257, Value must be no more than 256",
        "list.ttl, 0d, must be whole days from 1d to 64d",
        "list.ttl, 65d, must be whole days from 1d to 64d",
        "valid.for, 1d, must be whole days from 2d to 30d",
        "valid.for, 31d, must be whole days from 2d to 30d",
        "lookup.deadline, soon, 'must be a number and a unit (ms, s, m, h, d), such as 14d'",
        "lookup.deadline, 0s, must be longer than nothing",
        "lookups.in.flight.max, 0, Value must be at least 1",
        "lookups.in.flight.max, 100001, Value must be no more than 100000",
        "judge.interval, 0ms, must be longer than nothing",
        "campaign.ranges.max, 1, Value must be at least 2",
        "campaign.ranges.max, 100001, Value must be no more than 100000",
        "campaign.memory, 0d, must be whole days from 1d to 3650d",
        "campaign.memory, 3651d, must be whole days from 1d to 3650d",
        "mta.logs.zone, Mars, 'must be a zone such as UTC, Europe/Paris or +01:00'",
        "judge.interval, 1 s, 'must be a number and a unit (ms, s, m, h, d), such as 14d'",
    })
    void shouldSayWhatIsWrongWithAValue(String key, String value, String why) {
        assertThatThrownBy(() -> new TopologyConfig(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Invalid value %s for configuration %s", value, key)
                .hasMessageEndingWith(why);
    }

    @ParameterizedTest
    @CsvSource({
        "lookup.deadline, 250ms, PT0.25S",
        "lookup.deadline, 90s, PT1M30S",
        "lookup.deadline, 5m, PT5M",
        "horizon, 48h, PT48H",
        "horizon, 64d, PT1536H",
    })
    void shouldReadANumberAndAUnit(String key, String value, Duration duration) {
        assertThat(new TopologyConfig(Map.of(key, value)).duration(key)).isEqualTo(duration);
    }
}
