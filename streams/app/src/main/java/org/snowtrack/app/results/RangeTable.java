package org.snowtrack.app.results;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Verdict;
import picocli.CommandLine.Help.Ansi;

/**
 * The analyst's table: of each range what it is, its evidence and what would clear it, and under that one line for each address with the
 * number of reporters and the name. At most {@value #WIDTH} columns; longer lists go on in the next line, and a single
 * word that is longer than a line is cut.
 *
 * <p>Names come from PTR zones, which is enemy ground, and the table may be read from a cluster that others write to:
 * all text passes {@link PlainText}.
 */
public final class RangeTable {

    static final int WIDTH = 100;

    private static final int LABEL = 11;
    private static final int INDENT = 2 + LABEL;
    private static final int CODE = 29;
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
        summary(ranges).forEach(out::println);
        out.flush();
    }

    private void print(FlaggedRange range) {
        String name = range.getFirstIp() + " - " + range.getLastIp();
        String colour = range.getVerdict() == Verdict.FLAGGED ? "bold,red" : "bold,yellow";
        String verdict = "%s %s, score %d".formatted(range.getVerdict(), range.getScope(), range.getScore());
        int space = WIDTH - name.length() - verdict.length();
        // Two long IPv6 addresses leave no room beside them.
        String between = space >= 2 ? " ".repeat(space) : "\n" + " ".repeat(WIDTH - verdict.length());
        out.println(paint("bold", name) + between + paint(colour, verdict));
        text("", "", AnalystNote.what(range));
        line("Network", clip(network(range.getNetwork()), WIDTH - INDENT));
        list("CIDRs", range.getCidrs());
        list("Domains", range.getDomains());
        line(
                "Seen",
                DAY.format(range.getFirstSeen()) + " to " + DAY.format(range.getLastSeen())
                        + flagged(range.getFlaggedAt()));
        String label = "Evidence";
        for (Evidence evidence : range.getEvidence()) {
            List<String> words = List.of(PlainText.of(evidence.getValue()).split(" ", -1));
            List<String> value = wrap(words, " ", WIDTH - INDENT - CODE);
            String code = AnalystNote.sign(evidence.getCode()) + " " + evidence.getCode();
            line(label, pad(code, CODE) + value.get(0));
            value.stream().skip(1).forEach(more -> line("", " ".repeat(CODE) + more));
            label = "";
        }
        text("Note", " ".repeat(LABEL), AnalystNote.clearing(range));
        out.println();
        members(range.getMembers());
        out.println();
    }

    /** A sentence, in as many lines as it takes. */
    private void text(String label, String indent, String sentence) {
        List<String> words = List.of(PlainText.of(sentence).split(" ", -1));
        String first = label;
        for (String line : wrap(words, " ", WIDTH - 2 - indent.length())) {
            out.println("  " + (indent.isEmpty() ? "" : paint("faint", pad(first, LABEL))) + line);
            first = "";
        }
    }

    private void members(List<RangeMember> members) {
        int ipWidth = Math.max(15, longest(members, RangeMember::getIp));
        int countWidth = Math.max(6, longest(members, RangeTable::count));
        for (RangeMember member : members) {
            String row = "  " + pad(member.getIp(), ipWidth) + " "
                    + " ".repeat(countWidth - count(member).length()) + count(member) + "  ";
            String mark = member.getPredicted() ? " (predicted)" : "";
            String ptr = member.getPtr() == null ? "-" : PlainText.of(member.getPtr());
            out.println(row + clip(ptr, WIDTH - row.length() - mark.length()) + mark);
        }
    }

    private static int longest(List<RangeMember> members, Function<RangeMember, String> column) {
        return members.stream()
                .mapToInt(member -> column.apply(member).length())
                .max()
                .orElse(0);
    }

    private static String count(RangeMember member) {
        return "x" + member.getReporters();
    }

    private static List<String> summary(List<FlaggedRange> ranges) {
        long flagged = ranges.stream()
                .filter(range -> range.getVerdict() == Verdict.FLAGGED)
                .count();
        long addresses =
                ranges.stream().mapToLong(range -> range.getMembers().size()).sum();
        List<String> networks = ranges.stream()
                .map(FlaggedRange::getNetwork)
                .map(RangeTable::network)
                .distinct()
                .toList();
        String counts = "%d ranges flagged, %d watched; %d addresses; on "
                .formatted(flagged, ranges.size() - flagged, addresses);
        List<String> parts = new ArrayList<>(networks.isEmpty() ? List.of("no network") : networks);
        parts.set(0, counts + parts.get(0));
        return wrap(parts, "; ", WIDTH);
    }

    static String network(@Nullable OriginNetwork network) {
        if (network == null) {
            return "unknown";
        }
        return PlainText.of("AS" + network.getAsn()
                + (network.getName().isEmpty() ? "" : " " + network.getName())
                + (network.getCountry().isEmpty() ? "" : " (" + network.getCountry() + ")"));
    }

    private static String flagged(@Nullable Instant flaggedAt) {
        return flaggedAt == null ? "" : ", flagged " + MINUTE.format(flaggedAt) + " UTC";
    }

    private void list(String label, List<String> values) {
        String first = label;
        for (String text : wrap(values.stream().map(PlainText::of).toList(), ", ", WIDTH - INDENT)) {
            line(first, text);
            first = "";
        }
    }

    private void line(String label, String text) {
        out.println("  " + paint("faint", pad(label, LABEL)) + text);
    }

    /** Lines of at most the width; a separator at an end of a line counts, the blanks behind it do not. */
    static List<String> wrap(List<String> words, String separator, int width) {
        String end = separator.stripTrailing();
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            boolean last = i == words.size() - 1;
            String word = clip(words.get(i), width - end.length()) + (last ? "" : end);
            String gap = line.length() == 0 ? "" : separator.substring(end.length());
            if (line.length() + gap.length() + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
                gap = "";
            }
            line.append(gap).append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static String clip(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 3)) + "...";
    }

    private String paint(String style, String text) {
        return ansi.enabled() ? Ansi.ON.string("@|" + style + " " + text.replace("|@", "| @") + "|@") : text;
    }
}
