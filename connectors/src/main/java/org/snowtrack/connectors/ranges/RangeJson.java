package org.snowtrack.connectors.ranges;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;

/**
 * A range as one line of JSON, as {@code snowtrack replay} writes it:
 *
 * <pre>{@code
 * {"first_ip","last_ip","cidrs":[],"verdict","scope","score","domains":[],
 *  "members":[{"ip","reporters","ptr","predicted","listed_at"}],
 *  "network":{"asn","name","country"},"evidence":[{"code","value"}],
 *  "first_seen","last_seen","flagged_at","cleared_at"}
 * }</pre>
 *
 * <p>Every field is always there, in this order; what is not known is null. Times are RFC 3339 in UTC with seconds, and
 * with a fraction only where it is not zero. Lists keep the record's order, so that equal records give equal bytes.
 * Host names are the spammer's text: control characters and all that is not ASCII are escaped.
 *
 * <p>Thread-safe.
 */
public final class RangeJson {

    static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private RangeJson() {}

    /** Writes one range as a line of ASCII without its end. */
    public static String write(FlaggedRange range) {
        StringWriter line = new StringWriter(1 << 10);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("first_ip", range.getFirstIp());
            json.writeStringField("last_ip", range.getLastIp());
            writeTexts(json, "cidrs", range.getCidrs());
            json.writeStringField("verdict", range.getVerdict().name());
            json.writeStringField("scope", range.getScope().name());
            json.writeNumberField("score", range.getScore());
            writeTexts(json, "domains", range.getDomains());
            writeMembers(json, range.getMembers());
            writeNetwork(json, range.getNetwork());
            writeEvidence(json, range.getEvidence());
            writeTime(json, "first_seen", range.getFirstSeen());
            writeTime(json, "last_seen", range.getLastSeen());
            writeTime(json, "flagged_at", range.getFlaggedAt());
            writeTime(json, "cleared_at", range.getClearedAt());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail to be written", e);
        }
        return line.toString();
    }

    private static void writeMembers(JsonGenerator json, List<RangeMember> members) throws IOException {
        json.writeArrayFieldStart("members");
        for (RangeMember member : members) {
            json.writeStartObject();
            json.writeStringField("ip", member.getIp());
            json.writeNumberField("reporters", member.getReporters());
            json.writeStringField("ptr", member.getPtr());
            json.writeBooleanField("predicted", member.getPredicted());
            writeTime(json, "listed_at", member.getListedAt());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeNetwork(JsonGenerator json, @Nullable OriginNetwork network) throws IOException {
        if (network == null) {
            json.writeNullField("network");
            return;
        }
        json.writeFieldName("network");
        write(json, network);
    }

    static void write(JsonGenerator json, OriginNetwork network) throws IOException {
        json.writeStartObject();
        json.writeNumberField("asn", network.getAsn());
        json.writeStringField("name", network.getName());
        json.writeStringField("country", network.getCountry());
        json.writeEndObject();
    }

    private static void writeEvidence(JsonGenerator json, List<Evidence> evidence) throws IOException {
        json.writeArrayFieldStart("evidence");
        for (Evidence reason : evidence) {
            json.writeStartObject();
            json.writeStringField("code", reason.getCode().name());
            json.writeStringField("value", reason.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void writeTexts(JsonGenerator json, String field, List<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    static void writeTime(JsonGenerator json, String field, @Nullable Instant time) throws IOException {
        json.writeStringField(field, time == null ? null : time.toString());
    }
}
