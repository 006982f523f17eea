package org.snowtrack.app.evaluation;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.snowtrack.app.results.PlainText;
import picocli.CommandLine.Help.Ansi;

/** A comparison for people: at most 100 columns, intervals behind every share. */
public final class ComparisonTable {

    private static final int NAME = 34;
    private static final String CAMPAIGN = "%-" + NAME + "s %11s %13s  %-22s %6s %6s";
    private static final String INNOCENT = "%-" + NAME + "s %11s %13s  %-22s %13s";
    private static final String RULE = "%-" + NAME + "s %-21s %-21s %8s %10s";
    private static final double MEDIAN = 0.5;
    private static final double MOST = 0.9;
    private static final long HOURS_OF_TWO_DAYS = 48;
    private static final double HOURS_OF_A_DAY = 24;

    private final PrintWriter out;
    private final Ansi ansi;

    public ComparisonTable(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** Prints what a replay came to. */
    public void print(Comparison comparison) {
        Scores own = comparison.own();
        campaigns(own);
        innocents(own);
        rules(comparison);
        out.flush();
    }

    /**
     * Prints what it came to without some evidence.
     *
     * @param without by the evidence that was ignored
     */
    public void printWithout(Comparison whole, Map<String, Comparison> without) {
        head(RULE.formatted("Without", "campaigns listed", "others listed", "ahead", "others cov."));
        rule("(with everything)", whole.own());
        without.forEach((code, comparison) -> rule(code, comparison.own()));
        out.flush();
    }

    private void campaigns(Scores own) {
        head(CAMPAIGN.formatted("Campaigns", "ranges", "addresses", "", "median", "90 %"));
        own.campaigns().forEach(this::campaign);
        Score all = own.allCampaigns();
        campaign("all", all);
        out.println();
        out.println("median, 90 %: from the first mail of a range to its listing, of the ranges that were listed");
        out.printf(Locale.ROOT, "Listed before their own first mail: %s%n", share(all.ahead(), all.addresses()));
        out.printf(
                Locale.ROOT,
                "  and of those that began a week later than their range: %s%n%n",
                share(all.lateAhead(), all.late()));
    }

    private void campaign(String kind, Score score) {
        out.println(CAMPAIGN.formatted(
                        clip(kind),
                        of(score.rangesListed(), score.ranges()),
                        of(score.listed(), score.addresses()),
                        percent(score.listed(), score.addresses()),
                        time(score.delay(MEDIAN)),
                        time(score.delay(MOST)))
                .stripTrailing());
    }

    private void innocents(Scores own) {
        head(INNOCENT.formatted("Innocent", "ranges", "addresses", "", "also covered"));
        SortedMap<String, Score> classes = own.innocents();
        classes.forEach(this::innocent);
        innocent("all", own.allInnocents());
        out.println();
    }

    private void innocent(String kind, Score score) {
        out.println(INNOCENT.formatted(
                clip(kind),
                of(score.rangesListed(), score.ranges()),
                of(score.listed(), score.addresses()),
                percent(score.listed(), score.addresses()),
                score.covered()));
    }

    private void rules(Comparison comparison) {
        head(RULE.formatted("On the same events", "campaigns listed", "innocents listed", "ahead", "others"));
        rule(comparison.own().name(), comparison.own());
        List<Scores> rivals = comparison.rivals();
        rivals.forEach(rival -> rule(rival.name(), rival));
        out.println();
        out.println("ahead: campaign addresses listed before their own first mail");
        out.println("others: covered addresses (IPv6: /64s) that are no campaign's");
    }

    private void rule(String name, Scores scores) {
        Score guilty = scores.allCampaigns();
        Score innocent = scores.allInnocents();
        out.println(RULE.formatted(
                clip(name),
                percent(guilty.listed(), guilty.addresses()),
                percent(innocent.listed(), innocent.addresses()),
                guilty.addresses() == 0 ? "-" : "%.1f %%".formatted(100.0 * guilty.ahead() / guilty.addresses()),
                scores.others()));
    }

    private void head(String text) {
        out.println(ansi.enabled() ? Ansi.ON.string("@|bold " + text.stripTrailing() + "|@") : text.stripTrailing());
    }

    private static String share(int some, int all) {
        return all == 0 ? "none mailed" : of(some, all) + ", " + percent(some, all);
    }

    private static String of(int some, int all) {
        return some + " of " + all;
    }

    /** A share and its interval, as {@code 98.9 % (93.8-99.8)}; two digits where it is small. */
    private static String percent(int some, int all) {
        if (all == 0) {
            return "-";
        }
        Wilson interval = Wilson.of(some, all);
        double share = 100.0 * some / all;
        String digits = share < 10 ? "%.2f %% (%.2f-%.2f)" : "%.1f %% (%.1f-%.1f)";
        return String.format(Locale.ROOT, digits, share, 100 * interval.low(), 100 * interval.high());
    }

    private static String time(Optional<Duration> delay) {
        return delay.map(time -> time.toHours() < HOURS_OF_TWO_DAYS
                        ? time.toHours() + " h"
                        : String.format(Locale.ROOT, "%.1f d", time.toHours() / HOURS_OF_A_DAY))
                .orElse("-");
    }

    private static String clip(String name) {
        String text = PlainText.of(name);
        return text.length() <= NAME ? text : text.substring(0, NAME - 3) + "...";
    }
}
