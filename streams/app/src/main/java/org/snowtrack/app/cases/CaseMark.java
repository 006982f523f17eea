package org.snowtrack.app.cases;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.StartupException;

/**
 * Ties a data directory to the case, and the settings, that are replayed in it: what an earlier run left there may only
 * be gone on with if both are the same. Other files may come and go in the case directory: the data directory itself or
 * the result may lie there.
 */
public final class CaseMark {

    private static final String FILE = "replayed-case";

    /** Everything in a case directory that an answer may depend on. */
    private static final List<String> INPUTS = List.of(
            "addresses.tsv",
            "case.properties",
            "dns-history.tsv",
            "dns.zone",
            "networks.tsv",
            "rdap",
            "rejections.jsonl",
            "rejections.jsonl.gz");

    private CaseMark() {}

    /**
     * Marks a fresh directory, or checks the mark of a used one.
     *
     * @throws StartupException if the directory belongs to something else
     */
    public static void claim(DataDirectory directory, Path caseDirectory, Map<String, ?> settings) {
        Path mark = directory.path().resolve(FILE);
        String digest = digest(caseDirectory, settings);
        try {
            if (!Files.exists(mark)) {
                // Moved into place, so that a crash never leaves an empty one.
                Path draft = Files.writeString(directory.path().resolve(FILE + ".draft"), digest);
                Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE);
            } else if (!Files.readString(mark).equals(digest)) {
                throw new StartupException(
                        ("The data directory %s holds the replay of another case, or of this one with other settings"
                                        + " or files; choose another directory with --data-dir, or remove it.")
                                .formatted(directory.path()));
            }
        } catch (IOException e) {
            throw new StartupException("The file " + mark + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private static String digest(Path caseDirectory, Map<String, ?> settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : inputs(caseDirectory)) {
                digest.update(caseDirectory.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
                    bytes.transferTo(OutputStream.nullOutputStream());
                }
            }
            digest.update(new TreeMap<>(settings).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static List<Path> inputs(Path caseDirectory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String input : INPUTS) {
            if (Files.exists(caseDirectory.resolve(input))) {
                try (Stream<Path> walk = Files.walk(caseDirectory.resolve(input), FileVisitOption.FOLLOW_LINKS)) {
                    walk.filter(Files::isRegularFile).sorted().forEach(files::add);
                }
            }
        }
        return files;
    }
}
