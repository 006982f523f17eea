package org.snowtrack.connectors.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.connectors.grammar.Reason.INVALID_RECIPIENT;
import static org.snowtrack.connectors.grammar.Reason.OTHER;
import static org.snowtrack.connectors.grammar.Reason.RELAY_DENIED;
import static org.snowtrack.connectors.postfix.PostfixLines.rcpt;
import static org.snowtrack.connectors.postfix.PostfixLines.refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.grammar.Reason;

class ReasonTest {

    private static final String BOB = "<bob@example.org>: ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual alias table",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in relay recipient table",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown",
                "450 4.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table",
                "554 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: undeliverable address: host "
                        + "mail.example.org[198.51.100.7] said: 550 5.1.1 <bob@example.org>: user unknown (in reply to "
                        + "RCPT TO command)",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: undeliverable address: unknown user: \"bob\"",
                "450 4.1.1 <bob@example.org>: Recipient address rejected: unverified address: host "
                        + "mail.example.org[198.51.100.7] said: 550 5.1.1 <bob@example.org>: User unknown",
                "550 5.1.1 <bob@example.org>: Recipient address rejected: no mailbox of this name",
                "550 5.1.1 User unknown",
                "550 5.1.10 <bob@example.org>: Recipient address rejected: Recipient not found",
                "550 <bob@example.org>: Recipient address rejected: User unknown in local recipient table",
                "450 <bob@example.org>: Recipient address rejected: User unknown in relay recipient table",
                "550 5.5.0 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
                "550 5.7.1 <bob@example.org>: Recipient address rejected: undeliverable address: host said no",
                "550 5.1.1 <bob@exam",
                "550 5.1.1 <\"b >: o\\\"b\"@example.org>: Recipient address rejected: User unknown in local recipient table"
            })
    void shouldCountRecipientThatDoesNotExist(String reply) {
        assertThat(refusal(rcpt(reply)).reason()).isEqualTo(INVALID_RECIPIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "550 5.1.0 <a@example.net>: Sender address rejected: User unknown in local recipient table|POLICY",
                "550 <a@example.net>: Sender address rejected: User unknown in virtual mailbox table|POLICY",
                "550 5.1.7 <a@example.net>: Sender address rejected: undeliverable address: host said: 550 5.1.1|POLICY",
                "450 4.1.7 <a@example.net>: Sender address rejected: unverified address: Connection timed out|POLICY",
                "450 4.1.8 <a@example.net>: Sender address rejected: Domain not found|POLICY",
                "550 5.1.8 <a@example.net>: Sender address rejected: Domain not found|POLICY",
                "553 5.7.1 <a@example.net>: Sender address rejected: not owned by user bob|POLICY",
                "550 5.7.23 <bob@example.org>: Recipient address rejected: Message rejected due to: SPF fail|POLICY",
                "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.24]|POLICY",
                "554 5.7.1 <unknown[192.0.2.24]>: Client host rejected: Access denied|POLICY",
                "550 5.0.0 <unknown[192.0.2.24]>: Client host rejected: User unknown|POLICY",
                "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname|POLICY",
                "450 4.7.1 <x.example>: Helo command rejected: Host not found|POLICY",
                "554 5.7.1 <bob@example.org>: Recipient address rejected: Access denied|POLICY",
                "554 5.7.1 <bob@example.org>: Relay access denied|RELAY_DENIED",
                "454 4.7.1 <bob@example.org>: Relay access denied|RELAY_DENIED",
                "550 5.7.1 Relaying denied|RELAY_DENIED",
                "554 5.7.1 Service unavailable; Client host [192.0.2.24] blocked using zen.example.com|BLOCKLISTED",
                "554 5.7.1 Service unavailable; Sender address [a@b.example] blocked using dbl.example.com|BLOCKLISTED",
                "450 4.2.0 <bob@example.org>: Recipient address rejected: Greylisted, see https://example.org/|GREYLISTED",
                "451 4.7.1 Greylisting in action, please come back later|GREYLISTED",
                "450 4.7.1 <bob@example.org>: Recipient address rejected: Policy Rejection- Graylisted|GREYLISTED",
                "450 4.1.1 <b@example.org>: Recipient address rejected: unverified address: Address verification in "
                        + "progress|OTHER",
                "450 4.1.1 <b@example.org>: Recipient address rejected: unverified address: connect to "
                        + "mail.example.org[198.51.100.7]:25: Connection timed out|OTHER",
                "450 4.1.2 <bob@example.invalid>: Recipient address rejected: Domain not found|OTHER",
                "556 5.1.10 <bob@example.org>: Recipient address rejected: Domain does not accept mail (nullMX)|OTHER",
                "452 4.2.2 <bob@example.org>: Recipient address rejected: Mailbox full|OTHER",
                "552 5.2.2 <bob@example.org>: Recipient address rejected: Mailbox full|OTHER",
                "421 4.3.5 Server configuration error|OTHER",
                "451 4.3.0 <bob@example.org>: Temporary lookup failure|OTHER",
                "552 5.3.4 Message size exceeds fixed limit|SIZE_EXCEEDED",
                "535 5.7.8 Error: authentication failed|AUTH_FAILED",
                "550 5.6.0 Message content rejected|CONTENT",
                "550 x|OTHER",
                "550 5.|OTHER"
            })
    void shouldTellWhyWhenItIsNotTheRecipient(String reply, Reason reason) {
        assertThat(refusal(rcpt(reply)).reason()).isEqualTo(reason);
    }

    @Test
    void shouldNotBeLedByWordsThatTheClientChose() {
        // Given
        String unknown = "Recipient address rejected: User unknown in local recipient table";

        // Then
        assertThat(refusal(rcpt("550 5.1.1 <greylist@example.org>: " + unknown)).reason())
                .isEqualTo(INVALID_RECIPIENT);
        assertThat(refusal(rcpt("550 5.1.1 <\"x>: Sender address rejected: \"@example.org>: " + unknown))
                        .reason())
                .isEqualTo(INVALID_RECIPIENT);
        assertThat(refusal(rcpt("550 5.1.1 <x>: Relay access denied; from=<a@example.org>: " + unknown))
                        .reason())
                .isEqualTo(INVALID_RECIPIENT);
        assertThat(refusal(rcpt("450 4.1.1 <x>: Recipient address rejected: unverified address@example.org>: "
                                + unknown))
                        .reason())
                .isEqualTo(INVALID_RECIPIENT);
        assertThat(refusal(
                                rcpt(
                                        "554 5.7.1 <\"User unknown in local recipient table\"@example.org>: Relay access denied"))
                        .reason())
                .isEqualTo(RELAY_DENIED);
        assertThat(refusal(rcpt("450 4.2.0 " + BOB + "Recipient address rejected: Try again")
                                .replace("from=<news@", "from=<\"blocked using greylist\"@"))
                        .reason())
                .isEqualTo(OTHER);
    }
}
