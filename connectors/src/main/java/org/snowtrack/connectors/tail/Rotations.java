package org.snowtrack.connectors.tail;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What rotation has made of a log: the files beside it that have its name and a number or a date behind it or before its
 * extension ({@code mail.log.1}, {@code mail.log-20261125}, {@code mail-20261125.log}), or {@code .old}; and then perhaps
 * what a compressor puts behind it ({@code mail.log.2.gz}). A compressor removes the original when it is done: as long
 * as both are there, the compressed one is not. Where all have numbers the highest is the oldest; where all have dates
 * of one length, their order is that of the text; else the order is that in which they were last written to.
 */
final class Rotations {

    /**
     * A file beside the log.
     *
     * @param modified milliseconds since the epoch
     * @param mark the number or date in its name; empty if the name is not that of a rotated file
     */
    record Sibling(Path path, String key, long modified, String mark) {

        /** Whether it is compressed in a way that cannot be read. */
        boolean isForeign() {
            return isCompressed(path) && !isGzip(path);
        }
    }

    private static final String GZIP = ".gz";
    private static final String COMPRESSORS = "(?:gz|xz|bz2|zst|lzma|lz4|Z)";
    private static final Pattern COMPRESSED = Pattern.compile("(.+)\\." + COMPRESSORS);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");
    private static final Pattern MARK = Pattern.compile("[0-9][0-9TZ:._+-]*|old");
    private static final String SEPARATORS = "._-";

    private Rotations() {}

    /** Those that rotation has named. */
    static List<Sibling> rotated(Path log) throws IOException {
        Pattern name = pattern(name(log));
        return siblings(log, path -> name.matcher(name(path)).matches());
    }

    /** Whether a file has the log's name, or one that rotation gives it. */
    static Predicate<Path> names(Path log) {
        Pattern name = pattern(name(log));
        return path -> path.getFileName().equals(log.getFileName())
                || name.matcher(name(path)).matches();
    }

    /** All regular files in the log's directory but the one that has its name now, and unfinished ones. */
    static List<Sibling> siblings(Path log) throws IOException {
        return siblings(log, path -> true);
    }

    /** Directories of logs are large: a file whose name does not matter is not even looked at. */
    private static List<Sibling> siblings(Path log, Predicate<Path> matters) throws IOException {
        Path directory = log.toAbsolutePath().getParent();
        List<Sibling> siblings = new ArrayList<>();
        if (directory == null || !Files.isDirectory(directory)) {
            return siblings;
        }
        String current = key(log);
        Pattern name = pattern(name(log));
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                BasicFileAttributes attributes = matters.test(path) ? attributes(path) : null;
                if (attributes == null || !attributes.isRegularFile() || isSame(path, log, attributes, current)) {
                    continue;
                }
                Matcher match = name.matcher(name(path));
                siblings.add(new Sibling(
                        path,
                        key(attributes),
                        attributes.lastModifiedTime().toMillis(),
                        match.matches() ? mark(match) : ""));
            }
        }
        return withoutUnfinished(siblings);
    }

    private static List<Sibling> withoutUnfinished(List<Sibling> siblings) {
        Set<Path> paths = siblings.stream().map(Sibling::path).collect(toSet());
        siblings.removeIf(sibling -> {
            Matcher compressed = COMPRESSED.matcher(name(sibling.path()));
            return compressed.matches() && paths.contains(sibling.path().resolveSibling(compressed.group(1)));
        });
        return siblings;
    }

    private static boolean isSame(Path path, Path log, BasicFileAttributes attributes, @Nullable String current) {
        return path.getFileName().equals(log.getFileName())
                || (!key(attributes).isEmpty() && key(attributes).equals(current));
    }

    /** Those of them that rotation has named, the oldest first. */
    static List<Sibling> oldestFirst(List<Sibling> siblings) {
        List<Sibling> rotated = new ArrayList<>(siblings);
        rotated.removeIf(sibling -> sibling.mark().isEmpty());
        Comparator<Sibling> order;
        if (rotated.stream().allMatch(sibling -> NUMBER.matcher(sibling.mark()).matches())) {
            order = Comparator.<Sibling>comparingInt(sibling -> Integer.parseInt(sibling.mark()))
                    .reversed();
        } else if (rotated.stream()
                        .map(sibling -> sibling.mark().length())
                        .distinct()
                        .count()
                == 1) {
            order = Comparator.comparing(Sibling::mark);
        } else {
            order = Comparator.comparingLong(Sibling::modified).thenComparing(Sibling::mark);
        }
        rotated.sort(order);
        return rotated;
    }

    static boolean isGzip(Path path) {
        return name(path).endsWith(GZIP);
    }

    static boolean isCompressed(Path path) {
        return COMPRESSED.matcher(name(path)).matches();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /**
     * The names of the logs of which rotation may have made this one.
     *
     * @param name not that of a compressed file
     */
    static List<String> bases(String name) {
        List<String> bases = new ArrayList<>();
        int dot = name.lastIndexOf('.');
        for (int i = 1; i < name.length() - 1; i++) {
            if (SEPARATORS.indexOf(name.charAt(i)) < 0) {
                continue;
            }
            if (MARK.matcher(name.substring(i + 1)).matches()) {
                bases.add(name.substring(0, i));
            }
            if (dot > i && MARK.matcher(name.substring(i + 1, dot)).matches()) {
                bases.add(name.substring(0, i) + name.substring(dot));
            }
        }
        return bases;
    }

    private static Pattern pattern(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String extension = dot > 0 ? name.substring(dot) : "";
        String mark = "[" + SEPARATORS + "](" + MARK + ")";
        return Pattern.compile("(?:" + Pattern.quote(name) + mark + "|" + Pattern.quote(stem) + mark
                + Pattern.quote(extension) + ")(?:\\." + COMPRESSORS + ")?");
    }

    private static String mark(Matcher match) {
        String behind = match.group(1);
        return behind == null ? match.group(2) : behind;
    }

    /** The key of the file that has this name now; null if there is none. */
    static @Nullable String key(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        return attributes == null ? null : key(attributes);
    }

    static String key(BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return key == null ? "" : key.toString();
    }

    static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
