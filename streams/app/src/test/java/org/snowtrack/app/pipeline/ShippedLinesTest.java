package org.snowtrack.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.schemas.LogSession;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.lines.LineFacts;
import org.snowtrack.topologies.lines.LogSessions;

class ShippedLinesTest {

    private static final Instant SHIPPED = Instant.parse("2026-11-25T12:00:05Z");
    private static final String MESSAGE = "NOQUEUE: reject: RCPT from snow.example[192.0.2.16]: 550 5.1.1 "
            + "<u@isp.example>: Recipient address rejected: User unknown; from=<n@snow.example> to=<u@isp.example> "
            + "proto=ESMTP helo=<snow.example>";
    private static final String SYSLOG = "Nov 25 12:00:00 mx1 postfix/smtpd[123]: " + MESSAGE;

    private final Facts facts = new Facts();
    private final Rows rows = new Rows();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // rsyslog: files' and the network's formats, and RFC 5424
                "%s",
                "<22>%s",
                "2026-11-25T12:00:00.5+00:00 mx1 postfix/smtpd[123]: $",
                "<22>1 2026-11-25T12:00:00Z mx1 postfix/smtpd 123 - - $",
                // Vector, as JSON
                "{'file':'/var/log/mail.log','host':'mx1','message':'%s','source_type':'file',"
                        + "'timestamp':'2026-11-25T12:00:00.25Z'}",
                "{'appname':'postfix/smtpd','facility':'mail','hostname':'mx1','message':'$','procid':123,"
                        + "'source_type':'syslog','host':'mx1','timestamp':'2026-11-25T12:00:00Z'}",
                // Filebeat
                "{'@timestamp':'2026-11-25T12:00:00.123Z','@metadata':{'beat':'filebeat'},'message':'%s',"
                        + "'host':{'name':'mx1'},'log':{'offset':0,'file':{'path':'/var/log/mail.log'}}}",
                // Fluent Bit
                "{'@timestamp':1795608000.123456,'log':'%s'}",
                "{'@timestamp':1795608000.5,'pri':'22','host':'mx1','ident':'postfix/smtpd','pid':'123','message':'$'}",
                // rsyslog with a template of its own
                "{'@timestamp':'2026-11-25T12:00:00Z','host':'mx1','syslogtag':'postfix/smtpd[123]:','message':'$'}",
                // journald
                "{'__REALTIME_TIMESTAMP':'1795608000000000','_HOSTNAME':'mx1','SYSLOG_IDENTIFIER':'postfix/smtpd',"
                        + "'MESSAGE':'$'}"
            })
    void shouldReadALineHoweverItWasShipped(String shape) {
        // When
        read(ZoneOffset.UTC, shape.replace('\'', '"').replace("%s", SYSLOG).replace("$", MESSAGE));

        // Then
        assertThat(facts.notices).isEmpty();
        assertThat(facts.rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.getSourceIp()).isEqualTo("192.0.2.16");
            assertThat(rejection.getReason()).isEqualTo(RejectionReason.INVALID_RECIPIENT);
            assertThat(rejection.getRejectedRecipients()).isEqualTo(1);
            assertThat(rejection.getClientName()).isEqualTo("snow.example");
            assertThat(rejection.getObservedAt())
                    .isBetween(Instant.parse("2026-11-25T12:00:00Z"), Instant.parse("2026-11-25T12:00:00.999Z"));
            assertThat(rejection.toString()).doesNotContain("isp.example");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-25T12:00:05Z, Nov 25, 2026-11-25T12:00:00Z",
        "2027-01-01T00:00:05Z, Dec 31, 2026-12-31T12:00:00Z",
        "2027-01-01T00:00:05Z, Jan  1, 2027-01-01T12:00:00Z",
        "2027-01-01T00:00:05Z, Jan  3, 2026-01-03T12:00:00Z",
        "2029-01-01T00:00:05Z, Feb 29, 2028-02-29T12:00:00Z"
    })
    void shouldTakeTheYearFromTheRecordsTimeWhateverCameBefore(Instant shipped, String day, Instant at) {
        // Given
        ShippedLines lines = new ShippedLines(ZoneOffset.UTC, rows);
        byte[] other = line(SYSLOG.replace("Nov 25", "Jul 14"));
        byte[] line = line(SYSLOG.replace("Nov 25", day));
        lines.read(other, other.length, 0, shipped, facts);

        // When
        lines.read(line, line.length, 1, shipped, facts);

        // Then
        assertThat(facts.rejections.get(1).getObservedAt()).isEqualTo(at);
    }

    @Test
    void shouldReadTimesWithoutAZoneInTheConfiguredOne() {
        // When
        read(ZoneId.of("Europe/Paris"), SYSLOG);

        // Then
        assertThat(facts.rejections)
                .extracting(MailRejection::getObservedAt)
                .containsExactly(Instant.parse("2026-11-25T11:00:00Z"));
    }

    @Test
    void shouldTellOfSessionsAndOfWhatCannotBeRead() {
        // When
        read(
                ZoneOffset.UTC,
                "Nov 25 12:00:00 mx1 postfix/smtpd[1]: disconnect from a[192.0.2.1] rcpt=3/5",
                "Nov 25 12:00:00 mx1 postfix/smtpd[1]: disconnect from a[192.0.2.1] rcpt=0/0",
                "Nov 25 12:00:00 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from nowhere",
                "Nov 25 12:00:00 mx1 sshd[1]: Connection closed by 192.0.2.1",
                "Nov 25 12:00:00 mx1 last message repeated 3 times",
                "{'json':'but no envelope'}");

        // Then
        assertThat(facts.rejections)
                .containsExactly(MailRejection.newBuilder()
                        .setSourceIp("192.0.2.1")
                        .setObservedAt(Instant.parse("2026-11-25T12:00:00Z"))
                        .setReason(RejectionReason.OTHER)
                        .setRejectedRecipients(2)
                        .setAcceptedRecipients(3)
                        .build());
        assertThat(facts.notices).containsExactly("unreadable");
    }

    @Test
    void shouldCountALineThatWasRepeated() {
        // When
        read(ZoneOffset.UTC, "Nov 25 12:00:00 mx1 postfix/smtpd[123]: message repeated 3 times: [ " + MESSAGE + "]");

        // Then
        assertThat(facts.rejections)
                .extracting(MailRejection::getRejectedRecipients)
                .containsExactly(3);
    }

    @Test
    void shouldKeepOfASessionWhatMayBeKept() {
        // Given
        SessionState state = SessionState.of(IpAddress.parse("2001:db8::1"))
                .withHelo("u@isp.example")
                .withClientName("mail.snow.example")
                .withSender("<n@Snow.example>")
                .withMessageBytes(77L)
                .withNote("3")
                .holding(new SessionState.Held(5, SHIPPED, Reason.POLICY, "550 5.7.1", 2));
        ShippedLines.Stored stored = new ShippedLines.Stored("mx1", rows);

        // When
        stored.put("A", state);

        // Then
        assertThat(stored.get("A")).isEqualTo(state.withHelo(null).withSender("@snow.example"));
        assertThat(rows.rows.toString()).contains("snow.example").doesNotContain("isp.example", "@");
        assertThat(stored.remove("A")).isNotNull();
        assertThat(stored.get("A")).isNull();
        stored.put("B", SessionState.NEW);
        assertThat(stored.get("B")).isEqualTo(SessionState.NEW);
    }

    @Test
    void shouldFailWhereItsSessionsFail() {
        // Given
        RuntimeException failure = new IllegalStateException("the store is closed");
        rows.failure = failure;

        // Then
        assertThatThrownBy(
                        () -> read(
                                ZoneOffset.UTC,
                                "Nov 25 12:00:00 mx1 smtpd[1]: 5e8f4ad2ca5c51f5 smtp connected address=192.0.2.24 host=a.example"))
                .isSameAs(failure);
    }

    private void read(ZoneId zone, String... lines) {
        ShippedLines reader = new ShippedLines(zone, rows);
        for (int i = 0; i < lines.length; i++) {
            byte[] line = line(lines[i]);
            reader.read(line, line.length, i, SHIPPED, facts);
        }
    }

    private static byte[] line(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class Facts implements LineFacts {

        private final List<MailRejection> rejections = new ArrayList<>();
        private final List<String> notices = new ArrayList<>();

        @Override
        public void rejection(MailRejection rejection) {
            rejections.add(rejection);
        }

        @Override
        public void unreadable() {
            notices.add("unreadable");
        }

        @Override
        public void unattributed(long offset) {
            notices.add("unattributed " + offset);
        }
    }

    private static final class Rows implements LogSessions {

        private final Map<String, LogSession> rows = new HashMap<>();
        private @Nullable RuntimeException failure;

        @Override
        public @Nullable LogSession get(String host, String id) {
            fail();
            return rows.get(host + " " + id);
        }

        @Override
        public void put(String host, String id, LogSession session) {
            fail();
            rows.put(host + " " + id, session);
        }

        @Override
        public @Nullable LogSession remove(String host, String id) {
            fail();
            return rows.remove(host + " " + id);
        }

        private void fail() {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
