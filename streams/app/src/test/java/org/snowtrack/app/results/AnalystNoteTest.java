package org.snowtrack.app.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;

class AnalystNoteTest {

    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");

    @Test
    void shouldSayInOneSentenceWhatItIs() {
        // Given
        FlaggedRange range = watched()
                .setDomains(List.of("a.example", "b.example"))
                .setEvidence(List.of(evidence(EvidenceCode.ADJACENT_THROWAWAY_DOMAINS, "2 domains side by side")))
                .build();

        // Then
        assertThat(AnalystNote.what(range))
                .isEqualTo("2 addresses of HOSTER under 2 domains side by side, reported by up to 5 ISPs each.");
    }

    @Test
    void shouldSayWhatWouldClearAListing() {
        // Given
        FlaggedRange range = watched()
                .setVerdict(Verdict.FLAGGED)
                .setClearsOn(LocalDate.of(2026, 2, 18))
                .build();

        // Then
        assertThat(AnalystNote.clearing(range))
                .isEqualTo("Clears on 2026-02-18 unless it is reported again; at once when other owners' names are "
                        + "confirmed on it, or by: snowtrack allow 192.0.2.1-192.0.2.2");
    }

    @Test
    void shouldSayWhichKeyIsMissing() {
        // Given
        FlaggedRange few = watched()
                .setReportersNeeded(10)
                .setEvidence(List.of(evidence(EvidenceCode.MANY_REPORTERS, "5 reporters")))
                .build();
        FlaggedRange local = watched().setScope(Scope.LOCAL).build();
        FlaggedRange old = watched().setReportersSince(TIME).build();
        FlaggedRange spared = watched()
                .setReportersSince(TIME)
                .setRegistrationSince(TIME)
                .setSparedBy(EvidenceCode.KNOWN_SENDER)
                .setEvidence(List.of(evidence(EvidenceCode.KNOWN_SENDER, "among 4 addresses of 3 settled owners")))
                .build();

        // Then
        assertThat(AnalystNote.clearing(few))
                .isEqualTo("Watched, not listed: 5 reporters; 10 are needed, and no single one may carry it.");
        assertThat(AnalystNote.clearing(local))
                .isEqualTo("Watched, not listed: too few of its addresses were excessive on two days.");
        assertThat(AnalystNote.clearing(old))
                .isEqualTo(
                        "Watched, not listed: most of its domains are established, or nobody knows how old they are.");
        assertThat(AnalystNote.clearing(spared))
                .isEqualTo("Watched, not listed: it has all three keys, but is spared by KNOWN_SENDER "
                        + "(among 4 addresses of 3 settled owners).");
    }

    @Test
    void shouldSignEvidenceByWhereItPoints() {
        assertThat(AnalystNote.sign(EvidenceCode.NEW_DOMAIN)).isEqualTo("+");
        assertThat(AnalystNote.sign(EvidenceCode.MOSTLY_ACCEPTED)).isEqualTo("-");
        assertThat(AnalystNote.sign(EvidenceCode.REGISTRATION_UNKNOWN)).isEqualTo(".");
    }

    private static Evidence evidence(EvidenceCode code, String value) {
        return new Evidence(code, value, TIME);
    }

    private static FlaggedRange.Builder watched() {
        return FlaggedRange.newBuilder()
                .setFirstIp("192.0.2.1")
                .setLastIp("192.0.2.2")
                .setCidrs(List.of("192.0.2.1/32", "192.0.2.2/32"))
                .setVerdict(Verdict.WATCHED)
                .setScope(Scope.SHARED)
                .setScore(40)
                .setDomains(List.of("a.example"))
                .setMembers(List.of(member("192.0.2.1", 5), member("192.0.2.2", 3)))
                .setNetwork(new OriginNetwork(64496L, "HOSTER", "DE"))
                .setEvidence(List.of())
                .setFirstSeen(TIME)
                .setLastSeen(TIME)
                .setFlaggedAt(null)
                .setClearedAt(null)
                .setValidUntil(TIME);
    }

    private static RangeMember member(String ip, int reporters) {
        return new RangeMember(ip, reporters, (@Nullable String) null, false, null);
    }
}
