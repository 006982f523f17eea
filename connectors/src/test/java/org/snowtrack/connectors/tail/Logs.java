package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A directory in which logs are written and rotated. */
final class Logs {

    private final Path directory;

    Logs(Path directory) {
        this.directory = directory;
    }

    void append(String name, String text) throws IOException {
        Files.writeString(
                directory.resolve(name),
                text,
                StandardCharsets.ISO_8859_1,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to));
    }

    void rotate() throws IOException {
        for (int i = 8; i > 0; i--) {
            if (Files.exists(directory.resolve("mail.log." + i))) {
                rename("mail.log." + i, "mail.log." + (i + 1));
            }
        }
        rename("mail.log", "mail.log.1");
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
