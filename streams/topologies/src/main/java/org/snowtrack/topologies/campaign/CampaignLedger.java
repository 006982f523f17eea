package org.snowtrack.topologies.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.ip.IpRange;

/**
 * What to write when the campaigns have been made anew. One that has addresses of others which go names
 * them.
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
     */
    static Entries compare(Map<String, Campaign> standing, Map<String, Campaign> found) {
        List<Campaign> puts = new ArrayList<>();
        List<Campaign> removed = standing.values().stream()
                .filter(campaign -> !found.containsKey(campaign.getId()))
                .sorted(Comparator.comparing(Campaign::getId))
                .toList();
        for (Campaign campaign : found.values()) {
            Set<String> supersedes = new TreeSet<>();
            removed.stream()
                    .filter(before -> overlap(before, campaign))
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

    private static boolean overlap(Campaign one, Campaign other) {
        List<IpRange> ranges = other.getRanges().stream().map(IpRange::parse).toList();
        return one.getRanges().stream().map(IpRange::parse).anyMatch(mine -> ranges.stream()
                .anyMatch(mine::overlaps));
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
