package org.snowtrack.connectors.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.postfix.PostfixLog;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;

/**
 * A process that follows a log until it is killed, and goes on where the one before it was. What it publishes, and then
 * its position, it appends to files of its directory; a line without an end was not written.
 */
final class Follower {

    /** Small, so that there is much to be interrupted. */
    private static final int CHUNK = 700;

    private static final long PAUSE_NANOS = 2_000_000;

    private final Path directory;

    Follower(Path directory) {
        this.directory = directory;
    }

    /**
     * Follows for ever.
     *
     * @param args directory, log, and the id of its format
     */
    public static void main(String[] args) throws IOException {
        LogFormat format = args[2].equals("toy") ? new SessionLog() : new PostfixLog();
        new Follower(Path.of(args[0])).follow(Path.of(args[1]), format);
    }

    /** Notes where the log begins: without any position, what is rotated before the first look is not sought. */
    void begin(Path log, LogFormat format) throws IOException {
        try (FileChannel positions = append("positions");
                LogFeed feed = feed(log, format, new ArrayList<>())) {
            write(positions, Objects.requireNonNull(feed.poll().position()).toText());
        }
    }

    private void follow(Path log, LogFormat format) throws IOException {
        List<String> notices = new ArrayList<>();
        try (FileChannel records = append("records");
                FileChannel positions = append("positions");
                FileChannel told = append("notices");
                LogFeed feed = feed(log, format, notices)) {
            while (true) {
                Batch batch = feed.poll();
                for (MailRejection record : batch.rejections()) {
                    write(records, RejectionJson.write(record));
                }
                if (batch.position() != null) {
                    write(positions, batch.position().toText());
                }
                for (String notice : notices) {
                    write(told, notice);
                }
                notices.clear();
                if (batch.isIdle()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** A feed that goes on where the last process was. */
    LogFeed feed(Path log, LogFormat format, List<String> notices) throws IOException {
        return Known.feed(log, format, position(), notices, CHUNK);
    }

    private @Nullable Position position() throws IOException {
        List<String> positions = lines("positions");
        return positions.isEmpty() ? null : Position.parse(positions.get(positions.size() - 1));
    }

    List<MailRejection> records() throws IOException {
        return lines("records").stream().map(RejectionJson::parse).toList();
    }

    List<String> notices() throws IOException {
        return lines("notices");
    }

    /** How much has been done, in bytes. */
    long progress() throws IOException {
        Path positions = directory.resolve("positions");
        return Files.exists(positions) ? Files.size(positions) : 0;
    }

    private List<String> lines(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file, UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** Cuts off what a killed process has left of a line; all else stays, whenever this one is killed. */
    private FileChannel append(String name) throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long whole = lines(name).stream()
                .mapToLong(line -> line.getBytes(UTF_8).length + 1)
                .sum();
        file.truncate(whole).position(whole);
        return file;
    }

    private static void write(FileChannel file, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }
}
