package org.snowtrack.lookups.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class RecordedCaseTest {

    private static final IpAddress ADDRESS = IpAddress.parse("54.38.4.96");
    private static final Instant AT = Instant.parse("2018-04-20T12:00:00Z");
    private static final Answer<?> UNKNOWN = new Answer.Failed<>(Failure.REFUSED);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void shouldKnowNothingAndReportNothingWhenNoFileIsThere() {
        // When
        Lookups lookups = RecordedCase.open(directory, Map.of(), problems::add);

        // Then
        assertThat(join(lookups.ptr().ask(ADDRESS, AT))).isEqualTo(UNKNOWN);
        assertThat(join(lookups.network().ask(ADDRESS, AT))).isEqualTo(UNKNOWN);
        assertThat(join(lookups.addresses().ask("a.example", AT))).isEqualTo(UNKNOWN);
        assertThat(join(lookups.mailExchangers().ask("a.example", AT))).isEqualTo(UNKNOWN);
        assertThat(join(lookups.registration().ask("a.example", AT))).isEqualTo(UNKNOWN);
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldAnswerEveryQuestionWhenTheCaseIsWhole() throws IOException {
        // Given
        write("dns.zone", "caruk.example. A 54.38.4.96", "caruk.example. MX 10 caruk.example.");
        write("networks.tsv", "54.38.0.0\t54.38.255.255\t16276\tFR\tOVH");
        write("rdap/domain/Caruk.example.json", "{\"objectClassName\": \"domain\"}");

        // When
        Lookups lookups = RecordedCase.open(directory, Map.of(ADDRESS, "caruk.example"), problems::add);

        // Then
        assertThat(join(lookups.ptr().ask(ADDRESS, AT)))
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("caruk.example", Confirmation.CONFIRMED))));
        assertThat(join(lookups.network().ask(ADDRESS, AT)))
                .isEqualTo(new Answer.Found<>(new Network(16276, "OVH", "FR")));
        assertThat(join(lookups.addresses().ask("caruk.example", AT))).isEqualTo(new Answer.Found<>(List.of(ADDRESS)));
        assertThat(join(lookups.mailExchangers().ask("caruk.example", AT)))
                .isEqualTo(new Answer.Found<>(List.of("caruk.example")));
        assertThat(join(lookups.registration().ask("CARUK.example", AT)))
                .isEqualTo(new Answer.Found<>(
                        new Registration(null, null, null, null, null, null, null, List.of(), List.of(), null)));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldTellNotRegisteredFromUnknownWhenRegistryAnsweredWithAnError() throws IOException {
        // Given
        write("rdap/domain/free.example.json", "{\"errorCode\": 404, \"title\": \"Not Found\"}");
        write("rdap/domain/busy.example.json", "{\"errorCode\": 429}");
        write("rdap/domain/README", "not a recording");

        // When
        Lookups lookups = RecordedCase.open(directory, Map.of(), problems::add);

        // Then
        assertThat(join(lookups.registration().ask("free.example", AT))).isEqualTo(new Answer.NoRecord<>());
        assertThat(join(lookups.registration().ask("busy.example", AT)))
                .isEqualTo(new Answer.Failed<>(Failure.SERVER_FAILURE));
        assertThat(join(lookups.registration().ask("readme", AT))).isEqualTo(UNKNOWN);
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldKnowTheSmallestRecordedNetworkAroundAnAddress() throws IOException {
        // Given
        write("rdap/ip/54.0.0.0-54.255.255.255.json", network("54.0.0.0", "54.255.255.255"));
        write("rdap/ip/54.38.4.96-54.38.4.111.json", network("54.38.4.96", "54.38.4.111"));
        write("rdap/ip/54.38.4.96-54.38.4.127.json", network("54.38.4.96", "54.38.4.127"));
        write("rdap/ip/198.51.100.0-198.51.100.255.json", "{\"errorCode\": 404}");
        write("rdap/ip/somewhere.json", "{}");
        write("rdap/ip/192.0.2.0-192.0.2.255.json", "{}");

        // When
        Lookups lookups = RecordedCase.open(directory, Map.of(), problems::add);

        // Then
        assertThat(List.of("54.38.4.100", "54.38.4.120", "54.1.2.3"))
                .extracting(address -> join(lookups.allocation().ask(IpAddress.parse(address), AT))
                        .found()
                        .orElseThrow()
                        .range())
                .containsExactly(
                        IpRange.parse("54.38.4.96/28"), IpRange.parse("54.38.4.96/27"), IpRange.parse("54.0.0.0/8"));
        assertThat(join(lookups.allocation().ask(IpAddress.parse("198.51.100.1"), AT)))
                .isEqualTo(new Answer.NoRecord<>());
        assertThat(join(lookups.allocation().ask(IpAddress.parse("203.0.113.1"), AT)))
                .isEqualTo(UNKNOWN);
        assertThat(problems)
                .extracting(Problem::sentence)
                .containsExactlyInAnyOrder(
                        "the file's name is not FIRST-LAST.json: 'somewhere' is not an IPv4 or IPv6 address",
                        "the ip network has no range that can be read");
    }

    private static String network(String first, String last) {
        return "{\"objectClassName\": \"ip network\", \"startAddress\": \"%s\", \"endAddress\": \"%s\"}"
                .formatted(first, last);
    }

    @Test
    void shouldReportEachBrokenFileOnceWhenTheCaseIsOpened() throws IOException {
        // Given
        write("rdap/domain/broken.example.json", "{", "\"events\": oops}");
        write("rdap/domain/empty.example.json");
        write("rdap/domain/entity.example.json", "{\"objectClassName\": \"entity\"}");
        write("networks.tsv", "nonsense");
        Files.createDirectory(directory.resolve("dns.zone"));

        // When
        Lookups lookups = RecordedCase.open(directory, Map.of(), problems::add);

        // Then
        assertThat(problems)
                .extracting(problem -> directory.relativize(Path.of(problem.file())) + ":" + problem.line())
                .containsExactlyInAnyOrder(
                        "rdap/domain/broken.example.json:2",
                        "rdap/domain/empty.example.json:0",
                        "rdap/domain/entity.example.json:0",
                        "networks.tsv:1",
                        "dns.zone:0");
        assertThat(join(lookups.registration().ask("broken.example", AT)))
                .isEqualTo(new Answer.Failed<>(Failure.MALFORMED));
        assertThat(join(lookups.ptr().ask(ADDRESS, AT))).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{ \"events\": [ |2|1", "{ \"events\": oops } |1|13", "{} {} |1|4", "<html> |1|1"})
    void shouldSayWhereARecordingIsDamagedAndWhatToDo(String content, int line, int column) throws IOException {
        // Given
        write("rdap/domain/broken.example.json", content);

        // When
        RecordedCase.open(directory, Map.of(), problems::add);

        // Then
        assertThat(problems)
                .containsExactly(new Problem(
                        directory.resolve("rdap/domain/broken.example.json").toString(),
                        line,
                        "the file is not JSON, or breaks off, at column " + column
                                + ": record the answer again, or remove the file"));
    }

    private void write(String file, String... lines) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, List.of(lines));
    }

    private static <A> Answer<A> join(CompletionStage<Answer<A>> stage) {
        return stage.toCompletableFuture().join();
    }
}
