package org.snowtrack.connectors.connect;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snowtrack.connectors.tail.LogTail;

/**
 * The logs that paths and globs stand for. What a glob has found once is followed from then on, because a log may just
 * be missing between two of its files; what rotation has made of a log is no log of its own. For one thread.
 */
final class LogPaths {

    private static final Pattern WILD = Pattern.compile("[*?\\[{]");
    private static final Pattern COMPRESSED = Pattern.compile(".*\\.(gz|bz2|xz|zst|zip|Z)");

    private final List<String> patterns;
    private final Set<Path> known = new TreeSet<>();

    LogPaths(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    static boolean isGlob(String pattern) {
        return WILD.matcher(pattern).find();
    }

    boolean hasGlobs() {
        return patterns.stream().anyMatch(LogPaths::isGlob);
    }

    /** All that are known by now, in their order. */
    List<Path> find() throws IOException {
        Set<Path> found = new TreeSet<>();
        for (String pattern : patterns) {
            if (isGlob(pattern)) {
                addMatches(pattern, found);
            } else {
                known.add(Path.of(pattern).toAbsolutePath().normalize());
            }
        }
        found.stream()
                .filter(path -> Set.of(known, found).stream()
                        .flatMap(Set::stream)
                        .noneMatch(log -> LogTail.isRotated(path, log)))
                .toList()
                .forEach(known::add);
        return List.copyOf(known);
    }

    private static void addMatches(String pattern, Set<Path> found) throws IOException {
        String glob = pattern.startsWith("/") ? pattern : Path.of("").toAbsolutePath() + "/" + pattern;
        String fixed = glob.substring(
                0,
                glob.lastIndexOf(
                                '/',
                                WILD.matcher(glob)
                                        .results()
                                        .findFirst()
                                        .orElseThrow()
                                        .start())
                        + 1);
        Path root = Path.of(fixed);
        if (!Files.isDirectory(root)) {
            return;
        }
        int depth = glob.contains("**")
                ? Integer.MAX_VALUE
                : (int) glob.substring(fixed.length())
                                .chars()
                                .filter(c -> c == '/')
                                .count()
                        + 1;
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && matcher.matches(file)
                        && !COMPRESSED.matcher(file.toString()).matches()) {
                    found.add(file.normalize());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
