package org.snowtrack.topologies.state;

import java.util.List;
import org.apache.kafka.streams.state.StoreBuilder;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.serde.AvroSerde;

/**
 * The stores of CAMPAIGN's one partition, which are bounded, and so in memory. Names are public API, because changelog
 * topics are named after them.
 */
public final class CampaignStores {

    public static final String RANGES = "tied-ranges";
    public static final String CAMPAIGNS = "published-campaigns";
    public static final String DAY = "campaign-day";
    public static final String SETTLEMENTS = "campaign-settlements";

    private CampaignStores() {}

    public static List<StoreBuilder<?>> all() {
        return List.of(
                BlockStores.small(RANGES, AvroSerde.of(RangeTraits.class)),
                BlockStores.small(CAMPAIGNS, AvroSerde.of(Campaign.class)),
                BlockStores.small(DAY, AvroSerde.of(DayTick.class)),
                BlockStores.small(SETTLEMENTS, AvroSerde.of(DaySettled.class)));
    }
}
