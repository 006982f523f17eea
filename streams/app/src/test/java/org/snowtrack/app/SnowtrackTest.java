package org.snowtrack.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.topics.Topic;

/** What needs no broker; what does is tried on the built distribution. */
class SnowtrackTest {

    private static final int DONE = 0;
    private static final int NOT_DONE = 1;
    private static final int WRONG_COMMAND_LINE = 2;

    private final Path temp;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    SnowtrackTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldSayWhichCommandsThereAreWhenNoneIsGiven() {
        // When
        int code = run();

        // Then
        assertThat(code).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith("Say which command to run.\nUsage: snowtrack")
                .contains("\n  demo ");
    }

    @Test
    void shouldExplainItselfOnStandardOutputWhenAsked() {
        // When
        int code = run("--help");

        // Then
        assertThat(code).isEqualTo(DONE);
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .startsWith("Usage: snowtrack ")
                .contains(
                        "\n  demo ",
                        "\n  run ",
                        "\n  status ",
                        "\n  allow ",
                        "\n  logs ",
                        "\n  replay ",
                        "\n  simulate ",
                        "\n  evaluate ",
                        "\n  report ",
                        "\n  campaigns ",
                        "\n  topics ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "run",
                "status",
                "allow",
                "logs",
                "replay",
                "simulate",
                "evaluate",
                "report",
                "campaigns",
                "topics"
            })
    void shouldExplainEveryCommandWhenAsked(String command) {
        // When
        int code = run(command, "--help");

        // Then
        assertThat(code).isEqualTo(DONE);
        assertThat(out.toString()).startsWith("Usage: snowtrack " + command).contains("--verbose");
    }

    @Test
    void shouldNameTheOptionWhenItIsUnknown() {
        // When
        int code = run("replay", "--histroy", "case");

        // Then
        assertThat(code).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("Unknown option: '--histroy'");
    }

    @Test
    void shouldNameTheNearestCommandWhenItIsUnknown() {
        // When
        int code = run("repotr");

        // Then
        assertThat(code).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(err.toString()).contains("'repotr'").contains("Did you mean").contains("snowtrack report");
    }

    @Test
    void shouldSayWhatIsMissingWhenACommandIsIncomplete() {
        assertThat(run("replay")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(run("allow", "192.0.2.0/24")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(run("allow", "com", "--reason", "ours")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(run("run", "--log", "mail.log")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(run("topics")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(run("topics", "create")).isEqualTo(WRONG_COMMAND_LINE);
        assertThat(err.toString())
                .contains("Missing required parameter: 'CASE'")
                .contains("Say what to allow, and why with --reason")
                .contains("'com' is neither a range of addresses nor a domain that somebody can register.")
                .contains("Missing required argument(s): --reporter=NAME")
                .contains("Say what to do with the topics: describe or create.")
                .contains("Missing required option: '--bootstrap-servers=HOST:PORT'");
    }

    @Test
    void shouldFailWithOneSentenceWhenATopicCannotBindTheReporter() {
        // When
        int code = run("topics", "create", "--mta-logs", "our isp", "--bootstrap-servers", "localhost:1");

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(err.toString())
                .contains(
                        "The reporter's name 'our isp' is not 1 to 128 letters, digits, dots, dashes or underscores.");
    }

    @Test
    void shouldFailWithOneSentenceWhenTheCaseIsMissing() {
        // When
        int code = run("replay", temp.resolve("none").toString());

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo("snowtrack: The case directory " + temp.resolve("none")
                        + " does not exist or is not a directory.\n");
    }

    @Test
    void shouldFailBeforeTheWorkWhenTheResultCannotBeWritten() {
        // Given
        Path nowhere = temp.resolve("none/ranges.jsonl");

        // When
        int code = run("replay", temp.toString(), "--out", nowhere.toString());
        int ofDirectory = run("replay", temp.toString(), "--out", temp.toString());

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(ofDirectory).isEqualTo(NOT_DONE);
        assertThat(err.toString()).isEqualTo("""
            snowtrack: The file %s cannot be written: its directory cannot be written.
            snowtrack: The file %s cannot be written: it is a directory.
            """.formatted(nowhere, temp));
    }

    @Test
    void shouldFailWithOneSentenceWhenAKeyIsUnknown() {
        // When
        int code = run("topics", "describe", "--set", "run.max.gapp=2");

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith(
                        "snowtrack: The configuration key 'run.max.gapp' in the command line is unknown; known are ")
                .hasLineCount(1);
    }

    @Test
    void shouldRefuseToRunOnWhatIsNoLog() throws Exception {
        // Given
        String data = temp.resolve("data").toString();
        Path web = Files.writeString(temp.resolve("access.log"), "GET / HTTP/1.1\n");

        // When
        int ofMissing = run("run", "--data-dir", data, "--log", temp + "/mail.log", "--reporter", "isp-a");
        int ofOther = run("run", "--data-dir", data, "--log", web.toString(), "--reporter", "isp-a");
        int ofFormat = run("run", "--data-dir", data, "--log", temp + "/mail.log:pigeon", "--reporter", "isp-a");
        int ofDns = run("run", "--data-dir", data, "--dns", "127.0.0.1:dns");

        // Then
        assertThat(List.of(ofMissing, ofOther, ofFormat, ofDns)).containsOnly(NOT_DONE);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        missing -> assertThat(missing).contains("mail.log does not exist; correct the path"),
                        other -> assertThat(other).contains("does not look like a mail server log"),
                        format -> assertThat(format).contains("'pigeon' is unknown; known are "),
                        dns -> assertThat(dns).contains("'127.0.0.1:dns' is not a DNS server"));
    }

    @Test
    void shouldReportFromNowhereButADirectoryOfItsOwn() throws Exception {
        // Given
        Path missing = temp.resolve("none");

        // When
        int ofMissing = run("report", "--data-dir", missing.toString());
        int ofOther = run("report", "--data-dir", temp.toString());

        // Then
        assertThat(ofMissing).isEqualTo(NOT_DONE);
        assertThat(ofOther).isEqualTo(NOT_DONE);
        assertThat(err.toString())
                .startsWith("snowtrack: The data directory " + missing + " does not exist; name the one ")
                .contains("\nsnowtrack: The directory " + temp + " holds no data of Snowtrack; name the one ")
                .hasLineCount(2);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldSayWhyAClientOfKafkaCannotBeMade() {
        // When
        int code = run("report", "--bootstrap-servers", "no-port");

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(err.toString())
                .startsWith("snowtrack: Failed to construct kafka consumer: Invalid url in bootstrap.servers: no-port")
                .hasLineCount(1);
    }

    @Test
    void shouldShowTheWholeErrorWhenAskedToBeVerbose() {
        // When
        int code = run("replay", "--verbose", temp.resolve("none").toString());

        // Then
        assertThat(code).isEqualTo(NOT_DONE);
        assertThat(err.toString())
                .contains("StartupException: The case directory ")
                .contains("\tat org.snowtrack.");
    }

    @Test
    void shouldListTheCatalogueOfTopicsAsJsonLines() {
        // When
        int code = run("topics", "describe", "--json", "-D", "partitions=7");

        // Then
        assertThat(code).isEqualTo(DONE);
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString().lines())
                .containsExactlyElementsOf(Stream.of(Topic.values())
                        .map(topic ->
                                "{\"name\":\"%s\",\"key\":\"%s\",\"value\":\"%s\",\"partitions\":%d,\"reserved\":%b,\"description\":\"%s\"}"
                                        .formatted(
                                                topic.topicName(),
                                                topic.key(),
                                                topic.value(),
                                                topic.partitions(7),
                                                topic.isReserved(),
                                                topic.description()))
                        .toList());
        assertThat(out.toString()).doesNotContain("\\");
    }

    @Test
    void shouldListEveryTopicForPeople() {
        // When
        int code = run("topics", "describe");

        // Then
        assertThat(code).isEqualTo(DONE);
        assertThat(Stream.of(Topic.values()).map(Topic::topicName))
                .allSatisfy(name -> assertThat(out.toString()).containsPattern("(?m)^" + name + " +\\S"));
    }

    private int run(String... args) {
        return Snowtrack.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
