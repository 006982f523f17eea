package org.snowtrack.connectors.rejections;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * A published table instead of events, {@code addresses.tsv}: tab-separated lines of address, number of reporters and
 * PTR below the header {@code ip reporters ptr}. Immutable.
 *
 * @param rows the lines that could be read, in the order of the file, each address once
 * @param broken the lines that could not, in the order of the file
 */
public record AddressTable(List<Row> rows, List<BrokenLine> broken) {

    /** More reporters than there are mail operators; a larger number is a mistake, not a measurement. */
    public static final int MOST_REPORTERS = 100_000;

    private static final String HEADER = "ip\treporters\tptr";

    /**
     * An address of the table.
     *
     * @param line its number in the file, from 1
     * @param ip the address
     * @param reporters how many reported it, 1 to {@link #MOST_REPORTERS}
     * @param ptr its name as the table writes it; null where the column is empty
     */
    public record Row(
            int line, IpAddress ip, int reporters, @Nullable String ptr) {}

    public AddressTable {
        rows = List.copyOf(rows);
        broken = List.copyOf(broken);
    }

    /**
     * Reads a table. A line with an impossible address, a bad number of reporters, other than three columns or an
     * address that an earlier line has is broken; blank lines are skipped.
     *
     * @throws IOException if there is no such file or it cannot be read
     */
    public static AddressTable read(Path path) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<BrokenLine> broken = new ArrayList<>();
        Map<IpAddress, Integer> lineOf = new HashMap<>();
        try (LineReader lines = new LineReader(Files.newInputStream(path))) {
            if (!lines.advance() || !HEADER.equals(lines.text())) {
                broken.add(
                        new BrokenLine(1, "The first line must be the header ip, reporters, ptr, with tabs between."));
            }
            while (lines.advance()) {
                String text = lines.text();
                if (text == null) {
                    broken.add(BrokenLine.tooLong(lines.number()));
                } else if (!text.isBlank()) {
                    try {
                        Row row = row(lines.number(), text);
                        Integer earlier = lineOf.putIfAbsent(row.ip(), row.line());
                        if (earlier != null) {
                            throw new IllegalArgumentException(row.ip() + " already stands in line " + earlier);
                        }
                        rows.add(row);
                    } catch (IllegalArgumentException e) {
                        broken.add(new BrokenLine(lines.number(), e.getMessage() + "."));
                    }
                }
            }
        }
        return new AddressTable(rows, broken);
    }

    private static Row row(int line, String text) {
        String[] columns = text.split("\t", -1);
        if (columns.length != 3) {
            throw new IllegalArgumentException("The line has " + columns.length
                    + " columns where ip, reporters and ptr are expected, with tabs between");
        }
        String reporters = columns[1];
        int count = reporters.matches("[0-9]{1,6}") ? Integer.parseInt(reporters) : 0;
        if (count < 1 || count > MOST_REPORTERS) {
            throw new IllegalArgumentException(
                    "The number of reporters must be from 1 to " + MOST_REPORTERS + ", not '" + reporters + "'");
        }
        return new Row(line, IpAddress.parse(columns[0]), count, columns[2].isEmpty() ? null : columns[2]);
    }

    /**
     * The events that the table may have been counted from. Reporters are nested, {@code isp-001} to {@code isp-N}, so
     * that a row of N shares its reporters with every row of fewer. Each reports once, at noon UTC; reporter i of N on
     * day {@code floor(i * (D - 1) / N)} of the period's D days, counted from 0, so that the last one is on the last day.
     *
     * @param from the period's first day
     * @param to the period's last day
     * @param invalidRecipientsPerEvent at least 1
     * @return lazily, row by row, one event for each reporter of each row
     * @throws IllegalArgumentException if the period ends before it begins or an event has no recipient
     */
    public Stream<MailRejection> expand(LocalDate from, LocalDate to, int invalidRecipientsPerEvent) {
        long lastDay = ChronoUnit.DAYS.between(from, to);
        if (lastDay < 0) {
            throw new IllegalArgumentException("The period cannot begin on " + from + " and end on " + to + ".");
        }
        if (invalidRecipientsPerEvent < 1) {
            throw new IllegalArgumentException(
                    "An event needs at least 1 invalid recipient, not " + invalidRecipientsPerEvent + ".");
        }
        return rows.stream().flatMap(row -> IntStream.rangeClosed(1, row.reporters())
                .mapToObj(reporter -> new MailRejection(
                        row.ip().toString(),
                        reporterName(reporter),
                        noon(from.plusDays(reporter * lastDay / row.reporters())),
                        RejectionReason.INVALID_RECIPIENT,
                        invalidRecipientsPerEvent,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "addresses.tsv:" + row.ip())));
    }

    private static String reporterName(int reporter) {
        String number = Integer.toString(reporter);
        return "isp-" + "0".repeat(Math.max(0, 3 - number.length())) + number;
    }

    private static Instant noon(LocalDate day) {
        return day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
    }
}
