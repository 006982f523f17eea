package org.snowtrack.connectors.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.serde.AvroSerde;

class LogRecordsTest {

    private static final SourceConfig CONFIG =
            new SourceConfig(SourceConfig.common(), Map.of("reporter", "isp", "zone", "UTC"));

    private final Path log;

    LogRecordsTest(@TempDir Path temp) {
        log = temp.resolve("mail.log");
    }

    @Test
    void shouldWriteWhatTheStreamReads() throws IOException {
        // Given
        write(1);

        // When
        SourceRecord record = poll(null).get(0);

        // Then
        assertThat(record.topic()).isEqualTo("mail-rejections.isp");
        assertThat(record.key()).isEqualTo("192.0.2.0");
        assertThat(record.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(record.valueSchema()).isEqualTo(Schema.BYTES_SCHEMA);
        assertThat(record.sourcePartition()).isEqualTo(Map.of("file", log.toString()));
        assertThat(rejection(record).getSourceIp()).isEqualTo("192.0.2.0");
        assertThat(rejection(record).getReporter()).isEqualTo("isp");
    }

    @Test
    void shouldLoseNothingWhereverConnectCommits() throws IOException {
        // Given
        write(30);
        List<SourceRecord> all = poll(null);

        for (int committed = 1; committed <= all.size(); committed++) {
            // When
            List<SourceRecord> taken = new ArrayList<>(all.subList(0, committed));
            Map<String, Object> offset = new HashMap<>();
            all.get(committed - 1).sourceOffset().forEach((key, value) -> offset.put(key, value));
            taken.addAll(poll(LogRecords.kept(offset)));

            // Then
            assertThat(taken.stream()
                            .map(record -> rejection(record).getOrigin())
                            .distinct())
                    .hasSize(30);
        }
    }

    @Test
    void shouldSayThatAnOffsetIsNoPosition() {
        assertThatThrownBy(() -> LogRecords.kept(Map.of("position", "17")))
                .isInstanceOf(ConnectException.class)
                .hasMessage(
                        "'17' is not a position in a log. Delete the connector's offsets, and the log is read again "
                                + "from its beginning.");
    }

    private void write(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(
                            "2026-11-20T00:%02d:00Z mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.%d]: 550 "
                                    .formatted(i, i))
                    .append("5.1.1 <bob@example.org>: Recipient address rejected: User unknown; from=<a@b.example> ")
                    .append("to=<bob@example.org> proto=ESMTP helo=<h.example>\n");
        }
        Files.writeString(log, text);
    }

    private List<SourceRecord> poll(@Nullable Position start) throws IOException {
        List<SourceRecord> records = new ArrayList<>();
        try (LogRecords reading = new LogRecords(log, Map.of("file", log.toString()), CONFIG, start)) {
            boolean isIdle = false;
            while (!isIdle) {
                isIdle = reading.poll(records);
            }
        }
        return records;
    }

    private static MailRejection rejection(SourceRecord record) {
        return AvroSerde.of(MailRejection.class).deserialize(record.topic(), (byte[]) record.value());
    }
}
