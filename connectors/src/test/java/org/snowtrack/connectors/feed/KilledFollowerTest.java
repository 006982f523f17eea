package org.snowtrack.connectors.feed;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snowtrack.connectors.feed.Mailer.Rotation;
import org.snowtrack.schemas.MailRejection;

/**
 * A process that follows a log is killed with SIGKILL, again and again, while the log is written, rotated and taken away,
 * and while nobody follows it. Five kills for each of five rotations of two formats are fifty rounds.
 */
class KilledFollowerTest {

    private static final int KILLS = 5;
    private static final int EARLY_STEPS = 200;
    private static final int MOST_STEPS = 2_000;
    /** In bytes of positions that a follower has written: some 200 polls. */
    private static final int ENOUGH_PROGRESS = 15_000;

    private static final long STEP_NANOS = 3_000_000;

    private final Path directory;
    private final Path output;
    private final Follower follower;

    KilledFollowerTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.output = directory.resolve("follower.out");
        this.follower = new Follower(Files.createDirectory(directory.resolve("follower")));
    }

    @ParameterizedTest
    @EnumSource
    void shouldPublishWhatOneCleanReadPublishesOfPostfix(Rotation rotation) throws IOException, InterruptedException {
        shouldPublishWhatOneCleanReadPublishes(rotation, Script::postfix);
    }

    @ParameterizedTest
    @EnumSource
    void shouldPublishWhatOneCleanReadPublishesOfSessions(Rotation rotation) throws IOException, InterruptedException {
        shouldPublishWhatOneCleanReadPublishes(rotation, Script::sessions);
    }

    private void shouldPublishWhatOneCleanReadPublishes(Rotation rotation, Function<Random, Script> scripts)
            throws IOException, InterruptedException {
        // Given
        Random random = new Random(rotation.name().hashCode());
        Mailer mailer = new Mailer(directory, random, scripts.apply(random));
        mailer.loseLines();
        mailer.writeLine();
        follower.begin(mailer.log(), mailer.script().format());

        // When
        for (int i = 0; i < KILLS; i++) {
            followUntilKilled(mailer, random, rotation);
            for (int steps = random.nextInt(100); steps > 0; steps--) {
                step(mailer, random, rotation);
            }
        }
        mailer.settle();
        List<String> notices = new ArrayList<>(follower.notices());
        Known known = new Known();
        known.addAll(follower.records());
        try (LogFeed feed = follower.feed(mailer.log(), mailer.script().format(), notices)) {
            known.drain(feed);
        }

        // Then
        assertThat(follower.records()).isNotEmpty();
        Map<String, MailRejection> kept = cleanRead(mailer, mailer.kept());
        if (mailer.kept().equals(mailer.written())) {
            assertThat(known.records().values()).containsExactlyInAnyOrderElementsOf(kept.values());
            assertThat(notices).allMatch(notice -> notice.contains("there again"));
        } else {
            Map<String, Long> least = counts(kept);
            Map<String, Long> most = counts(cleanRead(mailer, mailer.written()));
            assertThat(known.records().keySet()).containsAll(kept.keySet());
            assertThat(counts(known.records())).allSatisfy((origin, count) -> assertThat(count)
                    .isBetween(least.getOrDefault(origin, 0L), most.getOrDefault(origin, 0L)));
        }
    }

    private void followUntilKilled(Mailer mailer, Random random, Rotation rotation)
            throws IOException, InterruptedException {
        boolean isEarly = random.nextInt(5) == 0;
        int steps = isEarly ? random.nextInt(EARLY_STEPS) : MOST_STEPS;
        long before = follower.progress();
        long enough = before + random.nextInt(ENOUGH_PROGRESS);
        Process process = start(mailer);
        try {
            while (steps > 0 && (isEarly || follower.progress() <= enough)) {
                assertThat(process.isAlive()).as("%s", Files.readString(output)).isTrue();
                step(mailer, random, rotation);
                LockSupport.parkNanos(random.nextLong(STEP_NANOS));
                steps--;
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Mailer mailer) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Follower.class.getName(),
                        directory.resolve("follower").toString(),
                        mailer.log().toString(),
                        mailer.script().format().id())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static void step(Mailer mailer, Random random, Rotation rotation) throws IOException {
        switch (random.nextInt(40)) {
            case 0, 1 -> {
                mailer.writeLine();
                mailer.rotate(rotation);
            }
            case 2 -> mailer.writeBytes(random.nextInt(20_000));
            case 3, 4 -> mailer.vanishOrReturn();
            case 5, 6 -> {
                if (rotation == Rotation.COMPRESSED) {
                    mailer.beginCompression();
                }
            }
            case 7, 8, 9 -> mailer.finishCompression();
            case 10, 11, 12 -> mailer.writeLate();
            default -> mailer.writeBytes(random.nextInt(400));
        }
    }

    private Map<String, MailRejection> cleanRead(Mailer mailer, List<String> files) throws IOException {
        return Known.afterCleanRead(directory, mailer.script().format(), files).records();
    }

    private static Map<String, Long> counts(Map<String, MailRejection> records) {
        return records.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, entry -> Known.recipients(entry.getValue())));
    }
}
