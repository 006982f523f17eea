package org.snowtrack.connectors.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorConfigTest {

    private final MtaLogSourceConnector logs = new MtaLogSourceConnector();
    private final SyslogSourceConnector syslog = new SyslogSourceConnector();
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "reporter", "isp",
            "log.files", "/var/log/mx1.log,/var/log/mx2.log,/var/log/mx3.log",
            "listen", "udp://127.0.0.1:5514",
            "spool.directory", "/var/spool/snowtrack",
            "key.converter", "org.apache.kafka.connect.storage.StringConverter",
            "value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"));

    @TempDir
    private Path temp;

    @Test
    void shouldKeepNamesAndDefaults() {
        assertThat(logs.config().defaultValues()).containsOnlyKeys("topic", "log.format", "zone");
        assertThat(logs.config().names())
                .containsExactlyInAnyOrder("log.files", "reporter", "topic", "log.format", "zone");
        assertThat(syslog.config().names())
                .containsExactlyInAnyOrder(
                        "listen",
                        "spool.directory",
                        "spool.bytes",
                        "senders",
                        "tls.certificate",
                        "tls.key",
                        "tls.keystore",
                        "tls.keystore.password",
                        "tls.sender.authorities",
                        "reporter",
                        "topic",
                        "log.format",
                        "zone");
        assertThat(new SourceConfig(logs.config(), settings).topic()).isEqualTo("mail-rejections.isp");
        assertThat(new SourceConfig(logs.config(), settings).format().id()).isEqualTo("auto");
    }

    @Test
    void shouldBeFoundByWorkersAndPromiseExactlyOnce() {
        assertThat(ServiceLoader.load(SourceConnector.class).stream().map(ServiceLoader.Provider::type))
                .contains(MtaLogSourceConnector.class, SyslogSourceConnector.class);
        assertThat(List.of(logs.exactlyOnceSupport(settings), syslog.exactlyOnceSupport(settings)))
                .containsOnly(ExactlyOnceSupport.SUPPORTED);
    }

    @Test
    void shouldHaveNothingToComplainOfWhenAllIsWell() {
        assertThat(complaints(logs)).isEmpty();
        assertThat(complaints(syslog)).isEmpty();
    }

    @Test
    void shouldShareTheLogsAmongTasks() {
        // When
        logs.start(settings);

        // Then
        assertThat(logs.taskConfigs(2))
                .extracting(task -> task.get(MtaLogSourceTask.SHARE))
                .containsExactly("/var/log/mx1.log\n/var/log/mx2.log", "/var/log/mx3.log");
        assertThat(logs.taskConfigs(9)).hasSize(3);
        logs.stop();
    }

    @Test
    void shouldComplainOfConvertersThatWouldSpoilTheRecords() {
        // Given
        settings.remove("key.converter");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");

        // Then
        assertThat(complaints(logs))
                .containsExactly(
                        "The records need key.converter=org.apache.kafka.connect.storage.StringConverter; set it in "
                                + "this connector's configuration.",
                        "The records need value.converter=org.apache.kafka.connect.converters.ByteArrayConverter; set "
                                + "it in this connector's configuration.");
    }

    @Test
    void shouldComplainOfWhatIsNoLog() throws IOException {
        // Given
        Path other = Files.writeString(temp.resolve("other.log"), "hello\n");
        settings.put("log.files", temp + "," + other + ",/dev/null");
        settings.put("log.format", "postfix");

        // Then
        assertThat(complaints(logs))
                .hasSize(3)
                .contains(
                        temp + " is a directory; name a file in it, or " + temp + "/*.log.",
                        "/dev/null is a pipe or a device; name a file.")
                .anySatisfy(complaint -> assertThat(complaint)
                        .startsWith(other + " does not look like a Postfix log: its only line has not "));
    }

    @Test
    void shouldComplainOfWrongValues() {
        // Given
        settings.put("reporter", "a b");
        settings.put("log.format", "fax");
        settings.put("zone", "Mars/Olympus");

        // Then
        assertThat(complaints(logs))
                .hasSize(3)
                .anySatisfy(
                        complaint -> assertThat(complaint).endsWith("letters, digits, dots, dashes or underscores."))
                .anySatisfy(complaint ->
                        assertThat(complaint).contains("The formats are ").endsWith(", and auto."))
                .anySatisfy(complaint ->
                        assertThat(complaint).endsWith("A zone is something like Europe/Berlin, UTC or +01:00."));
    }

    @Test
    void shouldComplainOfEndpointsAndCertificates() {
        // Given
        settings.put("listen", "tls://127.0.0.1:6514");

        // Then
        assertThat(complaints(syslog))
                .containsExactly("To listen at tls://127.0.0.1:6514, a certificate and its key are needed.");
        settings.put("tls.certificate", temp + "/host.crt");
        settings.put("tls.key", temp + "/host.key");
        assertThat(complaints(syslog)).containsExactly(temp + "/host.crt does not exist; correct the path.");
    }

    private List<String> complaints(SourceConnector connector) {
        return connector.validate(settings).configValues().stream()
                .flatMap(value -> value.errorMessages().stream())
                .sorted()
                .collect(Collectors.toList());
    }
}
