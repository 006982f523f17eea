package org.snowtrack.topologies.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snowtrack.schemas.Campaign;

/**
 * What to write when the campaigns have been made anew. One that takes the place of others, because it shares ranges
 * with them or has ranges that took the place of theirs, names those that go.
 *
 * <p>Pure; safe for any thread.
 */
final class CampaignLedger {

    /**
     * All puts come before all removals.
     *
     * @param removes ids
     */
    record Entries(List<Campaign> puts, List<String> removes) {}

    private CampaignLedger() {}

    /**
     * Compares.
     *
     * @param standing what stands published, by id
     * @param found what was made now, by id
     * @param replaces of each range that took the place of others, their keys
     */
    static Entries compare(
            Map<String, Campaign> standing, Map<String, Campaign> found, Map<String, List<String>> replaces) {
        List<Campaign> puts = new ArrayList<>();
        List<Campaign> removed = standing.values().stream()
                .filter(campaign -> !found.containsKey(campaign.getId()))
                .sorted(Comparator.comparing(Campaign::getId))
                .toList();
        for (Campaign campaign : found.values()) {
            Set<String> places = new HashSet<>(campaign.getRanges());
            campaign.getRanges().forEach(range -> places.addAll(replaces.getOrDefault(range, List.of())));
            Set<String> supersedes = new TreeSet<>();
            removed.stream()
                    .filter(before -> before.getRanges().stream().anyMatch(places::contains))
                    .map(Campaign::getId)
                    .forEach(supersedes::add);
            Campaign same = standing.get(campaign.getId());
            List<String> named = supersedes.isEmpty() && same != null ? same.getSupersedes() : List.copyOf(supersedes);
            Campaign next = withSupersedes(campaign, named);
            if (!next.equals(same)) {
                puts.add(next);
            }
        }
        return new Entries(puts, removed.stream().map(Campaign::getId).toList());
    }

    /** Avro's copying builder turns lists into a type of its own that cannot be compared. */
    private static Campaign withSupersedes(Campaign campaign, List<String> supersedes) {
        return new Campaign(
                campaign.getId(),
                supersedes,
                campaign.getRanges(),
                campaign.getAddresses(),
                campaign.getNetworks(),
                campaign.getDomains(),
                campaign.getTies(),
                campaign.getFirstSeen(),
                campaign.getLastSeen(),
                campaign.getValidUntil());
    }
}
