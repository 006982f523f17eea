package org.snowtrack.connectors.tail;

import com.google.common.hash.Hashing;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that is being read, by its open file and not by its name. Offsets are those of what a compressed file holds. Lines are cut out of big chunks at LF. A line that has
 * no end yet stays unread; one that outgrows {@link LogTail#LONGEST} is skipped to its end.
 */
final class OpenLog implements LogContent, Closeable {

    private static final int LONGEST_HEAD = 1 << 10;

    private final Path openedAs;
    private final Bytes bytes;
    private final byte[] head;
    private final FileIdentity identity;
    private long modified;
    private long offset;
    /** There is no line end between {@link #offset} and here. */
    private long scanned;

    private boolean isSkipping;
    private long tooLong;

    private OpenLog(Path path, Bytes bytes, byte[] head, BasicFileAttributes attributes, long offset) {
        this.openedAs = path;
        this.bytes = bytes;
        this.head = head;
        this.identity = new FileIdentity(
                Rotations.key(attributes),
                Hashing.sha256().hashBytes(head).toString().substring(0, 16));
        this.modified = attributes.lastModifiedTime().toMillis();
        this.offset = offset;
        this.scanned = offset;
    }

    /**
     * Opens a file.
     *
     * @return null if there is no such file, it is being replaced right now, or it has no complete first line (yet);
     *     a damaged file is opened even so, for its {@link #damage}
     * @throws IOException with a sentence if the file may not be read or is none
     */
    static @Nullable OpenLog open(Path path, long offset) throws IOException {
        BasicFileAttributes before = Rotations.attributes(path);
        if (before == null) {
            return null;
        }
        if (!before.isRegularFile()) {
            throw new IOException(path + " is not a file.");
        }
        Bytes bytes;
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            bytes = Rotations.isGzip(path) ? new GzipBytes(channel) : new PlainBytes(channel);
        } catch (NoSuchFileException e) {
            return null;
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read by this user.", e);
        }
        try {
            byte[] head = head(bytes);
            BasicFileAttributes after = Rotations.attributes(path);
            boolean isKnown = head.length > 0 || bytes.isDamaged();
            if (isKnown && after != null && Rotations.key(after).equals(Rotations.key(before))) {
                return new OpenLog(path, bytes, head, after, offset);
            }
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
        bytes.close();
        return null;
    }

    /** The bytes that tell this file from others; none if its first line is not complete yet. */
    private static byte[] head(Bytes bytes) throws IOException {
        byte[] beginning = bytes.read(0, LONGEST_HEAD);
        for (int i = 0; i < beginning.length; i++) {
            if (beginning[i] == '\n') {
                return Arrays.copyOf(beginning, i + 1);
            }
        }
        return beginning.length == LONGEST_HEAD ? beginning : new byte[0];
    }

    /**
     * Reads on.
     *
     * @return complete lines; none if something was read that is not one yet, or too long; null if there is nothing
     */
    @Nullable
    Stretch read(int maxBytes) throws IOException {
        long start = isSkipping ? scanned : offset;
        byte[] chunk = bytes.read(start, (int) (scanned - start) + maxBytes);
        if (chunk.length <= scanned - start || !isIntact()) {
            return null;
        }
        noteModified();
        return new Stretch(identity, start, isSkipping ? skip(chunk) : lines(chunk), this);
    }

    private List<Line> skip(byte[] chunk) {
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                tooLong++;
                isSkipping = false;
                offset = scanned + i + 1;
                scanned = offset;
                return List.of();
            }
        }
        scanned += chunk.length;
        return List.of();
    }

    private List<Line> lines(byte[] chunk) {
        List<Line> lines = new ArrayList<>();
        long start = offset;
        int from = 0;
        for (int i = (int) (scanned - offset); i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                if (i - from > LogTail.LONGEST) {
                    tooLong++;
                } else {
                    int to = i > from && chunk[i - 1] == '\r' ? i - 1 : i;
                    lines.add(new Line(chunk, from, to, start + from, start + i + 1));
                }
                from = i + 1;
            }
        }
        offset = start + from;
        scanned = start + chunk.length;
        isSkipping = scanned - offset > LogTail.LONGEST;
        return lines;
    }

    /** Whether the file still begins as it did and still holds what was read; false once it was truncated. */
    boolean isIntact() throws IOException {
        return Rotations.isGzip(openedAs) || (holds(scanned) && Arrays.equals(bytes.read(0, head.length), head));
    }

    /** What is wrong with the file, for people, once its end has been read; null if nothing is. */
    @Nullable
    String damage() {
        return bytes.isDamaged()
                ? openedAs + " is damaged: nothing can be made out of it behind byte " + scanned
                        + " of what was compressed; what it held there is lost."
                : null;
    }

    private void noteModified() throws IOException {
        BasicFileAttributes attributes = Rotations.attributes(openedAs);
        if (attributes != null && Rotations.key(attributes).equals(identity.key())) {
            modified = attributes.lastModifiedTime().toMillis();
        }
    }

    /** Notes when it was last written to, from whoever knows it by its present name; it must be read to its end. */
    void noteModified(long milliseconds) {
        modified = Math.max(modified, milliseconds);
    }

    @Override
    public Instant modified() {
        return Instant.ofEpochMilli(modified);
    }

    @Override
    public InputStream from(long position) throws IOException {
        return bytes.from(position);
    }

    FileIdentity identity() {
        return identity;
    }

    Position position() {
        return new Position(identity, offset, Instant.ofEpochMilli(modified));
    }

    long tooLongLines() {
        return tooLong;
    }

    long bytesBehind() throws IOException {
        return bytes.behind(offset);
    }

    boolean holds(long count) throws IOException {
        return bytes.holds(count);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
