package org.snowtrack.connectors.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogGlobTest {

    private final Path directory;

    LogGlobTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource({
        "*.log, mail.log in.log mail.err, in.log mail.log",
        "*.log, mail.log mail-20261125.log mail.1.log mail_2.log, mail.log",
        "mail.log*, mail.log mail.log.1 mail.log-20261125 mail.log.2.gz mail.log.3.xz mail.log.old, mail.log",
        "mail.log*, mail.log.1 mail.log.2 mail.log-20261125, ''",
        "maillog*, maillog maillog-20261125 maillog-20261118.gz, maillog",
        "mail*, mail.log mail.err mail.err.1 mail.info.1, mail.err mail.info.1 mail.log",
        "mail.log.*, mail.log mail.log.1, mail.log.1",
        "RECV*.LOG, RECV20261125-1.LOG RECV20261125-2.LOG RECV20261126-1.LOG, "
                + "RECV20261125-1.LOG RECV20261125-2.LOG RECV20261126-1.LOG",
        "'{in,out}?.log', in1.log out2.log out.log in.log, in1.log out2.log",
        "mx[12].log, mx1.log mx2.log mx3.log, mx1.log mx2.log",
        "*, mail.log .mail.log.swp, mail.log"
    })
    void shouldTellLogsFromWhatRotationHasMadeOfThem(String pattern, String files, String logs) throws IOException {
        // Given
        create(files.split(" ", -1));

        // Then
        assertThat(names(new LogGlob(directory + "/" + pattern))).isEqualTo(logs);
    }

    @Test
    void shouldFindLogsThatAppearLater() throws IOException {
        // Given
        LogGlob glob = new LogGlob(directory + "/new/*/mail.log");
        assertThat(glob.logs()).isEmpty();

        // When
        create("new/mx1/mail.log", "new/mx2/mail.log", "new/mx2/deeper/mail.log", "new/mail.log");

        // Then
        assertThat(glob.logs())
                .containsExactly(directory.resolve("new/mx1/mail.log"), directory.resolve("new/mx2/mail.log"));
    }

    @Test
    void shouldFindLogsAtAnyDepthAndNoneBehindLinksToDirectories() throws IOException {
        // Given
        LogGlob glob = new LogGlob(directory + "/**/{mail,smtp}.log");
        assertThat(glob.logs()).isEmpty();

        // When
        create("a/b/smtp.log", "a/mail.log", "a/mail.log.1", "a/b/other.log");
        Files.createSymbolicLink(directory.resolve("a/b/up"), directory);

        // Then
        assertThat(glob.logs()).containsExactly(directory.resolve("a/b/smtp.log"), directory.resolve("a/mail.log"));
        create("mail.log");
        assertThat(glob.logs()).contains(directory.resolve("mail.log"));
    }

    @Test
    void shouldTellLogsFromWhatRotationHasMadeOfThemInSeveralDirectories() throws IOException {
        // Given
        create("mx1/mail.log", "mx1/mail.log.1", "mx1/mail.log.2.gz", "mx1/mail-20261125.log", "mx2/mail.log", "mx2/x");

        // Then
        assertThat(new LogGlob(directory + "/*/mail*").logs())
                .containsExactly(directory.resolve("mx1/mail.log"), directory.resolve("mx2/mail.log"));
    }

    @Test
    void shouldKeepLogThatIsJustBeingRotatedAndDropOneThatIsGone() throws IOException {
        // Given
        create("a.log", "b.log", "c.log");
        LogGlob glob = new LogGlob(directory + "/*.log");
        glob.logs();

        // When
        Files.move(directory.resolve("a.log"), directory.resolve("a-20261125.log"));
        Files.move(directory.resolve("b.log"), directory.resolve("b.log.1"));
        Files.delete(directory.resolve("c.log"));

        // Then
        assertThat(names(glob)).isEqualTo("a.log b.log");
        create("c.log");
        assertThat(names(glob)).isEqualTo("a.log b.log c.log");
    }

    @Test
    void shouldPassOverLinkToLogThatIsThereItself() throws IOException {
        // Given
        create("mail.log", "elsewhere/other");
        Files.createSymbolicLink(directory.resolve("current.log"), directory.resolve("mail.log"));
        Files.createSymbolicLink(directory.resolve("other.log"), directory.resolve("elsewhere/other"));

        // Then
        assertThat(names(new LogGlob(directory + "/*.log"))).isEqualTo("mail.log other.log");
    }

    @Test
    void shouldTakePathWithoutWildcardForItselfWhetherItExistsOrNot() throws IOException {
        assertThat(new LogGlob(directory + "/mail.log.1").logs()).containsExactly(directory.resolve("mail.log.1"));
    }

    @Test
    void shouldSayWhatIsNoPattern() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LogGlob("/var/log/mail[.log"))
                .withMessage("'/var/log/mail[.log' is not a path, nor a pattern for paths.");
    }

    private void create(String... names) throws IOException {
        for (String name : names) {
            Path path = directory.resolve(name);
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
    }

    private static String names(LogGlob glob) throws IOException {
        return String.join(
                " ",
                glob.logs().stream().map(path -> path.getFileName().toString()).toList());
    }
}
