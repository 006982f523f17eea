package org.snowtrack.app.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.snowtrack.app.distribution.Distribution.Started;
import org.snowtrack.schemas.MailRejection;

/** The real case, live: its logs, its world, and a look at what has come out. */
final class LiveRuns {

    private static final Pattern FLAGGED = Pattern.compile("\"verdict\":\"FLAGGED\"");

    /** A question that was not answered is asked again after 100 s at the latest. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private LiveRuns() {}

    /** The real case's world, as of today; its name server is down. */
    static LiveWorld realWorld(Path temp) throws IOException {
        return new LiveWorld(
                temp.resolve("world"),
                CaseFiles.realRecords(),
                Distribution.REAL_CASE.resolve("rdap").resolve("domain"),
                LiveWorld.daysUntilToday(CaseFiles.TO));
    }

    /** The real case's events as logs, as of today. */
    static PostfixLogs realLogs(Path directory) throws IOException {
        PostfixLogs logs = new PostfixLogs(directory);
        Duration shift = Duration.ofDays(LiveWorld.daysUntilToday(CaseFiles.TO));
        for (MailRejection event : CaseFiles.realRejections()) {
            for (int i = 0; i < event.getRejectedRecipients(); i++) {
                logs.add(
                        event.getReporter(),
                        PostfixLogs.refusal(
                                // Not in the future, whatever the hour is.
                                event.getObservedAt()
                                        .plus(shift)
                                        .truncatedTo(ChronoUnit.DAYS)
                                        .plusMillis(i),
                                CaseFiles.realName(event.getSourceIp()),
                                event.getSourceIp(),
                                i));
            }
        }
        return logs.sorted();
    }

    /** Starts to follow logs in a world. */
    static Started run(Path data, LiveWorld world, List<String> logs) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of("run", "--data-dir", data, "--networks"));
        arguments.add(Distribution.REAL_CASE.resolve("networks.tsv"));
        arguments.addAll(world.arguments());
        arguments.addAll(logs);
        return Distribution.start(arguments.toArray());
    }

    /** Asks for the report, from another process, until it is as expected or the patience is over. */
    static String reportOnce(Started run, Path data, Predicate<String> enough) throws Exception {
        String report;
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            run.awaitTold("ready after");
            report = Distribution.run("report", "--json", "--data-dir", data).out();
        } while (!enough.test(report) && System.nanoTime() < end);
        return report;
    }

    static boolean hasTheSevenRanges(String report) {
        return flagged(report) == 7 && report.lines().count() == 7;
    }

    /** How many ranges of a report are flagged. */
    static long flagged(String report) {
        return FLAGGED.matcher(report).results().count();
    }

    /** Ranges, verdicts and members with their reporters; not the times, which are of another year. */
    static List<String> whatIsCounted(String report) {
        return report.lines()
                .map(line -> line.replaceAll("\"score\":\\d+,", "")
                        .replaceAll(",?\"(listed_at|first_seen|last_seen|flagged_at|cleared_at)\":[^,}]+", "")
                        .replaceAll("\"evidence\":\\[.*?\\]", ""))
                .toList();
    }
}
