package org.snowtrack.app.evaluation;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.TabbedFile;
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
     * Reads the truth of a case.
     *
     * @throws StartupException with a sentence, where there is none or it cannot be true
     */
    static Truth read(Path caseDirectory) {
        Path file = caseDirectory.resolve(FILE);
        try {
            return of(TabbedFile.read(file, "first_ip"), file);
        } catch (NoSuchFileException e) {
            throw new StartupException(
                    "The case in %s has no %s, so that nothing can be compared; write one line a range: first_ip, last_ip, label, campaign, with tabs between them."
                            .formatted(caseDirectory, FILE),
                    e);
        }
    }

    private static Truth of(List<TabbedFile.Row> rows, Path file) {
        NavigableMap<IpAddress, Plot> plots = new TreeMap<>();
        for (TabbedFile.Row row : rows) {
            Plot plot = plot(row, file);
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

    private static Plot plot(TabbedFile.Row row, Path file) {
        String label = row.column(2);
        String campaign = row.column(3);
        if (row.columns().size() > COLUMNS || label.isEmpty()) {
            throw new StartupException(
                    "%s:%d: a line is first_ip, last_ip, label and campaign with tabs between them, not '%s'."
                            .formatted(file, row.number(), row.line()));
        }
        if (label.equals(GUILTY) && campaign.isEmpty()) {
            throw new StartupException(
                    "%s:%d: a snowshoe range needs a campaign's name.".formatted(file, row.number()));
        }
        try {
            IpRange range = new IpRange(IpAddress.parse(row.column(0)), IpAddress.parse(row.column(1)));
            return new Plot(range, label, campaign, row.number());
        } catch (IllegalArgumentException e) {
            throw new StartupException("%s:%d: %s.".formatted(file, row.number(), e.getMessage()), e);
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
