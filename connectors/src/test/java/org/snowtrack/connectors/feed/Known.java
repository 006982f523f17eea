package org.snowtrack.connectors.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;

/** What whoever takes a feed's records knows in the end: of each origin the largest counts, whatever comes how often. */
final class Known {

    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

    private final Map<String, MailRejection> records = new TreeMap<>();

    static LogFeed feed(Path log, LogFormat format, @Nullable Position start, List<String> notices) {
        return feed(log, format, start, notices, 1 << 20);
    }

    static LogFeed feed(Path log, LogFormat format, @Nullable Position start, List<String> notices, int chunk) {
        return new LogFeed(log, "isp-001", format, ZoneOffset.UTC, CLOCK, start, notices::add, chunk);
    }

    /** What one reader knows that has read all files in their order, each to its end, and was never disturbed. */
    static Known afterCleanRead(Path directory, LogFormat format, List<String> files) throws IOException {
        Known known = new Known();
        Path log = Files.createTempDirectory(directory, "clean").resolve("mail.log");
        List<String> notices = new ArrayList<>();
        try (LogFeed feed = feed(log, format, null, notices)) {
            for (int i = 0; i < files.size(); i++) {
                if (i > 0) {
                    Files.move(log, log.resolveSibling("mail.log-" + (20_000_000 + i)));
                }
                Files.writeString(log, files.get(i), StandardCharsets.ISO_8859_1);
                known.drain(feed);
            }
        }
        if (!notices.isEmpty()) {
            throw new IllegalStateException(notices.toString());
        }
        return known;
    }

    /** Polls until nothing has come three times in a row. */
    void drain(LogFeed feed) throws IOException {
        for (int idle = 0; idle < 3; ) {
            Batch batch = feed.poll();
            idle = batch.isIdle() ? idle + 1 : 0;
            add(batch);
        }
    }

    void add(Batch batch) {
        addAll(batch.rejections());
    }

    void addAll(List<MailRejection> published) {
        published.forEach(this::add);
    }

    private void add(MailRejection record) {
        records.merge(record.getOrigin(), record, (old, latest) -> recipients(latest) > recipients(old) ? latest : old);
    }

    Map<String, MailRejection> records() {
        return records;
    }

    /** Recipients that a record tells of, taken or not. */
    static long recipients(MailRejection record) {
        Integer accepted = record.getAcceptedRecipients();
        return (long) record.getRejectedRecipients() + (accepted == null ? 0 : accepted);
    }
}
