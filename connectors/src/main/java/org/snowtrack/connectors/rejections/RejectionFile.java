package org.snowtrack.connectors.rejections;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.MailRejection;

/**
 * Reads {@code rejections.jsonl}, or {@code rejections.jsonl.gz}, once, from front to back. Memory does not grow with
 * the file. Blank lines are skipped; a broken line is an entry, not an end. A compressed file that is cut off or damaged
 * gives the whole lines up to there and one {@link BrokenLine} that says so.
 *
 * <p>For one thread at a time. {@link #hasNext} and {@link #next} throw {@link UncheckedIOException} if the file cannot
 * be read on.
 */
public final class RejectionFile implements Iterator<RejectionFile.Entry>, AutoCloseable {

    /** What a line turned out to be. */
    public sealed interface Entry permits Parsed, BrokenLine {

        /** The line's number in the file, from 1; blank lines count. */
        int line();
    }

    /** A line that holds a rejection. Its values are for intake to judge. */
    public record Parsed(int line, MailRejection rejection) implements Entry {}

    private static final String DAMAGED =
            "The compressed file is cut off or damaged here, and nothing behind this point was read.";

    private final LineReader lines;
    private @Nullable Entry next;
    private boolean isDamaged;

    private RejectionFile(LineReader lines, @Nullable Entry next) {
        this.lines = lines;
        this.next = next;
    }

    /**
     * Opens a file.
     *
     * @param path of a file that is read as gzip if its name ends in {@code .gz}, else as text
     * @throws IOException if there is no such file or it cannot be read
     */
    public static RejectionFile open(Path path) throws IOException {
        InputStream bytes = Files.newInputStream(path);
        if (!path.toString().endsWith(".gz")) {
            return new RejectionFile(new LineReader(bytes), null);
        }
        try {
            return new RejectionFile(new LineReader(new GZIPInputStream(bytes, 1 << 16)), null);
        } catch (EOFException | ZipException e) {
            bytes.close();
            return new RejectionFile(new LineReader(InputStream.nullInputStream()), new BrokenLine(1, DAMAGED));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null && !isDamaged) {
            next = read();
        }
        return next != null;
    }

    @Override
    public Entry next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("the file has no more lines");
        }
        Entry entry = next;
        next = null;
        return entry;
    }

    private @Nullable Entry read() {
        try {
            while (lines.advance()) {
                String text = lines.text();
                if (text == null) {
                    return BrokenLine.tooLong(lines.number());
                }
                if (!text.isBlank()) {
                    return parse(lines.number(), text);
                }
            }
            return null;
        } catch (EOFException | ZipException e) {
            isDamaged = true;
            return new BrokenLine(lines.number() + 1, DAMAGED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry parse(int line, String text) {
        try {
            return new Parsed(line, RejectionJson.parse(text));
        } catch (IllegalArgumentException e) {
            return new BrokenLine(line, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
