package org.snowtrack.app.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.cases.CaseDirectory;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.topologies.TopologyConfig;

/** A labelled case, ready to be compared with what a rule lists. Immutable; safe for any thread. */
public final class Evaluation {

    private final Truth truth;
    private final Sightings sightings;
    private final List<BlockList> rivals;

    private Evaluation(Truth truth, Sightings sightings, List<BlockList> rivals) {
        this.truth = truth;
        this.sightings = sightings;
        this.rivals = rivals;
    }

    /**
     * Reads the truth and the events of a case; what is wrong with single events is told by its replay.
     *
     * @throws StartupException with a sentence, where the case cannot be compared
     */
    public static Evaluation read(Path path, TopologyConfig config) {
        if (!Files.isDirectory(path)) {
            throw new StartupException("The case directory " + path + " does not exist or is not a directory.");
        }
        Truth truth = Truth.read(path);
        if (Stream.of("dns.zone", "dns-history.tsv", "addresses.tsv")
                .noneMatch(name -> Files.exists(path.resolve(name)))) {
            throw new StartupException("The case in " + path
                    + " has no dns.zone: without names nothing can be flagged, and there is nothing to compare.");
        }
        int mark = config.getInt(TopologyConfig.EXCESSIVE_INVALID_RECIPIENTS);
        CaseDirectory events = CaseDirectory.read(path, mark, problem -> {});
        Sightings sightings = Sightings.of(rejections(events), mark);
        List<BlockList> rivals = new Rivals(sightings, config.duration(TopologyConfig.HORIZON)).all();
        return new Evaluation(truth, sightings, rivals);
    }

    private static Stream<MailRejection> rejections(CaseDirectory events) {
        return events.eventsBetween(LocalDate.MIN, LocalDate.MAX).map(events::rejection);
    }

    /**
     * What came of a replay.
     *
     * @param ranges all that was published, in all states
     */
    public Comparison compare(List<FlaggedRange> ranges) {
        return new Comparison(
                compare(BlockList.of(ranges)),
                rivals.stream().map(this::compare).toList());
    }

    private Scores compare(BlockList list) {
        SortedMap<String, Score> campaigns = new TreeMap<>();
        SortedMap<String, Score> innocents = new TreeMap<>();
        for (Truth.Plot plot : truth.plots()) {
            (plot.isCampaign() ? campaigns : innocents)
                    .merge(plot.kind(), Score.of(plot, sightings, list), Score::plus);
        }
        long guilty = campaigns.values().stream().mapToLong(Score::covered).sum();
        return new Scores(list.name(), campaigns, innocents, list.covered() - guilty);
    }
}
