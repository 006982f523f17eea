package org.snowtrack.connectors.syslog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.tail.FileIdentity;
import org.snowtrack.connectors.tail.LogTail;
import org.snowtrack.connectors.tail.Position;

/**
 * A log on disk into which what was received is written, for a {@link LogTail} to read, and from which goes what was
 * read. Its file {@code syslog.log} is renamed when it is full, to {@code syslog.log.} and ten digits that count up. The
 * first line of every file is the spool's own and like no other, so that no two files can be taken for one another.
 *
 * <p>What was written survives the process (as with any log, syncing to the disk is left to the operating system); a
 * message that the process was killed over is taken away at the next start. The files are the owner's alone, as lines
 * hold recipients.
 *
 * <p>Thread-safe.
 */
public final class Spool implements Closeable {

    /** Of disk, unless it is said otherwise: 1 GiB. */
    public static final long DEFAULT_BYTES = 1L << 30;

    /** Least that a spool may be bounded to: 128 MiB. What the reader still needs always fits in. */
    public static final long LEAST_BYTES = 128L << 20;

    private static final long MOST_OF_FILE = 64L << 20;
    private static final int FILES = 8;
    private static final String LOG = "syslog.log";
    private static final String ROTATED = LOG + ".[0-9]{10}";
    private static final int TAIL_BLOCK = 64 << 10;
    private static final long RETRY_MILLIS = 1_000;

    /** A full file, which is no longer written to. */
    private record Full(Path path, String key, long size) {}

    private final Path directory;
    private final Path log;
    private final long fileBytes;
    private final long mostBytes;
    private final FileChannel lock;
    private final Consumer<String> notices;
    private final Deque<Full> full = new ArrayDeque<>();
    private long next;
    private @Nullable FileChannel channel;
    private long size;
    private long fullBytes;
    /** What a full disk did not take of the last lines; nothing may be written before it. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    private boolean isInTrouble;
    private boolean isClosed;

    private Spool(Path directory, long fileBytes, long mostBytes, FileChannel lock, Consumer<String> notices) {
        this.directory = directory;
        this.log = directory.resolve(LOG);
        this.fileBytes = fileBytes;
        this.mostBytes = mostBytes;
        this.lock = lock;
        this.notices = notices;
    }

    /**
     * Opens a spool, or makes one.
     *
     * @param directory of its own, one for each reporter
     * @param mostBytes of disk, at least {@link #LEAST_BYTES}; the last file may exceed it by one message
     * @param notices takes a sentence for the operator when it is full, and when it no longer is
     * @throws IOException with a sentence if the directory cannot be used, or another process uses it
     */
    public static Spool open(Path directory, long mostBytes, Consumer<String> notices) throws IOException {
        if (mostBytes < LEAST_BYTES) {
            throw new IOException("The spool %s needs at least %d MiB of disk to be allowed."
                    .formatted(directory, LEAST_BYTES >> 20));
        }
        return open(directory, Math.min(MOST_OF_FILE, mostBytes / FILES), mostBytes, notices);
    }

    static Spool open(Path directory, long fileBytes, long mostBytes, Consumer<String> notices) throws IOException {
        FileChannel lock;
        try {
            Files.createDirectories(directory, owners(directory, "rwx------"));
            lock = FileChannel.open(
                    directory.resolve("lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    owners(directory, "rw-------"));
        } catch (AccessDeniedException e) {
            throw new IOException("The spool " + directory + " may not be written to by this user.", e);
        } catch (IOException e) {
            throw new IOException("The spool " + directory + " cannot be made: " + e.getMessage() + ".", e);
        }
        Spool spool = new Spool(directory, fileBytes, mostBytes, lock, notices);
        try {
            spool.claim();
            spool.takeStock();
            return spool;
        } catch (IOException e) {
            spool.close();
            throw e;
        }
    }

    private static FileAttribute<?>[] owners(Path directory, String permissions) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private void claim() throws IOException {
        FileLock claimed;
        try {
            claimed = lock.tryLock();
        } catch (OverlappingFileLockException e) {
            claimed = null;
        }
        if (claimed == null) {
            throw new IOException("The spool " + directory
                    + " is used by another receiver; stop that one, or name another directory for this one.");
        }
    }

    private void takeStock() throws IOException {
        Set<Path> paths = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                directory, path -> String.valueOf(path.getFileName()).matches(ROTATED))) {
            found.forEach(paths::add);
        }
        for (Path path : paths) {
            addFull(path);
            String name = String.valueOf(path.getFileName());
            next = Long.parseLong(name.substring(LOG.length() + 1)) + 1;
        }
        if (Files.exists(log)) {
            FileChannel opened = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = opened;
            size = behindLastLine(opened);
            opened.truncate(size);
            opened.position(size);
        }
    }

    private void addFull(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        full.addLast(new Full(path, String.valueOf(attributes.fileKey()), attributes.size()));
        fullBytes += attributes.size();
    }

    private static long behindLastLine(FileChannel channel) throws IOException {
        long end = channel.size();
        while (end > 0) {
            long start = Math.max(0, end - TAIL_BLOCK);
            ByteBuffer block = ByteBuffer.allocate((int) (end - start));
            while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                // Reads on.
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    /** The log that is to be followed; it exists from the first message on. */
    public Path log() {
        return log;
    }

    /** Bytes that it takes of the disk. */
    public synchronized long bytes() {
        return fullBytes + size;
    }

    /**
     * Where the reader begins.
     *
     * @param saved the position that it has kept, if it has one
     * @return that one if its file is here; else the start of the oldest file, or null if there is none yet
     */
    public synchronized @Nullable Position start(@Nullable Position saved) throws IOException {
        Position oldest = null;
        for (Path path : paths()) {
            Position start = LogTail.startOf(path);
            FileIdentity file = start == null ? null : start.file();
            if (saved != null && saved.file().equals(file)) {
                return saved;
            }
            oldest = oldest == null ? start : oldest;
        }
        return oldest;
    }

    private List<Path> paths() {
        Deque<Path> paths = new ArrayDeque<>();
        full.forEach(file -> paths.addLast(file.path()));
        paths.addLast(log);
        return List.copyOf(paths);
    }

    /**
     * Deletes the files that lie before a position, from which the reader will go on even after a restart.
     *
     * @throws IOException with a sentence if one cannot be deleted; it is tried again the next time
     */
    public synchronized void release(Position position) throws IOException {
        boolean isHere = key(log).equals(position.file().key());
        for (Full file : full) {
            isHere |= file.key().equals(position.file().key());
        }
        while (isHere
                && !full.isEmpty()
                && !full.getFirst().key().equals(position.file().key())) {
            Full oldest = full.getFirst();
            try {
                Files.deleteIfExists(oldest.path());
            } catch (IOException e) {
                throw new IOException(oldest.path() + " was read and cannot be deleted: " + e.getMessage() + ".", e);
            }
            full.removeFirst();
            fullBytes -= oldest.size();
            notifyAll();
        }
    }

    private static String key(Path path) throws IOException {
        return Files.exists(path)
                ? String.valueOf(
                        Files.readAttributes(path, BasicFileAttributes.class).fileKey())
                : "";
    }

    /**
     * Writes lines, and waits as long as there is no room for them.
     *
     * @param isLast whether no more will come, so that these are written although there is no room
     * @return false if they cannot be written any more
     */
    synchronized boolean put(Lines lines, BooleanSupplier isLast) {
        while (!offer(lines, isLast.getAsBoolean())) {
            if (isClosed || isLast.getAsBoolean()) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.timedWait(this, RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /**
     * Writes lines if there is room for them.
     *
     * @return whether there was; if so, they are written or will be, before any others
     */
    boolean offer(Lines lines) {
        return offer(lines, false);
    }

    private synchronized boolean offer(Lines lines, boolean isForced) {
        if (isClosed) {
            return false;
        }
        if (lines.length() == 0) {
            return true;
        }
        try {
            write(rest);
            if (fullBytes + size >= mostBytes && !isForced) {
                tell(
                        "The spool %s is full: %d MiB were received and not read yet. Until they are, datagrams are dropped "
                                        .formatted(directory, (fullBytes + size) >> 20)
                                + "and streams wait.");
                return false;
            }
            roll();
            rest = lines.toBuffer();
            write(rest);
            if (isInTrouble) {
                isInTrouble = false;
                notices.accept("The spool " + directory + " takes what is received again.");
            }
            return true;
        } catch (IOException e) {
            tell("The spool " + directory + " cannot be written to (" + e.getMessage()
                    + "); make room on its disk. Until then datagrams are dropped and streams wait.");
            boolean isBegun = rest.hasRemaining()
                    && rest.hasArray()
                    && rest.array() == lines.toBuffer().array();
            if (isBegun) {
                // The lines' array belongs to their reader.
                rest = ByteBuffer.allocate(rest.remaining()).put(rest).flip();
            }
            return isBegun;
        }
    }

    private void tell(String trouble) {
        if (!isInTrouble) {
            isInTrouble = true;
            notices.accept(trouble);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        FileChannel open = channel;
        while (open != null && bytes.hasRemaining()) {
            size += open.write(bytes);
        }
    }

    /** Makes sure that there is a file with room in it. */
    private void roll() throws IOException {
        FileChannel open = channel;
        if (open != null && size >= fileBytes) {
            channel = null;
            open.close();
            Path rotated = directory.resolve("%s.%010d".formatted(LOG, next));
            Files.move(log, rotated);
            next++;
            size = 0;
            addFull(rotated);
            open = null;
        }
        if (open == null) {
            open = FileChannel.open(
                    log,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    owners(directory, "rw-------"));
            channel = open;
            size = open.size();
        }
        if (size == 0) {
            String first = "# Received by Snowtrack from %s on; %s\n".formatted(Instant.now(), UUID.randomUUID());
            rest = ByteBuffer.wrap(first.getBytes(StandardCharsets.US_ASCII));
            write(rest);
        }
    }

    /** Lets another process have it. What was put in before is written. */
    @Override
    public synchronized void close() throws IOException {
        isClosed = true;
        notifyAll();
        try (lock;
                FileChannel open = channel) {
            channel = open;
            write(rest);
        } finally {
            channel = null;
        }
    }
}
