package org.snowtrack.app.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;

class CaseMarkTest {

    private static final Map<String, String> SETTINGS = Map.of("run.min", "2", "horizon", "61d");

    private final Path caseDirectory;
    private final DataDirectory data;

    CaseMarkTest(@TempDir Path temp) {
        caseDirectory = temp.resolve("case");
        data = DataDirectory.open(caseDirectory.resolve("data"));
    }

    @BeforeEach
    void writeCase() throws Exception {
        write("rejections.jsonl", "{}");
        write("rdap/domain/bare.example.json", "{}");
        CaseMark.claim(data, caseDirectory, SETTINGS);
    }

    @AfterEach
    void release() {
        data.close();
    }

    @Test
    void shouldLetTheSameCaseGoOnWhateverElseLiesBesideIt() throws Exception {
        // Given
        write("out.jsonl", "results may be written here");
        write("data/broker/log", "and the data directory itself lies here");
        String marked = Files.readString(data.path().resolve("replayed-case"));

        // When
        CaseMark.claim(data, caseDirectory, Map.copyOf(SETTINGS));

        // Then
        assertThat(data.path().resolve("replayed-case")).hasContent(marked);
        assertThat(data.path().resolve("replayed-case.draft")).doesNotExist();
    }

    @Test
    void shouldRefuseWhenAFileOfTheCaseChanged() throws Exception {
        // Given
        write("rejections.jsonl", "{} ");

        // Then
        refused(SETTINGS);
    }

    @Test
    void shouldRefuseWhenARecordedAnswerCameLater() throws Exception {
        // Given
        write("rdap/domain/pop.example.json", "{}");

        // Then
        refused(SETTINGS);
    }

    @Test
    void shouldRefuseWhenASettingChanged() {
        refused(Map.of("run.min", "3", "horizon", "61d"));
    }

    private void refused(Map<String, String> settings) {
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> CaseMark.claim(data, caseDirectory, settings))
                .withMessage("The data directory " + data.path() + " holds the replay of another case, or of this one "
                        + "with other settings or files; choose another directory with --data-dir, or remove it.");
    }

    private void write(String file, String text) throws Exception {
        Path path = caseDirectory.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }
}
