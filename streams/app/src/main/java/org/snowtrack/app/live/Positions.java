package org.snowtrack.app.live;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.tail.Position;

/**
 * How far each log has been read and published, in a file of the data directory. Behind what was published, never
 * ahead: what is read twice has the same origins and counts once. Not thread-safe.
 */
final class Positions {

    private final Path file;
    private final Properties positions = new Properties();
    private boolean changed;
    private boolean hasNew;

    private Positions(Path file) {
        this.file = file;
    }

    /**
     * Reads the file where there is one.
     *
     * @throws StartupException if it cannot be read
     */
    static Positions open(Path file) {
        Positions positions = new Positions(file);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                positions.positions.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartupException(
                        "The file " + file + " cannot be read (" + e.getMessage()
                                + "); delete it, and all logs are read again from their beginning, which counts nothing "
                                + "twice.",
                        e);
            }
        }
        return positions;
    }

    /**
     * Where to go on with a log.
     *
     * @throws StartupException if what stands there is no position
     */
    Optional<Position> of(LogSource log) {
        String text = positions.getProperty(log.key());
        try {
            return Optional.ofNullable(text).map(Position::parse);
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    "The file %s is damaged at %s: %s Delete that line, and the log is read again from its beginning."
                            .formatted(file, log.key(), e.getMessage()),
                    e);
        }
    }

    /** Notes a position; {@link #save} writes it. */
    void put(LogSource log, Position position) {
        String text = position.toText();
        Object before = positions.setProperty(log.key(), text);
        changed |= !text.equals(before);
        hasNew |= before == null;
    }

    /**
     * Writes at once when there is a log that had no position yet: without one, nobody would look for the rest of the
     * log once it is rotated.
     */
    void saveNew() {
        if (hasNew) {
            save();
        }
    }

    /** Writes what changed, whole or not at all, and waits until it is on disk. */
    void save() {
        if (!changed) {
            return;
        }
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            try (Writer writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
                positions.store(writer, "How far each log has been read and published. Written by snowtrack run.");
            }
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            changed = false;
            hasNew = false;
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " cannot be written: " + e.getMessage() + ".", e);
        }
    }
}
