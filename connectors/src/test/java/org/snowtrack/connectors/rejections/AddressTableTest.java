package org.snowtrack.connectors.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.connectors.rejections.AddressTable.Row;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

class AddressTableTest {

    private static final String HEADER = "ip\treporters\tptr\n";
    private static final LocalDate FROM = LocalDate.parse("2018-04-01");
    private static final LocalDate TO = LocalDate.parse("2018-05-31");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    /** The first lines of the real table. */
    @Test
    void shouldReadTheTable() throws IOException {
        // When
        AddressTable table = read(HEADER
                + "51.255.21.224\t4\tcommercieopard.net\n"
                + "51.255.21.225\t8\ticlide.commercieopard.net\r\n"
                + "\n"
                + "2001:DB8::1\t100000\t");

        // Then
        assertThat(table.broken()).isEmpty();
        assertThat(table.rows())
                .containsExactly(
                        new Row(2, IpAddress.parse("51.255.21.224"), 4, "commercieopard.net"),
                        new Row(3, IpAddress.parse("51.255.21.225"), 8, "iclide.commercieopard.net"),
                        new Row(5, IpAddress.parse("2001:db8::1"), 100_000, null));
    }

    @Test
    void shouldSayWhatIsWrongWithEachBrokenLine() throws IOException {
        // When
        AddressTable table = read(HEADER
                + "999.1.1.1\t4\ta.example\n"
                + "51.255.21.224\tfour\ta.example\n"
                + "51.255.21.224\t0\ta.example\n"
                + "51.255.21.224\t100001\ta.example\n"
                + "51.255.21.224\t4\n"
                + "51.255.21.224\t4\ta.example\tb\n"
                + "51.255.21.224\t4\ta.example\n"
                + "::ffff:51.255.21.224\t5\tb.example\n"
                + "x".repeat(LineReader.LONGEST + 1) + "\n"
                + "51.255.21.225\t1\t\n");

        // Then
        String columns = " columns where ip, reporters and ptr are expected, with tabs between.";
        assertThat(table.broken())
                .containsExactly(
                        new BrokenLine(2, "'999.1.1.1' is not an IPv4 or IPv6 address."),
                        new BrokenLine(3, "The number of reporters must be from 1 to 100000, not 'four'."),
                        new BrokenLine(4, "The number of reporters must be from 1 to 100000, not '0'."),
                        new BrokenLine(5, "The number of reporters must be from 1 to 100000, not '100001'."),
                        new BrokenLine(6, "The line has 2" + columns),
                        new BrokenLine(7, "The line has 4" + columns),
                        new BrokenLine(9, "51.255.21.224 already stands in line 8."),
                        new BrokenLine(10, "The line is longer than 1 MiB."));
        assertThat(table.rows())
                .containsExactly(
                        new Row(8, IpAddress.parse("51.255.21.224"), 4, "a.example"),
                        new Row(11, IpAddress.parse("51.255.21.225"), 1, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "ip,reporters,ptr\n", "51.255.21.224\t4\ta.example\n"})
    void shouldSayWhenTheHeaderIsMissing(String start) throws IOException {
        // When
        AddressTable table = read(start);

        // Then
        assertThat(table.rows()).isEmpty();
        assertThat(table.broken())
                .containsExactly(
                        new BrokenLine(1, "The first line must be the header ip, reporters, ptr, with tabs between."));
    }

    @Test
    void shouldExpandRowToOneEventForEachReporter() {
        // Given
        AddressTable table = new AddressTable(List.of(row("54.38.4.96", 3)), List.of());

        // When
        List<MailRejection> events = table.expand(FROM, TO, 10).toList();

        // Then: 61 days, so the reporters are 20, 40 and 60 days behind the first
        assertThat(events)
                .containsExactly(
                        event("isp-001", "2018-04-21T12:00:00Z"),
                        event("isp-002", "2018-05-11T12:00:00Z"),
                        event("isp-003", "2018-05-31T12:00:00Z"));
    }

    @Test
    void shouldWidenReporterNamesOnlyWhenTheyNeedIt() {
        // Given
        AddressTable table = new AddressTable(List.of(row("54.38.4.96", 1000)), List.of());

        // Then
        assertThat(table.expand(FROM, TO, 10).map(MailRejection::getReporter))
                .hasSize(1000)
                .startsWith("isp-001", "isp-002")
                .endsWith("isp-999", "isp-1000")
                .doesNotHaveDuplicates();
    }

    @Property(tries = 200)
    void shouldSpreadNestedReportersToTheLastDay(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 300) Integer> counts,
            @ForAll @IntRange(max = 400) int days,
            @ForAll @IntRange(min = 1) int recipients) {
        // Given
        LocalDate to = FROM.plusDays(days);
        List<Row> rows = new ArrayList<>();
        for (int count : counts) {
            rows.add(row("192.0.2." + rows.size(), count));
        }

        // When
        List<MailRejection> events =
                new AddressTable(rows, List.of()).expand(FROM, to, recipients).toList();

        // Then
        assertThat(events).hasSize(counts.stream().mapToInt(Integer::intValue).sum());
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getRejectedRecipients()).isEqualTo(recipients);
            assertThat(event.getObservedAt().atOffset(ZoneOffset.UTC).toLocalTime())
                    .isEqualTo(LocalTime.NOON);
        });
        List<String> widest = List.of();
        for (Row row : rows) {
            List<MailRejection> own = events.stream()
                    .filter(event -> event.getSourceIp().equals(row.ip().toString()))
                    .toList();
            assertThat(own.stream().map(MailRejection::getOrigin)).containsOnly("addresses.tsv:" + row.ip());
            List<LocalDate> dates = own.stream().map(AddressTableTest::day).toList();
            assertThat(dates).hasSize(row.reporters()).isSorted().allSatisfy(day -> assertThat(day)
                    .isBetween(FROM, to));
            assertThat(dates).last().isEqualTo(to);
            List<String> reporters =
                    own.stream().map(MailRejection::getReporter).toList();
            assertThat(reporters).doesNotHaveDuplicates();
            int shared = Math.min(reporters.size(), widest.size());
            assertThat(reporters.subList(0, shared)).isEqualTo(widest.subList(0, shared));
            widest = reporters.size() > widest.size() ? reporters : widest;
        }
    }

    @Test
    void shouldRefusePeriodThatEndsBeforeItBegins() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressTable(List.of(), List.of()).expand(TO, FROM, 10))
                .withMessage("The period cannot begin on 2018-05-31 and end on 2018-04-01.");
    }

    @Test
    void shouldRefuseEventsWithoutRecipients() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressTable(List.of(), List.of()).expand(FROM, TO, 0))
                .withMessage("An event needs at least 1 invalid recipient, not 0.");
    }

    private AddressTable read(String text) throws IOException {
        return AddressTable.read(Files.writeString(directory.resolve("addresses.tsv"), text));
    }

    private static Row row(String ip, int reporters) {
        return new Row(2, IpAddress.parse(ip), reporters, null);
    }

    private static LocalDate day(MailRejection event) {
        return event.getObservedAt().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static MailRejection event(String reporter, String time) {
        return MailRejection.newBuilder()
                .setSourceIp("54.38.4.96")
                .setReporter(reporter)
                .setObservedAt(Instant.parse(time))
                .setReason(RejectionReason.INVALID_RECIPIENT)
                .setRejectedRecipients(10)
                .setOrigin("addresses.tsv:54.38.4.96")
                .build();
    }
}
