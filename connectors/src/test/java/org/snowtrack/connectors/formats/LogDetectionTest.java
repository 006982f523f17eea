package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.postfix.PostfixLog;

class LogDetectionTest {

    private static final PostfixLog LOG = new PostfixLog();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void shouldSayWhenNoLineOfFileLooksLikePostfix() throws IOException {
        // Given
        Path exim = write("2026-11-25 12:00:00 Start queue run: pid=1\n".repeat(1_200));

        // Then
        assertThat(LogDetection.complaint(exim, LOG))
                .hasValue(
                        exim + " does not look like a Postfix log: none of its first 1000 lines has a program such as "
                                + "postfix/smtpd[123].");
    }

    @Test
    void shouldSayNothingWhenOneLineDoesOrNoneIsThere() throws IOException {
        assertThat(LogDetection.complaint(write("x\n".repeat(999) + "Nov 25 12:00:00 mx1 postfix/qmgr[1]: x\n"), LOG))
                .isEmpty();
        assertThat(LogDetection.complaint(write(""), LOG)).isEmpty();
        assertThat(LogDetection.complaint(write("x\n".repeat(1_000) + "Nov 25 12:00:00 mx1 postfix/qmgr[1]: x\n"), LOG))
                .isPresent();
    }

    @Test
    void shouldSayItInTheSingularToo() throws IOException {
        assertThat(LogDetection.complaint(write("hello"), LOG).orElseThrow())
                .endsWith("its only line has not a program such as postfix/smtpd[123].");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("mail.log"), text);
    }
}
