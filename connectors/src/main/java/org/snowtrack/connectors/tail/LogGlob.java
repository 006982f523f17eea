package org.snowtrack.connectors.tail;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The logs that a pattern such as {@code /var/log/mail/*.log} names, now and later. {@code *}, {@code ?}, {@code [a-z]}
 * and {@code {a,b}} match within one name, as {@link java.nio.file.FileSystem#getPathMatcher} has it; a name
 * {@code **} stands for any directories, or none, but for no links to any; a path without all these is itself, whether
 * it exists or not.
 *
 * <p>What rotation has made of a log is no log of its own, though the pattern matches it: a compressed file; a name with
 * a number or date whose log ({@code mail.log} for {@code mail-20261125.log}) matches, too, and is there or has been;
 * and any with a number or date behind {@code .log}. So the files of a server that begins a new one every day
 * ({@code RECV20261125-1.log}) are logs each. A link to a log that matches itself is passed over.
 *
 * <p>For one thread at a time.
 */
public final class LogGlob {

    private static final PathMatcher ANY_DEPTH = path -> true;
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

    private final Path directory;
    private final List<PathMatcher> names = new ArrayList<>();
    private final Set<Path> known = new TreeSet<>();

    /**
     * A pattern.
     *
     * @param pattern with {@code /} between its names
     * @throws IllegalArgumentException with a sentence if it is none
     */
    public LogGlob(String pattern) {
        Matcher wildcard = WILDCARD.matcher(pattern);
        int fixed = wildcard.find() ? pattern.lastIndexOf('/', wildcard.start()) + 1 : pattern.length();
        try {
            this.directory = Path.of(pattern.substring(0, fixed));
            for (String name : Splitter.on('/').omitEmptyStrings().split(pattern.substring(fixed))) {
                names.add(name.equals("**") ? ANY_DEPTH : matcher(name));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + pattern + "' is not a path, nor a pattern for paths.", e);
        }
    }

    private static PathMatcher matcher(String name) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
        boolean isForHidden = name.startsWith(".");
        return path -> matcher.matches(path)
                && (isForHidden || !String.valueOf(path.getFileName()).startsWith("."));
    }

    /** Whether a path names more than one file, perhaps. */
    public static boolean hasWildcard(String path) {
        return WILDCARD.matcher(path).find();
    }

    /**
     * Looks again.
     *
     * @return in the order of their names: the logs that exist, and those known from before that are just being rotated.
     *     One that is no longer among them is gone; there may still be lines of it to be read by whoever has it open
     * @throws IOException with a sentence if the directory may not be read; those that a wildcard stands for are passed
     *     over if they may not be
     */
    public List<Path> logs() throws IOException {
        if (names.isEmpty()) {
            return List.of(directory);
        }
        Set<Path> found = new HashSet<>();
        expand(directory, 0, found);
        List<Path> logs = new ArrayList<>();
        for (Path path : found) {
            if (!isRotated(path, found) && !isLinkAmong(path, found)) {
                logs.add(path);
            }
        }
        known.addAll(logs);
        for (Path path : List.copyOf(known)) {
            boolean isLog = found.contains(path)
                    ? !isRotated(path, found)
                    : !Rotations.rotated(path).isEmpty();
            if (!isLog) {
                known.remove(path);
            }
        }
        return List.copyOf(known);
    }

    private void expand(Path parent, int depth, Set<Path> found) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        PathMatcher name = names.get(depth);
        boolean isLast = depth == names.size() - 1;
        boolean isAnyDepth = name == ANY_DEPTH && !isLast;
        if (isAnyDepth) {
            expand(parent, depth + 1, found);
        }
        DirectoryStream.Filter<Path> matches = path -> isAnyDepth
                ? Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                : name.matches(path.getFileName()) && (isLast ? Files.isRegularFile(path) : Files.isDirectory(path));
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(parent, matches)) {
            for (Path path : paths) {
                if (isLast) {
                    found.add(path);
                } else {
                    expand(path, isAnyDepth ? depth : depth + 1, found);
                }
            }
        } catch (AccessDeniedException e) {
            if (parent.equals(directory)) {
                throw new IOException("The directory " + parent + " may not be read by this user.", e);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private boolean isRotated(Path path, Set<Path> found) {
        if (Rotations.isCompressed(path)) {
            return true;
        }
        String name = String.valueOf(path.getFileName());
        for (String base : Rotations.bases(name)) {
            Path log = path.resolveSibling(base);
            boolean isBehindExtension = name.startsWith(base)
                    && base.toLowerCase(Locale.ROOT).endsWith(".log")
                    && names.get(names.size() - 1).matches(log.getFileName());
            if (isBehindExtension || found.contains(log) || known.contains(log)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLinkAmong(Path path, Set<Path> found) throws IOException {
        if (!Files.isSymbolicLink(path)) {
            return false;
        }
        String target = Rotations.key(path);
        for (Path other : found) {
            if (!Files.isSymbolicLink(other) && Objects.equals(Rotations.key(other), target)) {
                return !"".equals(target);
            }
        }
        return false;
    }
}
