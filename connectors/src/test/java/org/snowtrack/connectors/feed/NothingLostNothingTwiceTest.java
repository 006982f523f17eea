package org.snowtrack.connectors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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

/** The feed is killed, rotated under its hands and started again; its readers must not be able to tell. */
class NothingLostNothingTwiceTest {

    private static final String REPORTER = "isp-001";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Map<String, MailRejection> known = new TreeMap<>();
    private final List<String> notices = new ArrayList<>();

    @BeforeTry
    void beforeTry() throws IOException {
        directory = Files.createTempDirectory("feed");
        known.clear();
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

    @Property(tries = 300)
    void shouldKnowTheSameAsAfterOneUndisturbedRead(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 3_000) int chunk,
            @ForAll @IntRange(min = 1, max = 60) int steps)
            throws IOException {
        // Given
        Mailer mailer = new Mailer(directory, random);
        mailer.writeLine();
        LogFeed feed = feed(mailer.log(), null, chunk);
        Position committed = publish(feed, null);

        // When
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(11)) {
                case 0 -> mailer.rotate();
                case 10 -> mailer.copyAndTruncate();
                case 1 -> mailer.writeLate();
                case 2 -> {
                    feed.close();
                    feed = feed(mailer.log(), committed, chunk);
                }
                case 3, 4, 5 -> mailer.writeBytes(random.nextInt(2_000));
                case 6 -> publish(feed, null);
                default -> committed = publish(feed, committed);
            }
        }
        mailer.writeLine();
        drain(feed);

        // Then
        Map<String, MailRejection> disturbed = new TreeMap<>(known);
        known.clear();
        for (Path file : mailer.files()) {
            if (Files.exists(file)) {
                drain(feed(Files.copy(file, directory.resolve(file.getFileName() + "-copied")), null, 1 << 20));
            }
        }
        assertThat(disturbed).isEqualTo(known);
        assertThat(notices).isEmpty();
        assertThat(disturbed.values().stream()
                        .filter(record -> record.getReason() != RejectionReason.OTHER)
                        .mapToLong(MailRejection::getRejectedRecipients)
                        .sum())
                .isEqualTo(mailer.refusals());
    }

    private LogFeed feed(Path log, @Nullable Position start, int chunk) {
        return new LogFeed(log, REPORTER, Mailer.POSTFIX, ZoneOffset.UTC, Mailer.CLOCK, start, notices::add, chunk);
    }

    private void drain(LogFeed feed) throws IOException {
        try (feed) {
            for (int idle = 0; idle < 3; ) {
                Batch batch = feed.poll();
                idle = batch.isIdle() ? idle + 1 : 0;
                publish(batch);
            }
        }
    }

    private @Nullable Position publish(LogFeed feed, @Nullable Position committed) throws IOException {
        Batch batch = feed.poll();
        publish(batch);
        return batch.position() == null ? committed : batch.position();
    }

    private void publish(Batch batch) {
        batch.rejections()
                .forEach(record -> known.merge(
                        record.getOrigin(), record, (old, latest) -> total(latest) > total(old) ? latest : old));
    }

    private static long total(MailRejection record) {
        Integer accepted = record.getAcceptedRecipients();
        return (long) record.getRejectedRecipients() + (accepted == null ? 0 : accepted);
    }
}
