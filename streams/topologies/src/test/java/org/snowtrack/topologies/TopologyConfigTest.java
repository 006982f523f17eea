package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                        Map.entry("run.min", 2),
                        Map.entry("run.max.gap", 1),
                        Map.entry("run.fresh.domains.min", 3),
                        Map.entry("range.max", 1024),
                        Map.entry("ipv6.unit.prefix", 64),
                        Map.entry("registration.max.age", "270d"),
                        Map.entry("cohort.window", "14d"),
                        Map.entry("cohort.domains.min", 3),
                        Map.entry("list.ttl", "14d"),
                        Map.entry("valid.for", "3d"),
                        Map.entry("lookup.deadline", "30s"),
                        Map.entry("lookups.in.flight.max", 256),
                        Map.entry("judge.interval", "200ms")));
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
        "horizon, 61, must be a number and a unit",
        "horizon, 65d, must be whole days from 1d to 64d",
        "horizon, 36h, must be whole days from 1d to 64d",
        "lookup.deadline, soon, must be a number and a unit",
        "range.max, 1000, must be a power of two",
        "reporters.min, 1, Value must be at least 2",
        "partitions, many, Not a number",
    })
    void shouldSayWhatIsWrongWithAValue(String key, String value, String why) {
        assertThatThrownBy(() -> new TopologyConfig(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(why);
    }
}
