package org.snowtrack.connectors.ranges;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;

class RangeJsonTest {

    private static final Instant FIRST_SEEN = Instant.parse("2018-04-20T12:00:00Z");
    private static final Instant LAST_SEEN = Instant.parse("2018-05-31T12:00:00.050Z");

    @Test
    void shouldWriteEveryFieldInItsPlace() {
        assertThat(RangeJson.write(range("iclide.commercieopard.net").build())).isEqualTo("""
                        {"first_ip":"51.255.21.224","last_ip":"51.255.21.225","cidrs":["51.255.21.224/31"],\
                        "verdict":"FLAGGED","scope":"SHARED","score":87,"domains":["commercieopard.net"],\
                        "members":[{"ip":"51.255.21.224","reporters":4,"ptr":"iclide.commercieopard.net",\
                        "predicted":false,"listed_at":"2018-05-31T12:00:00.050Z"},\
                        {"ip":"51.255.21.225","reporters":0,"ptr":null,"predicted":true,"listed_at":null}],\
                        "network":{"asn":16276,"name":"OVH","country":"FR"},\
                        "evidence":[{"code":"CONSECUTIVE_RUN","value":"2 addresses"}],\
                        "first_seen":"2018-04-20T12:00:00Z","last_seen":"2018-05-31T12:00:00.050Z",\
                        "flagged_at":"2018-05-31T12:00:00.050Z","cleared_at":null}""");
    }

    @Test
    void shouldWriteNullAndEmptyWhereNothingIsKnown() {
        // Given
        FlaggedRange range = range("a.example")
                .setVerdict(Verdict.WATCHED)
                .setScope(Scope.LOCAL)
                .setCidrs(List.of())
                .setDomains(List.of())
                .setMembers(List.of())
                .setEvidence(List.of())
                .setNetwork(null)
                .setFlaggedAt(null)
                .setClearedAt(FIRST_SEEN)
                .build();

        // Then
        assertThat(RangeJson.write(range)).isEqualTo("""
                        {"first_ip":"51.255.21.224","last_ip":"51.255.21.225","cidrs":[],"verdict":"WATCHED",\
                        "scope":"LOCAL","score":87,"domains":[],"members":[],"network":null,"evidence":[],\
                        "first_seen":"2018-04-20T12:00:00Z","last_seen":"2018-05-31T12:00:00.050Z",\
                        "flagged_at":null,"cleared_at":"2018-04-20T12:00:00Z"}""");
    }

    @Test
    void shouldEscapeWhatSpammersPutIntoNames() {
        assertThat(RangeJson.write(
                        range("a\"\\\n\u001b[31m\u0000\u202eé.example").build()))
                .contains("\"ptr\":\"a\\\"\\\\\\n\\u001B[31m\\u0000\\u202E\\u00E9.example\"");
    }

    @Property
    void shouldKeepAnyNameInOneLineOfAscii(@ForAll String name) throws IOException {
        // When
        String line = RangeJson.write(range(name).build());

        // Then
        assertThat(line)
                .matches("[\\x20-\\x7f]*")
                .isEqualTo(RangeJson.write(range(name).build()));
        assertThat(firstName(line)).isEqualTo(name);
    }

    private static String firstName(String line) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(line)) {
            while (json.nextToken() != null) {
                if (json.hasToken(JsonToken.FIELD_NAME) && json.currentName().equals("ptr")) {
                    return json.nextTextValue();
                }
            }
        }
        return "no name";
    }

    private static FlaggedRange.Builder range(String name) {
        return FlaggedRange.newBuilder()
                .setFirstIp("51.255.21.224")
                .setLastIp("51.255.21.225")
                .setCidrs(List.of("51.255.21.224/31"))
                .setVerdict(Verdict.FLAGGED)
                .setScope(Scope.SHARED)
                .setScore(87)
                .setDomains(List.of("commercieopard.net"))
                .setMembers(List.of(
                        new RangeMember("51.255.21.224", 4, name, false, LAST_SEEN),
                        new RangeMember("51.255.21.225", 0, null, true, null)))
                .setNetwork(new OriginNetwork(16276L, "OVH", "FR"))
                .setEvidence(List.of(new Evidence(EvidenceCode.CONSECUTIVE_RUN, "2 addresses", LAST_SEEN)))
                .setFirstSeen(FIRST_SEEN)
                .setLastSeen(LAST_SEEN)
                .setFlaggedAt(LAST_SEEN)
                .setValidUntil(LAST_SEEN);
    }
}
