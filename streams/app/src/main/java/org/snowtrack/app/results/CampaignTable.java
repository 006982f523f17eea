package org.snowtrack.app.results;

import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.Tie;
import picocli.CommandLine.Help.Ansi;

/**
 * Campaigns for people: of each its ranges and what ties them. As wide as {@link RangeTable}, and as careful with the
 * text of others.
 */
public final class CampaignTable {

    private static final int LABEL = 12;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    private final PrintWriter out;
    private final Ansi ansi;

    public CampaignTable(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** Prints all campaigns and a line that sums them up. */
    public void print(List<Campaign> campaigns) {
        campaigns.forEach(this::print);
        out.println(
                campaigns.isEmpty()
                        ? "No campaigns: no two flagged ranges are tied."
                        : "%s; %s, %s"
                                .formatted(
                                        count(campaigns.size(), "campaign", "campaigns"),
                                        count(
                                                campaigns.stream()
                                                        .mapToLong(one ->
                                                                one.getRanges().size())
                                                        .sum(),
                                                "range",
                                                "ranges"),
                                        count(
                                                campaigns.stream()
                                                        .mapToLong(Campaign::getAddresses)
                                                        .sum(),
                                                "address",
                                                "addresses")));
        out.flush();
    }

    private void print(Campaign campaign) {
        String size = "%s, %s"
                .formatted(
                        count(campaign.getRanges().size(), "range", "ranges"),
                        count(campaign.getAddresses(), "address", "addresses"));
        String id = RangeTable.clip(PlainText.of(campaign.getId()), RangeTable.WIDTH - size.length() - 2);
        out.println(paint("bold", id) + " ".repeat(RangeTable.WIDTH - id.length() - size.length()) + size);
        list("Ranges", campaign.getRanges());
        list(
                "Networks",
                campaign.getNetworks().isEmpty()
                        ? List.of("unknown")
                        : campaign.getNetworks().stream()
                                .map(RangeTable::network)
                                .toList());
        list("Domains", campaign.getDomains());
        list("Seen", List.of(DAY.format(campaign.getFirstSeen()) + " to " + DAY.format(campaign.getLastSeen())));
        if (!campaign.getSupersedes().isEmpty()) {
            list("Supersedes", campaign.getSupersedes());
        }
        String label = "Ties";
        for (Tie tie : campaign.getTies()) {
            label = text(label, List.of(inWords(tie).split(" ", -1)), " ");
        }
        out.println();
    }

    private static String inWords(Tie tie) {
        String what =
                switch (tie.getKind()) {
                    case HOST_WORDS -> "host words ";
                    case REGISTRATIONS -> "registered together: ";
                    case NAME_SERVERS -> "name servers ";
                };
        return what + tie.getValue() + " (" + tie.getRanges().size() + " ranges)";
    }

    private void list(String label, List<String> values) {
        text(label, values, ", ");
    }

    /** Prints in as many lines as it takes; gives the label of a line below. */
    private String text(String label, List<String> words, String separator) {
        List<String> plain = words.stream().map(PlainText::of).toList();
        String first = label;
        for (String line : RangeTable.wrap(plain, separator, RangeTable.WIDTH - 2 - LABEL)) {
            out.println("  " + paint("faint", RangeTable.pad(first, LABEL)) + line);
            first = "";
        }
        return first;
    }

    private static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private String paint(String style, String text) {
        return ansi.enabled() ? Ansi.ON.string("@|" + style + " " + text.replace("|@", "| @") + "|@") : text;
    }
}
