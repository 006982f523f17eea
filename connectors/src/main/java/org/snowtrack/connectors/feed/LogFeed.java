package org.snowtrack.connectors.feed;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.DateScan;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.formats.LogReader;
import org.snowtrack.connectors.grammar.FactSink;
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

    /**
     * A file that was read, or the rest of one.
     *
     * @param base what is added to an offset in it to make it a position in all that was read
     * @param first such a position, of the first line that was read
     */
    private record Read(FileIdentity file, long base, long first, Instant modified) {}

    private final LogTail tail;
    private final String reporter;
    private final ZoneId zone;
    private final InstantSource now;
    private final LogReader reader;
    private final int chunk;

    private final Deque<Read> files = new ArrayDeque<>();
    private @Nullable RollUp rollUp;
    /** Where the lines end that were read, in the last of the files. */
    private long seen;

    /** Since when sessions were remembered when the line was read with which the oldest open group begins. */
    private OptionalLong rememberedAtOpen = OptionalLong.empty();

    /** When the last of the files was written to, before it was begun. */
    private Instant written = Instant.EPOCH;

    /** What the tail has given, if it could not be begun. */
    private @Nullable Stretch unread;

    private final @Nullable Position start;
    private Position.@Nullable Done done;
    private volatile FeedCounts counts = FeedCounts.NONE;

    /**
     * A feed that opens nothing yet.
     *
     * @param path of the log, which need not exist yet
     * @param reporter whose log it is
     * @param format in which it is written
     * @param zone of times that have none
     * @param now the clock, for times that have no year
     * @param start the position of the last batch that was published; null to begin with the start of the file
     * @param notices takes a sentence for the operator whenever lines may have been lost
     */
    public LogFeed(
            Path path,
            String reporter,
            LogFormat format,
            ZoneId zone,
            InstantSource now,
            @Nullable Position start,
            Consumer<String> notices) {
        this(path, reporter, format, zone, now, start, notices, CHUNK);
    }

    LogFeed(
            Path path,
            String reporter,
            LogFormat format,
            ZoneId zone,
            InstantSource now,
            @Nullable Position start,
            Consumer<String> notices,
            int chunk) {
        this.tail = new LogTail(path, start, notices);
        this.reporter = reporter;
        this.zone = zone;
        this.now = now;
        this.reader = new LogReader(format, zone, Years.live(zone, now), () -> written);
        this.start = start;
        this.done = start == null ? null : start.done();
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
        Stretch stretch = unread == null ? tail.poll(chunk) : unread;
        unread = stretch;
        // Asked before records are taken: they would be lost if this fails.
        long behind = tail.bytesBehind();
        if (stretch != null) {
            read(stretch, rejections);
            unread = null;
        } else if (rollUp != null) {
            rejections.addAll(rollUp.open());
        }
        counts = counts.after(tail.tooLongLines(), behind);
        return new Batch(rejections, position(), stretch == null);
    }

    private void read(Stretch stretch, List<MailRejection> rejections) throws IOException {
        if (!goesOn(stretch)) {
            begin(stretch, rejections);
        }
        RollUp ongoing = Objects.requireNonNull(rollUp);
        Facts facts = new Facts(ongoing);
        long base = files.getLast().base();
        for (Line line : stretch.lines()) {
            facts.begin(isNew(stretch.file(), line));
            OptionalLong remembered = reader.remembersSince();
            reader.read(line.bytes(), line.from(), line.to(), base + line.offset(), line.offset(), facts);
            facts.end(line.offset());
            if (ongoing.openSince().orElse(-1) == line.offset()) {
                rememberedAtOpen = remembered;
            }
            seen = line.next();
        }
        rejections.addAll(ongoing.closed());
        counts = facts.addedTo(counts);
    }

    private boolean isNew(FileIdentity file, Line line) {
        if (done != null && file.fingerprint().equals(done.fingerprint()) && line.offset() >= done.offset()) {
            done = null;
        }
        return done == null;
    }

    /** Counts the facts of new lines and rolls them up; those of lines that are read again were published long ago. */
    private static final class Facts implements FactSink {

        private final RollUp rollUp;
        private final List<LogFact> ofLine = new ArrayList<>();
        private boolean isNew;
        private long lines;
        private long refusals;
        private long sessions;
        private long unreadable;
        private long unattributed;

        Facts(RollUp rollUp) {
            this.rollUp = rollUp;
        }

        void begin(boolean isNewLine) {
            isNew = isNewLine;
            lines += isNew ? 1 : 0;
        }

        void end(long offset) {
            if (!ofLine.isEmpty()) {
                rollUp.add(ofLine, offset);
                ofLine.clear();
            }
        }

        @Override
        public void accept(long tag, LogFact fact) {
            if (!isNew) {
                return;
            }
            if (fact instanceof LogFact.Refusal refusal) {
                refusals += refusal.recipients();
            } else if (fact instanceof LogFact.Session) {
                sessions++;
            } else {
                unreadable += fact == LogFact.Notice.UNREADABLE ? 1 : 0;
                unattributed += fact == LogFact.Notice.UNATTRIBUTED ? 1 : 0;
            }
            ofLine.add(fact);
        }

        FeedCounts addedTo(FeedCounts before) {
            return new FeedCounts(
                    before.lines() + lines,
                    before.refusals() + refusals,
                    before.sessions() + sessions,
                    before.unreadable() + unreadable,
                    before.unattributed() + unattributed,
                    before.tooLong(),
                    before.bytesBehind());
        }
    }

    /**
     * What has another fingerprint is another file, before which the last one has ended; so is what lies before the lines
     * that were seen, which is a file that was emptied and begins with the same line again.
     */
    private boolean goesOn(Stretch stretch) {
        return !files.isEmpty()
                && files.getLast().file().fingerprint().equals(stretch.file().fingerprint())
                && stretch.offset() >= seen;
    }

    private void begin(Stretch stretch, List<MailRejection> rejections) throws IOException {
        Instant modified = stretch.content().modified();
        long first = stretch.offset();
        // Nothing may have changed if this fails.
        try (InputStream rest = stretch.content().from(first)) {
            reader.begin(DateScan.of(rest).years(zone, modified, now));
        }
        if (!isDoneAhead(stretch)) {
            done = null;
        }
        if (rollUp != null) {
            rollUp.end();
            rejections.addAll(rollUp.closed());
        }
        long end = files.isEmpty() ? 0 : files.getLast().base() + seen;
        files.addLast(new Read(stretch.file(), end - first, end, modified));
        rollUp = new RollUp(stretch.file().fingerprint(), reporter);
        seen = first;
        written = modified;
    }

    /** Whether what is new is still ahead: reading began where it was to begin, and that file is there and was not left. */
    private boolean isDoneAhead(Stretch stretch) throws IOException {
        if (done == null || start == null) {
            return false;
        }
        if (!files.isEmpty()) {
            return !files.getLast().file().fingerprint().equals(done.fingerprint());
        }
        String fingerprint = stretch.file().fingerprint();
        return fingerprint.equals(start.file().fingerprint())
                && stretch.offset() == start.offset()
                && (fingerprint.equals(done.fingerprint()) || tail.finds(done.fingerprint()));
    }

    private @Nullable Position position() {
        if (done != null) {
            return start;
        }
        Position read = tail.position();
        if (read == null || files.isEmpty()) {
            return read;
        }
        Read last = files.getLast();
        if (read.file().equals(last.file())) {
            files.removeLast();
            last = new Read(last.file(), last.base(), last.first(), read.modified());
            files.addLast(last);
        }
        OptionalLong open = rollUp == null ? OptionalLong.empty() : rollUp.openSince();
        Position fresh = open.isPresent() ? new Position(last.file(), open.getAsLong(), last.modified()) : read;
        OptionalLong since = open.isPresent() ? rememberedAtOpen : reader.remembersSince();
        forgetBefore(since.orElse(last.first()));
        return since.isPresent() ? remembering(since.getAsLong(), fresh) : fresh;
    }

    /** The files that lie before a position are no longer needed. */
    private void forgetBefore(long position) {
        while (files.size() > 1) {
            Read oldest = files.removeFirst();
            if (files.getFirst().first() > position) {
                files.addFirst(oldest);
                return;
            }
        }
    }

    /** A start from which the open sessions are known again when what is new begins. */
    private Position remembering(long since, Position fresh) {
        Read oldest = files.getFirst();
        long offset = since - oldest.base();
        return oldest.file().equals(fresh.file()) && offset >= fresh.offset()
                ? fresh
                : new Position(
                        oldest.file(),
                        offset,
                        oldest.modified(),
                        new Position.Done(fresh.file().fingerprint(), fresh.offset()));
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
