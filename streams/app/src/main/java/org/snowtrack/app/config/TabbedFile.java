package org.snowtrack.app.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.snowtrack.app.broker.StartupException;

/**
 * A text file in UTF-8 that somebody wrote by hand: rows of columns with tabs between them. Empty lines, lines that begin
 * with {@code #}, and a first line of column names are skipped.
 */
public final class TabbedFile {

    /**
     * A line.
     *
     * @param number from 1
     * @param columns without blanks around them
     */
    public record Row(int number, String line, List<String> columns) {

        /** A column; empty where the line has fewer. */
        public String column(int index) {
            return index < columns.size() ? columns.get(index) : "";
        }
    }

    private TabbedFile() {}

    /**
     * Reads a file.
     *
     * @param firstColumn the name by which a first line of column names is known
     * @throws NoSuchFileException if there is none
     * @throws StartupException with a sentence, where it cannot be read
     */
    public static List<Row> read(Path file, String firstColumn) throws NoSuchFileException {
        try {
            return rows(Files.readAllLines(file, StandardCharsets.UTF_8), firstColumn);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (MalformedInputException e) {
            throw new StartupException(file + " is not a text file in UTF-8.", e);
        } catch (IOException e) {
            throw new StartupException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static List<Row> rows(List<String> lines, String firstColumn) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#") && (i > 0 || !line.startsWith(firstColumn))) {
                rows.add(new Row(
                        i + 1,
                        line,
                        Stream.of(line.split("\t", -1)).map(String::strip).toList()));
            }
        }
        return rows;
    }
}
