package org.snowtrack.topologies.pending;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final Bytes QUESTION = Bytes.wrap("one".getBytes(StandardCharsets.UTF_8));
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final KeyValueStore<Bytes, byte[]> rows = store();
    private final Retries retries = new Retries(rows);

    @Test
    void shouldWaitTwiceAsLongEachTimeUpToAnHourAndAQuarter() {
        // When
        List<Long> waits = new ArrayList<>();
        for (int failure = 0; failure < 12; failure++) {
            retries.failed(QUESTION, 0);
            waits.add(wait(retries));
        }

        // Then
        for (int failure = 0; failure < 12; failure++) {
            long least = Math.min(Retries.FIRST.toMillis() << failure, Retries.LONGEST.toMillis());
            assertThat(waits.get(failure)).isBetween(least, least + least / 4 + 1_000);
        }
    }

    @Test
    void shouldBeginAnewOnceSomebodyAnswered() {
        // Given
        for (int failure = 0; failure < 5; failure++) {
            retries.failed(QUESTION, 0);
            wait(retries);
        }

        // When
        retries.answered(QUESTION);
        retries.failed(QUESTION, 0);

        // Then
        assertThat(wait(retries)).isLessThan(13_000);
    }

    @Test
    void shouldOutliveARestart() {
        // Given
        retries.failed(QUESTION, 0);

        // When
        List<Bytes> due = new ArrayList<>();
        new Retries(rows).due(MINUTE, 10, due::add);

        // Then
        assertThat(due).containsExactly(QUESTION);
        assertThat(rows.all().hasNext()).isFalse();
    }

    @Test
    void shouldHandOverNoMoreThanTheLimitThoseThatWaitLongestFirst() {
        // Given
        for (int i = 0; i < 5; i++) {
            retries.failed(Bytes.wrap(new byte[] {(byte) i}), i * MINUTE);
        }

        // When
        List<Bytes> due = new ArrayList<>();
        retries.due(10 * MINUTE, 2, due::add);

        // Then
        assertThat(due).containsExactly(Bytes.wrap(new byte[] {0}), Bytes.wrap(new byte[] {1}));
    }

    /** Milliseconds, to the second, after which the only question is handed over. */
    private static long wait(Retries retries) {
        List<Bytes> due = new ArrayList<>();
        long now = 0;
        while (due.isEmpty()) {
            now += 1_000;
            retries.due(now, 10, due::add);
        }
        return now;
    }

    private static KeyValueStore<Bytes, byte[]> store() {
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("retries"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }
}
