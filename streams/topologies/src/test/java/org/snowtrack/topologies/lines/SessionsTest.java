package org.snowtrack.topologies.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is joined across lines, whatever happens between them. */
class SessionsTest {

    private static final String ORIGIN = "mta-logs.isp-a-0:";

    @Property(tries = 50)
    void shouldTellTheSameHoweverOftenTheTaskIsRestarted(@ForAll Random random) {
        try (LinesTask steady = new LinesTask();
                LinesTask unsteady = new LinesTask()) {
            // Given
            List<String> verbs = List.of("connect", "refuse", "refuse", "refuse", "quit");

            // When
            long offset = 0;
            for (int i = 0; i < 300; i++) {
                // Now and then the topic's other hosts say much in between.
                offset += random.nextInt(20) == 0 ? random.nextLong(StoredLogSessions.WINDOW) : 1;
                String line = "%s mx%d S%d 192.0.2.%d"
                        .formatted(
                                verbs.get(random.nextInt(verbs.size())),
                                random.nextInt(2),
                                random.nextInt(4),
                                random.nextInt(256));
                steady.ship(offset, line);
                if (random.nextBoolean()) {
                    unsteady.restart();
                }
                unsteady.ship(offset, line);
            }
            steady.ship(offset + 3 * StoredLogSessions.WINDOW, "quiet");
            unsteady.ship(offset + 3 * StoredLogSessions.WINDOW, "quiet");

            // Then
            assertThat(unsteady.told()).containsExactlyInAnyOrderElementsOf(steady.told());
            assertThat(unsteady.rows()).isEqualTo(steady.rows()).isEqualTo(List.of(0, 0));
        }
    }

    @Test
    void shouldKnowASessionAsLongAsItIsHeardOf() {
        try (LinesTask task = new LinesTask()) {
            // Given
            task.ship(0, "connect mx1 A 192.0.2.16");

            // When
            for (long offset = 90_000; offset <= 900_000; offset += 90_000) {
                task.ship(offset, "refuse mx1 A");
            }

            // Then
            assertThat(task.told()).hasSize(10).contains("192.0.2.16 " + ORIGIN + "900000");
            assertThat(task.rows()).containsExactly(1, 1);
        }
    }

    @Test
    void shouldForgetASessionOfWhichItHasNotHeardForLong() {
        try (LinesTask task = new LinesTask()) {
            // Given
            task.ship(5, "connect mx1 A 192.0.2.16");
            task.ship(6, "refuse mx1 B");
            task.ship("mta-logs.isp-b", 7, "connect mx1 A 192.0.2.17");

            // When
            task.ship(100_005, "refuse mx1 A");
            task.ship(200_007, "connect mx1 B 192.0.2.18");
            task.ship(200_008, "refuse mx1 A");

            // Then
            assertThat(task.told()).containsExactly("192.0.2.16 " + ORIGIN + "100005", "unattributed 6");
            assertThat(task.rows())
                    .as("A again, B, and that of the other topic")
                    .containsExactly(3, 3);
        }
    }

    @Test
    void shouldClearAwayManySessionsALittleAtATime() {
        try (LinesTask task = new LinesTask()) {
            // Given
            for (int i = 0; i < 2_500; i++) {
                task.ship(i, "refuse mx1 S" + i);
            }
            assertThat(task.rows()).containsExactly(2_500, 2_500);

            // When
            task.ship(500_000, "quiet");
            List<Integer> first = task.rows();
            task.ship(500_001, "refuse mx1 S2400");
            task.ship(500_002, "quiet");

            // Then
            assertThat(first).containsExactly(1_500, 1_500);
            assertThat(task.rows()).as("the one that was heard of anew").containsExactly(1, 1);
            assertThat(task.told()).hasSize(2_500).doesNotHaveDuplicates().allMatch(told -> told.startsWith("un"));
        }
    }

    @Test
    void shouldKeepApartWhatALogCallsByVeryLongOrOddNames() {
        try (LinesTask task = new LinesTask()) {
            // Given
            String name = "x".repeat(100_000);

            // When
            task.ship(1, "connect " + name + "1 " + name + " 192.0.2.16");
            task.ship(2, "connect " + name + "2 " + name + " 192.0.2.17");
            task.ship(3, "connect a\0b c 192.0.2.18");
            task.ship(4, "connect a b\0c 192.0.2.19");
            task.ship(5, "refuse " + name + "1 " + name);
            task.ship(6, "refuse a\0b c");

            // Then
            assertThat(task.told()).containsExactly("192.0.2.16 " + ORIGIN + "5", "192.0.2.18 " + ORIGIN + "6");
            assertThat(task.rows()).containsExactly(4, 4);
        }
    }
}
