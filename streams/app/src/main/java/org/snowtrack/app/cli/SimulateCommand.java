package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.simulation.Simulation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snowtrack simulate}: a labelled case out of a seed. */
@Command(
        name = "simulate",
        description = "Makes up a world of campaigns and innocents and writes it as a labelled case directory.")
public final class SimulateCommand implements Callable<Integer> {

    private static final String ROW = "%-10s %-18s %8s %10s %9s%n";

    @Parameters(paramLabel = "DIR", description = "The directory to write; new or empty.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(names = "--seed", paramLabel = "N", required = true, description = "The same seed makes the same world.")
    private long seed;

    @Option(
            names = "--scale",
            paramLabel = "F",
            defaultValue = "1",
            description =
                    "Its size: 1 for some 60 campaigns among 400 innocents, up to 100. Default: ${DEFAULT-VALUE}.")
    private double scale;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        // Written so that NaN is refused too.
        if (!(scale > 0 && scale <= Simulation.SCALE_MAX)) {
            throw new StartupException(
                    "The scale must be above 0 and at most %.0f, not %s.".formatted(Simulation.SCALE_MAX, scale));
        }
        Simulation simulation = new Simulation(seed, scale);
        List<Simulation.Line> lines;
        try (Bar bar = new Bar("Writing", "days", 1)) {
            lines = simulation.write(directory, bar::stepTo);
        }
        print(lines);
        return CommandLine.ExitCode.OK;
    }

    private void print(List<Simulation.Line> lines) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "Label", "Kind", "Owners", "Addresses", "Events");
        for (Simulation.Line line : lines) {
            String label = line.label().equals(line.kind()) ? "innocent" : line.label();
            out.printf(Locale.ROOT, ROW, label, line.kind(), line.owners(), line.addresses(), line.events());
        }
        out.printf(
                Locale.ROOT,
                ROW,
                "all",
                "",
                lines.stream().mapToInt(Simulation.Line::owners).sum(),
                lines.stream().mapToInt(Simulation.Line::addresses).sum(),
                lines.stream().mapToInt(Simulation.Line::events).sum());
        out.flush();
    }
}
