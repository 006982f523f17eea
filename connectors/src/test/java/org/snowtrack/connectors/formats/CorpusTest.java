package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;

/**
 * Every file of the corpus says what its lines tell: below a line stands {@code => } and the refusal, or nothing. A
 * blank line ends a log, a line that begins with {@code #} is a comment, {@code #zone ZONE} names the zone of the logs
 * below it. Each log is read in its own format (the file's name up to a dash) and in whatever format it seems to be.
 */
class CorpusTest {

    private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
    private static final String EXPECTED = "=> ";

    /** A log, and what each of its lines tells. */
    private record Log(String name, LogFormat format, ZoneId zone, List<String> lines, List<List<String>> expected) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Log> logs() throws IOException {
        List<Log> logs = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.sorted().toList()) {
                read(file, logs);
            }
        }
        return logs;
    }

    private static void read(Path file, List<Log> logs) throws IOException {
        String name = file.getFileName().toString().replace(".txt", "");
        LogFormat format = LogFormats.of(name.replaceAll("-.*", "")).orElseThrow();
        ZoneId zone = ZoneOffset.UTC;
        Log log = null;
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

    @ParameterizedTest
    @MethodSource("logs")
    void shouldTellWhatTheCorpusSays(Log log) {
        assertThat(told(log, log.format())).isEqualTo(expected(log));
        assertThat(told(log, new AnyLog())).as("without being told the format").isEqualTo(expected(log));
    }

    private static String expected(Log log) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < log.lines().size(); i++) {
            text.append(log.lines().get(i)).append('\n');
            log.expected()
                    .get(i)
                    .forEach(fact -> text.append(EXPECTED).append(fact).append('\n'));
        }
        return text.toString();
    }

    private static String told(Log log, LogFormat format) {
        Map<Long, List<String>> facts = new TreeMap<>();
        List<byte[]> lines = log.lines().stream()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        for (Lines.Told told : Lines.told(format, log.zone(), lines)) {
            String fact = text(told.fact());
            if (fact != null) {
                facts.computeIfAbsent(told.line(), line -> new ArrayList<>()).add(fact);
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < log.lines().size(); i++) {
            text.append(log.lines().get(i)).append('\n');
            facts.getOrDefault(i + 1L, List.of())
                    .forEach(fact -> text.append(EXPECTED).append(fact).append('\n'));
        }
        return text.toString();
    }

    private static @Nullable String text(LogFact fact) {
        if (fact instanceof Refusal refusal) {
            return "%s %s %s %d%s%s%s%s%s"
                    .formatted(
                            refusal.client(),
                            refusal.time(),
                            refusal.reason(),
                            refusal.recipients(),
                            field("reply", refusal.reply()),
                            field("helo", refusal.helo()),
                            field("name", refusal.clientName()),
                            field("sender", refusal.senderDomain()),
                            field("bytes", refusal.messageBytes()));
        }
        // Sessions and harmless lines are for other tests.
        return fact == LogFact.Notice.UNREADABLE || fact == LogFact.Notice.UNATTRIBUTED ? fact.toString() : null;
    }

    private static String field(String name, @Nullable Object value) {
        return value == null ? "" : " " + name + "=" + value.toString().replace(' ', '/');
    }
}
