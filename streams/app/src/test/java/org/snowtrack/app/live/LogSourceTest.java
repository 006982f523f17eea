package org.snowtrack.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.postfix.PostfixLog;
import org.snowtrack.connectors.tail.FileIdentity;
import org.snowtrack.connectors.tail.Position;

class LogSourceTest {

    private static final LogFormat POSTFIX = new PostfixLog();
    private static final Position SOMEWHERE =
            new Position(new FileIdentity("(dev=1,ino=2)", "0123456789abcdef"), 42, Instant.EPOCH);

    private final Path temp;

    LogSourceTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my isp", "isp/1", "ïsp", "isp\n"})
    void shouldRefuseAReporterThatCannotNameATopic(String reporter) {
        assertThatThrownBy(() -> new LogSource(temp.resolve("mail.log"), POSTFIX, ZoneOffset.UTC, reporter))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("reporter's name");
    }

    @Test
    void shouldSayWhatIsWrongWithALog() throws IOException {
        Path other = Files.writeString(temp.resolve("access.log"), "GET / HTTP/1.1\n");
        Files.write(temp.resolve("mail.log.1.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});

        assertThatThrownBy(() -> source("missing.log").checkReadable(false))
                .hasMessageContaining("missing.log does not exist; correct the path");
        assertThatThrownBy(() -> new LogSource(temp, POSTFIX, ZoneOffset.UTC, "isp-a").checkReadable(false))
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> new LogSource(other, POSTFIX, ZoneOffset.UTC, "isp-a").checkReadable(false))
                .hasMessageContaining("does not look like a Postfix log")
                .hasMessageEndingWith("Leave the format away to have it found out, or name another log.");
        assertThatThrownBy(() -> source("mail.log.1.gz").checkReadable(false))
                .hasMessageContaining("mail.log.1.gz is compressed, so that nothing more will be written to it.");
        assertThatThrownBy(() ->
                        new LogSource(Path.of("/dev/null"), POSTFIX, ZoneOffset.UTC, "isp-a").checkReadable(false))
                .hasMessage("The log /dev/null is a pipe or a device; name a file, or send its lines to --syslog.");
    }

    @Test
    void shouldWaitForALogThatIsBeingRotated() {
        assertThatNoException().isThrownBy(() -> source("missing.log").checkReadable(true));
    }

    @Test
    void shouldRememberPositions() {
        // Given
        Path file = temp.resolve("positions");
        LogSource log = source("mail.log");
        Positions positions = Positions.open(file);

        // When the first is noted, it is written at once; the next when it is saved
        positions.put(log, SOMEWHERE);
        positions.saveNew();
        Position first = Positions.open(file).of(log).orElseThrow();
        Position further = new Position(SOMEWHERE.file(), 4711, Instant.EPOCH);
        positions.put(log, further);
        positions.saveNew();
        Position unsaved = Positions.open(file).of(log).orElseThrow();
        positions.save();

        // Then
        assertThat(first).isEqualTo(SOMEWHERE);
        assertThat(unsaved).isEqualTo(SOMEWHERE);
        assertThat(Positions.open(file).of(log)).contains(further);
        assertThat(Positions.open(file).of(source("other.log"))).isEmpty();
    }

    @Test
    void shouldSayWhereAPositionIsDamaged() throws IOException {
        // Given
        LogSource log = source("mail.log");
        Path file = Files.writeString(temp.resolve("positions"), log.key() + " = nowhere\n");

        // Then
        assertThatThrownBy(() -> Positions.open(file).of(log))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is damaged at " + log.key());
    }

    @Test
    void shouldTellAShortageOfSpaceBeforeKafkaMeetsIt() {
        FreeSpace little = new FreeSpace(temp, () -> FreeSpace.LEAST_BYTES - 1);
        FreeSpace enough = new FreeSpace(temp, () -> FreeSpace.LEAST_BYTES);

        assertThat(little.shortage())
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("Only 255 MiB are free", "--data-dir"));
        assertThat(enough.shortage()).isEmpty();
    }

    private LogSource source(String name) {
        return new LogSource(temp.resolve(name), POSTFIX, ZoneOffset.UTC, "isp-a");
    }
}
