package org.snowtrack.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
        Path directory = write("case", 7);
        List<Problem> problems = new ArrayList<>();

        // When
        CaseDirectory read = CaseDirectory.read(directory, 10, problems::add);
        read.lookups();

        // Then
        assertThat(problems).isEmpty();
        assertThat(read.unreadable()).isEmpty();
        assertThat(read.reporters()).isGreaterThanOrEqualTo(100);
        assertThat(new Simulation(7, SMALL).lines())
                .extracting(Simulation.Line::kind)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Campaigns.kinds().stream(), Innocents.kinds().keySet().stream())
                                .toList());
        assertThat(Campaigns.kinds()).hasSizeGreaterThanOrEqualTo(10);
        assertThat(Innocents.kinds()).hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    void shouldTellSomeFactsLateAndSomeTwice() {
        // Given
        World world = World.of(7, SMALL);

        // When
        List<MailRejection> events = new Traffic(new Random(7)).of(world);

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
    void shouldNotWriteIntoADirectoryThatHoldsSomething() throws Exception {
        // Given
        Path directory = Files.createDirectory(temp.resolve("full"));
        Files.writeString(directory.resolve("letter.txt"), "Dear");
        Simulation simulation = new Simulation(7, SMALL);

        // Then
        assertThatThrownBy(() -> simulation.write(directory))
                .isInstanceOf(StartupException.class)
                .hasMessage("The directory %s is not empty; a case is written into a new one.", directory);
        assertThatThrownBy(() -> simulation.write(directory.resolve("letter.txt")))
                .hasMessageContaining("is not a directory");
    }

    private Path write(String name, long seed) {
        Path directory = temp.resolve(name);
        new Simulation(seed, SMALL).write(directory);
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
