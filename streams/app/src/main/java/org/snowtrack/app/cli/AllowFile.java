package org.snowtrack.app.cli;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.TabbedFile;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.topologies.intake.AllowanceSubject;

/**
 * A file of allowances, one a line: what is allowed, why, and the last UTC day on which it holds, with tabs between them.
 * Without a day it holds for ever.
 */
final class AllowFile {

    private static final int COLUMNS = 3;

    private record Line(int number, Allowance allowance) {}

    private AllowFile() {}

    /**
     * Reads all of a file.
     *
     * @param now when its allowances are made
     * @throws StartupException with a sentence that names the line, where one cannot be read or contradicts another
     */
    static List<Allowance> read(Path file, Instant now) {
        try {
            return allowances(TabbedFile.read(file, "subject"), file, now);
        } catch (NoSuchFileException e) {
            throw new StartupException("There is no file " + file + ".", e);
        }
    }

    private static List<Allowance> allowances(Collection<TabbedFile.Row> rows, Path file, Instant now) {
        Map<String, Line> lines = new TreeMap<>();
        for (TabbedFile.Row row : rows) {
            Line line = new Line(row.number(), allowance(row, file, now));
            Line before = lines.putIfAbsent(line.allowance().getSubject(), line);
            if (before != null && !before.allowance().equals(line.allowance())) {
                throw new StartupException("%s contradicts itself: line %d allows %s, line %d %s."
                        .formatted(
                                file,
                                before.number(),
                                line.allowance().getSubject() + " " + inWords(before.allowance()),
                                line.number(),
                                inWords(line.allowance())));
            }
        }
        if (lines.isEmpty()) {
            throw new StartupException(file + " allows nothing; nothing was changed.");
        }
        return lines.values().stream().map(Line::allowance).toList();
    }

    private static Allowance allowance(TabbedFile.Row row, Path file, Instant now) {
        if (row.columns().size() > COLUMNS || row.column(1).isEmpty()) {
            throw new StartupException(
                    "%s:%d: a line is what is allowed, why, and until which day, with tabs between them, not '%s'."
                            .formatted(file, row.number(), row.line()));
        }
        try {
            LocalDate until = row.column(2).isEmpty() ? null : LocalDate.parse(row.column(2));
            if (until != null && until.isBefore(LocalDate.ofInstant(now, ZoneOffset.UTC))) {
                throw new StartupException("%s:%d: the day %s is over.".formatted(file, row.number(), until));
            }
            return new Allowance(
                    AllowanceSubject.canonical(row.column(0)),
                    row.column(1),
                    until,
                    now.truncatedTo(ChronoUnit.MILLIS));
        } catch (IllegalArgumentException e) {
            throw new StartupException("%s:%d: %s.".formatted(file, row.number(), e.getMessage()), e);
        } catch (DateTimeParseException e) {
            throw new StartupException(
                    "%s:%d: '%s' is no day; write it like 2026-12-31, or leave it out."
                            .formatted(file, row.number(), row.column(2)),
                    e);
        }
    }

    private static String inWords(Allowance allowance) {
        String until = allowance.getUntil() == null ? "for ever" : "until " + allowance.getUntil();
        return until + " (" + allowance.getReason() + ")";
    }
}
