package org.snowtrack.topologies.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Campaign;

class CampaignLedgerTest {

    private static final String A = "192.0.2.8-192.0.2.11";
    private static final String B = "192.0.2.24-192.0.2.27";
    private static final String C = "192.0.2.40-192.0.2.43";
    private static final String D = "192.0.2.56-192.0.2.59";
    private static final String E = "192.0.2.72-192.0.2.75";
    private static final String F = "192.0.2.88-192.0.2.91";

    @Test
    void shouldNameWhatAMergerSupersedesBeforeItGoes() {
        // When
        CampaignLedger.Entries entries = compare(
                List.of(campaign("c-1", A, B), campaign("c-2", C, D), campaign("c-3", E, F)),
                List.of(campaign("c-1", A, B, C, D), campaign("c-3", E, F)));

        // Then
        assertThat(entries.puts()).containsExactly(superseding(campaign("c-1", A, B, C, D), "c-2"));
        assertThat(entries.removes()).containsExactly("c-2");
    }

    @Test
    void shouldKnowACampaignByTheAddressesOfItsRanges() {
        // When
        CampaignLedger.Entries entries = compare(
                List.of(campaign("c-1", A, B)),
                List.of(campaign("c-9", "192.0.2.7-192.0.2.19", "192.0.2.24-192.0.2.30")));

        // Then
        assertThat(entries.puts()).extracting(Campaign::getSupersedes).containsExactly(List.of("c-1"));
        assertThat(entries.removes()).containsExactly("c-1");
    }

    @Test
    void shouldLetBothHalvesOfASplitNameIt() {
        // When
        CampaignLedger.Entries entries =
                compare(List.of(campaign("c-1", A, B, C, D, E)), List.of(campaign("c-2", A, B), campaign("c-3", C, D)));

        // Then
        assertThat(entries.puts()).extracting(Campaign::getSupersedes).containsOnly(List.of("c-1"));
        assertThat(entries.removes()).containsExactly("c-1");
    }

    @Test
    void shouldWriteNothingWhereNothingChangedAndKeepWhatWasSuperseded() {
        // Given
        Campaign standing = superseding(campaign("c-1", A, B), "c-0");

        // Then
        assertThat(compare(List.of(standing), List.of(campaign("c-1", A, B))))
                .isEqualTo(new CampaignLedger.Entries(List.of(), List.of()));
    }

    private static CampaignLedger.Entries compare(List<Campaign> standing, List<Campaign> found) {
        return CampaignLedger.compare(byId(standing), byId(found));
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
