package org.snowtrack.connectors.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPathsTest {

    private final Path directory;

    LogPathsTest(@TempDir Path temp) throws IOException {
        directory = temp.toRealPath();
    }

    @Test
    void shouldFindLogsAndNotWhatRotationMadeOfThem() throws IOException {
        // Given
        make("mx1/mail.log", "mx1/mail.log.1", "mx1/mail.log.2.gz", "mx1/mail-20261125.log", "mx2/mail.log", "mx2/x");
        LogPaths paths = new LogPaths(List.of(directory + "/*/mail*"));

        // Then
        assertThat(paths.find()).containsExactly(directory.resolve("mx1/mail.log"), directory.resolve("mx2/mail.log"));
    }

    @Test
    void shouldKeepALogInMindWhileItIsBeingRotated() throws IOException {
        // Given
        make("mail.log");
        LogPaths paths = new LogPaths(List.of(directory + "/mail.log*"));
        paths.find();

        // When
        Files.move(directory.resolve("mail.log"), directory.resolve("mail.log.1"));

        // Then
        assertThat(paths.find()).containsExactly(directory.resolve("mail.log"));
    }

    @Test
    void shouldFindWhatComesLaterAtAnyDepth() throws IOException {
        // Given
        LogPaths paths = new LogPaths(List.of(directory + "/**/{mail,smtp}.log", directory + "/none/*.log"));
        List<Path> before = paths.find();

        // When
        make("a/b/smtp.log", "a/mail.log");

        // Then
        assertThat(before).isEmpty();
        assertThat(paths.find()).containsExactly(directory.resolve("a/b/smtp.log"), directory.resolve("a/mail.log"));
    }

    @Test
    void shouldTakeAPathWhetherItsFileIsThereOrNot() throws IOException {
        // Given
        LogPaths paths = new LogPaths(List.of(directory + "/missing.log"));

        // Then
        assertThat(paths.hasGlobs()).isFalse();
        assertThat(paths.find()).containsExactly(directory.resolve("missing.log"));
    }

    private void make(String... names) throws IOException {
        for (String name : names) {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "line\n");
        }
    }
}
