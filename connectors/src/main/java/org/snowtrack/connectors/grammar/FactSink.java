package org.snowtrack.connectors.grammar;

/** Takes what lines tell. */
@FunctionalInterface
public interface FactSink {

    /**
     * Takes a fact.
     *
     * @param tag of the line that tells it: the entry's own, or that of an earlier line whose client is known only now
     */
    void accept(long tag, LogFact fact);
}
