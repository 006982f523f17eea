package org.snowtrack.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.tail.LogTail;

/** {@code snowtrack logs} on small files. */
class LogsTest {

    private static final String REFUSED =
            "Nov 20 12:00:0%d mx1 postfix/smtpd[31]: NOQUEUE: reject: RCPT from mx.example.net[%s]: 550 5.1.1 "
                    + "<bob@isp.example>: Recipient address rejected: User unknown in local recipient table; "
                    + "from=<news@shop.example> to=<bob@isp.example> proto=ESMTP helo=<mx.example.net>\n";
    private static final String LOG = REFUSED.formatted(1, "192.0.2.1")
            + REFUSED.formatted(2, "192.0.2.1")
            + "Nov 20 12:00:03 mx1 postfix/smtpd[31]: disconnect from mx.example.net[192.0.2.1] rcpt=0/2 commands=2\n"
            + REFUSED.formatted(4, "2001:db8::1")
            + "Nov 20 12:00:05 mx1 other[7]: 192.0.2.7 was rejected by something new\n";

    private final Path temp;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    LogsTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldTellWhatWouldBePublished() throws IOException {
        // Given
        Path log = write("mail.log", LOG);

        // When
        int code = run("logs", "--zone", "UTC", log.toString());

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("in .* a second", "in no time")).isEqualTo("""
                        Log         %s (Postfix)
                        Lines       5 in no time
                        Time        2026-11-20 12:00:01 to 2026-11-20 12:00:04 UTC
                        Refusals    3, of 3 recipients, to 2 addresses
                                    INVALID_RECIPIENT             3
                        Sessions    1 tell how many recipients were accepted
                        Refused     192.0.2.1                     2
                                    2001:db8::1                   1
                        Unknown     1 lines look like refusals and tell nothing:
                                    5: Nov 20 12:00:05 mx1 other[7]: 192.0.2.7 was rejected by something new
                        """.formatted(log));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldWriteOneObjectForEachRefusalAndNoRecipient() throws IOException {
        // Given
        Path log = write("mail.log", LOG);

        // When
        int code = run("logs", "--json", "--zone", "Europe/Paris", log.toString());

        // Then
        assertThat(code).isZero();
        assertThat(out.toString().lines())
                .hasSize(3)
                .first()
                .isEqualTo("{\"file\":\"" + log
                        + "\",\"line\":1,\"source_ip\":\"192.0.2.1\",\"observed_at\":\"2026-11-20T11:00:01Z\","
                        + "\"reason\":\"INVALID_RECIPIENT\",\"recipients\":1,\"reply\":\"550 5.1.1\","
                        + "\"helo\":\"mx.example.net\",\"mail_from_domain\":\"shop.example\"}");
        assertThat(out.toString()).doesNotContain("bob");
    }

    @Test
    void shouldReadCompressedAndUnfinishedLogs() throws IOException {
        // Given
        Path compressed = temp.resolve("mail.log.2.gz");
        Files.write(compressed, gzip(LOG));
        Files.setLastModifiedTime(compressed, FileTime.from(Instant.parse("2024-11-21T00:00:00Z")));
        String unended = REFUSED.formatted(9, "192.0.2.9").replace("\n", "");
        Path tooLong =
                write("mail.log", REFUSED.formatted(8, "192.0.2.8") + "x".repeat(LogTail.LONGEST + 1) + "\n" + unended);

        // When
        int code = run("logs", "--json", "--zone", "UTC", compressed.toString(), tooLong.toString());

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .hasSize(5)
                .anySatisfy(line -> assertThat(line).contains("\"line\":3,", "2026-11-20T12:00:09Z", "192.0.2.9"))
                .anySatisfy(line -> assertThat(line).contains("\"line\":4,", "2024-11-20T12:00:04Z"));
    }

    @Test
    void shouldTellNothingOfAnEmptyLog() throws IOException {
        assertThat(run("logs", write("mail.log", "").toString())).isZero();
        assertThat(out.toString()).contains("nothing is told", "0, of 0 recipients, to 0 addresses");
    }

    @Test
    void shouldSayInOneSentenceWhatIsWrongWithAFile() throws IOException {
        byte[] zeros = new byte[5_000];
        Path binary = Files.write(temp.resolve("binary"), zeros);
        Path prose = write("prose.txt", "Dear Sir,\nthank you.\n");
        Path log = write("mail.log", LOG);

        byte[] whole = gzip(LOG.repeat(1_000));
        Path broken = Files.write(temp.resolve("broken.gz"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(sentence("logs", temp.toString())).contains("is a directory; name the files in it.");
        assertThat(sentence("logs", temp.resolve("none").toString())).contains("does not exist; correct the path.");
        assertThat(sentence("logs", binary.toString())).contains(binary + " is not a text file; name a log.");
        assertThat(sentence("logs", prose.toString())).contains(prose + " does not look like the log of a mail server");
        assertThat(sentence("logs", "--format", "postfix", prose.toString()))
                .contains(prose + " does not look like a Postfix log: none of its first 2 lines has a program such as");
        assertThat(sentence("logs", broken.toString())).contains(broken + " is a damaged gzip file (");
        assertThat(sentence("logs", "--format", "pigeon", log.toString()))
                .contains("The log format 'pigeon' is unknown; known are ");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private String sentence(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).hasLineCount(1);
        return err.toString();
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-20T12:30:00Z")));
        return file;
    }

    private int run(String... arguments) {
        return Snowtrack.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
