package org.snowtrack.connectors.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFormat;

/**
 * Every file of the corpus says what its lines tell: below a line stands {@code => } and the refusal, or nothing. A
 * blank line ends a log, a line that begins with {@code #} is a comment, {@code #zone ZONE} names the zone of the logs
 * below it.
 */
final class Corpus {

    static final String EXPECTED = "=> ";

    private static final Path DIRECTORY = Path.of("src", "test", "resources", "corpus");

    /** A log in the format that its file is named by, up to a dash, and what each of its lines tells. */
    record Log(String name, LogFormat format, ZoneId zone, List<String> lines, List<List<String>> expected) {

        /** Its file's name without its end. */
        String file() {
            return name.substring(0, name.indexOf(':'));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Corpus() {}

    static List<Log> logs() {
        List<Log> logs = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.sorted().toList()) {
                read(file, logs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return logs;
    }

    private static void read(Path file, List<Log> logs) throws IOException {
        String name = String.valueOf(file.getFileName()).replace(".txt", "");
        LogFormat format = LogFormats.of(name.replaceAll("-.*", "")).orElseThrow();
        ZoneId zone = ZoneOffset.UTC;
        @Nullable Log log = null;
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.startsWith("#zone ")) {
                zone = ZoneId.of(line.substring(6));
            } else if (line.isBlank()) {
                log = null;
            } else if (log != null && line.startsWith(EXPECTED)) {
                log.expected().get(log.expected().size() - 1).add(line.substring(EXPECTED.length()));
            } else if (!line.startsWith("#") || line.startsWith("#Fields")) {
                if (log == null) {
                    log = new Log(name + ":" + number, format, zone, new ArrayList<>(), new ArrayList<>());
                    logs.add(log);
                }
                log.lines().add(line);
                log.expected().add(new ArrayList<>());
            }
        }
    }
}
