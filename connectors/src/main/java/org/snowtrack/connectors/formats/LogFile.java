package org.snowtrack.connectors.formats;

import com.google.common.io.CharSource;
import com.google.common.io.CountingInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.DateScan;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.tail.LogTail;

/**
 * A log that is read once from its start to its end, compressed by gzip or not. In bounded memory, whatever its size.
 * Unlike a log that is followed, its last line need not have an end.
 *
 * <p>It may be a pipe, too. That gives its bytes only once: so it can be read only once, and times without a year are of
 * the latest one that fits today's date and the order of the lines.
 *
 * <p>For one thread at a time.
 */
public final class LogFile {

    private static final int GZIP_BUFFER = 64 << 10;
    private static final int BINARY_SAMPLE = 64 << 10;
    /** So much of a pipe is looked at, compressed or not, to see {@link LogDetection#BYTES} of its text. */
    private static final int PIPE_SAMPLE = 2 * LogDetection.BYTES;
    /** The first two bytes of files. */
    private static final int GZIP = 0x1f8b;

    private static final int UTF16_LITTLE = 0xfffe;
    private static final int UTF16_BIG = 0xfeff;

    private final Path path;
    /** What a pipe has given first, and the pipe itself; both null for a file that can be opened again. */
    private final byte @Nullable [] begun;

    private final @Nullable InputStream rest;

    /** Takes what the lines tell. */
    public interface Reader {

        /**
         * Takes a fact.
         *
         * @param line that tells it, counted from 1
         */
        void fact(long line, LogFact fact);

        /**
         * A line has been read.
         *
         * @param bytes that hold it, until this returns
         * @param hasTold whether it told anything
         */
        void line(long number, byte[] bytes, int from, int to, boolean hasTold);

        /** A line of more than {@link LogTail#LONGEST} bytes was passed over. */
        void tooLong(long number);

        /**
         * Something was read.
         *
         * @param bytes of the file so far, as it lies on the disk
         */
        void progress(long bytes);
    }

    /**
     * A log.
     *
     * @throws IOException with a sentence, if it cannot be read
     */
    public LogFile(Path path) throws IOException {
        this.path = path;
        if (Files.isDirectory(path)) {
            throw new IOException(path + " is a directory; name the files in it.");
        }
        if (Files.notExists(path)) {
            throw new IOException(path + " does not exist; correct the path.");
        }
        if (!Files.isReadable(path)) {
            throw new IOException(
                    path + " may not be read by this user; let it, for example as a member of the file's group.");
        }
        // Channels ask a pipe for its position.
        rest = Files.isRegularFile(path) ? null : new BufferedInputStream(new FileInputStream(path.toFile()));
        begun = rest == null ? null : rest.readNBytes(PIPE_SAMPLE);
    }

    /**
     * A log that a pipe brings.
     *
     * @param name for people
     * @throws IOException if it cannot be read
     */
    public LogFile(String name, InputStream pipe) throws IOException {
        path = Path.of(name);
        rest = pipe;
        begun = pipe.readNBytes(PIPE_SAMPLE);
    }

    public Path path() {
        return path;
    }

    /** Bytes on the disk; empty for a pipe. */
    public OptionalLong size() throws IOException {
        return rest == null ? OptionalLong.of(Files.size(path)) : OptionalLong.empty();
    }

    /**
     * The format that its first lines are in; {@link AnyLog} where they are in several.
     *
     * @throws IOException with a sentence, if they are in none
     */
    public LogFormat detect() throws IOException {
        byte[] head = head();
        return (head.length == 0 ? Optional.<LogFormat>of(new AnyLog()) : LogDetection.of(head))
                .orElseThrow(() -> new IOException(path + " does not look like the log of a mail server that is known ("
                        + LogFormats.ids() + "); name its format, or another file."));
    }

    /**
     * Whether it is in a format.
     *
     * @throws IOException with a sentence, if none of its first lines is
     */
    public void check(LogFormat format) throws IOException {
        String complaint = LogDetection.complaint(path, head(), format).orElse(null);
        if (complaint != null) {
            throw new IOException(complaint + " Leave the format away to have it found out.");
        }
    }

    private IOException damaged(IOException cause) {
        return new IOException(
                path + " is a damaged gzip file (" + cause.getMessage() + "); decompress what is left of it with zcat.",
                cause);
    }

    private byte[] head() throws IOException {
        try (InputStream in = uncompressed(begun == null ? raw() : new ByteArrayInputStream(begun))) {
            byte[] head = in.readNBytes(LogDetection.BYTES);
            int zeros = 0;
            for (int i = 0; i < Math.min(head.length, BINARY_SAMPLE); i++) {
                zeros += head[i] == 0 ? 1 : 0;
            }
            if (zeros > 16 + Math.min(head.length, BINARY_SAMPLE) / 100) {
                throw new IOException(path + " is not a text file; name a log.");
            }
            return head;
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
    }

    private InputStream raw() throws IOException {
        if (begun != null && rest != null) {
            return new SequenceInputStream(new ByteArrayInputStream(begun), rest);
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist any more.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read by this user.", e);
        }
    }

    /** Closes the file if it cannot be begun. */
    private static InputStream uncompressed(InputStream file) throws IOException {
        try {
            BufferedInputStream in = new BufferedInputStream(file, GZIP_BUFFER);
            return begin(in) == GZIP ? utf8(new BufferedInputStream(new GZIPInputStream(in, GZIP_BUFFER))) : utf8(in);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** UTF-16 with its mark, as PowerShell writes it, as UTF-8. */
    private static InputStream utf8(BufferedInputStream in) throws IOException {
        int mark = begin(in);
        if (mark != UTF16_LITTLE && mark != UTF16_BIG) {
            return in;
        }
        return new CharSource() {
            @Override
            public java.io.Reader openStream() {
                return new InputStreamReader(in, StandardCharsets.UTF_16);
            }
        }.asByteSource(StandardCharsets.UTF_8).openStream();
    }

    /** The first two bytes; nothing of them is consumed. */
    private static int begin(BufferedInputStream in) throws IOException {
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        return first << 8 | second;
    }

    /**
     * Reads all of it.
     *
     * @param zone of times that have none
     * @param now the clock, for times without a year
     * @throws IOException if it cannot be read to its end
     */
    public void read(LogFormat format, ZoneId zone, InstantSource now, Reader reader) throws IOException {
        Instant modified = rest == null ? Files.getLastModifiedTime(path).toInstant() : now.instant();
        LogReader lines = new LogReader(format, zone, years(zone, modified, now), () -> modified);
        CountingInputStream counted = new CountingInputStream(raw());
        try (counted;
                InputStream in = uncompressed(counted)) {
            new LogPass(in, counted, lines, reader).run();
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
    }

    private Years years(ZoneId zone, Instant modified, InstantSource now) throws IOException {
        if (rest != null) {
            return Years.live(zone, now);
        }
        try (InputStream in = uncompressed(raw())) {
            return DateScan.of(in).years(zone, modified, now);
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
    }
}
