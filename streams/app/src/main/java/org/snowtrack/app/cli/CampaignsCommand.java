package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.snowtrack.app.results.CampaignTable;
import org.snowtrack.app.results.Results;
import org.snowtrack.app.results.TopicReader;
import org.snowtrack.connectors.ranges.CampaignJson;
import org.snowtrack.schemas.Campaign;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack campaigns}: flagged ranges that seem to be one operator's, and what ties them. */
@Command(name = "campaigns", description = "Prints flagged ranges that seem to be one operator's, and what ties them.")
public final class CampaignsCommand implements Callable<Integer> {

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--json", description = "Print JSON lines instead of the table.")
    private boolean json;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        List<Campaign> campaigns =
                kafka.use(config.load(), settings -> new Results(new TopicReader(settings)).campaigns());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            campaigns.forEach(campaign -> out.print(CampaignJson.write(campaign) + "\n"));
            out.flush();
        } else {
            new CampaignTable(out, spec.commandLine().getColorScheme().ansi()).print(campaigns);
        }
        return CommandLine.ExitCode.OK;
    }
}
