package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.evaluation.Comparison;
import org.snowtrack.app.evaluation.ComparisonJson;
import org.snowtrack.app.evaluation.ComparisonTable;
import org.snowtrack.app.evaluation.Evaluation;
import org.snowtrack.app.results.Results;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.topologies.TopologyConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snowtrack evaluate}: how right the verdicts on a labelled case are. */
@Command(
        name = "evaluate",
        description = "Replays a labelled case and compares what was flagged with its truth, beside simpler rules.")
public final class EvaluateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CASE", description = "The case directory, with a truth.tsv.")
    @SuppressWarnings("NullAway.Init")
    private Path caseDirectory;

    @Option(names = "--json", description = "Print one JSON object instead of the tables.")
    private boolean json;

    @Option(
            names = "--ablate",
            paramLabel = "CODE",
            description = "Also replay it without this evidence, to see what it is worth; repeatable.")
    private List<EvidenceCode> ablated = List.of();

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        SnowtrackConfig given = config.load();
        Evaluation evaluation = Evaluation.read(caseDirectory, given.topology());
        Comparison whole = replay(evaluation, given);
        Map<String, Comparison> without = new LinkedHashMap<>();
        for (EvidenceCode code : ablated) {
            without.put(code.name(), replay(evaluation, without(code, given)));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(ComparisonJson.write(whole, without) + "\n");
            out.flush();
            return CommandLine.ExitCode.OK;
        }
        ComparisonTable table =
                new ComparisonTable(out, spec.commandLine().getColorScheme().ansi());
        table.print(whole);
        if (!without.isEmpty()) {
            out.println();
            table.printWithout(whole, without);
        }
        return CommandLine.ExitCode.OK;
    }

    private Comparison replay(Evaluation evaluation, SnowtrackConfig settings) {
        PrintWriter err = spec.commandLine().getErr();
        return evaluation.compare(new ReplayRun(caseDirectory, null, settings, err).run(Results::rangesInAllStates));
    }

    private static SnowtrackConfig without(EvidenceCode code, SnowtrackConfig settings) {
        Map<String, Object> changed = new TreeMap<>(settings.topology().originals());
        changed.put(TopologyConfig.EVIDENCE_IGNORED, code.name());
        return new SnowtrackConfig(new TopologyConfig(changed), settings.kafkaClients());
    }
}
