package org.snowtrack.connectors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/** The feed is ended, rotated under its hands and started again; its readers must not be able to tell. */
class NothingLostNothingTwiceTest {

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<String> notices = new ArrayList<>();

    @BeforeTry
    void beforeTry() throws IOException {
        directory = Files.createTempDirectory("feed");
        notices.clear();
    }

    @AfterTry
    void afterTry() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 150)
    void shouldKnowTheSameAsAfterOneUndisturbedRead(
            @ForAll Random random,
            @ForAll Mailer.Rotation rotation,
            @ForAll @IntRange(min = 1, max = 3_000) int chunk,
            @ForAll @IntRange(min = 1, max = 60) int steps)
            throws IOException {
        // Given
        Mailer mailer = new Mailer(directory, random, Script.postfix(random));

        // When
        Known disturbed = disturbed(mailer, random, rotation, chunk, steps);

        // Then
        assertThat(disturbed.records()).isEqualTo(undisturbed(mailer).records());
        assertThat(notices).isEmpty();
        assertThat(disturbed.records().values().stream()
                        .filter(record -> record.getReason() != RejectionReason.OTHER)
                        .mapToLong(MailRejection::getRejectedRecipients)
                        .sum())
                .isEqualTo(mailer.script().refusals());
    }

    @Property(tries = 150)
    void shouldKnowClientsOfSessionsThatBeganBeforeItWasStarted(
            @ForAll Random random,
            @ForAll Mailer.Rotation rotation,
            @ForAll @IntRange(min = 1, max = 3_000) int chunk,
            @ForAll @IntRange(min = 1, max = 60) int steps)
            throws IOException {
        // Given
        Mailer mailer = new Mailer(directory, random, Script.sessions(random));

        // When
        Known disturbed = disturbed(mailer, random, rotation, chunk, steps);

        // Then
        assertThat(disturbed.records()).isEqualTo(undisturbed(mailer).records());
        assertThat(notices).isEmpty();
    }

    private Known disturbed(Mailer mailer, Random random, Mailer.Rotation rotation, int chunk, int steps)
            throws IOException {
        Known known = new Known();
        mailer.writeLine();
        LogFeed feed = feed(mailer, null, chunk);
        Position committed = publish(feed, null, known);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(13)) {
                case 0 -> mailer.rotate(rotation);
                case 1 -> mailer.writeLate();
                case 2 -> {
                    feed.close();
                    feed = feed(mailer, committed, chunk);
                }
                case 3, 4, 5 -> mailer.writeBytes(random.nextInt(2_000));
                case 6 -> publish(feed, null, known);
                case 7 -> {
                    if (rotation == Mailer.Rotation.COMPRESSED) {
                        mailer.beginCompression();
                    }
                }
                case 8 -> mailer.finishCompression();
                default -> committed = publish(feed, committed, known);
            }
        }
        mailer.settle();
        known.drain(feed);
        feed.close();
        return known;
    }

    private Known undisturbed(Mailer mailer) throws IOException {
        return Known.afterCleanRead(directory, mailer.script().format(), mailer.written());
    }

    private LogFeed feed(Mailer mailer, @Nullable Position start, int chunk) {
        return Known.feed(mailer.log(), mailer.script().format(), start, notices, chunk);
    }

    private static @Nullable Position publish(LogFeed feed, @Nullable Position committed, Known known)
            throws IOException {
        Batch batch = feed.poll();
        known.add(batch);
        return batch.position() == null ? committed : batch.position();
    }
}
