package org.snowtrack.app.results;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import picocli.CommandLine.Help.Ansi;

/**
 * The analyst's table: a header for each range with its evidence, and under it one line for each address with the
 * number of reporters and the name. At most {@value #WIDTH} columns; longer lists go on in the next line.
 *
 * <p>Names come from PTR zones, which is enemy ground: {@code HostNames} let only letters, digits, hyphens, underscores
 * and dots through, so nothing here can carry a terminal's control sequence.
 */
public final class RangeTable {

    static final int WIDTH = 100;

    private static final int LABEL = 11;
    private static final int CODE = 27;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PrintWriter out;
    private final Ansi ansi;

    public RangeTable(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** Prints all ranges and a line that sums them up. */
    public void print(List<FlaggedRange> ranges) {
        ranges.forEach(this::print);
        out.println(summary(ranges));
        out.flush();
    }

    private void print(FlaggedRange range) {
        String name = range.getFirstIp() + " - " + range.getLastIp();
        String colour = range.getVerdict() == Verdict.FLAGGED ? "bold,red" : "bold,yellow";
        String verdict = "%s %s, score %d".formatted(range.getVerdict(), range.getScope(), range.getScore());
        int space = Math.max(2, WIDTH - name.length() - verdict.length());
        out.println(paint("bold", name) + " ".repeat(space) + paint(colour, verdict));
        line("Network", network(range.getNetwork()));
        list("CIDRs", range.getCidrs());
        list("Domains", range.getDomains());
        line(
                "Seen",
                DAY.format(range.getFirstSeen()) + " to " + DAY.format(range.getLastSeen())
                        + flagged(range.getFlaggedAt()));
        String label = "Evidence";
        for (Evidence evidence : range.getEvidence()) {
            List<String> value = wrap(List.of(evidence.getValue().split(" ", -1)), " ", WIDTH - 2 - LABEL - CODE);
            line(label, pad(evidence.getCode().toString(), CODE) + value.get(0));
            value.stream().skip(1).forEach(more -> line("", " ".repeat(CODE) + more));
            label = "";
        }
        int width = Math.max(
                15,
                range.getMembers().stream()
                        .mapToInt(member -> member.getIp().length())
                        .max()
                        .orElse(0));
        out.println();
        for (RangeMember member : range.getMembers()) {
            String count = "x" + member.getReporters();
            out.println("  " + pad(member.getIp(), width) + " ".repeat(Math.max(1, 7 - count.length())) + count + "  "
                    + clip(member.getPtr() == null ? "-" : member.getPtr(), WIDTH - width - 11)
                    + (member.getPredicted() ? " (predicted)" : ""));
        }
        out.println();
    }

    private static String summary(List<FlaggedRange> ranges) {
        long flagged = ranges.stream()
                .filter(range -> range.getVerdict() == Verdict.FLAGGED)
                .count();
        long addresses =
                ranges.stream().mapToLong(range -> range.getMembers().size()).sum();
        String networks = ranges.stream()
                .map(FlaggedRange::getNetwork)
                .map(RangeTable::network)
                .distinct()
                .collect(Collectors.joining("; "));
        return "%d ranges flagged, %d watched; %d addresses; on %s"
                .formatted(flagged, ranges.size() - flagged, addresses, networks.isEmpty() ? "no network" : networks);
    }

    private static String network(@Nullable OriginNetwork network) {
        if (network == null) {
            return "unknown";
        }
        return "AS" + network.getAsn()
                + (network.getName().isEmpty() ? "" : " " + network.getName().replaceAll("\\p{Cntrl}", "?"))
                + (network.getCountry().isEmpty() ? "" : " (" + network.getCountry() + ")");
    }

    private static String flagged(@Nullable Instant flaggedAt) {
        return flaggedAt == null ? "" : ", flagged " + MINUTE.format(flaggedAt) + " UTC";
    }

    private void list(String label, List<String> values) {
        String first = label;
        for (String text : wrap(values, ", ", WIDTH - 2 - LABEL)) {
            line(first, text);
            first = "";
        }
    }

    private void line(String label, String text) {
        out.println("  " + paint("faint", pad(label, LABEL)) + text);
    }

    private static List<String> wrap(List<String> words, String separator, int width) {
        List<String> lines = new java.util.ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (line.length() > 0 && line.length() + separator.length() + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            } else if (line.length() > 0) {
                line.append(separator);
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String clip(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 3)) + "...";
    }

    private String paint(String style, String text) {
        return ansi.enabled() ? Ansi.ON.string("@|" + style + " " + text.replace("|@", "| @") + "|@") : text;
    }
}
