package org.snowtrack.connectors.grammar;

import org.snowtrack.connectors.envelope.LogEntry;

/** Reads the entries of one log in their order. For one thread. */
public interface LogParser {

    /**
     * Tells what an entry tells; most often nothing, which must be seen from a few bytes. Never throws, whatever the
     * bytes are.
     *
     * @param entry to be read before this returns; the same object holds the next one then
     */
    void parse(LogEntry entry, FactSink facts);
}
