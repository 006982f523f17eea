package org.snowtrack.app.cli;

import java.io.PrintWriter;
import java.util.List;
import org.snowtrack.app.results.RangeTable;
import org.snowtrack.connectors.ranges.RangeJson;
import org.snowtrack.schemas.FlaggedRange;
import picocli.CommandLine;

/** Ranges for people or for machines. */
final class Reports {

    private Reports() {}

    static void print(List<FlaggedRange> ranges, boolean json, CommandLine command) {
        PrintWriter out = command.getOut();
        if (json) {
            ranges.forEach(range -> out.print(RangeJson.write(range) + "\n"));
            out.flush();
        } else {
            new RangeTable(out, command.getColorScheme().ansi()).print(ranges);
        }
    }
}
