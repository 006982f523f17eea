package org.snowtrack.app.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether the data directory's file system has room left. A broker that runs out of it stops the whole process, so
 * reading stops first. Thread-safe.
 */
public final class FreeSpace {

    /** Less than this, and nothing more is read. */
    static final long LEAST_BYTES = 256L << 20;

    private static final long MIB = 1L << 20;

    private final Path directory;
    private final LongSupplier freeBytes;

    FreeSpace(Path directory, LongSupplier freeBytes) {
        this.directory = directory;
        this.freeBytes = freeBytes;
    }

    /** Of the file system that a directory is on. */
    public static FreeSpace of(Path directory) {
        return new FreeSpace(directory, () -> {
            try {
                return Files.getFileStore(directory).getUsableSpace();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "The file system of " + directory + " cannot be asked: " + e.getMessage() + ".", e);
            }
        });
    }

    /** Bytes that are left. */
    public long bytes() {
        return freeBytes.getAsLong();
    }

    /** A sentence for people where too little is left. */
    public Optional<String> shortage() {
        long left = bytes();
        return left >= LEAST_BYTES
                ? Optional.empty()
                : Optional.of(
                        ("Only %d MiB are free for the data directory %s, and %d are needed; make room, or move the "
                                        + "directory to a larger disk and name it with --data-dir.")
                                .formatted(left / MIB, directory, LEAST_BYTES / MIB));
    }
}
