package org.snowtrack.connectors.formats;

import java.util.List;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.FactSink;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * Whatever format a line is in, for logs whose format is not given and into which several servers may write. A line is
 * given to the format that the last one was in if that may have written it, else to the first that may.
 */
public final class AnyLog implements LogFormat {

    @Override
    public String id() {
        return "auto";
    }

    @Override
    public String name() {
        return "mail server";
    }

    @Override
    public String mark() {
        return "the form of a server that is known (" + LogFormats.ids() + ")";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return LogFormats.ALL.stream().anyMatch(format -> format.looksLike(entry));
    }

    @Override
    public LogParser parser(Sessions sessions) {
        List<LogParser> parsers =
                LogFormats.ALL.stream().map(format -> format.parser(sessions)).toList();
        return new LogParser() {
            private int last;

            @Override
            public void parse(LogEntry entry, FactSink facts) {
                int format = formatOf(entry);
                if (format >= 0) {
                    last = format;
                    parsers.get(format).parse(entry, facts);
                }
            }

            private int formatOf(LogEntry entry) {
                if (LogFormats.ALL.get(last).looksLike(entry)) {
                    return last;
                }
                for (int i = 0; i < parsers.size(); i++) {
                    if (i != last && LogFormats.ALL.get(i).looksLike(entry)) {
                        return i;
                    }
                }
                return -1;
            }
        };
    }
}
