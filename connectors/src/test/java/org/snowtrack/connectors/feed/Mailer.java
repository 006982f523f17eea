package org.snowtrack.connectors.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A server that writes its log byte by byte into one directory, and a logrotate that rotates it. */
final class Mailer {

    /** How the log is rotated. */
    enum Rotation {
        NUMBERED,
        DATED,
        COPIED,
        COMPRESSED,
        COMPRESSED_LATER
    }

    /** A file that is being compressed: the first half of it lies there already. */
    private record Compression(Path original, Path compressed) {}

    private static final int FIRST_DAY = 20_261_120;

    private final Path directory;
    private final Path away;
    private final Random random;
    private final Script script;
    private final List<StringBuilder> written = new ArrayList<>(List.of(new StringBuilder()));
    private final List<StringBuilder> kept = new ArrayList<>(List.of(new StringBuilder()));
    private String unwritten = "";
    private int rotated;
    private boolean isRenamed;
    private boolean isAway;
    private boolean losesLines;
    private @Nullable Path last;
    private @Nullable Compression compression;

    Mailer(Path directory, Random random, Script script) throws IOException {
        this.directory = Files.createDirectories(directory.resolve("log"));
        this.away = directory.resolve("away");
        this.random = random;
        this.script = script;
    }

    Path log() {
        return directory.resolve("mail.log");
    }

    Script script() {
        return script;
    }

    /** All that was ever written, the oldest file first. */
    List<String> written() {
        return written.stream().map(StringBuilder::toString).toList();
    }

    /** As {@link #written}, without what was cut off before anything could copy it. */
    List<String> kept() {
        return kept.stream().map(StringBuilder::toString).toList();
    }

    /** Ends the line that was begun, or writes one. */
    void writeLine() throws IOException {
        write(unwritten.isEmpty() ? script.line() : "");
    }

    /** Writes a few lines and perhaps the beginning of one. */
    void writeBytes(int bytes) throws IOException {
        StringBuilder text = new StringBuilder(unwritten);
        while (text.length() < bytes) {
            text.append(script.line());
        }
        unwritten = "";
        write(text.substring(0, bytes));
        unwritten = text.substring(bytes);
    }

    /** What was begun in a renamed file is finished there; then the server opens its log anew. */
    private void write(String text) throws IOException {
        String all = unwritten + text;
        unwritten = "";
        if (isRenamed && !all.isEmpty()) {
            int end = all.indexOf('\n') + 1;
            if (!endsInLine()) {
                String rest = all.substring(0, end == 0 ? all.length() : end);
                append(rest, true);
                all = all.substring(rest.length());
            }
            if (!all.isEmpty()) {
                reopen();
            }
        }
        append(all, true);
    }

    private void reopen() {
        isRenamed = false;
        written.add(new StringBuilder());
        kept.add(new StringBuilder());
    }

    private void append(String text, boolean isKept) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        Path file = isRenamed && last != null ? last : isAway ? away : log();
        Files.writeString(file, text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        written.get(written.size() - 1).append(text);
        if (isKept) {
            kept.get(kept.size() - 1).append(text);
        }
    }

    private boolean endsInLine() {
        StringBuilder file = written.get(written.size() - 1);
        return file.length() == 0 || file.charAt(file.length() - 1) == '\n';
    }

    /** Whoever still holds the renamed file writes a line into it. */
    void writeLate() throws IOException {
        if (isRenamed) {
            append(unwritten + script.line(), true);
            unwritten = "";
        }
    }

    /** From now on it may write a line between the copy and the cut. */
    void loseLines() {
        losesLines = script.isLossHarmless();
    }

    /** Rotates the log once. */
    void rotate(Rotation rotation) throws IOException {
        boolean hasLine = written.get(written.size() - 1).indexOf("\n") >= 0;
        if (isRenamed || isAway || !hasLine || (rotation == Rotation.COPIED && !endsInLine())) {
            return;
        }
        if (rotation == Rotation.COMPRESSED_LATER) {
            beginCompression();
        }
        finishCompression();
        last = rotation == Rotation.DATED ? directory.resolve("mail.log-" + (FIRST_DAY + rotated)) : shift();
        rotated++;
        if (rotation == Rotation.COPIED) {
            Files.copy(log(), last);
            if (losesLines && random.nextBoolean()) {
                append(script.line(), false);
            }
            Files.writeString(log(), "");
            reopen();
        } else {
            Files.move(log(), last);
            isRenamed = true;
        }
    }

    /** Gives every rotated file the next higher number. */
    private Path shift() throws IOException {
        for (int i = rotated; i > 0; i--) {
            for (String suffix : List.of("", ".gz")) {
                Path file = directory.resolve("mail.log." + i + suffix);
                if (Files.exists(file)) {
                    Files.move(file, directory.resolve("mail.log." + (i + 1) + suffix));
                }
            }
        }
        return directory.resolve("mail.log.1");
    }

    /** Writes the first half of what becomes of the file that was rotated last; its writer must have left it. */
    void beginCompression() throws IOException {
        Path original = last;
        if (compression != null || isRenamed || original == null || !Files.exists(original)) {
            return;
        }
        byte[] bytes = gzip(original);
        Path compressed = original.resolveSibling(original.getFileName() + ".gz");
        Files.write(compressed, Arrays.copyOf(bytes, bytes.length / 2));
        compression = new Compression(original, compressed);
    }

    private static byte[] gzip(Path original) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            Files.copy(original, out);
        }
        return bytes.toByteArray();
    }

    void finishCompression() throws IOException {
        if (compression != null) {
            FileTime modified = Files.getLastModifiedTime(compression.original());
            Files.write(compression.compressed(), gzip(compression.original()));
            Files.setLastModifiedTime(compression.compressed(), modified);
            Files.delete(compression.original());
            compression = null;
        }
    }

    /** Takes the log away, while its writer goes on, or brings it back. */
    void vanishOrReturn() throws IOException {
        if (isAway) {
            Files.move(away, log());
            isAway = false;
        } else if (!isRenamed && Files.exists(log())) {
            Files.move(log(), away);
            isAway = true;
        }
    }

    /** Brings everything to an end: nothing is away, compressed by half, or written by half. */
    void settle() throws IOException {
        if (isAway) {
            vanishOrReturn();
        }
        finishCompression();
        writeLine();
    }
}
