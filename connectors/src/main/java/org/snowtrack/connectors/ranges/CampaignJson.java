package org.snowtrack.connectors.ranges;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.Tie;

/**
 * A campaign as one line of JSON, as {@code snowtrack campaigns --json} writes it:
 *
 * <pre>{@code
 * {"id","supersedes":[],"ranges":[],"addresses","networks":[{"asn","name","country"}],"domains":[],
 *  "ties":[{"kind","value","ranges":[]}],"first_seen","last_seen","valid_until"}
 * }</pre>
 *
 * <p>Every field is always there, in this order, and written as {@link RangeJson} writes its like.
 *
 * <p>Thread-safe.
 */
public final class CampaignJson {

    private CampaignJson() {}

    /** Writes one campaign as a line of ASCII without its end. */
    public static String write(Campaign campaign) {
        StringWriter line = new StringWriter(1 << 10);
        try (JsonGenerator json = RangeJson.JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("id", campaign.getId());
            RangeJson.writeTexts(json, "supersedes", campaign.getSupersedes());
            RangeJson.writeTexts(json, "ranges", campaign.getRanges());
            json.writeNumberField("addresses", campaign.getAddresses());
            json.writeArrayFieldStart("networks");
            for (OriginNetwork network : campaign.getNetworks()) {
                RangeJson.write(json, network);
            }
            json.writeEndArray();
            RangeJson.writeTexts(json, "domains", campaign.getDomains());
            json.writeArrayFieldStart("ties");
            for (Tie tie : campaign.getTies()) {
                json.writeStartObject();
                json.writeStringField("kind", tie.getKind().name());
                json.writeStringField("value", tie.getValue());
                RangeJson.writeTexts(json, "ranges", tie.getRanges());
                json.writeEndObject();
            }
            json.writeEndArray();
            RangeJson.writeTime(json, "first_seen", campaign.getFirstSeen());
            RangeJson.writeTime(json, "last_seen", campaign.getLastSeen());
            RangeJson.writeTime(json, "valid_until", campaign.getValidUntil());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail to be written", e);
        }
        return line.toString();
    }
}
