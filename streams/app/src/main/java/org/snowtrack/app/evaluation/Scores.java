package org.snowtrack.app.evaluation;

import java.util.SortedMap;

/**
 * How a rule does on a whole case. Immutable.
 *
 * @param name the rule's
 * @param campaigns by kind
 * @param innocents by class
 * @param others places that it covers and that are no campaign's, whosever they are: addresses of IPv4, /64s of IPv6
 */
record Scores(String name, SortedMap<String, Score> campaigns, SortedMap<String, Score> innocents, long others) {

    Score allCampaigns() {
        return Score.sum(campaigns.values());
    }

    Score allInnocents() {
        return Score.sum(innocents.values());
    }
}
