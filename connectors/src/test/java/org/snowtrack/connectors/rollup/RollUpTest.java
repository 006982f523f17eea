package org.snowtrack.connectors.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Notice;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;

class RollUpTest {

    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final IpAddress A = IpAddress.parse("192.0.2.1");
    private static final IpAddress B = IpAddress.parse("2001:db8::1");

    private final RollUp rollUp = new RollUp("0123456789abcdef", "isp-001");

    @Test
    void shouldCountRefusalsOfOneMinuteByClientAndReason() {
        // Given
        rollUp.add(refusal(A, 0, Reason.INVALID_RECIPIENT, "first.example"), 100);
        rollUp.add(refusal(B, 1, Reason.INVALID_RECIPIENT, null), 200);
        rollUp.add(refusal(A, 59, Reason.INVALID_RECIPIENT, "second.example"), 300);
        rollUp.add(refusal(A, 59, Reason.RELAY_DENIED, null), 400);

        // When
        rollUp.add(refusal(A, 60, Reason.INVALID_RECIPIENT, null), 500);

        // Then
        assertThat(rollUp.closed())
                .containsExactly(
                        refused("192.0.2.1", 0, Reason.INVALID_RECIPIENT, 2, "first.example", "100r"),
                        refused("2001:db8::1", 0, Reason.INVALID_RECIPIENT, 1, null, "200r"),
                        refused("192.0.2.1", 0, Reason.RELAY_DENIED, 1, null, "400r"));
        assertThat(rollUp.closed()).isEmpty();
    }

    @Test
    void shouldTellTheSizeOfTheLargestMessage() {
        // Given
        Refusal refusal = Refusal.of(A, NOON, Reason.SIZE_EXCEEDED, null);
        rollUp.add(refusal, 100);
        rollUp.add(refusal.withMessageBytes(30_000_000L), 200);
        rollUp.add(refusal.withMessageBytes(20_000_000L), 300);

        // When
        rollUp.end();

        // Then
        assertThat(rollUp.closed()).extracting(MailRejection::getMessageBytes).containsExactly(30_000_000L);
    }

    @Test
    void shouldTellTheNamesOfTheFirstRefusalThoughItHasNone() {
        // Given
        rollUp.add(unknown(A, 0), 100);
        rollUp.add(refusal(A, 1, Reason.INVALID_RECIPIENT, "second.example"), 200);

        // When
        rollUp.end();

        // Then
        assertThat(rollUp.closed()).containsExactly(refused("192.0.2.1", 0, Reason.INVALID_RECIPIENT, 2, null, "100r"));
    }

    @Test
    void shouldSumSessionsOfOneHourByClient() {
        // Given
        rollUp.add(new Session(A, NOON, 0, 3), 100);
        rollUp.add(new Session(A, NOON.plusSeconds(3_599), 2, 4), 200);

        // When
        rollUp.add(new Session(A, NOON.plusSeconds(3_600), 1, 1), 300);

        // Then
        assertThat(rollUp.closed()).containsExactly(sessions("192.0.2.1", 0, 5, 2, "100s"));
    }

    @Test
    void shouldBeginAnewWhenMinuteComesBack() {
        // Given
        rollUp.add(unknown(A, 0), 100);
        rollUp.add(unknown(A, 60), 200);

        // When
        rollUp.add(unknown(A, 59), 300);
        rollUp.end();

        // Then
        assertThat(rollUp.closed())
                .extracting(MailRejection::getOrigin)
                .containsExactly("0123456789abcdef:100r", "0123456789abcdef:200r", "0123456789abcdef:300r");
    }

    @Test
    void shouldGiveOpenGroupsUnderTheOriginThatTheyKeep() {
        rollUp.add(unknown(A, 0), 100);
        rollUp.add(new Session(A, NOON, 1, 1), 200);
        assertThat(rollUp.open())
                .containsExactly(
                        refused("192.0.2.1", 0, Reason.INVALID_RECIPIENT, 1, null, "100r"),
                        sessions("192.0.2.1", 0, 0, 1, "200s"));
        assertThat(rollUp.open()).isEmpty();

        rollUp.add(unknown(A, 1), 300);
        assertThat(rollUp.open()).containsExactly(refused("192.0.2.1", 0, Reason.INVALID_RECIPIENT, 2, null, "100r"));
        assertThat(rollUp.closed()).isEmpty();

        rollUp.add(new Session(A, NOON.plusSeconds(2), 0, 1), 400);
        rollUp.end();
        assertThat(rollUp.closed())
                .as("what was not told as it is now")
                .containsExactly(sessions("192.0.2.1", 0, 1, 1, "200s"));
        assertThat(rollUp.open()).isEmpty();
    }

    @Test
    void shouldTellFromWhereOpenGroupsCanBeMadeAnew() {
        assertThat(rollUp.openSince()).isEmpty();
        rollUp.add(unknown(A, 0), 100);
        assertThat(rollUp.openSince()).hasValue(100);
        rollUp.add(unknown(A, 60), 200);
        assertThat(rollUp.openSince()).hasValue(200);
        rollUp.add(new Session(A, NOON.plusSeconds(61), 1, 1), 300);
        rollUp.add(unknown(A, 120), 400);
        assertThat(rollUp.openSince())
                .as("the minute of the hour's first session")
                .hasValue(200);
        rollUp.add(unknown(A, 3_600), 500);
        assertThat(rollUp.openSince()).hasValue(500);
        rollUp.end();
        assertThat(rollUp.openSince()).isEmpty();
    }

    @Test
    void shouldChangeNothingWhenFactIsUnreadable() {
        // When
        rollUp.add(Notice.UNREADABLE, 100);

        // Then
        assertThat(rollUp.openSince()).isEmpty();
        assertThat(rollUp.open()).isEmpty();
    }

    @Test
    void shouldHoldNoMoreGroupsThanItMay() {
        // Given
        RollUp small = new RollUp("0123456789abcdef", "isp-001", 3);
        List<MailRejection> closed = new ArrayList<>();

        // When
        IntStream.range(0, 100).forEach(i -> {
            small.add(unknown(IpAddress.ipv4(i), 0), 10L * i);
            small.add(new Session(IpAddress.ipv4(i), NOON, 1, 1), 10L * i + 5);
            closed.addAll(small.closed());
            assertThat(2 * (i + 1) - closed.size()).isBetween(0, 6);
        });
        small.end();

        // Then
        closed.addAll(small.closed());
        assertThat(closed)
                .extracting(MailRejection::getOrigin)
                .doesNotHaveDuplicates()
                .hasSize(200);
    }

    @Test
    void shouldEndCountsWhereTheRecordEnds() {
        // When
        for (int i = 0; i < 3; i++) {
            rollUp.add(new Session(A, NOON, 0, 999_999_999), i);
        }

        // Then
        assertThat(rollUp.open())
                .extracting(MailRejection::getRejectedRecipients)
                .containsExactly(Integer.MAX_VALUE);
    }

    private static LogFact unknown(IpAddress client, int second) {
        return refusal(client, second, Reason.INVALID_RECIPIENT, null);
    }

    private static LogFact refusal(IpAddress client, int second, Reason reason, @Nullable String name) {
        return Refusal.of(client, NOON.plusSeconds(second), reason, null)
                .withHelo(name)
                .withClientName(name)
                .withSender(name == null ? null : "a@" + name);
    }

    private static MailRejection refused(
            String client, int second, Reason reason, int count, @Nullable String name, String place) {
        return record(client, second, reason, count, null, name, place);
    }

    private static MailRejection sessions(String client, int second, int refused, int accepted, String place) {
        return record(client, second, Reason.OTHER, refused, accepted, null, place);
    }

    private static MailRejection record(
            String client,
            int second,
            Reason reason,
            int refused,
            @Nullable Integer accepted,
            @Nullable String name,
            String place) {
        return MailRejection.newBuilder()
                .setSourceIp(client)
                .setReporter("isp-001")
                .setObservedAt(NOON.plusSeconds(second))
                .setReason(reason.inRecords())
                .setRejectedRecipients(refused)
                .setAcceptedRecipients(accepted)
                .setHelo(name)
                .setClientName(name)
                .setMailFromDomain(name)
                .setOrigin("0123456789abcdef:" + place)
                .build();
    }
}
