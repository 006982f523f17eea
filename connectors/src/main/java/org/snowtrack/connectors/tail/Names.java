package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which file has which of the names that a log and its rotated files have. A rotation renames one file after the other while we look; what was
 * concluded from the directory is only worth something if the names are the same before and afterwards.
 *
 * @param keys by name
 */
record Names(Map<String, String> keys) {

    static Names of(Path log) throws IOException {
        Map<String, String> keys = new TreeMap<>();
        Path directory = log.toAbsolutePath().getParent();
        if (directory != null && Files.isDirectory(directory)) {
            Predicate<Path> names = Rotations.names(log);
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, names::test)) {
                for (Path path : paths) {
                    keys.put(String.valueOf(path.getFileName()), String.valueOf(Rotations.key(path)));
                }
            }
        }
        return new Names(keys);
    }
}
