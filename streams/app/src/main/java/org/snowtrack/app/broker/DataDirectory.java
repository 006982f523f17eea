package org.snowtrack.app.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which Snowtrack keeps everything, held by one process at a time.
 *
 * <table>
 *   <caption>Layout, version 1</caption>
 *   <tr><td>{@code lock}</td><td>locked while in use; says in words by whom</td></tr>
 *   <tr><td>{@code version}</td><td>the layout's version</td></tr>
 *   <tr><td>{@code broker/}</td><td>the embedded broker's log</td></tr>
 *   <tr><td>{@code streams/}</td><td>Kafka Streams' state</td></tr>
 *   <tr><td>{@code member}</td><td>the name under which this node is known to a Kafka cluster</td></tr>
 *   <tr><td>{@code positions}</td><td>how far each log has been read and published</td></tr>
 *   <tr><td>{@code status.json}</td><td>what the process that holds the directory is doing; a second old at most</td></tr>
 * </table>
 *
 * <p>The operating system drops the lock with its process, so that a crash leaves nothing to clean up. Thread-safe.
 */
public final class DataDirectory implements AutoCloseable {

    private static final int VERSION = 1;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final int LONGEST_HOLDER = 200;

    /**
     * Directories that this JVM holds, and who that is in words. A second opening has to be refused before it touches
     * the lock file, because closing any descriptor of a file drops all of the process's POSIX locks on it.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the directory for this process; creates it where it is missing.
     *
     * @throws StartupException when another holds it, it cannot be written, or its layout is not known here
     */
    public static DataDirectory open(Path directory) {
        try {
            return held(created(directory));
        } catch (AccessDeniedException e) {
            throw refused(directory, "may not be written by this user; change its permissions", e);
        } catch (IOException e) {
            throw refused(directory, "cannot be used (" + e.getMessage() + "); repair it", e);
        }
    }

    private static Path created(Path directory) throws IOException {
        // Not createDirectories alone: before JDK 20 it refuses a symbolic link to a directory.
        if (!Files.isDirectory(directory)) {
            if (Files.exists(directory)) {
                throw refused(directory, "is a file; move it away", null);
            }
            Files.createDirectories(directory);
        }
        return directory.toRealPath();
    }

    private static DataDirectory held(Path path) throws IOException {
        String me = "process " + ProcessHandle.current().pid() + " since " + TIME.format(Instant.now());
        String holder = HELD.putIfAbsent(path, me);
        if (holder != null) {
            throw inUse(path, holder);
        }
        boolean opened = false;
        FileChannel lock = null;
        try {
            lock = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            // One byte far behind the text: where locks are mandatory (Windows), the text must stay readable.
            if (lock.tryLock(Long.MAX_VALUE - 1, 1, false) == null) {
                throw inUse(path, holder(lock));
            }
            lock.truncate(0).write(StandardCharsets.UTF_8.encode(me));
            checkVersion(path);
            opened = true;
            return new DataDirectory(path, lock);
        } finally {
            if (!opened) {
                release(path, lock);
            }
        }
    }

    private static String holder(FileChannel lock) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_HOLDER);
        lock.read(text, 0);
        String holder = StandardCharsets.UTF_8.decode(text.flip()).toString();
        return holder.isBlank() ? "another process" : holder;
    }

    private static void checkVersion(Path path) throws IOException {
        Path file = path.resolve("version");
        if (Files.notExists(file)) {
            write(file, Integer.toString(VERSION));
            return;
        }
        int version;
        try {
            version = Integer.parseInt(Files.readString(file).strip());
        } catch (NumberFormatException | CharacterCodingException e) {
            throw refused(path, "has a damaged file \"version\"; write " + VERSION + " into it", e);
        }
        if (version != VERSION) {
            throw refused(
                    path,
                    "has layout " + version + ", which this Snowtrack does not know; use the newer Snowtrack",
                    null);
        }
    }

    /** Moved into place, so that a crash never leaves an empty file. */
    private static void write(Path file, String line) throws IOException {
        Path draft = Files.writeString(file.resolveSibling(file.getFileName() + ".draft"), line + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static StartupException inUse(Path path, String holder) {
        return refused(path, "is in use by " + holder + "; stop that process", null);
    }

    private static StartupException refused(Path path, String why, @Nullable Exception cause) {
        return new StartupException(
                "The data directory " + path + " " + why + " or choose another directory with --data-dir.", cause);
    }

    /** Whether a directory has been opened before, by whichever version. */
    public static boolean isOne(Path directory) {
        return Files.exists(directory.resolve("version"));
    }

    /** The directory itself, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    /** Where the embedded broker keeps its log; created by it. */
    public Path brokerPath() {
        return path.resolve("broker");
    }

    /** Where Kafka Streams keeps its state; created by it. */
    public Path streamsPath() {
        return path.resolve("streams");
    }

    /** A name that is the directory's own, wherever it is used, and stays the same. */
    public String memberName() {
        Path file = path.resolve("member");
        try {
            if (Files.notExists(file)) {
                write(file, UUID.randomUUID().toString());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw refused(path, "cannot be used (" + e.getMessage() + "); repair it", e);
        }
    }

    /** How far each log has been read. */
    public Path positionsFile() {
        return path.resolve("positions");
    }

    /** Lets others have the directory. To be called when nothing writes to it any more; a second call does nothing. */
    @Override
    public void close() {
        if (lock.isOpen()) {
            release(path, lock);
        }
    }

    private static void release(Path path, @Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + path + " could not be released.", e);
        } finally {
            HELD.remove(path);
        }
    }
}
