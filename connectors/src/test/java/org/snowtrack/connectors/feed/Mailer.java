package org.snowtrack.connectors.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.postfix.PostfixLog;

/** A server that writes its log byte by byte into one directory, and a logrotate that numbers its files. */
final class Mailer {

    static final LogFormat POSTFIX = new PostfixLog();
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

    private final Path directory;
    private final Random random;
    private Instant time = Instant.parse("2026-11-20T11:50:00Z");
    private String unwritten = "";
    private int lines;
    private int refusals;
    private int rotated;
    private boolean isRenamed;

    Mailer(Path directory, Random random) {
        this.directory = directory;
        this.random = random;
    }

    Path log() {
        return directory.resolve("mail.log");
    }

    int refusals() {
        return refusals;
    }

    /** All files, the oldest first. */
    Path[] files() {
        Path[] files = new Path[rotated + 1];
        for (int i = 0; i < rotated; i++) {
            files[i] = directory.resolve("mail.log." + (rotated - i));
        }
        files[rotated] = log();
        return files;
    }

    void writeLine() throws IOException {
        write(unwritten.isEmpty() ? line() : "");
    }

    /** Writes a few lines and perhaps the beginning of one. */
    void writeBytes(int bytes) throws IOException {
        StringBuilder text = new StringBuilder(unwritten);
        while (text.length() < bytes) {
            text.append(line());
        }
        unwritten = "";
        write(text.substring(0, bytes));
        unwritten = text.substring(bytes);
    }

    private void write(String text) throws IOException {
        String all = unwritten + text;
        unwritten = "";
        if (isRenamed && !all.isEmpty()) {
            int end = all.indexOf('\n') + 1;
            boolean isWhole = Files.size(log1()) == 0 || endsInLine(log1());
            if (!isWhole) {
                append(log1(), all.substring(0, end == 0 ? all.length() : end));
                all = end == 0 ? "" : all.substring(end);
            }
            isRenamed = all.isEmpty();
        }
        if (!all.isEmpty()) {
            append(log(), all);
        }
    }

    /** Renames the log; the line that was begun is finished in the old file. */
    void rotate() throws IOException {
        if (isRenamed || !Files.exists(log()) || !Files.readString(log()).contains("\n")) {
            return;
        }
        shift();
        Files.move(log(), log1());
        rotated++;
        isRenamed = true;
    }

    /** Copies the log and empties it, as logrotate's copytruncate does. */
    void copyAndTruncate() throws IOException {
        if (isRenamed || !Files.exists(log()) || Files.size(log()) == 0 || !endsInLine(log())) {
            return;
        }
        shift();
        Files.copy(log(), log1());
        Files.writeString(log(), "");
        rotated++;
    }

    private void shift() throws IOException {
        for (int i = rotated; i > 0; i--) {
            Files.move(directory.resolve("mail.log." + i), directory.resolve("mail.log." + (i + 1)));
        }
    }

    /** Whoever still holds the renamed file writes a line into it. */
    void writeLate() throws IOException {
        if (isRenamed) {
            append(log1(), unwritten + line());
            unwritten = "";
        }
    }

    private Path log1() {
        return directory.resolve("mail.log.1");
    }

    private static boolean endsInLine(Path path) throws IOException {
        return Files.readString(path).endsWith("\n");
    }

    private static void append(Path path, String text) throws IOException {
        Files.writeString(path, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String line() {
        time = time.plusSeconds(random.nextInt(50) == 0 ? random.nextInt(4_000) : random.nextInt(12));
        lines++;
        String client = "unknown[192.0.2." + random.nextInt(4) + "]";
        String message =
                switch (random.nextInt(5)) {
                    case 0, 1 ->
                        refusal("550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown", client);
                    case 2 -> refusal("554 5.7.1 <bob@example.org>: Relay access denied", client);
                    case 3 -> "disconnect from " + client + " ehlo=1 rcpt=1/" + (1 + random.nextInt(9)) + " commands=9";
                    default -> "connect from " + client;
                };
        return time + " mx1 postfix/smtpd[" + lines + "]: " + message + (random.nextInt(9) == 0 ? "\r\n" : "\n");
    }

    private String refusal(String reply, String client) {
        refusals++;
        return "NOQUEUE: reject: RCPT from " + client + ": " + reply + "; from=<a@h" + lines
                + ".example> to=<bob@example.org> proto=ESMTP helo=<h" + lines + ".example>";
    }
}
