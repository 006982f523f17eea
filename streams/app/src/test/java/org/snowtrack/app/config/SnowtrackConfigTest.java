package org.snowtrack.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.topologies.TopologyConfig;

class SnowtrackConfigTest {

    private static final Map<String, String> NOTHING = Map.of();

    private final Path temp;

    SnowtrackConfigTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldTakeTheFlagBeforeEnvironmentBeforeFileBeforeDefault() throws Exception {
        // Given
        Path file = file("run.min=5\nrun.max.gap=6\nreporters.min=7\n");
        Map<String, String> environment = Map.of("SNOWTRACK_RUN_MIN", "8", "SNOWTRACK_RUN_MAX_GAP", "9");
        Map<String, String> flags = Map.of("run.min", "10");

        // When
        TopologyConfig topology = SnowtrackConfig.load(file, environment, flags).topology();

        // Then
        assertThat(topology.getInt(TopologyConfig.RUN_MIN)).isEqualTo(10);
        assertThat(topology.getInt(TopologyConfig.RUN_MAX_GAP)).isEqualTo(9);
        assertThat(topology.getInt(TopologyConfig.REPORTERS_MIN)).isEqualTo(7);
        assertThat(topology.getInt(TopologyConfig.COHORT_DOMAINS_MIN)).isEqualTo(3);
    }

    @Test
    void shouldHaveTheDefaultsOfTheStagesWhenNothingIsGiven() {
        // When
        SnowtrackConfig config = SnowtrackConfig.load(null, Map.of("PATH", "/bin", "SNOWTRACKER", "x"), NOTHING);

        // Then
        assertThat(config.topology().values()).isEqualTo(new TopologyConfig(NOTHING).values());
        assertThat(config.kafkaClients()).isEmpty();
    }

    @Test
    void shouldReachEveryKeyFromTheEnvironment() {
        // Given
        Map<String, String> defaults = TopologyConfig.definition().configKeys().values().stream()
                .collect(Collectors.toMap(
                        key -> key.name,
                        key -> ConfigDef.convertToString(
                                new TopologyConfig(NOTHING).values().get(key.name), key.type)));
        Map<String, String> environment = defaults.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> "SNOWTRACK_"
                                + entry.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                        Map.Entry::getValue));

        // When
        SnowtrackConfig config = SnowtrackConfig.load(null, environment, NOTHING);

        // Then
        assertThat(config.topology().originals()).isEqualTo(defaults);
    }

    @Test
    void shouldReachEverySettingOfKafkasClientsFromTheEnvironment() {
        // Given
        Map<String, String> settings = Stream.of(
                        ConsumerConfig.configNames().stream(),
                        ProducerConfig.configNames().stream(),
                        Stream.of(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, SaslConfigs.SASL_JAAS_CONFIG))
                .flatMap(names -> names)
                .distinct()
                .collect(Collectors.toMap(key -> key, key -> "value of " + key));
        Map<String, String> environment = settings.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> "SNOWTRACK_CLIENT_"
                                + entry.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                        Map.Entry::getValue));

        // When
        SnowtrackConfig config = SnowtrackConfig.load(null, environment, NOTHING);

        // Then
        assertThat(config.kafkaClients()).isEqualTo(settings).containsKey("ssl.truststore.location");
    }

    @Test
    void shouldPassClientSettingsOnWithoutThePrefixByTheSamePrecedence() throws Exception {
        // Given
        Path file = file("client.security.protocol=SSL\nclient.ssl.truststore.location=/etc/file\nclient.acks=1\n");
        Map<String, String> environment =
                Map.of("SNOWTRACK_CLIENT_SECURITY_PROTOCOL", "SASL_SSL", "SNOWTRACK_CLIENT_ACKS", "0");
        Map<String, String> flags = Map.of("client.acks", "all", "client.vendor_key-With.Any_Name", "kept");

        // When
        SnowtrackConfig config = SnowtrackConfig.load(file, environment, flags);

        // Then
        assertThat(config.kafkaClients())
                .isEqualTo(Map.of(
                        "security.protocol", "SASL_SSL",
                        "ssl.truststore.location", "/etc/file",
                        "acks", "all",
                        "vendor_key-With.Any_Name", "kept"));
        assertThat(config.topology().originals()).isEmpty();
    }

    @Test
    void shouldNameKeySourceAndKnownKeysWhenAKeyIsUnknown() throws Exception {
        // Given
        Path file = file("run.gap=2\n");

        // Then
        refused(null, NOTHING, Map.of("run.max.gapp", "2"))
                .withMessageStartingWith("The configuration key 'run.max.gapp' in the command line is unknown; ")
                .withMessageContaining(" run.max.gap, ")
                .withMessageEndingWith(", and client.* for Kafka.")
                .withMessageNotContaining("\n");
        refused(null, Map.of("SNOWTRACK_RUN_GAP", "2"), NOTHING)
                .withMessageStartingWith(
                        "The configuration key 'run.gap' in the environment variable SNOWTRACK_RUN_GAP is unknown; ");
        refused(file, NOTHING, NOTHING)
                .withMessageStartingWith("The configuration key 'run.gap' in " + file + " is unknown; ");
    }

    @Test
    void shouldNameKeyAndBoundWhenAValueDoesNotFit() {
        refused(null, NOTHING, Map.of("run.max.gap", "16"))
                .withMessage("The configuration does not fit: "
                        + "Invalid value 16 for configuration run.max.gap: Value must be no more than 15.");
        refused(null, NOTHING, Map.of("run.max.gap", "two")).withMessageContaining("run.max.gap: Not a number");
        refused(null, NOTHING, Map.of("horizon", "65d")).withMessageContaining("horizon: must be whole days from 1d");
        refused(null, NOTHING, Map.of("horizon", "61")).withMessageContaining("horizon: must be a number and a unit");
        refused(null, NOTHING, Map.of("range.max", "1000")).withMessageContaining("range.max: must be a power of two");
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws Exception {
        // Given
        Path latin = temp.resolve("latin.properties");
        Files.write(latin, "client.sasl.jaas.config=gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));

        // Then
        refused(temp.resolve("none"), NOTHING, NOTHING)
                .withMessage("The configuration file " + temp.resolve("none") + " does not exist.");
        refused(latin, NOTHING, NOTHING)
                .withMessage("The configuration file " + latin + " is not a properties file in UTF-8.");
        refused(file("run.min=\\u12"), NOTHING, NOTHING).withMessageEndingWith("is not a properties file in UTF-8.");
    }

    @Test
    void shouldFitThePartitionsToTheMachineUnlessSomebodyChoseThem() {
        // Given
        SnowtrackConfig unchosen = SnowtrackConfig.load(null, NOTHING, Map.of("run.min", "3", "client.acks", "all"));
        SnowtrackConfig chosen = SnowtrackConfig.load(null, NOTHING, Map.of("partitions", "64"));

        // When
        SnowtrackConfig fitted = unchosen.forOneMachine();

        // Then
        assertThat(fitted.partitions())
                .isEqualTo(Math.min(4, Runtime.getRuntime().availableProcessors()));
        assertThat(fitted.topology().getInt(TopologyConfig.RUN_MIN)).isEqualTo(3);
        assertThat(fitted.kafkaClients()).containsEntry("acks", "all");
        assertThat(chosen.forOneMachine().partitions()).isEqualTo(64);
    }

    private Path file(String text) throws Exception {
        return Files.writeString(temp.resolve("snowtrack.properties"), text);
    }

    private static ThrowableAssertAlternative<StartupException> refused(
            @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        return assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> SnowtrackConfig.load(file, environment, flags));
    }
}
