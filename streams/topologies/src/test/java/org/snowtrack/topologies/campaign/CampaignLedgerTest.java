package org.snowtrack.topologies.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;

class CampaignLedgerTest {

    @Test
    void shouldNameWhatAMergerSupersedesBeforeItGoes() {
        // When
        CampaignLedger.Entries entries = compare(
                Map.of(),
                List.of(campaign("c-1", "A", "B"), campaign("c-2", "C", "D"), campaign("c-3", "E", "F")),
                List.of(campaign("c-1", "A", "B", "C", "D"), campaign("c-3", "E", "F")));

        // Then
        assertThat(entries.puts()).containsExactly(superseding(campaign("c-1", "A", "B", "C", "D"), "c-2"));
        assertThat(entries.removes()).containsExactly("c-2");
    }

    @Test
    void shouldKnowACampaignByTheRangesThatItsRangesReplace() {
        // When
        CampaignLedger.Entries entries = compare(
                Map.of("A2", List.of("A"), "B2", List.of("B")),
                List.of(campaign("c-1", "A", "B")),
                List.of(campaign("c-9", "A2", "B2")));

        // Then
        assertThat(entries.puts()).containsExactly(superseding(campaign("c-9", "A2", "B2"), "c-1"));
        assertThat(entries.removes()).containsExactly("c-1");
    }

    @Test
    void shouldLetBothHalvesOfASplitNameIt() {
        // When
        CampaignLedger.Entries entries = compare(
                Map.of(),
                List.of(campaign("c-1", "A", "B", "C", "D", "E")),
                List.of(campaign("c-2", "A", "B"), campaign("c-3", "C", "D")));

        // Then
        assertThat(entries.puts()).extracting(Campaign::getSupersedes).containsOnly(List.of("c-1"));
        assertThat(entries.removes()).containsExactly("c-1");
    }

    @Test
    void shouldWriteNothingWhereNothingChangedAndKeepWhatWasSuperseded() {
        // Given
        Campaign standing = superseding(campaign("c-1", "A", "B"), "c-0");

        // Then
        assertThat(compare(Map.of(), List.of(standing), List.of(campaign("c-1", "A", "B"))))
                .isEqualTo(new CampaignLedger.Entries(List.of(), List.of()));
    }

    private static CampaignLedger.Entries compare(
            Map<String, List<String>> replaces, List<Campaign> standing, List<Campaign> found) {
        return CampaignLedger.compare(byId(standing), byId(found), replaces);
    }

    private static Map<String, Campaign> byId(List<Campaign> campaigns) {
        Map<String, Campaign> byId = new TreeMap<>();
        campaigns.forEach(campaign -> byId.put(campaign.getId(), campaign));
        return byId;
    }

    private static Campaign campaign(String id, String... ranges) {
        return campaign(id, List.of(), List.of(ranges));
    }

    private static Campaign superseding(Campaign campaign, String... ids) {
        return campaign(campaign.getId(), List.of(ids), campaign.getRanges());
    }

    private static Campaign campaign(String id, List<String> supersedes, List<String> ranges) {
        return new Campaign(
                id,
                supersedes,
                ranges,
                ranges.size(),
                List.of(),
                List.of(),
                List.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
