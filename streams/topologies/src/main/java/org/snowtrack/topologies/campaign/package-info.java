/**
 * CAMPAIGN: ties FLAGGED ranges that seem to be one operator's. It stands behind the verdict; no verdict looks at it.
 *
 * <p>{@link org.snowtrack.topologies.campaign.Traits} reduces a range to what can tie it,
 * {@link org.snowtrack.topologies.campaign.Ties} says which ranges are tied,
 * {@link org.snowtrack.topologies.campaign.CampaignModel} makes campaigns of them, and
 * {@link org.snowtrack.topologies.campaign.CampaignLedger} says what to write. All are pure.
 */
@NullMarked
package org.snowtrack.topologies.campaign;

import org.jspecify.annotations.NullMarked;
