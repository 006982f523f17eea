package org.snowtrack.connectors.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

@Domain(Rejections.class)
@Domain(DomainContext.Global.class)
class RejectionJsonTest {

    @Test
    void shouldReadEveryField() {
        assertThat(RejectionJson.parse(Rejections.LINE))
                .isEqualTo(MailRejection.newBuilder()
                        .setSourceIp("54.38.4.96")
                        .setReporter("isp-001")
                        .setObservedAt(Instant.parse("2018-04-05T06:07:08Z"))
                        .setReason(RejectionReason.INVALID_RECIPIENT)
                        .setRejectedRecipients(12)
                        .setAcceptedRecipients(1)
                        .setMessageBytes(40_000L)
                        .setHelo("mx.example.net")
                        .setClientName("a.example.net")
                        .setMailFromDomain("example.net")
                        .setOrigin("log:17")
                        .build());
    }

    @Test
    void shouldWriteTheLineThatItRead() {
        assertThat(RejectionJson.write(RejectionJson.parse(Rejections.LINE))).isEqualTo(Rejections.LINE);
    }

    @Property
    void shouldReadWhatItWrote(@ForAll MailRejection rejection) {
        // When
        String line = RejectionJson.write(rejection);

        // Then
        assertThat(line).matches("\\p{ASCII}*").doesNotContain("\n").doesNotContain("null,");
        assertThat(RejectionJson.parse(line)).isEqualTo(rejection);
    }

    @Test
    void shouldOmitWhatIsNull() {
        // Given
        String line =
                without("accepted_recipients", "message_bytes", "helo", "client_name", "mail_from_domain", "origin");

        // Then
        assertThat(RejectionJson.write(RejectionJson.parse(line))).isEqualTo(line);
        assertThat(RejectionJson.parse(with("helo", "null")).getHelo()).isNull();
    }

    @Test
    void shouldPassThroughWhatIntakeJudges() {
        // Given
        String line = Rejections.LINE
                .replace("54.38.4.96", "999.1.1.1")
                .replace(":12,", ":-12,")
                .replace("2018-", "9018-")
                .replace("isp-001", "");

        // When
        MailRejection rejection = RejectionJson.parse(line);

        // Then
        assertThat(rejection.getSourceIp()).isEqualTo("999.1.1.1");
        assertThat(rejection.getRejectedRecipients()).isEqualTo(-12);
        assertThat(rejection.getObservedAt()).isEqualTo("9018-04-05T06:07:08Z");
        assertThat(rejection.getReporter()).isEmpty();
    }

    @Test
    void shouldForgetFieldsThatTheRecordDoesNotHave() {
        // Given
        String line = Rejections.LINE.replace(
                "{", "{\"recipient\":\"bob@example.org\",\"more\":{\"helo\":[1,{\"reason\":2}]},\"HELO\":1,");

        // Then
        assertThat(RejectionJson.parse(line)).isEqualTo(RejectionJson.parse(Rejections.LINE));
    }

    @ParameterizedTest
    @CsvSource({
        "2018-04-05T06:07:08Z, 2018-04-05T06:07:08Z",
        "2018-04-05t06:07:08z, 2018-04-05T06:07:08Z",
        "2018-04-05T06:07:08.5Z, 2018-04-05T06:07:08.500Z",
        "2018-04-05T06:07:08.123456789Z, 2018-04-05T06:07:08.123Z",
        "2018-04-05T06:07:08+02:00, 2018-04-05T04:07:08Z",
        "2018-04-05T23:37:08.25-09:30, 2018-04-06T09:07:08.250Z",
        "2018-04-05T06:07:08-00:00, 2018-04-05T06:07:08Z",
        "2020-02-29T00:00:00+14:00, 2020-02-28T10:00:00Z"
    })
    void shouldReadTimeWithAnyOffset(String text, Instant time) {
        assertThat(RejectionJson.parse(with("observed_at", "\"" + text + "\"")).getObservedAt())
                .isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2018-04-05",
                "2018-04-05T06:07:08",
                "2018-04-05T06:07Z",
                "2018-04-31T06:07:08Z",
                "2019-02-29T06:07:08Z",
                "2018-04-05T24:00:00Z",
                "2018-04-05T06:07:08+0200",
                "+12018-04-05T06:07:08Z",
                "2018-04-05T06:07:08.Z",
                "2018-04-05T06:07:08+02:00[Europe/Paris]",
                "1522908428",
                "2018-04-05T06:07:08Z "
            })
    void shouldRefuseLineWhenTimeIsUnreadable(String text) {
        assertRefused(
                with("observed_at", "\"" + text + "\""),
                "The field 'observed_at' must be a time in the form of RFC 3339, such as 2018-04-05T06:07:08Z or "
                        + "2018-04-05T08:07:08.5+02:00.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"invalid_recipient\"", "\"550 <bob@example.org> unknown\""})
    void shouldRefuseLineWhenReasonIsUnknown(String reason) {
        assertRefused(
                with("reason", reason),
                "The field 'reason' must be one of INVALID_RECIPIENT, RELAY_DENIED, BLOCKLISTED, POLICY, GREYLISTED, "
                        + "AUTH_FAILED, CONTENT, SIZE_EXCEEDED, OTHER.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"source_ip", "reporter", "observed_at", "reason", "rejected_recipients"})
    void shouldRefuseLineWhenFieldIsMissing(String field) {
        assertRefused(without(field), "The field '" + field + "' is missing.");
    }

    @ParameterizedTest
    @CsvSource({
        "source_ip, 7, 'must be a string, not a number'",
        "source_ip, null, 'must be a string, not null'",
        "reporter, true, 'must be a string, not a boolean'",
        "observed_at, 1522908428, 'must be a string, not a number'",
        "reason, [], 'must be a string, not an array'",
        "helo, {}, 'must be a string, not an object'",
        "rejected_recipients, null, 'must be a whole number, not null'",
        "rejected_recipients, '\"12\"', 'must be a whole number, not a string'",
        "rejected_recipients, 1.5, 'must be a whole number from -2147483648 to 2147483647'",
        "rejected_recipients, 1e3, 'must be a whole number from -2147483648 to 2147483647'",
        "rejected_recipients, 2147483648, 'must be a whole number from -2147483648 to 2147483647'",
        "accepted_recipients, -2147483649, 'must be a whole number from -2147483648 to 2147483647'",
        "accepted_recipients, 99999999999999999999, 'must be a whole number from -2147483648 to 2147483647'",
        "message_bytes, 9223372036854775808, 'must be a whole number from -9223372036854775808 to 9223372036854775807'"
    })
    void shouldRefuseLineWhenTheRecordCannotHoldTheValue(String field, String value, String why) {
        assertRefused(with(field, value), "The field '" + field + "' " + why + ".");
    }

    @Test
    void shouldRefuseLineWhenFieldOccursTwice() {
        assertRefused(Rejections.LINE.replace("}", ",\"helo\":null}"), "The field 'helo' occurs twice.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|The line is not a JSON object.",
                "[]|The line is not a JSON object.",
                "null|The line is not a JSON object.",
                "12|The line is not a JSON object.",
                "{|The line is not JSON from column ",
                "bob@example.org|The line is not JSON from column ",
                "{\"helo\":bob@example.org}|The line is not JSON from column ",
                "{\"helo\":\"x|The line is not JSON from column "
            })
    void shouldRefuseLineWhenItIsNoJsonObject(String line, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RejectionJson.parse(line))
                .withMessageStartingWith(sentence)
                .withMessageNotContaining("bob")
                .withNoCause();
    }

    @Test
    void shouldRefuseLineWhenItGoesOn() {
        assertRefused(Rejections.LINE + "{}", "The line goes on behind its JSON object.");
    }

    @Test
    void shouldRefuseLineWhenItIsLargeOrDeep() {
        String sentence = "The line holds a value that is too long or nested too deeply.";
        assertRefused(with("helo", "\"" + "x".repeat(1 << 17) + "\""), sentence);
        assertRefused(with("helo", "\"\",\"deep\":" + "[".repeat(100_000)), sentence);
        assertRefused(with("rejected_recipients", "1".repeat(100_000)), sentence);
        assertRefused(with("helo", "\"\",\"" + "x".repeat(1 << 17) + "\":1"), sentence);
    }

    @Test
    void shouldRefuseToWriteTimeThatHasNoText() {
        // Given
        MailRejection rejection = MailRejection.newBuilder()
                .setSourceIp("")
                .setObservedAt(Instant.ofEpochMilli(Long.MAX_VALUE))
                .setReason(RejectionReason.OTHER)
                .setRejectedRecipients(0)
                .build();

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RejectionJson.write(rejection))
                .withMessageContaining("'observed_at'");
    }

    @Property
    void shouldReadOrRefuseAnyText(@ForAll String text) {
        readOrRefuse(text);
        readOrRefuse("{" + text + "}");
        readOrRefuse("{\"reason\":\"" + text + "\"}");
    }

    @Property(tries = 3000)
    void shouldReadOrRefuseEveryMutation(@ForAll @IntRange(max = 400) int position, @ForAll char change) {
        // Given
        StringBuilder line = new StringBuilder(Rejections.LINE);
        line.setCharAt(position % line.length(), change);

        // Then
        readOrRefuse(line.toString());
        readOrRefuse(line.substring(0, position % line.length()));
    }

    private static void readOrRefuse(String line) {
        try {
            assertThat(RejectionJson.parse(line).getReason()).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).startsWith("The ").endsWith(".");
        }
    }

    private static void assertRefused(String line, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RejectionJson.parse(line))
                .withMessage(sentence);
    }

    private static String with(String field, String value) {
        return Rejections.LINE.replaceFirst("(\"" + field + "\":)(\"[^\"]*\"|[0-9]+)", "$1" + value);
    }

    private static String without(String... fields) {
        String line = Rejections.LINE;
        for (String field : fields) {
            line = line.replaceFirst("\"" + field + "\":(\"[^\"]*\"|[0-9]+),?", "");
        }
        return line.replace(",}", "}");
    }
}
