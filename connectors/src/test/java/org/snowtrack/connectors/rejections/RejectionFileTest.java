package org.snowtrack.connectors.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.rejections.RejectionFile.Entry;
import org.snowtrack.connectors.rejections.RejectionFile.Parsed;

class RejectionFileTest {

    private static final String LINE = Rejections.LINE;
    private static final String DAMAGED =
            "The compressed file is cut off or damaged here, and nothing behind this point was read.";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"rejections.jsonl", "rejections.jsonl.gz"})
    void shouldReadLinesAndCountBlankOnes(String name) throws IOException {
        // Given
        Path file = write(name, LINE + "\n\n  \r\n" + LINE + "\r\nnot json\n" + LINE);

        // When
        List<Entry> entries = read(file);

        // Then
        assertThat(entries)
                .containsExactly(
                        parsed(1), parsed(4), new BrokenLine(5, "The line is not JSON from column 1 on."), parsed(6));
    }

    @Test
    void shouldReadEmptyFileAsNothing() throws IOException {
        assertThat(read(write("rejections.jsonl", ""))).isEmpty();
        assertThat(read(write("rejections.jsonl.gz", ""))).isEmpty();
    }

    @Test
    void shouldSkipByteOrderMark() throws IOException {
        assertThat(read(write("rejections.jsonl", "\uFEFF" + LINE))).containsExactly(parsed(1));
    }

    @Test
    void shouldReplaceBytesThatAreNotUtf8() throws IOException {
        // Given
        byte[] bytes = LINE.replace("mx.example.net", "m~.example.net").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '~' ? (byte) 0xff : bytes[i];
        }
        Path file = Files.write(directory.resolve("rejections.jsonl"), bytes);

        // When
        List<Entry> entries = read(file);

        // Then
        assertThat(entries).singleElement().isInstanceOfSatisfying(Parsed.class, parsed -> assertThat(
                        parsed.rejection().getHelo())
                .isEqualTo("m\uFFFD.example.net"));
    }

    @Test
    void shouldTellOfLineThatIsTooLongAndGoOn() throws IOException {
        // Given
        String longest = LINE + " ".repeat(LineReader.LONGEST - LINE.length());
        Path file = write("rejections.jsonl", longest + "\n" + longest + " \n" + LINE + "\n" + " ".repeat(1 << 22));

        // When
        List<Entry> entries = read(file);

        // Then
        assertThat(entries).containsExactly(parsed(1), BrokenLine.tooLong(2), parsed(3), BrokenLine.tooLong(4));
    }

    @Test
    void shouldReadWholeLinesOfFileThatIsCutOff() throws IOException {
        // Given: lines that do not compress, so that the cut falls among them
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append(LINE.replace("log:17", Long.toHexString(random.nextLong())))
                    .append('\n');
        }
        byte[] whole = gzip(text.toString());
        Path file = Files.write(directory.resolve("rejections.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));

        // When
        List<Entry> entries = read(file);

        // Then
        int last = entries.size();
        assertThat(entries).hasSizeBetween(500, 1500);
        assertThat(entries.subList(0, last - 1)).hasOnlyElementsOfType(Parsed.class);
        assertThat(entries.get(last - 1)).isEqualTo(new BrokenLine(last, DAMAGED));
    }

    @Test
    void shouldSayWhenCompressedFileIsCutOffAnywhere() throws IOException {
        byte[] whole = gzip(LINE + "\n");
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(directory.resolve("rejections.jsonl.gz"), Arrays.copyOf(whole, length));
            List<Entry> entries = read(file);
            assertThat(entries).as("%d bytes", length).isNotEmpty().last().isInstanceOf(BrokenLine.class);
        }
    }

    @Test
    void shouldSayWhenFileIsNotCompressedAtAll() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("rejections.jsonl.gz"), LINE);

        // Then
        assertThat(read(file)).containsExactly(new BrokenLine(1, DAMAGED));
    }

    @Test
    void shouldReadFilesThatWereCompressedOneByOneAndJoined() throws IOException {
        // Given
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(gzip(LINE + "\n"));
        joined.write(gzip(LINE + "\n"));
        Path file = Files.write(directory.resolve("rejections.jsonl.gz"), joined.toByteArray());

        // Then
        assertThat(read(file)).containsExactly(parsed(1), parsed(2));
    }

    @Test
    void shouldRefuseToOpenFileThatIsNotThere() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> RejectionFile.open(directory.resolve("rejections.jsonl")));
    }

    @Test
    void shouldEndAsIteratorsEnd() throws IOException {
        try (RejectionFile file = RejectionFile.open(write("rejections.jsonl", LINE))) {
            assertThat(file.hasNext()).isTrue();
            assertThat(file.hasNext()).isTrue();
            assertThat(file.next()).isEqualTo(parsed(1));
            assertThat(file.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(file::next);
        }
    }

    private static Parsed parsed(int line) {
        return new Parsed(line, RejectionJson.parse(LINE));
    }

    private static List<Entry> read(Path path) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (RejectionFile file = RejectionFile.open(path)) {
            file.forEachRemaining(entries::add);
        }
        return entries;
    }

    private Path write(String name, String text) throws IOException {
        byte[] bytes = name.endsWith(".gz") ? gzip(text) : text.getBytes(StandardCharsets.UTF_8);
        return Files.write(directory.resolve(name), bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
