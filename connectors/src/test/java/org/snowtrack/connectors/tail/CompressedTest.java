package org.snowtrack.connectors.tail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedTest {

    private static final FileTime LATER = FileTime.from(Instant.parse("2100-01-01T00:00:00Z"));

    private final Logs logs;

    CompressedTest(@TempDir Path directory) {
        logs = new Logs(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail.log.1",
                "mail.log-20261125",
                "mail-20261125.log",
                "mail.log.2026-11-25",
                "mail.1.log",
                "mail.log.old"
            })
    void shouldGoOnInFileThatWasCompressedMeanwhile(String rotated) throws IOException {
        // Given
        logs.append("mail.log", "a\nb\nc\n");
        Position position = logs.readUpTo(2);
        logs.rename("mail.log", rotated);
        logs.compress(rotated);
        logs.append("mail.log", "d\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c", "d");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldReadAllThatWasRotatedMeanwhileWhenTheLatestIsNotCompressedYet() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        for (String line : List.of("c\n", "d\n", "e\n")) {
            logs.rotate();
            if (Files.exists(logs.file("mail.log.2"))) {
                logs.compress("mail.log.2");
            }
            logs.append("mail.log", line);
        }

        // When
        List<String> lines = logs.resume(position);

        // Then
        assertThat(logs.file("mail.log.3.gz")).exists();
        assertThat(logs.file("mail.log.2.gz")).exists();
        assertThat(lines).containsExactly("b", "c", "d", "e");
    }

    @Test
    void shouldReadOnThroughCompressionsThatHappenWhileItReads() throws IOException {
        // Given
        LogTail tail = logs.follow();
        logs.append("mail.log", "a\nb\n");
        tail.poll(2);

        // When
        logs.rotate();
        logs.compress("mail.log.1");
        logs.append("mail.log", "c\n");
        logs.rotate();
        logs.compress("mail.log.1");
        logs.append("mail.log", "d\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("b", "c", "d");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldNotReadAgainWhatItHasReadThoughTheCompressedFileIsYounger() throws IOException {
        // Given
        LogTail tail = logs.follow();
        logs.append("mail.log", "a\n");
        logs.rotate();
        logs.append("mail.log", "b\n");
        Logs.drain(tail);

        // When
        logs.rotate();
        logs.compress("mail.log.2");
        logs.compress("mail.log.1");
        Files.setLastModifiedTime(logs.file("mail.log.2.gz"), LATER);
        Files.setLastModifiedTime(logs.file("mail.log.1.gz"), LATER);
        logs.append("mail.log", "c\n");

        // Then
        assertThat(Logs.drain(tail)).containsExactly("c");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldReadOriginalAsLongAsItIsBeingCompressed() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        logs.rotate();
        Files.write(logs.file("mail.log.1.gz"), Arrays.copyOf(Logs.gzip("a\nb\n"), 12));
        logs.append("mail.log", "c\n");
        logs.rotate();
        logs.rename("mail.log.2.gz", "mail.log.2.gz.tmp");
        logs.rename("mail.log.2.gz.tmp", "mail.log.2.gz");
        Files.write(logs.file("mail.log.1.gz"), new byte[0]);
        logs.append("mail.log", "d\n");

        // Then
        assertThat(logs.resume(position)).containsExactly("b", "c", "d");
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldReadEveryMemberOfCompressedFile() throws IOException {
        // Given
        logs.append("mail.log", "a\nb");
        Position position = logs.readUpTo(2);
        Files.delete(logs.log());
        byte[] first = Logs.gzip("a\nb");
        byte[] second = Logs.gzip("b\nc\n");
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        Files.write(logs.file("mail.log.1.gz"), both);

        // Then
        assertThat(logs.resume(position)).containsExactly("bb", "c");
    }

    @ParameterizedTest
    @CsvSource({"true, 40000", "false, 40000", "true, 150000", "false, 90000"})
    void shouldTellOnceWhatIsDamagedAndGoOn(boolean isCutOff, int at) throws IOException {
        // Given
        String text = noise(10_000);
        logs.append("mail.log", text);
        Position position = logs.readUpTo(1);
        byte[] compressed = Logs.gzip(text);
        if (isCutOff) {
            compressed = Arrays.copyOf(compressed, at);
        } else {
            Arrays.fill(compressed, at, at + 64, (byte) 0x55);
        }
        Files.delete(logs.log());
        Files.write(logs.file("mail.log.1.gz"), compressed);
        logs.append("mail.log", "next\n");

        // When
        List<String> lines = logs.resume(position);

        // Then
        assertThat(lines.size()).isGreaterThan(at / 64);
        assertThat(lines).endsWith("next");
        assertThat(text).startsWith(String.join("\n", lines.subList(0, 500)));
        assertThat(logs.notices())
                .singleElement()
                .asString()
                .startsWith(logs.file("mail.log.1.gz") + " is damaged: nothing can be made out of it behind byte ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no gzip\n"})
    void shouldTellOnceThatFileIsNotWhatItsNameSaysAndGoOn(String content) throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        logs.rename("mail.log", "mail.log.3");
        logs.append("mail.log.2.gz", content);
        logs.append("mail.log.1", "c\n");

        // When
        List<String> lines = logs.resume(position);

        // Then
        assertThat(lines).containsExactly("b", "c");
        assertThat(logs.notices())
                .containsExactly(logs.file("mail.log.2.gz")
                        + " is damaged: nothing can be made out of it behind byte 0 of what was compressed; what it held "
                        + "there is lost.");
    }

    @Test
    void shouldPassOverOtherCompressionsAndTellSoOnce() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        logs.rename("mail.log", "mail.log.3");
        logs.append("mail.log.4.bz2", "old");
        logs.append("mail.log.2.xz", "x");
        logs.append("mail.log.1", "c\n");
        logs.append("mail.log", "d\n");

        // When
        List<String> lines = logs.resume(position);

        // Then
        assertThat(lines).containsExactly("b", "c", "d");
        assertThat(logs.notices())
                .containsExactly(logs.file("mail.log.2.xz")
                        + " is passed over, because only gzip can be decompressed; what it holds is lost unless you read "
                        + "it once, decompressed.");
    }

    @Test
    void shouldSayWhenWhatItWasReadingHasBeenCompressedByAnotherCompressor() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.delete(logs.log());
        logs.append("mail.log.1.zst", "x");
        Files.setLastModifiedTime(logs.file("mail.log.1.zst"), LATER);
        logs.append("mail.log", "c\n");

        // When
        List<String> lines = logs.resume(position);

        // Then
        assertThat(lines).containsExactly("c");
        assertThat(logs.notices()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 70_000, 1 << 20})
    void shouldReadSameLinesAtSameOffsetsAsFromTheOriginal(int chunk) throws IOException {
        // Given
        String longLine = noise(1).strip().repeat(3_000);
        String text = noise(20) + longLine + "\n\n" + longLine + "\r\n" + noise(20) + "no end";
        Path plain = Files.writeString(logs.file("plain"), text, ISO_8859_1);
        Path compressed = Files.write(logs.file("compressed.gz"), Logs.gzip(text));

        // Then
        assertThat(read(compressed, 100, chunk))
                .isEqualTo(read(plain, 100, chunk))
                .isNotEmpty();
        assertThat(read(compressed, 0, chunk)).isEqualTo(read(plain, 0, chunk)).hasSize(43);
    }

    @Test
    void shouldGiveContentFromAnyPlaceWhileItReads() throws IOException {
        // Given
        String text = noise(5_000);
        Files.write(logs.file("mail.log.1.gz"), Logs.gzip(text));

        // When
        try (OpenLog log = Objects.requireNonNull(OpenLog.open(logs.file("mail.log.1.gz"), 0))) {
            Stretch stretch = Objects.requireNonNull(log.read(1_000));

            // Then
            try (InputStream in = stretch.content().from(70_000)) {
                assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(text.substring(70_000));
            }
            assertThat(Objects.requireNonNull(log.read(1_000)).offset()).isEqualTo(31 * 32);
        }
    }

    /** What each read gives, as text. */
    private static List<String> read(Path path, long offset, int chunk) throws IOException {
        try (OpenLog log = Objects.requireNonNull(OpenLog.open(path, offset))) {
            List<String> lines = new ArrayList<>();
            for (Stretch stretch = log.read(chunk); stretch != null; stretch = log.read(chunk)) {
                stretch.lines().forEach(line -> lines.add(line.offset() + " " + line.next() + " " + line.text()));
            }
            return lines;
        }
    }

    /** Lines of 31 letters that do not compress well. */
    private static String noise(int lines) {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines * 32; i++) {
            text.append(i % 32 == 31 ? '\n' : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
