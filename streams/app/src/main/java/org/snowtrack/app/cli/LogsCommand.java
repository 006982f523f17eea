package org.snowtrack.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.logs.JsonLines;
import org.snowtrack.app.logs.Tally;
import org.snowtrack.app.results.PlainText;
import org.snowtrack.connectors.formats.LogFile;
import org.snowtrack.connectors.formats.LogFormats;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snowtrack logs}: reads logs and shows what would be published, before anything is. */
@Command(
        name = "logs",
        description =
                "Reads mail servers' logs once, compressed or not, and shows what run would publish of them. Nothing "
                        + "leaves this machine.")
public final class LogsCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");
    private static final int TOP = 10;
    private static final int COLUMNS = 100;
    private static final long MIB = 1L << 20;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "A log, also compressed by gzip; - reads standard input.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "The format of all of them. Default: found out for each.")
    private @Nullable String format;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of times that have none, such as Europe/Paris. Default: this machine's.")
    private ZoneId zone = ZoneId.systemDefault();

    @Option(names = "--json", description = "Print one JSON object for each refusal instead, and nothing else.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /**
     * The format of a name that a user gave.
     *
     * @throws StartupException if there is none
     */
    static LogFormat format(String name) {
        return LogFormats.of(name.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new StartupException(
                        "The log format '" + name + "' is unknown; known are " + LogFormats.ids() + "."));
    }

    @Override
    public Integer call() {
        LogFormat given = format == null ? null : format(format);
        Map<LogFile, LogFormat> logs = new LinkedHashMap<>();
        try {
            for (Path path : files) {
                LogFile file =
                        path.equals(STANDARD_INPUT) ? new LogFile("standard input", System.in) : new LogFile(path);
                if (given != null) {
                    file.check(given);
                }
                logs.put(file, given == null ? file.detect() : given);
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                try (JsonLines lines = new JsonLines(out)) {
                    read(logs, lines);
                }
            } else {
                long start = System.nanoTime();
                print(read(logs, null), logs, Duration.ofNanos(System.nanoTime() - start), out);
            }
            out.flush();
        } catch (IOException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        return CommandLine.ExitCode.OK;
    }

    private Tally read(Map<LogFile, LogFormat> logs, @Nullable JsonLines lines) throws IOException {
        try (Bar bar = new Bar("Reading", "MiB", MIB)) {
            Pass pass = new Pass(bar, size(logs.keySet()), lines);
            for (Map.Entry<LogFile, LogFormat> log : logs.entrySet()) {
                pass.begin(log.getKey().path());
                log.getKey().read(log.getValue(), zone, InstantSource.system(), pass);
            }
            return pass;
        }
    }

    private static long size(Collection<LogFile> logs) throws IOException {
        long bytes = 0;
        for (LogFile log : logs) {
            OptionalLong size = log.size();
            if (size.isEmpty()) {
                return Bar.UNKNOWN;
            }
            bytes += size.getAsLong();
        }
        return bytes;
    }

    /** A tally that draws a bar and writes what it counts. */
    private static final class Pass extends Tally {

        private final Bar bar;
        private final long bytes;
        private final @Nullable JsonLines lines;
        private Path file = Path.of("");
        private long bytesBefore;
        private long bytesRead;

        Pass(Bar bar, long bytes, @Nullable JsonLines lines) {
            this.bar = bar;
            this.bytes = bytes;
            this.lines = lines;
        }

        void begin(Path next) {
            file = next;
            bytesBefore = bytesRead;
        }

        @Override
        public void fact(long line, LogFact fact) {
            super.fact(line, fact);
            if (lines != null && fact instanceof LogFact.Refusal refusal) {
                lines.write(file, line, refusal);
            }
        }

        @Override
        public void progress(long read) {
            bytesRead = bytesBefore + read;
            bar.stepTo(bytesRead, bytes);
        }
    }

    private static void print(Tally tally, Map<LogFile, LogFormat> logs, Duration took, PrintWriter out) {
        logs.forEach(
                (file, format) -> row(out, "Log", PlainText.of(file.path().toString()) + " (" + format.name() + ")"));
        double seconds = Math.max(1, took.toMillis()) / 1e3;
        row(out, "Lines", "%,d in %.1f s, %,d a second".formatted(tally.lines(), seconds, (long)
                        (tally.lines() / seconds)));
        row(out, "Time", span(tally.first(), tally.last()));
        row(
                out,
                "Refusals",
                "%,d, of %,d recipients, to %s%,d addresses"
                        .formatted(
                                tally.refusals(),
                                tally.recipients(),
                                tally.hasDropped() ? "more than " : "",
                                tally.addresses()));
        tally.reasons().entrySet().stream()
                .sorted(Map.Entry.<Reason, Long>comparingByValue().reversed().thenComparing(Map.Entry::getKey))
                .forEach(reason -> row(out, "", "%-17s  %,12d".formatted(reason.getKey(), reason.getValue())));
        if (tally.sessions() > 0) {
            row(out, "Sessions", "%,d tell how many recipients were accepted".formatted(tally.sessions()));
        }
        List<Tally.Address> top = tally.top(TOP);
        int width = top.stream()
                .mapToInt(address -> address.ip().toString().length())
                .max()
                .orElse(0);
        String name = "Refused";
        for (Tally.Address address : top) {
            row(out, name, ("%-" + Math.max(17, width) + "s  %,12d").formatted(address.ip(), address.recipients()));
            name = "";
        }
        trouble(tally, out);
    }

    private static void trouble(Tally tally, PrintWriter out) {
        if (tally.unreadable() > 0) {
            row(out, "Unread", "%,d lines begin like refusals and cannot be read".formatted(tally.unreadable()));
        }
        if (tally.unattributed() > 0) {
            row(
                    out,
                    "Unread",
                    "%,d refusals have their client on a line that is missing".formatted(tally.unattributed()));
        }
        if (tally.tooLong() > 0) {
            row(out, "Unread", "%,d lines are longer than 1 MiB".formatted(tally.tooLong()));
        }
        if (tally.suspected() > 0) {
            row(out, "Unknown", "%,d lines look like refusals and tell nothing:".formatted(tally.suspected()));
            for (Tally.Suspect suspect : tally.suspects()) {
                String line = "%d: %s".formatted(suspect.number(), PlainText.of(suspect.text()));
                row(out, "", line.substring(0, Math.min(line.length(), COLUMNS - 12)));
            }
        }
    }

    private static String span(@Nullable Instant first, @Nullable Instant last) {
        return first == null || last == null
                ? "nothing is told"
                : TIME.format(first.truncatedTo(ChronoUnit.SECONDS)) + " to " + TIME.format(last) + " UTC";
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf("%-10s  %s%n", name, value);
    }
}
