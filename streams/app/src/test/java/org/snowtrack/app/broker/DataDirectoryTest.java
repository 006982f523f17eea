package org.snowtrack.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    private final Path temp;

    DataDirectoryTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldCreateTheDirectoryWithItsParents() {
        // Given
        Path path = temp.resolve("a/b");

        // When
        try (DataDirectory directory = DataDirectory.open(path)) {

            // Then
            assertThat(directory.path()).isEqualTo(path.toAbsolutePath()).isDirectory();
            assertThat(path.resolve("version")).hasContent("1");
            assertThat(directory.brokerPath()).hasParentRaw(path);
            assertThat(directory.streamsPath()).hasParentRaw(path).isNotEqualTo(directory.brokerPath());
        }
    }

    @Test
    void shouldOpenAgainWhenClosed() {
        // Given
        DataDirectory.open(temp).close();

        // When
        try (DataDirectory directory = DataDirectory.open(temp)) {

            // Then
            assertThat(directory.path()).isEqualTo(temp);
        }
    }

    @Test
    void shouldFollowASymbolicLink() throws Exception {
        // Given
        Path target = Files.createDirectory(temp.resolve("target"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), target);

        // When
        try (DataDirectory directory = DataDirectory.open(link)) {

            // Then
            assertThat(directory.path()).isEqualTo(target);
            assertRefused(
                    target, "is in use by process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void shouldNameTheHolderWhenThisProcessHoldsIt() {
        // Given
        DataDirectory held = DataDirectory.open(temp);

        // When
        try (held) {

            // Then
            assertThatExceptionOfType(StartupException.class)
                    .isThrownBy(() -> DataDirectory.open(temp))
                    .withMessageMatching("The data directory " + temp + " is in use by process "
                            + ProcessHandle.current().pid() + " since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC; "
                            + "stop that process or choose another directory with --data-dir\\.");
        }
    }

    @Test
    void shouldKeepTheLockWhenThisProcessTriesASecondTime() throws Exception {
        // Given
        try (DataDirectory held = DataDirectory.open(temp)) {
            assertRefused(held.path(), "is in use");

            // When
            try (OtherProcess other = OtherProcess.holding(temp)) {

                // Then
                assertThat(other.firstLine())
                        .contains("is in use by process "
                                + ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void shouldNameTheHolderWhenAnotherProcessHoldsIt() throws Exception {
        // Given
        try (OtherProcess other = OtherProcess.holding(temp)) {
            assertThat(other.firstLine()).isEqualTo("ready");

            // Then
            assertRefused(temp, "is in use by process " + other.pid() + " since ");

            // When
            other.kill();

            // Then
            DataDirectory.open(temp).close();
        }
    }

    @Test
    void shouldRefuseAFile() throws Exception {
        // Given
        Path file = Files.createFile(temp.resolve("file"));

        // Then
        assertRefused(file, "is a file; ");
        assertRefused(file.resolve("below"), "cannot be used (");
    }

    @Test
    void shouldRefuseADirectoryThatMayNotBeWritten() throws Exception {
        // Given
        Path path = Files.createDirectory(
                temp.resolve("read-only"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        assumeFalse(Files.isWritable(path), "root may write everywhere");

        // Then
        assertRefused(path, "may not be written by this user; ");
    }

    @Test
    void shouldRefuseTheLayoutOfANewerSnowtrack() throws Exception {
        // Given
        Files.writeString(temp.resolve("version"), "2\n");

        // Then
        assertRefused(temp, "has layout 2, which this Snowtrack does not know; use the newer Snowtrack ");
    }

    @Test
    void shouldRefuseADamagedVersionAndHoldNothing() throws Exception {
        // Given
        Path version = Files.write(temp.resolve("version"), new byte[] {(byte) 0xC3, (byte) 0x28});
        assertRefused(temp, "has a damaged file \"version\"; write 1 into it ");

        // When
        Files.writeString(version, "1");

        // Then
        DataDirectory.open(temp).close();
    }

    private static void assertRefused(Path path, String why) {
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> DataDirectory.open(path))
                .withMessageStartingWith("The data directory " + path + " " + why)
                .withMessageEndingWith(" or choose another directory with --data-dir.");
    }
}
