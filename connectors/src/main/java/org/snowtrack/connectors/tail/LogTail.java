package org.snowtrack.connectors.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.tail.Rotations.Sibling;

/**
 * Follows one log by its path.
 *
 * <ul>
 *   <li><b>Renamed or deleted</b>: the open file is read on, because its writer may still hold it. It is left once
 *       another file stands at the path (or between, if rotation was quicker than polling) and has a complete line, and
 *       two polls in a row found nothing more in the old one. A last line without an end is never read.
 *   <li><b>Truncated</b> (copytruncate): noticed by the size or by other first bytes. If a copy with the same
 *       fingerprint lies beside it, its rest is read; then the path from its start, as a new file.
 *   <li><b>Restarted</b>: the file of the given position is looked for at the path, then beside it by its key, then by
 *       its fingerprint. Its rest is read, then what was rotated after it from the oldest on, then the path. If it is
 *       gone, so is its rest: that is said, and reading goes on with the oldest rotated file that was written to after
 *       the position was taken, else with the path.
 * </ul>
 *
 * <p>A rotated file may meanwhile have been compressed with gzip; it is the same file then, and offsets are those of what
 * it holds. As long as the original lies beside it, that is read. A damaged one is read as far as it goes, others than
 * gzip are passed over; each is told once. A position is given up only when there is something else to read.
 *
 * <p>A log that is gone is waited for. Once two polls in a row have found nothing of its name, nor its file under a
 * rotated one, that is told, and told again when there is something.
 *
 * <p>For one thread at a time. After an {@link IOException} the next poll tries again from the same place.
 */
public final class LogTail implements Closeable {

    /** Longest line to be read, in bytes without its LF: 1 MiB. Longer ones are skipped and counted. */
    public static final int LONGEST = 1 << 20;

    private static final int QUIET_POLLS = 2;

    private final Path path;
    private final Consumer<String> notices;
    private @Nullable Position start;
    private @Nullable OpenLog current;
    private int quietPolls;
    private int missingPolls;
    private boolean isMissing;
    private long tooLong;
    private final Set<String> told = new HashSet<>();

    /**
     * A tail that opens nothing yet.
     *
     * @param path of the log, which need not exist yet
     * @param start where to go on; null for the start of the file at the path
     * @param notices takes a sentence for the operator whenever lines may have been lost or the log is waited for
     */
    public LogTail(Path path, @Nullable Position start, Consumer<String> notices) {
        this.path = path;
        this.start = start;
        this.notices = notices;
    }

    /**
     * Where a file begins.
     *
     * @return null if there is no such file, or no complete line in it
     * @throws IOException with a sentence if it cannot be read
     */
    public static @Nullable Position startOf(Path file) throws IOException {
        try (OpenLog log = OpenLog.open(file, 0)) {
            return log == null ? null : log.position();
        }
    }

    /**
     * Reads on, without waiting.
     *
     * @param maxBytes how much to read at most, at least 1; what was read in vain of a line without an end comes on top
     * @return lines of one file, perhaps none; null if there is nothing to read for now
     * @throws IOException if a file cannot be read, with a sentence where the reason is known
     */
    public @Nullable Stretch poll(int maxBytes) throws IOException {
        Position before = position();
        try {
            Stretch stretch = read(maxBytes);
            lookForPath(stretch == null);
            return stretch;
        } catch (IOException e) {
            leave();
            start = before;
            throw e;
        }
    }

    private @Nullable Stretch read(int maxBytes) throws IOException {
        OpenLog log = current == null ? begin() : current;
        if (log == null) {
            return null;
        }
        Stretch stretch = log.read(maxBytes);
        if (stretch == null && !log.isIntact()) {
            start = log.position();
            leave();
            log = begin();
            stretch = log == null ? null : log.read(maxBytes);
        } else if (stretch == null) {
            tellOnce(log.damage());
            OpenLog next = successor(log);
            quietPolls = next == null ? 0 : quietPolls + 1;
            if (next != null && quietPolls < QUIET_POLLS && isAtPath(next)) {
                next.close();
            } else if (next != null) {
                leave();
                current = next;
                stretch = next.read(maxBytes);
            }
        }
        quietPolls = stretch == null ? quietPolls : 0;
        return stretch;
    }

    private void tellOnce(@Nullable String sentence) {
        if (sentence != null && told.add(sentence)) {
            notices.accept(sentence);
        }
    }

    private void lookForPath(boolean isIdle) throws IOException {
        Position read = position();
        if (Rotations.attributes(path) != null) {
            missingPolls = 0;
            if (isMissing) {
                isMissing = false;
                notices.accept(path + " is there again, and read on.");
            }
        } else if (isIdle && !isMissing && read != null && !isRotated(read)) {
            missingPolls++;
            if (missingPolls >= QUIET_POLLS) {
                isMissing = true;
                notices.accept(path + " is gone; it is read on once it is there again.");
            }
        }
    }

    /** Whether the file lies beside the path under another name, or what a compressor has made of it. */
    private boolean isRotated(Position position) throws IOException {
        return Rotations.siblings(path).stream()
                .anyMatch(sibling -> sibling.key().equals(position.file().key())
                        || (!sibling.mark().isEmpty()
                                && sibling.modified() >= position.modified().toEpochMilli()));
    }

    /** Whether a file has the log's name now: then the one before it may have been renamed under its writer's hands. */
    private boolean isAtPath(OpenLog log) throws IOException {
        return log.identity().key().equals(Rotations.key(path));
    }

    private void leave() throws IOException {
        OpenLog log = current;
        current = null;
        quietPolls = 0;
        if (log != null) {
            tooLong += log.tooLongLines();
            log.close();
        }
    }

    private @Nullable OpenLog begin() throws IOException {
        Position wanted = start;
        if (wanted == null) {
            current = OpenLog.open(path, 0);
            return current;
        }
        Names before = Names.of(path);
        List<Sibling> siblings = Rotations.siblings(path);
        OpenLog found = find(wanted, siblings);
        String loss = null;
        if (found == null) {
            found = first(after(wanted.modified().toEpochMilli(), siblings), wanted.file());
            loss = loss(wanted);
        }
        if (loss != null && found != null && isWanted(found, wanted, false)) {
            // It was away while it was looked for and is back; the next poll finds it.
            found.close();
            return null;
        }
        found = unlessRenamed(before, found);
        if (found != null) {
            start = null;
            current = found;
            if (loss != null) {
                notices.accept(loss);
            }
        }
        return found;
    }

    /** What was found, unless files got other names while it was looked for; then the next poll looks again. */
    private @Nullable OpenLog unlessRenamed(Names before, @Nullable OpenLog found) throws IOException {
        if (found == null || before.equals(Names.of(path))) {
            return found;
        }
        found.close();
        return null;
    }

    private String loss(Position wanted) throws IOException {
        return wanted.file().key().equals(Rotations.key(path))
                ? path + " was cut off and begins anew; what was written to it behind byte " + wanted.offset()
                        + " and never read is lost."
                : "The file that " + path + " was up to byte " + wanted.offset()
                        + " is gone; what was written to it behind that is lost.";
    }

    private @Nullable OpenLog find(Position wanted, List<Sibling> siblings) throws IOException {
        OpenLog log = openIf(path, wanted, true);
        for (Sibling sibling : siblings) {
            if (log == null && sibling.key().equals(wanted.file().key())) {
                log = openIf(sibling.path(), wanted, true);
            }
        }
        log = log == null ? openIf(path, wanted, false) : log;
        List<Sibling> rotated = Rotations.oldestFirst(siblings);
        for (int i = rotated.size() - 1; log == null && i >= 0; i--) {
            Path candidate = rotated.get(i).path();
            boolean isReadable = !rotated.get(i).isForeign() && Files.isReadable(candidate);
            log = isReadable ? openIf(candidate, wanted, false) : null;
        }
        return log;
    }

    private static @Nullable OpenLog openIf(Path candidate, Position wanted, boolean isKeyWanted) throws IOException {
        OpenLog log = OpenLog.open(candidate, wanted.offset());
        if (log == null) {
            return null;
        }
        if (isWanted(log, wanted, isKeyWanted)) {
            return log;
        }
        log.close();
        return null;
    }

    private static boolean isWanted(OpenLog log, Position wanted, boolean isKeyWanted) throws IOException {
        return log.identity().fingerprint().equals(wanted.file().fingerprint())
                && (!isKeyWanted || log.identity().key().equals(wanted.file().key()))
                && log.holds(wanted.offset());
    }

    /** The file to read when this one has come to its end; null while there is none or this is the path's. */
    private @Nullable OpenLog successor(OpenLog log) throws IOException {
        if (isAtPath(log)) {
            return null;
        }
        Names before = Names.of(path);
        List<Sibling> rotated = Rotations.oldestFirst(Rotations.rotated(path));
        int self = indexOf(log.identity(), rotated);
        List<Sibling> later;
        if (self < 0) {
            later = after(log.modified().toEpochMilli(), rotated);
        } else {
            later = rotated.subList(self + 1, rotated.size());
            log.noteModified(rotated.get(self).modified());
        }
        OpenLog next = unlessRenamed(before, first(later, log.identity()));
        if (next != null && next.identity().equals(log.identity())) {
            // It has got its name back meanwhile.
            next.close();
            return null;
        }
        return next;
    }

    /** Where a file is among the rotated ones, or what a compressor has made of it; else -1. */
    private static int indexOf(FileIdentity file, List<Sibling> rotated) throws IOException {
        for (int i = 0; i < rotated.size(); i++) {
            if (rotated.get(i).key().equals(file.key())) {
                return i;
            }
        }
        for (int i = rotated.size() - 1; i >= 0; i--) {
            Path candidate = rotated.get(i).path();
            if (Rotations.isGzip(candidate) && Files.isReadable(candidate) && isOf(file.fingerprint(), candidate)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isOf(String fingerprint, Path candidate) throws IOException {
        try (OpenLog log = OpenLog.open(candidate, 0)) {
            return log != null && log.identity().fingerprint().equals(fingerprint);
        }
    }

    /** Whether a file of that fingerprint has the log's name or one that rotation has given it; also if that is unsure. */
    public boolean finds(String fingerprint) throws IOException {
        Names before = Names.of(path);
        boolean isFound = isOf(fingerprint, path);
        for (Sibling sibling : Rotations.rotated(path)) {
            boolean isReadable = !sibling.isForeign() && Files.isReadable(sibling.path());
            isFound = isFound || (isReadable && isOf(fingerprint, sibling.path()));
        }
        return isFound || !before.equals(Names.of(path));
    }

    private static List<Sibling> after(long modified, List<Sibling> siblings) {
        return Rotations.oldestFirst(siblings).stream()
                .filter(sibling -> sibling.modified() > modified)
                .toList();
    }

    /** The first of the rotated files that has a line and is no copy of the one that was read, else the path's. */
    private @Nullable OpenLog first(List<Sibling> rotated, FileIdentity read) throws IOException {
        for (Sibling sibling : rotated) {
            OpenLog log = sibling.isForeign() ? null : OpenLog.open(sibling.path(), 0);
            if (sibling.isForeign()) {
                tellOnce(sibling.path()
                        + " is passed over, because only gzip can be decompressed; what it holds is lost "
                        + "unless you read it once, decompressed.");
            }
            if (log != null && !log.identity().fingerprint().equals(read.fingerprint())) {
                return log;
            }
            if (log != null) {
                log.close();
            }
        }
        return OpenLog.open(path, 0);
    }

    /** Where the next line will be read from; null before the first file was opened without a position. */
    public @Nullable Position position() {
        return current == null ? start : current.position();
    }

    /** Lines longer than {@link #LONGEST} that were skipped. */
    public long tooLongLines() {
        return tooLong + (current == null ? 0 : current.tooLongLines());
    }

    /** Bytes that are written to the file being read but not given out yet; files behind it do not count. */
    public long bytesBehind() throws IOException {
        return current == null ? 0 : current.bytesBehind();
    }

    @Override
    public void close() throws IOException {
        start = position();
        leave();
    }
}
