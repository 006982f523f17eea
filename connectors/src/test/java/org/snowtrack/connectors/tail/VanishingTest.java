package org.snowtrack.connectors.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VanishingTest {

    private static final int RESTARTS = 5_000;

    private final Path away;
    private final Logs logs;
    private final LogTail tail;
    private final String gone;
    private final String back;

    VanishingTest(@TempDir Path directory, @TempDir Path elsewhere) {
        away = elsewhere.resolve("mail.log");
        logs = new Logs(directory);
        tail = logs.follow();
        gone = logs.log() + " is gone; it is read on once it is there again.";
        back = logs.log() + " is there again, and read on.";
    }

    @Test
    void shouldTellOnceThatLogIsGoneAndOnceThatItIsBack() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);

        // When
        Files.delete(logs.log());
        Logs.drain(tail);
        Logs.drain(tail);

        // Then
        assertThat(logs.notices()).containsExactly(gone);
        logs.append("mail.log", "b\n");
        assertThat(Logs.drain(tail)).containsExactly("b");
        assertThat(logs.notices()).containsExactly(gone, back);
    }

    @Test
    void shouldTellEachTimeThatLogIsGone() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        for (int i = 0; i < 2; i++) {
            Logs.drain(tail);
            Files.move(logs.log(), away);
            Logs.drain(tail);

            // When
            Files.move(away, logs.log());
            Logs.drain(tail);
        }

        // Then
        assertThat(logs.notices()).containsExactly(gone, back, gone, back);
    }

    @Test
    void shouldGoOnWhereItWasWhenTheSameFileIsBack() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);
        Files.move(logs.log(), away);
        Logs.drain(tail);
        Files.writeString(away, "a\nb\n");

        // When
        Files.move(away, logs.log());

        // Then
        assertThat(Logs.drain(tail)).containsExactly("b");
    }

    @Test
    void shouldNotMissLogThatIsOnlyRotated() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);

        // When
        logs.rotate();
        Logs.drain(tail);
        logs.compress("mail.log.1");
        Logs.drain(tail);
        logs.append("mail.log", "b\n");
        Logs.drain(tail);

        // Then
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldNotMissLogThatIsMissingForOnePollOnly() throws IOException {
        // Given
        logs.append("mail.log", "a\n");
        Logs.drain(tail);
        Files.move(logs.log(), away);
        tail.poll(Logs.CHUNK);

        // When
        Files.move(away, logs.log());
        Logs.drain(tail);

        // Then
        assertThat(logs.notices()).isEmpty();
    }

    @Test
    void shouldTellThatLogOfKnownPositionIsGone() throws IOException {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        Files.move(logs.log(), away);

        // When
        logs.resume(position);

        // Then
        assertThat(logs.notices()).containsExactly(gone);
    }

    @Test
    void shouldGoOnWhereItWasHoweverOftenTheSameFileComesAndGoes() throws Exception {
        // Given
        logs.append("mail.log", "a\nb\n");
        Position position = logs.readUpTo(2);
        AtomicBoolean isDone = new AtomicBoolean();
        ExecutorService mover = Executors.newSingleThreadExecutor();
        Future<?> moved = mover.submit(() -> {
            while (!isDone.get()) {
                Files.move(logs.log(), away);
                Files.move(away, logs.log());
            }
            return null;
        });

        // When
        List<String> lines = new ArrayList<>();
        try {
            for (int i = 0; i < RESTARTS; i++) {
                try (LogTail resumed = logs.follow(position)) {
                    Stretch stretch = resumed.poll(Logs.CHUNK);
                    while (stretch == null) {
                        stretch = resumed.poll(Logs.CHUNK);
                    }
                    stretch.lines().forEach(line -> lines.add(line.text()));
                }
            }
        } finally {
            isDone.set(true);
            moved.get();
            mover.shutdown();
        }

        // Then
        assertThat(lines).hasSize(RESTARTS).containsOnly("b");
    }

    @Test
    void shouldNotMissLogThatHasNeverBeenThere() throws IOException {
        // When
        Logs.drain(tail);

        // Then
        assertThat(logs.notices()).isEmpty();
    }
}
