package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.ip.IpAddress;

class LogFileTest {

    private static final String REFUSED =
            "11/25/26 13:36:03\tSMTP-IN\tA.MAI\t816\t192.0.2.24\tRCPT\tRCPT TO:<bob@example.org>\t550 User unknown\t43\t31\r\n";

    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void shouldReadWhatWindowsWritesWithByteOrderMark(String charset) throws IOException {
        // Given
        Path log = Files.write(
                directory.resolve("log"), ("\ufeff" + REFUSED + REFUSED).getBytes(Charset.forName(charset)));

        // When
        read(log);

        // Then
        assertThat(told).containsExactly("1 192.0.2.24 INVALID_RECIPIENT", "2 192.0.2.24 INVALID_RECIPIENT");
    }

    @Test
    void shouldReadUtf16WithinGzip() throws IOException {
        // Given
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(("\ufeff" + REFUSED).getBytes(StandardCharsets.UTF_16LE));
        }
        Path log = Files.write(directory.resolve("log.gz"), compressed.toByteArray());

        // When
        read(log);

        // Then
        assertThat(told).containsExactly("1 192.0.2.24 INVALID_RECIPIENT");
    }

    @Test
    void shouldTellWhatWaitedForLineThatNeverCame() throws IOException {
        // Given
        Path log = Files.writeString(
                directory.resolve("log"),
                "[NOTICE] [8C3A5B10-4E1F-4D2A-9B77-0123456789AA] [core] connect ip=192.0.2.25 port=1\n"
                        + "[INFO] [8C3A5B10-4E1F-4D2A-9B77-0123456789AA] [core] hook=connect plugin=access"
                        + " function=any params=\"\" retval=DENYDISCONNECT msg=\"listed in zen.example\"\n");

        // When
        read(log);

        // Then
        assertThat(told).containsExactly("2 192.0.2.25 BLOCKLISTED");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40_000})
    void shouldReadPipeToItsEnd(int lines) throws IOException {
        // Given
        byte[] text = REFUSED.repeat(lines).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(text);
        }

        // When
        read(new LogFile("standard input", new ByteArrayInputStream(text)));
        read(new LogFile("standard input", new ByteArrayInputStream(compressed.toByteArray())));

        // Then
        assertThat(told).hasSize(2 * lines).endsWith(lines + " 192.0.2.24 INVALID_RECIPIENT");
    }

    @Test
    void shouldSayWhatIsWrongWithPipe() throws IOException {
        LogFile binary = new LogFile("standard input", new ByteArrayInputStream(new byte[5_000]));
        LogFile empty = new LogFile("standard input", InputStream.nullInputStream());

        assertThatThrownBy(binary::detect).hasMessage("standard input is not a text file; name a log.");
        assertThat(empty.detect()).isInstanceOf(AnyLog.class);
        assertThat(empty.size()).isEmpty();
    }

    private void read(Path path) throws IOException {
        read(new LogFile(path));
    }

    private void read(LogFile log) throws IOException {
        log.read(log.detect(), ZoneOffset.UTC, InstantSource.system(), new LogFile.Reader() {
            @Override
            public void fact(long line, LogFact fact) {
                if (fact instanceof Refusal refusal) {
                    IpAddress client = refusal.client();
                    Reason reason = refusal.reason();
                    told.add(line + " " + client + " " + reason);
                }
            }

            @Override
            public void line(long number, byte[] bytes, int from, int to, boolean hasTold) {}

            @Override
            public void tooLong(long number) {}

            @Override
            public void progress(long bytes) {}
        });
    }
}
