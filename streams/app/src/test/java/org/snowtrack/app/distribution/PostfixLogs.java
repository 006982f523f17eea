package org.snowtrack.app.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Logs as Postfix writes them, one for each reporter, which grow and are rotated. */
final class PostfixLogs {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Map<String, List<String>> unwritten = new TreeMap<>();

    PostfixLogs(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** A recipient that does not exist, refused. */
    static String refusal(Instant at, String name, String ip, int number) {
        return "%s mx1 postfix/smtpd[%d]: NOQUEUE: reject: RCPT from %s[%s]: 550 5.1.1 <u%d@isp.example>: Recipient address "
                        .formatted(TIME.format(at), 1000 + number, name, ip, number)
                + "rejected: User unknown in local recipient table; from=<n@%s> to=<u%d@isp.example> proto=ESMTP helo=<%s>"
                        .formatted(name, number, name);
    }

    /** The end of a session in which recipients were offered. */
    static String disconnect(Instant at, String name, String ip, int accepted, int offered) {
        return "%s mx1 postfix/smtpd[77]: disconnect from %s[%s] ehlo=1 mail=1 rcpt=%d/%d data=1 quit=1 commands=5/6"
                .formatted(TIME.format(at), name, ip, accepted, offered);
    }

    void add(String reporter, String line) {
        unwritten.computeIfAbsent(reporter, first -> new ArrayList<>()).add(line);
    }

    /** A line's time stands at its start. */
    PostfixLogs sorted() {
        unwritten.values().forEach(Collections::sort);
        return this;
    }

    Path file(String reporter) {
        return directory.resolve(reporter + ".log");
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        unwritten.keySet().forEach(reporter -> {
            arguments.addAll(List.of("--log", file(reporter).toString()));
            arguments.addAll(List.of("--reporter", reporter));
        });
        return arguments;
    }

    void writeAll() throws IOException {
        for (String reporter : unwritten.keySet()) {
            write(reporter, Integer.MAX_VALUE);
        }
    }

    /** The first line of each. */
    void begin() throws IOException {
        for (String reporter : unwritten.keySet()) {
            write(reporter, 1);
        }
    }

    /** Some of the lines of some of the logs, sometimes into a new file. */
    void writeSome(Random random) throws IOException {
        for (String reporter : unwritten.keySet()) {
            if (random.nextInt(3) == 0) {
                write(reporter, random.nextInt(12));
            }
            if (random.nextInt(100) == 0) {
                rotate(reporter);
            }
        }
    }

    private void write(String reporter, int lines) throws IOException {
        List<String> left = unwritten.getOrDefault(reporter, List.of());
        List<String> now = left.subList(0, Math.min(lines, left.size()));
        Files.writeString(
                file(reporter),
                String.join("", now.stream().map(line -> line + "\n").toList()),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        now.clear();
    }

    private void rotate(String reporter) throws IOException {
        Map<Path, Path> moves = new LinkedHashMap<>();
        int last = 1;
        while (Files.exists(file(reporter).resolveSibling(reporter + ".log." + last))) {
            last++;
        }
        for (int i = last; i > 1; i--) {
            moves.put(
                    file(reporter).resolveSibling(reporter + ".log." + (i - 1)),
                    file(reporter).resolveSibling(reporter + ".log." + i));
        }
        moves.put(file(reporter), file(reporter).resolveSibling(reporter + ".log.1"));
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            Files.move(move.getKey(), move.getValue());
        }
        Files.createFile(file(reporter));
    }
}
