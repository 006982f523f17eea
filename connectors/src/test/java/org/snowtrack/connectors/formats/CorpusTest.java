package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snowtrack.connectors.formats.Corpus.Log;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFormat;

/** Each log of the corpus is read in its own format, and in whatever format it seems to be. */
class CorpusTest {

    static List<Log> logs() {
        return Corpus.logs();
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
                    .forEach(fact -> text.append(Corpus.EXPECTED).append(fact).append('\n'));
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
                    .forEach(fact -> text.append(Corpus.EXPECTED).append(fact).append('\n'));
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
