package org.snowtrack.app.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.ip.IpAddress;

class TruthTest {

    private final Path directory;

    TruthTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldTellWhoseAnAddressIs() throws Exception {
        // Given
        write("""
                first_ip\tlast_ip\tlabel\tcampaign
                # who is who

                192.0.2.8\t192.0.2.15\tsnowshoe\tpairs-beside-07
                192.0.2.16\t192.0.2.16\tuniversity
                """);

        // When
        Truth truth = Truth.read(directory);

        // Then
        Truth.Plot plot = truth.of(IpAddress.parse("192.0.2.15")).orElseThrow();
        assertThat(plot.isCampaign()).isTrue();
        assertThat(plot.kind()).isEqualTo("pairs-beside");
        assertThat(truth.of(IpAddress.parse("192.0.2.16")).orElseThrow().kind()).isEqualTo("university");
        assertThat(truth.of(IpAddress.parse("192.0.2.17"))).isEmpty();
    }

    @Test
    void shouldSayWhichLinesContradict() throws Exception {
        // Given
        write("""
                192.0.2.8\t192.0.2.15\tsnowshoe\tpairs-1
                198.51.100.1\t198.51.100.1\tuniversity\tu-1
                192.0.2.15\t192.0.2.20\tuniversity\tu-2
                """);

        // Then
        assertThatThrownBy(() -> Truth.read(directory))
                .isInstanceOf(StartupException.class)
                .hasMessage(
                        "%s contradicts itself: line 1 says snowshoe of 192.0.2.8-192.0.2.15, "
                                + "line 3 says university of 192.0.2.15-192.0.2.20.",
                        directory.resolve("truth.tsv"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.8 192.0.2.15       | a line is first_ip, last_ip, label and campaign
            192.0.2.8,192.0.2.x,silent | '192.0.2.x'
            192.0.2.9,192.0.2.8,silent | end before it
            192.0.2.8,192.0.2.9,snowshoe | a snowshoe range needs a campaign's name
            """)
    void shouldSayWhatIsWrongWithALine(String line, String why) throws Exception {
        write("# truth\n" + line.replace(',', '\t') + "\n");

        assertThatThrownBy(() -> Truth.read(directory))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(directory.resolve("truth.tsv") + ":2: ")
                .hasMessageContaining(why);
    }

    @Test
    void shouldSayThatNothingCanBeComparedWithoutATruth() throws Exception {
        assertThatThrownBy(() -> Truth.read(directory)).hasMessageContaining("has no truth.tsv");

        write("# nothing\n");

        assertThatThrownBy(() -> Truth.read(directory)).hasMessageContaining("holds no range");
    }

    private void write(String text) throws Exception {
        Files.writeString(directory.resolve("truth.tsv"), text);
    }
}
