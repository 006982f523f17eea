package org.snowtrack.app.evaluation;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/** Who really sends from where, from a case's {@code truth.tsv}. Immutable; safe for any thread. */
final class Truth {

    static final String FILE = "truth.tsv";

    private static final String GUILTY = "snowshoe";
    private static final int COLUMNS = 4;
    private static final Pattern NUMBER = Pattern.compile("-[0-9]+$");

    /**
     * A range of one owner.
     *
     * @param label {@code snowshoe}, or what kind of innocent it is
     * @param campaign the owner's name; may be empty where it is innocent
     * @param line in the file, from 1
     */
    record Plot(IpRange range, String label, String campaign, int line) {

        boolean isCampaign() {
            return label.equals(GUILTY);
        }

        /** What it is counted under: of a campaign its name without the number behind it, else the label. */
        String kind() {
            return isCampaign() ? NUMBER.matcher(campaign).replaceFirst("") : label;
        }
    }

    private final NavigableMap<IpAddress, Plot> plots;

    private Truth(NavigableMap<IpAddress, Plot> plots) {
        this.plots = plots;
    }

    /**
     * Reads the truth of a case. Empty lines, lines that begin with {@code #}, and a first line of column names are
     * skipped.
     *
     * @throws StartupException with a sentence, where there is none or it cannot be true
     */
    static Truth read(Path caseDirectory) {
        Path file = caseDirectory.resolve(FILE);
        try {
            return of(Files.readAllLines(file, StandardCharsets.UTF_8), file);
        } catch (NoSuchFileException e) {
            throw new StartupException(
                    "The case in %s has no %s, so that nothing can be compared; write one line a range: first_ip, last_ip, label, campaign, with tabs between them."
                            .formatted(caseDirectory, FILE),
                    e);
        } catch (MalformedInputException e) {
            throw new StartupException(file + " is not a text file in UTF-8.", e);
        } catch (IOException e) {
            throw new StartupException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static Truth of(List<String> lines, Path file) {
        NavigableMap<IpAddress, Plot> plots = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#") || (i == 0 && line.startsWith("first_ip"))) {
                continue;
            }
            Plot plot = plot(line, i + 1, file);
            Map.Entry<IpAddress, Plot> below = plots.floorEntry(plot.range().last());
            if (below != null && below.getValue().range().overlaps(plot.range())) {
                throw contradiction(file, below.getValue(), plot);
            }
            plots.put(plot.range().first(), plot);
        }
        if (plots.isEmpty()) {
            throw new StartupException(file + " holds no range, so that nothing can be compared.");
        }
        return new Truth(plots);
    }

    private static Plot plot(String line, int number, Path file) {
        String[] columns = line.split("\t", -1);
        if (columns.length < COLUMNS - 1 || columns.length > COLUMNS || columns[2].isBlank()) {
            throw new StartupException(
                    "%s:%d: a line is first_ip, last_ip, label and campaign with tabs between them, not '%s'."
                            .formatted(file, number, line));
        }
        String campaign = columns.length == COLUMNS ? columns[3].strip() : "";
        if (columns[2].strip().equals(GUILTY) && campaign.isEmpty()) {
            throw new StartupException("%s:%d: a snowshoe range needs a campaign's name.".formatted(file, number));
        }
        try {
            IpRange range = new IpRange(IpAddress.parse(columns[0].strip()), IpAddress.parse(columns[1].strip()));
            return new Plot(range, columns[2].strip(), campaign, number);
        } catch (IllegalArgumentException e) {
            throw new StartupException("%s:%d: %s.".formatted(file, number, e.getMessage()), e);
        }
    }

    private static StartupException contradiction(Path file, Plot one, Plot other) {
        Plot first = one.line() < other.line() ? one : other;
        Plot second = one.line() < other.line() ? other : one;
        return new StartupException("%s contradicts itself: line %d says %s of %s, line %d says %s of %s."
                .formatted(
                        file,
                        first.line(),
                        first.label(),
                        first.range(),
                        second.line(),
                        second.label(),
                        second.range()));
    }

    /** Whose address it is; empty where the truth does not say. */
    Optional<Plot> of(IpAddress address) {
        return Optional.ofNullable(plots.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(plot -> plot.range().contains(address));
    }

    /** All ranges, by first address. */
    List<Plot> plots() {
        return List.copyOf(plots.values());
    }
}
