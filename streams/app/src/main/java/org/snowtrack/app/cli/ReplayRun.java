package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.cases.CaseDirectory;
import org.snowtrack.app.cases.CaseMark;
import org.snowtrack.app.cases.Replay;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.results.PlainText;
import org.snowtrack.app.results.Results;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.topologies.TopologyConfig;

/** Replays a case on an embedded broker and hands the results over. What could not be used is told on standard error. */
final class ReplayRun {

    private static final int PROBLEMS_SHOWN = 20;

    private final Path casePath;
    private final @Nullable Path dataDirectory;
    private final SnowtrackConfig config;
    private final PrintWriter err;

    ReplayRun(Path casePath, @Nullable Path dataDirectory, SnowtrackConfig config, PrintWriter err) {
        this.casePath = casePath;
        this.dataDirectory = dataDirectory;
        this.config = config.forOneMachine();
        this.err = err;
    }

    /**
     * Runs to the end of the case.
     *
     * @param use what to do with the results while they can be read
     * @throws StartupException if not a single event could be used
     */
    <T> T run(Function<Results, T> use) {
        TopologyConfig topology = config.topology();
        AtomicInteger told = new AtomicInteger();
        CaseDirectory caseDirectory =
                CaseDirectory.read(casePath, topology.getInt(TopologyConfig.EXCESSIVE_INVALID_RECIPIENTS), problem -> {
                    if (told.incrementAndGet() <= PROBLEMS_SHOWN) {
                        err.println(PlainText.of(problem.toString()));
                    }
                });
        Lookups lookups = caseDirectory.lookups();
        tellRest(told.get(), "problems");
        try (Node run = Node.start(
                dataDirectory, config, directory -> CaseMark.claim(directory, casePath, topology.values()))) {
            try (Bar bar = new Bar("Replaying", "days", 1)) {
                new Replay(caseDirectory, topology, run.clientSettings()).run(run.startPipeline(lookups), bar::stepTo);
            }
            Results results = new Results(new TopicReader(run.clientSettings()));
            Set<Results.Refused> refused = results.deadLetters();
            refused.stream()
                    .limit(PROBLEMS_SHOWN)
                    .forEach(letter -> err.println(casePath + "/" + PlainText.of(letter.toString())));
            tellRest(refused.size(), "refused lines; all are on the topic dead-letters");
            int all = caseDirectory.events() + caseDirectory.unreadable().size();
            if (refused.size() >= all && all > 0) {
                throw new StartupException("None of the %d events in %s could be used.".formatted(all, casePath));
            }
            return use.apply(results);
        } finally {
            err.flush();
        }
    }

    private void tellRest(int count, String what) {
        if (count > PROBLEMS_SHOWN) {
            err.println("... and " + (count - PROBLEMS_SHOWN) + " more " + what);
        }
    }
}
