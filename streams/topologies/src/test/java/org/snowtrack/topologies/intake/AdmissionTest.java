package org.snowtrack.topologies.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.topologies.intake.Admission.Outcome;

class AdmissionTest {

    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"", "300.1.2.3", "192.0.2", "192.0.2.1.5", "mx.example.com", "2001:db8::1::2", "1.2.3.4/8"})
    void shouldRefuseWhatIsNoAddress(String source) {
        assertThat(refusal(rejection(source, "isp-a", NOW, 1, null, null, null), Optional.empty()))
                .startsWith("source_ip: '" + source + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "224.0.0.1", "::1", "::", "ff02::1"})
    void shouldRefuseAddressesThatSendNoMail(String source) {
        assertThat(refusal(rejection(source, "isp-a", NOW, 1, null, null, null), Optional.empty()))
                .isEqualTo("source_ip: " + source + " cannot be a mail client's address.");
    }

    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0::1, 2001:db8::1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "192.0.2.1, 192.0.2.1",
    })
    void shouldWriteAnAddressInItsOneForm(String source, String canonical) {
        assertThat(admitted(rejection(source, "isp-a", NOW, 1, null, null, null), Optional.empty())
                        .getSourceIp())
                .isEqualTo(canonical);
    }

    @Test
    void shouldBindTheTopicsReporterWhateverThePayloadSays() {
        MailRejection liar = rejection("192.0.2.1", "isp-b", NOW, 1, null, null, null);
        MailRejection silent = rejection("192.0.2.1", "", NOW, 1, null, null, null);

        assertThat(admitted(liar, Optional.of("isp-a")).getReporter()).isEqualTo("isp-a");
        assertThat(admitted(silent, Optional.of("isp-a")).getReporter()).isEqualTo("isp-a");
        assertThat(admitted(liar, Optional.empty()).getReporter()).isEqualTo("isp-b");
        assertThat(refusal(silent, Optional.empty())).startsWith("reporter: nobody is named");
    }

    @ParameterizedTest
    @ValueSource(strings = {"isp\na", "isp\0a", "isp\u0007"})
    void shouldRefuseControlCharactersInAReportersName(String reporter) {
        assertThat(refusal(rejection("192.0.2.1", reporter, NOW, 1, null, null, null), Optional.empty()))
                .startsWith("reporter: a name has at most 128 characters");
    }

    @Property
    void shouldRefuseAReportersNameBeyondItsLength(@ForAll @IntRange(min = 1, max = 300) int length) {
        Outcome outcome = Admission.admit(
                rejection("192.0.2.1", "x".repeat(length), NOW, 1, null, null, null), Optional.empty(), NOW);

        assertThat(outcome instanceof Outcome.Admitted).isEqualTo(length <= ReporterName.MAX);
    }

    @Property
    void shouldTakeTheFutureForOneHourOnly(@ForAll @IntRange(min = -100_000, max = 100_000) int seconds) {
        Outcome outcome = Admission.admit(
                rejection("192.0.2.1", "isp-a", NOW.plusSeconds(seconds), 1, null, null, null), Optional.empty(), NOW);

        assertThat(outcome instanceof Outcome.Admitted).isEqualTo(seconds <= Admission.TOLERANCE.toSeconds());
    }

    @Property
    void shouldRefuseNegativeNumbers(
            @ForAll @IntRange(min = -3, max = 3) int rejected,
            @ForAll @IntRange(min = -3, max = 3) int accepted,
            @ForAll @IntRange(min = -3, max = 3) int bytes) {
        Outcome outcome = Admission.admit(
                rejection("192.0.2.1", "isp-a", NOW, rejected, accepted, (long) bytes, null), Optional.empty(), NOW);

        assertThat(outcome instanceof Outcome.Admitted).isEqualTo(rejected >= 0 && accepted >= 0 && bytes >= 0);
    }

    @Test
    void shouldGiveAFactWithoutOriginOneThatFollowsFromItsContent() {
        MailRejection fact = rejection("192.0.2.1", "isp-a", NOW, 1, null, null, null);
        MailRejection later = rejection("192.0.2.1", "isp-a", NOW.plus(Duration.ofSeconds(1)), 1, null, null, null);

        String origin = admitted(fact, Optional.empty()).getOrigin();

        assertThat(origin)
                .startsWith("content:")
                .isEqualTo(admitted(fact, Optional.empty()).getOrigin());
        assertThat(origin).isNotEqualTo(admitted(later, Optional.empty()).getOrigin());
        assertThat(admitted(rejection("192.0.2.1", "isp-a", NOW, 1, null, null, "log:7"), Optional.empty())
                        .getOrigin())
                .isEqualTo("log:7");
    }

    @Test
    void shouldTellTheSameOriginHoweverAFactIsSpelt() {
        // Given
        MailRejection mapped = rejection("::ffff:192.0.2.1", "isp-a", NOW, 1, null, null, null);
        MailRejection otherName = rejection("192.0.2.1", "isp-b", NOW, 1, null, null, null);

        // When
        String origin = admitted(mapped, Optional.of("isp-a")).getOrigin();

        // Then
        assertThat(origin)
                .isEqualTo(admitted(otherName, Optional.of("isp-a")).getOrigin())
                .isNotEqualTo(admitted(otherName, Optional.empty()).getOrigin());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, -185_542_587_187_200_000L})
    void shouldRefuseTimesThatNoDayNumberHolds(long millis) {
        assertThat(refusal(
                        rejection("192.0.2.1", "isp-a", Instant.ofEpochMilli(millis), 1, null, null, null),
                        Optional.empty()))
                .startsWith("observed_at: ")
                .endsWith(" is before 1970.");
    }

    @Test
    void shouldNotRepeatATextThatIsTooLongToBeAnAddress() {
        assertThat(refusal(rejection("1".repeat(100_000), "isp-a", NOW, 1, null, null, null), Optional.empty()))
                .isEqualTo("source_ip: an address has at most 45 characters.");
        assertThat(admitted(
                                rejection(
                                        "0000:0000:0000:0000:0000:ffff:192.168.100.200",
                                        "isp-a",
                                        NOW,
                                        1,
                                        null,
                                        null,
                                        null),
                                Optional.empty())
                        .getSourceIp())
                .isEqualTo("192.168.100.200");
    }

    @Property(tries = 50)
    void shouldRefuseAnOriginBeyondItsLength(@ForAll @IntRange(min = 4300, max = 4400) int length) {
        Outcome outcome = Admission.admit(
                rejection("192.0.2.1", "isp-a", NOW, 1, null, null, "x".repeat(length)), Optional.empty(), NOW);

        assertThat(outcome instanceof Outcome.Admitted).isEqualTo(length <= Admission.ORIGIN_MAX);
    }

    @Property(tries = 50)
    void shouldCountAClientWhateverItCallsItself(@ForAll @IntRange(min = 0, max = 600) int length) {
        // Given
        MailRejection rejection = MailRejection.newBuilder(rejection("192.0.2.1", "isp-a", NOW, 1, null, null, null))
                .setHelo("x".repeat(length))
                .setMailFromDomain("x".repeat(length))
                .build();

        // When
        MailRejection admitted = admitted(rejection, Optional.empty());

        // Then
        String told = length <= Admission.NAME_MAX ? "x".repeat(length) : null;
        assertThat(admitted.getHelo()).isEqualTo(told);
        assertThat(admitted.getMailFromDomain()).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "mx.Snow.example., mx.snow.example",
        "mx.snow.example, mx.snow.example",
        "_mx-1.snow.example, _mx-1.snow.example",
        "localhost,",
        "192.0.2.1,",
        "'mx snow.example',",
        "mx.snöw.example,",
        "bob@snow.example,",
        "'',"
    })
    void shouldTellTheVerifiedNameWhereItIsAHostName(String name, @Nullable String told) {
        // Given
        MailRejection rejection = MailRejection.newBuilder(rejection("192.0.2.1", "isp-a", NOW, 1, null, null, null))
                .setClientName(name)
                .build();

        // Then
        assertThat(admitted(rejection, Optional.empty()).getClientName()).isEqualTo(told);
    }

    @Property(tries = 50)
    void shouldTellNoVerifiedNameThatIsTooLong(@ForAll @IntRange(min = 100, max = 300) int labels) {
        // Given
        MailRejection rejection = MailRejection.newBuilder(rejection("192.0.2.1", "isp-a", NOW, 1, null, null, null))
                .setClientName("a.".repeat(labels) + "example")
                .build();

        // Then
        assertThat(admitted(rejection, Optional.empty()).getClientName() != null)
                .isEqualTo(2 * labels + "example".length() <= 253);
    }

    private static MailRejection admitted(MailRejection rejection, Optional<String> bound) {
        return ((Outcome.Admitted) Admission.admit(rejection, bound, NOW)).rejection();
    }

    private static String refusal(MailRejection rejection, Optional<String> bound) {
        return ((Outcome.Refused) Admission.admit(rejection, bound, NOW)).reason();
    }

    private static MailRejection rejection(
            String source,
            String reporter,
            Instant at,
            int rejected,
            @Nullable Integer accepted,
            @Nullable Long bytes,
            @Nullable String origin) {
        return MailRejection.newBuilder()
                .setSourceIp(source)
                .setReporter(reporter)
                .setObservedAt(at)
                .setReason(RejectionReason.INVALID_RECIPIENT)
                .setRejectedRecipients(rejected)
                .setAcceptedRecipients(accepted)
                .setMessageBytes(bytes)
                .setOrigin(origin)
                .build();
    }
}
