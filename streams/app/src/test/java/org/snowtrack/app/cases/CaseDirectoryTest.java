package org.snowtrack.app.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.IntakeStage;

class CaseDirectoryTest {

    private static final int EXCESSIVE = 10;
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 1, 2);
    private static final String HEADER = "ip\treporters\tptr\n";

    private final Path directory;
    private final List<Problem> problems = new ArrayList<>();

    CaseDirectoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldRefuseWhatIsNoCase() throws Exception {
        // Given
        Path missing = directory.resolve("missing");
        Path file = Files.writeString(directory.resolve("file"), "x");

        // Then
        refused(missing).withMessage("The case directory " + missing + " does not exist or is not a directory.");
        refused(file).withMessage("The case directory " + file + " does not exist or is not a directory.");
        refused(directory)
                .withMessage("The case directory " + directory + " holds none of rejections.jsonl, rejections.jsonl.gz "
                        + "and addresses.tsv; one of them is needed.");
    }

    @Test
    void shouldSayWhatIsWrongWithThePeriod() throws Exception {
        // Given
        write("addresses.tsv", HEADER + "192.0.2.1\t3\tbare.example\n");
        Path period = directory.resolve("case.properties");

        // Then
        refused(directory)
                .withMessage(directory.resolve("addresses.tsv") + " needs a period: write from=DATE and to=DATE into "
                        + period + ".");
        write("case.properties", "from=2026-01-01\n");
        refused(directory).withMessageContaining(" needs a period: ");
        write("case.properties", "from=2026-02-30\nto=2026-03-01\n");
        refused(directory).withMessage(period + ": from must be a date such as 2018-04-01, not '2026-02-30'.");
        write("case.properties", "from=2026-01-02\nto=2026-01-01\n");
        refused(directory).withMessage(period + ": the period cannot begin on 2026-01-02 and end on 2026-01-01.");
        Files.write(period, "from=\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        refused(directory).withMessage(period + " is not a properties file in UTF-8.");
    }

    @Test
    void shouldTakeTheEventsOfAllFilesByDayInTheirOrder() throws Exception {
        // Given
        write("rejections.jsonl", event("192.0.2.1", "b", DAY) + "\n\n" + event("192.0.2.2", "a", DAY.minusDays(1)));
        try (OutputStream gzip =
                new GZIPOutputStream(Files.newOutputStream(directory.resolve("rejections.jsonl.gz")))) {
            gzip.write(event("192.0.2.3", "a", DAY).getBytes(StandardCharsets.UTF_8));
        }
        write("addresses.tsv", HEADER + "192.0.2.4\t1\tbare.example\n");
        write("case.properties", "from=2026-01-02\nto=2026-01-02\n");

        // When
        CaseDirectory read = read();

        // Then
        assertThat(read.eventsBetween(DAY, DAY).map(CaseDirectoryTest::describe))
                .containsExactly(
                        "192.0.2.1 b rejections.jsonl:1",
                        "192.0.2.3 a rejections.jsonl.gz:1",
                        "192.0.2.4 isp-001 addresses.tsv:2");
        assertThat(read.eventsBefore(DAY).map(CaseDirectoryTest::describe))
                .containsExactly("192.0.2.2 a rejections.jsonl:3");
        assertThat(read.eventsAfter(DAY)).isEmpty();
        assertThat(read.events()).isEqualTo(4);
        assertThat(read.reporters()).isEqualTo(3);
        assertThat(read.unreadable()).isEmpty();
    }

    @Test
    void shouldKeepFileLineAndReasonOfLinesThatAreNoEvents() throws Exception {
        // Given
        write("rejections.jsonl", "{\"source_ip\":\n" + event("192.0.2.1", "a", DAY) + "\n[]\n");
        write("addresses.tsv", HEADER + "192.0.2.4\t0\tbare.example\n192.0.2.300\t1\t\n192.0.2.5\t1\n");
        write("case.properties", "from=2026-01-02\nto=2026-01-02\n");

        // When
        CaseDirectory read = read();

        // Then
        assertThat(read.unreadable())
                .extracting(line -> line.file() + ":" + line.line() + ": " + line.sentence())
                .containsExactly(
                        "rejections.jsonl:1: The line is not JSON from column 14 on.",
                        "rejections.jsonl:3: The line is not a JSON object.",
                        "addresses.tsv:2: The number of reporters must be from 1 to 100000, not '0'.",
                        "addresses.tsv:3: '192.0.2.300' is not an IPv4 or IPv6 address.",
                        "addresses.tsv:4: The line has 2 columns where ip, reporters and ptr are expected, with tabs "
                                + "between.");
        assertThat(read.events()).isEqualTo(1);
    }

    @Test
    void shouldLiveThroughItsOwnPeriodOrFromFirstToLastEventThatIsNotInTheFuture() throws Exception {
        // Given
        LocalDate future = LocalDate.of(2026, 7, 1);
        write(
                "rejections.jsonl",
                Stream.of(DAY.plusDays(2), DAY, future)
                        .map(day -> event("192.0.2.1", "a", day) + "\n")
                        .reduce("", String::concat));

        // When
        List<LocalDate> byEvents = read().days(NOW);
        write("case.properties", "from=2025-12-31\nto=2026-01-01\n");
        List<LocalDate> byPeriod = read().days(NOW);

        // Then
        assertThat(byEvents).containsExactly(DAY, DAY.plusDays(1), DAY.plusDays(2));
        assertThat(byPeriod).containsExactly(DAY.minusDays(2), DAY.minusDays(1));
    }

    @Test
    void shouldLiveThroughTodayWhereThereIsOnlySomethingToRefuse() throws Exception {
        // When
        write("rejections.jsonl", "");
        List<LocalDate> nothing = read().days(NOW);
        write("rejections.jsonl", "not an event\n");
        List<LocalDate> broken = read().days(NOW);
        write("rejections.jsonl", event("192.0.2.1", "a", LocalDate.of(2199, 1, 1)));
        List<LocalDate> future = read().days(NOW);

        // Then
        assertThat(nothing).isEmpty();
        assertThat(broken).containsExactly(LocalDate.of(2026, 6, 1));
        assertThat(future).containsExactly(LocalDate.of(2026, 6, 1));
    }

    @Test
    void shouldAnswerFromItsFilesAndTellWhatIsWrongWithThem() throws Exception {
        // Given
        write("addresses.tsv", HEADER + "192.0.2.4\t1\tpublished.example\n");
        write("case.properties", "from=2026-01-02\nto=2026-01-02\n");
        write("dns.zone", "1.2.0.192.in-addr.arpa. 3600 IN PTR zone.example.\nbroken\n");
        write("networks.tsv", "192.0.2.0\n");

        // When
        Lookups lookups = read().lookups();

        // Then
        assertThat(nameOf(lookups, "192.0.2.1")).isEqualTo("zone.example");
        assertThat(nameOf(lookups, "192.0.2.4")).isEqualTo("published.example");
        assertThat(problems)
                .extracting(Problem::toString)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith(directory.resolve("dns.zone") + ":2: "),
                        problem -> assertThat(problem).startsWith(directory.resolve("networks.tsv") + ":1: "));
    }

    private CaseDirectory read() {
        return CaseDirectory.read(directory, EXCESSIVE, problems::add);
    }

    private ThrowableAssertAlternative<StartupException> refused(Path path) {
        return assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> CaseDirectory.read(path, EXCESSIVE, problems::add));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private static String event(String ip, String reporter, LocalDate day) {
        return RejectionJson.write(MailRejection.newBuilder()
                .setSourceIp(ip)
                .setReporter(reporter)
                .setObservedAt(Instant.parse(day + "T12:00:00Z"))
                .setReason(RejectionReason.INVALID_RECIPIENT)
                .setRejectedRecipients(EXCESSIVE)
                .build());
    }

    private static String describe(CaseDirectory.Event event) {
        MailRejection rejection = (MailRejection) IntakeStage.serde()
                .deserialize(Topic.MAIL_REJECTIONS.topicName(), event.value().get());
        return "%s %s %s:%d".formatted(rejection.getSourceIp(), rejection.getReporter(), event.file(), event.line());
    }

    private static String nameOf(Lookups lookups, String ip) {
        return lookups.ptr()
                .ask(IpAddress.parse(ip), NOW)
                .thenApply(Answer::found)
                .toCompletableFuture()
                .join()
                .orElseThrow()
                .get(0)
                .name();
    }
}
