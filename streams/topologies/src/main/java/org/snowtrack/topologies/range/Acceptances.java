package org.snowtrack.topologies.range;

import java.util.List;
import org.snowtrack.topologies.activity.Acceptance;

/**
 * What the logs that tell of accepted recipients say of some addresses, one word for each address and reporter.
 *
 * @param far how many tell of far more accepted than refused
 * @param others how many tell otherwise
 */
record Acceptances(long far, long others) {

    static Acceptances of(List<Candidate> addresses) {
        return new Acceptances(
                addresses.stream()
                        .mapToLong(address -> address.view().acceptors().size())
                        .sum(),
                addresses.stream()
                        .flatMap(address -> address.view().reports().stream())
                        .filter(report -> report.acceptance() != Acceptance.UNKNOWN
                                && !report.acceptance().isFarMore())
                        .count());
    }
}
