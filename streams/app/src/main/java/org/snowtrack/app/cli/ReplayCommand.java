package org.snowtrack.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.results.Results;
import org.snowtrack.connectors.ranges.RangeJson;
import org.snowtrack.schemas.FlaggedRange;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snowtrack replay}: a case directory to its end, ranges as JSON lines. */
@Command(
        name = "replay",
        description = "Replays a case directory to its end and writes the ranges as JSON lines, one object a line.")
public final class ReplayCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CASE", description = "The case directory.")
    @SuppressWarnings("NullAway.Init")
    private Path caseDirectory;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file instead of standard output.")
    private @Nullable Path out;

    @Option(names = "--history", description = "Also write the last state of every range that was cleared on the way.")
    private boolean history;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep state here; a replay that was interrupted goes on from it. Default: a temporary one.")
    private @Nullable Path dataDirectory;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (out != null) {
            checkWritable(out);
        }
        List<FlaggedRange> ranges = new ReplayRun(caseDirectory, dataDirectory, config.load(), err)
                .run(history ? Results::rangesWithHistory : Results::ranges);
        List<String> lines = ranges.stream().map(RangeJson::write).toList();
        if (out == null) {
            // Not println: the line separator is part of the format.
            PrintWriter standard = spec.commandLine().getOut();
            lines.forEach(line -> standard.print(line + "\n"));
            standard.flush();
        } else {
            write(out, lines);
        }
        return CommandLine.ExitCode.OK;
    }

    /** Told before the work instead of after it. */
    private static void checkWritable(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        boolean isWritable =
                isPipeOrDevice(file) ? Files.isWritable(file) : directory != null && Files.isWritable(directory);
        if (Files.isDirectory(file) || !isWritable) {
            throw new StartupException("The file " + file + " cannot be written: "
                    + (Files.isDirectory(file) ? "it is a directory." : "its directory cannot be written."));
        }
    }

    /** What a file must not take the place of. */
    private static boolean isPipeOrDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Whole or not at all: a reader never sees half a file. */
    private static void write(Path file, List<String> lines) {
        String text = String.join("", lines.stream().map(line -> line + "\n").toList());
        try {
            if (isPipeOrDevice(file)) {
                Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
            } else {
                Path directory = file.toAbsolutePath().getParent();
                Path part = Files.createTempFile(directory, ".snowtrack-", ".part");
                Files.writeString(part, text, StandardCharsets.UTF_8);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new StartupException("The file " + file + " cannot be written: " + e.getMessage() + ".", e);
        }
    }
}
