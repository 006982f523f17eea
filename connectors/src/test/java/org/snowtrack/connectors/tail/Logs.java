package org.snowtrack.connectors.tail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A directory in which {@code mail.log} is written, rotated and read. */
final class Logs {

    static final int CHUNK = 1 << 16;

    private final Path directory;
    private final List<String> notices = new ArrayList<>();

    Logs(Path directory) {
        this.directory = directory;
    }

    Path log() {
        return file("mail.log");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** What the operator was told. */
    List<String> notices() {
        return notices;
    }

    void append(String name, String text) throws IOException {
        Files.writeString(
                file(name), text, StandardCharsets.ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void rename(String from, String to) throws IOException {
        Files.move(file(from), file(to));
    }

    /** Gives every file the next higher number, and the log the first one. */
    void rotate() throws IOException {
        for (int i = 8; i > 0; i--) {
            for (String compressed : List.of("", ".gz")) {
                if (Files.exists(file("mail.log." + i + compressed))) {
                    rename("mail.log." + i + compressed, "mail.log." + (i + 1) + compressed);
                }
            }
        }
        rename("mail.log", "mail.log.1");
    }

    /** Compresses a file as gzip does: the new one is as old as the original, which is removed. */
    void compress(String name) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file(name));
        Path compressed =
                Files.write(file(name + ".gz"), gzip(Files.readString(file(name), StandardCharsets.ISO_8859_1)));
        Files.setLastModifiedTime(compressed, modified);
        Files.delete(file(name));
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    LogTail follow() {
        return follow(null);
    }

    LogTail follow(@Nullable Position start) {
        return new LogTail(log(), start, notices::add);
    }

    /** Where a reader stands that has read so many bytes of the log and was ended. */
    Position readUpTo(int bytes) throws IOException {
        try (LogTail tail = follow()) {
            tail.poll(bytes);
            return Objects.requireNonNull(tail.position());
        }
    }

    List<String> resume(Position position) throws IOException {
        try (LogTail tail = follow(position)) {
            return drain(tail, 100);
        }
    }

    static List<String> drain(LogTail tail) throws IOException {
        return drain(tail, CHUNK);
    }

    /** Polls until nothing has come three times in a row. */
    static List<String> drain(LogTail tail, int chunk) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int idle = 0; idle < 3; ) {
            Stretch stretch = tail.poll(chunk);
            idle = stretch == null ? idle + 1 : 0;
            if (stretch != null) {
                stretch.lines().forEach(line -> lines.add(line.text()));
            }
        }
        return lines;
    }
}
