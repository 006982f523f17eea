package org.snowtrack.app.simulation;

import static java.time.temporal.ChronoUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.cases.CaseDirectory;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class SimulationTest {

    private static final double SMALL = 0.1;

    private final Path temp;

    SimulationTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldWriteTheSameForTheSameSeedAndAnotherWorldForAnother() throws Exception {
        // When
        Map<String, String> one = files(write("one", 7));
        Map<String, String> again = files(write("again", 7));
        Map<String, String> other = files(write("other", 8));

        // Then
        assertThat(again).isEqualTo(one);
        assertThat(other.get("truth.tsv")).isNotEqualTo(one.get("truth.tsv"));
    }

    @Test
    void shouldWriteACaseThatIsReadWholeAndHoldsEveryKind() {
        // Given
        Path directory = temp.resolve("case");
        List<Problem> problems = new ArrayList<>();

        // When
        List<Simulation.Line> lines = new Simulation(7, SMALL).write(directory, (days, all) -> {});
        CaseDirectory read = CaseDirectory.read(directory, 10, problems::add);
        read.lookups();

        // Then
        assertThat(problems).isEmpty();
        assertThat(read.unreadable()).isEmpty();
        assertThat(read.reporters()).isGreaterThanOrEqualTo(100);
        assertThat(read.events())
                .isEqualTo(lines.stream().mapToInt(Simulation.Line::events).sum());
        assertThat(lines)
                .extracting(Simulation.Line::kind)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Campaigns.kinds().stream(), Innocents.kinds().keySet().stream())
                                .toList());
        assertThat(Campaigns.kinds()).hasSizeGreaterThanOrEqualTo(14);
        assertThat(Innocents.kinds()).hasSizeGreaterThanOrEqualTo(16);
    }

    @Test
    void shouldTellEveryAddressOfOneOwnerOnly() throws Exception {
        // Given
        Path directory = write("case", 7);

        // When
        List<IpRange> ranges = Files.readAllLines(directory.resolve("truth.tsv")).stream()
                .map(line -> line.split("\t"))
                .map(columns -> new IpRange(IpAddress.parse(columns[0]), IpAddress.parse(columns[1])))
                .toList();

        // Then
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).first()).isGreaterThan(ranges.get(i - 1).last());
        }
    }

    @Test
    void shouldTellSomeFactsLateAndSomeTwice() {
        // When
        List<MailRejection> events = events(7);

        // Then
        Map<String, Long> byOrigin = events.stream()
                .collect(Collectors.groupingBy(MailRejection::getOrigin, TreeMap::new, Collectors.counting()));
        assertThat(byOrigin.values()).contains(1L, 2L);
        long late = 0;
        for (int i = 1; i < events.size(); i++) {
            late += events.get(i).getObservedAt().isBefore(events.get(i - 1).getObservedAt()) ? 1 : 0;
        }
        assertThat(late).isGreaterThan(events.size() / 100);
    }

    @Test
    void shouldLetMostOfWhatIsHeardCountForNothing() {
        // When
        Map<List<Object>, Integer> refused = once(events(7)).stream()
                .filter(event -> event.getReason() == RejectionReason.INVALID_RECIPIENT)
                .collect(Collectors.groupingBy(
                        event -> List.of(
                                event.getSourceIp(),
                                event.getReporter(),
                                event.getObservedAt().truncatedTo(DAYS)),
                        Collectors.summingInt(MailRejection::getRejectedRecipients)));

        // Then
        assertThat(refused.values())
                .filteredOn(sum -> sum >= 10)
                .hasSizeBetween(refused.size() / 10, refused.size() / 2);
    }

    @Test
    void shouldHearByDayMoreThanByNightAndFromLargeReportersMoreThanFromSmallOnes() {
        // Given
        List<MailRejection> events = once(events(7));

        // When
        long atNoon = events.stream()
                .filter(event -> hour(event) >= 9 && hour(event) < 17)
                .count();
        List<Long> byReporter = events.stream()
                .collect(Collectors.groupingBy(
                        MailRejection::getReporter, Collectors.summingLong(MailRejection::getRejectedRecipients)))
                .values()
                .stream()
                .sorted(Comparator.reverseOrder())
                .toList();

        // Then
        assertThat(atNoon).isGreaterThan(events.size() / 2).isLessThan(events.size() * 9L / 10);
        assertThat(byReporter).hasSizeGreaterThanOrEqualTo(100);
        assertThat(byReporter.get(0)).isGreaterThan(byReporter.get(60) * 10);
    }

    @Test
    void shouldNotWriteIntoADirectoryThatHoldsSomething() throws Exception {
        // Given
        Path directory = Files.createDirectory(temp.resolve("full"));
        Files.writeString(directory.resolve("letter.txt"), "Dear");
        Simulation simulation = new Simulation(7, SMALL);

        // Then
        assertThatThrownBy(() -> simulation.write(directory, (days, all) -> {}))
                .isInstanceOf(StartupException.class)
                .hasMessage("The directory %s is not empty; a case is written into a new one.", directory);
        assertThatThrownBy(() -> simulation.write(directory.resolve("letter.txt"), (days, all) -> {}))
                .hasMessageContaining("is not a directory");
    }

    private static List<MailRejection> events(long seed) {
        List<MailRejection> events = new ArrayList<>();
        new Traffic(new Random(seed)).of(World.of(seed, SMALL), events::add, day -> {});
        return events;
    }

    /** Without what was read again. */
    private static List<MailRejection> once(List<MailRejection> events) {
        return List.copyOf(events.stream()
                .collect(Collectors.toMap(MailRejection::getOrigin, event -> event, (one, same) -> one, TreeMap::new))
                .values());
    }

    private static int hour(MailRejection event) {
        return event.getObservedAt().atOffset(ZoneOffset.UTC).getHour();
    }

    private Path write(String name, long seed) {
        Path directory = temp.resolve(name);
        new Simulation(seed, SMALL).write(directory, (days, all) -> {});
        return directory;
    }

    private static Map<String, String> files(Path directory) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(path).toString(), Arrays.hashCode(Files.readAllBytes(path)) + "");
            }
        }
        return files;
    }
}
