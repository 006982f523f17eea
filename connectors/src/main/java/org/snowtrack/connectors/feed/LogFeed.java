package org.snowtrack.connectors.feed;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.rollup.RollUp;
import org.snowtrack.connectors.tail.FileIdentity;
import org.snowtrack.connectors.tail.Line;
import org.snowtrack.connectors.tail.LogTail;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.connectors.tail.Stretch;
import org.snowtrack.schemas.MailRejection;

/**
 * Feeds the rejections of one log. While it is behind, it gives closed records only; once it has caught up, also those
 * that still grow, so that nobody waits for the minute to end.
 *
 * <p>{@link #poll} and {@link #close} are for one thread at a time; {@link #counts} is for any.
 */
public final class LogFeed implements Closeable {

    private static final int CHUNK = 1 << 20;

    private final LogTail tail;
    private final String reporter;
    private final LogFormat format;
    private final int chunk;

    private @Nullable FileIdentity file;
    private @Nullable RollUp rollUp;
    /** Where the lines end that the roll-up has seen. */
    private long seen;

    private Instant modified = Instant.EPOCH;
    private volatile FeedCounts counts = new FeedCounts(0, 0, 0, 0, 0, 0);

    /**
     * A feed that opens nothing yet.
     *
     * @param path of the log, which need not exist yet
     * @param reporter whose log it is
     * @param format in which it is written
     * @param start the position of the last batch that was published; null to begin with the start of the file
     * @param notices takes a sentence for the operator whenever lines may have been lost
     */
    public LogFeed(Path path, String reporter, LogFormat format, @Nullable Position start, Consumer<String> notices) {
        this(path, reporter, format, start, notices, CHUNK);
    }

    LogFeed(
            Path path,
            String reporter,
            LogFormat format,
            @Nullable Position start,
            Consumer<String> notices,
            int chunk) {
        this.tail = new LogTail(path, start, notices);
        this.reporter = reporter;
        this.format = format;
        this.chunk = chunk;
    }

    /**
     * Reads on, about a MiB at most, without waiting.
     *
     * @throws IOException if the log cannot be read, with a sentence where the reason is known; the next poll tries
     *     again
     */
    public Batch poll() throws IOException {
        List<MailRejection> rejections = new ArrayList<>();
        Stretch stretch = tail.poll(chunk);
        if (stretch != null) {
            read(stretch, rejections);
        } else if (rollUp != null) {
            rejections.addAll(rollUp.open());
        }
        counts = counts.after(tail.tooLongLines(), tail.bytesBehind());
        return new Batch(rejections, position(), stretch == null);
    }

    private void read(Stretch stretch, List<MailRejection> rejections) {
        RollUp ongoing = rollUpOf(stretch, rejections);
        long refusals = 0;
        long sessions = 0;
        long unreadable = 0;
        for (Line line : stretch.lines()) {
            LogFact fact = format.parse(line.bytes(), line.from(), line.to());
            if (fact instanceof LogFact.Unreadable) {
                unreadable++;
            } else if (fact != null) {
                refusals += fact instanceof LogFact.Refusal ? 1 : 0;
                sessions += fact instanceof LogFact.Session ? 1 : 0;
                ongoing.add(fact, line.offset());
            }
            seen = line.next();
        }
        rejections.addAll(ongoing.closed());
        counts = new FeedCounts(
                counts.lines() + stretch.lines().size(),
                counts.refusals() + refusals,
                counts.sessions() + sessions,
                counts.unreadable() + unreadable,
                counts.tooLong(),
                counts.bytesBehind());
    }

    /**
     * The file's roll-up. What has another fingerprint is another file, before which the last one has ended; so is what
     * lies before the lines that were seen, which is a file that was emptied and begins with the same line again.
     */
    private RollUp rollUpOf(Stretch stretch, List<MailRejection> rejections) {
        RollUp ongoing = rollUp;
        if (ongoing == null || !goesOn(stretch)) {
            if (ongoing != null) {
                ongoing.end();
                rejections.addAll(ongoing.closed());
            }
            ongoing = new RollUp(stretch.file().fingerprint(), reporter);
        }
        file = stretch.file();
        rollUp = ongoing;
        return ongoing;
    }

    private boolean goesOn(Stretch stretch) {
        return file != null
                && file.fingerprint().equals(stretch.file().fingerprint())
                && (stretch.lines().isEmpty() || stretch.lines().get(0).offset() >= seen);
    }

    private @Nullable Position position() {
        Position read = tail.position();
        if (read != null && read.file().equals(file)) {
            modified = read.modified();
        }
        OptionalLong open = rollUp == null ? OptionalLong.empty() : rollUp.openSince();
        return file != null && open.isPresent() ? new Position(file, open.getAsLong(), modified) : read;
    }

    /** What was met so far, as of the last poll. */
    public FeedCounts counts() {
        return counts;
    }

    @Override
    public void close() throws IOException {
        tail.close();
    }
}
