package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Consecutive addresses named under one domain, with at most the gap between neighbours.
 *
 * @param members ascending
 * @param units how many different units they lie in
 */
record Run(String domain, List<Candidate> members, int units) {

    /** All runs among these addresses that are long enough, by first address, then domain. */
    static List<Run> among(List<Candidate> candidates, JudgeSettings settings) {
        Map<String, List<Candidate>> open = new TreeMap<>();
        List<Run> runs = new ArrayList<>();
        for (Candidate candidate : candidates) {
            for (String domain : candidate.domains()) {
                List<Candidate> run = open.computeIfAbsent(domain, first -> new ArrayList<>());
                if (!run.isEmpty()
                        && settings.units().distance(run.get(run.size() - 1).ip(), candidate.ip())
                                > settings.runMaxGap() + 1L) {
                    close(domain, run, settings, runs);
                    run = new ArrayList<>();
                    open.put(domain, run);
                }
                run.add(candidate);
            }
        }
        open.forEach((domain, run) -> close(domain, run, settings, runs));
        runs.sort(Comparator.comparing((Run run) -> run.members().get(0).ip()).thenComparing(Run::domain));
        return runs;
    }

    private static void close(String domain, List<Candidate> members, JudgeSettings settings, List<Run> runs) {
        int units = unitsOf(members, settings.units());
        if (units >= settings.runMin()) {
            runs.add(new Run(domain, List.copyOf(members), units));
        }
    }

    /** How many different units these addresses lie in. */
    static int unitsOf(List<Candidate> members, Units units) {
        int count = 0;
        for (int i = 0; i < members.size(); i++) {
            if (i == 0 || units.distance(members.get(i - 1).ip(), members.get(i).ip()) > 0) {
                count++;
            }
        }
        return count;
    }

    /** Whether the first address is the bare domain and all others are below it. */
    boolean isBareThenSubdomains() {
        for (int i = 0; i < members.size(); i++) {
            boolean first = i == 0;
            if (members.get(i).hosts().stream()
                    .filter(host -> domain.equals(host.getDomain()))
                    .noneMatch(host -> NameShape.isBare(host) == first)) {
                return false;
            }
        }
        return true;
    }
}
