package org.snowtrack.connectors.tail;

import com.google.common.hash.Hashing;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
 * A log that is being read, by its open file and not by its name. Lines are cut out of big chunks at LF. A line that has
 * no end yet stays unread; one that outgrows {@link LogTail#LONGEST} is skipped to its end.
 */
final class OpenLog implements LogContent, Closeable {

    private static final int LONGEST_HEAD = 1 << 10;

    private final Path openedAs;
    private final FileChannel channel;
    private final byte[] head;
    private final FileIdentity identity;
    private long modified;
    private long offset;
    /** There is no line end between {@link #offset} and here. */
    private long scanned;

    private boolean isSkipping;
    private long tooLong;

    private OpenLog(Path path, FileChannel channel, byte[] head, BasicFileAttributes attributes, long offset) {
        this.openedAs = path;
        this.channel = channel;
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
     * @return null if there is no such file, it is being replaced right now, or it has no complete first line yet
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
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return null;
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read by this user.", e);
        }
        try {
            byte[] head = head(channel);
            BasicFileAttributes after = Rotations.attributes(path);
            if (head.length > 0 && after != null && Rotations.key(after).equals(Rotations.key(before))) {
                return new OpenLog(path, channel, head, after, offset);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    /** The bytes that tell this file from others; none if its first line is not complete yet. */
    private static byte[] head(FileChannel channel) throws IOException {
        byte[] bytes = read(channel, 0, LONGEST_HEAD);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return Arrays.copyOf(bytes, i + 1);
            }
        }
        return bytes.length == LONGEST_HEAD ? bytes : new byte[0];
    }

    private static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                break;
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /**
     * Reads on.
     *
     * @return complete lines; none if something was read that is not one yet, or too long; null if there is nothing
     */
    @Nullable
    Stretch read(int maxBytes) throws IOException {
        long size = channel.size();
        if (size <= scanned) {
            return null;
        }
        long start = isSkipping ? scanned : offset;
        byte[] chunk = read(channel, start, (int) Math.min(size - start, scanned - start + maxBytes));
        if (!isIntact()) {
            return null;
        }
        noteModified();
        return new Stretch(identity, isSkipping ? skip(chunk) : lines(chunk), this);
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
        return channel.size() >= scanned && Arrays.equals(read(channel, 0, head.length), head);
    }

    private void noteModified() throws IOException {
        BasicFileAttributes attributes = Rotations.attributes(openedAs);
        if (attributes != null && Rotations.key(attributes).equals(identity.key())) {
            modified = attributes.lastModifiedTime().toMillis();
        }
    }

    @Override
    public Instant modified() {
        return Instant.ofEpochMilli(modified);
    }

    @Override
    public InputStream from(long position) {
        return new InputStream() {
            private long next = position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int at, int length) throws IOException {
                int read = channel.read(ByteBuffer.wrap(bytes, at, length), next);
                next += Math.max(0, read);
                return read;
            }

            @Override
            public long skip(long count) {
                next += count;
                return count;
            }
        };
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
        return Math.max(0, channel.size() - offset);
    }

    boolean holds(long bytes) throws IOException {
        return channel.size() >= bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
