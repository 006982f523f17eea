package org.snowtrack.connectors.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the corpus of envelopes cannot say: hosts, messages to the byte, and that nothing poses as an envelope. */
class EnvelopeTest {

    private static final Instant WRITTEN = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant UNTIMED = Instant.parse("2026-11-25T12:30:00Z");

    /** Each wraps a message of postfix/smtpd, written at noon. */
    private static final List<UnaryOperator<String>> ENVELOPES = List.of(
            message -> "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: " + message,
            message -> "<22>Nov 25 12:00:00 mx1 postfix/smtpd: " + message,
            message -> "Nov 25 12:00:00 <mail.info> mx1 postfix/smtpd[3101]: " + message,
            message -> "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: [ID 197553 mail.info] " + message,
            message -> "2026-11-25T13:00:00.000000+01:00 mx1 postfix/smtpd[3101]: " + message,
            message -> "2026-11-25 12:00:00 mx1 postfix/smtpd[3101]: " + message,
            message -> "@400000006b06cdca00000000 postfix/smtpd[3101]: " + message,
            message -> "<22>1 2026-11-25T12:00:00Z mx1 postfix/smtpd 3101 - [a@1 b=\"]\\\"\"] " + message,
            message -> "mail-1  | Nov 25 12:00:00 mx1 postfix/smtpd[3101]: " + message,
            message -> "2026-11-25T12:00:00Z stdout F Nov 25 11:00:00 mx1 postfix/smtpd[3101]: " + message,
            message -> "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: message repeated 2 times: [ " + message + "]",
            message -> "{\"log\":\"Nov 25 11:00:00 mx1 postfix/smtpd[3101]: " + quoted(message)
                    + "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-25T12:00:00Z\"}",
            message -> "{\"MESSAGE\":" + Arrays.toString(message.getBytes(StandardCharsets.UTF_8))
                    + ",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"__REALTIME_TIMESTAMP\":\"1795608000000000\"}",
            message -> "{\"@timestamp\":\"2026-11-25T12:00:00Z\",\"syslogtag\":\"postfix/smtpd[3101]:\",\"message\":\" "
                    + quoted(message) + "\"}");

    @Property
    void shouldTakeMessageForNothingElse(
            @ForAll("envelopes") UnaryOperator<String> envelope, @ForAll("messages") String message) {
        // When
        LogEntry entry = read(envelope.apply(message));

        // Then
        assertThat(entry.program()).isEqualTo("postfix/smtpd");
        assertThat(entry.time()).isEqualTo(WRITTEN);
        assertThat(entry.host()).isIn("mx1", "");
        assertThat(entry.repeatsOfLast()).isZero();
        assertThat(text(entry)).isEqualTo(message);
    }

    @Provide
    Arbitrary<UnaryOperator<String>> envelopes() {
        return Arbitraries.of(ENVELOPES);
    }

    @Provide
    Arbitrary<String> messages() {
        Arbitrary<String> part = Arbitraries.of(
                "Nov 24 11:00:00 mx9 postfix/cleanup[1]: ",
                "2020-01-01T00:00:00Z ",
                "{\"log\":\"x\",\"stream\":\"stdout\"}",
                "message repeated 9 times: [ ",
                "last message repeated 9 times",
                "[ID 1 mail.info] ",
                "mail | ",
                "<22>1 ",
                "@400000006b06cdca00000000 ",
                "stdout F ",
                "\",\"program\":\"x",
                "sm-mta[1]: ",
                "\\",
                "\u0000",
                "é",
                "]",
                " ");
        return Arbitraries.oneOf(part, Arbitraries.strings().ascii().ofMaxLength(5))
                .list()
                .ofMaxSize(5)
                .map(parts -> "from " + String.join("", parts) + "x");
    }

    @Property
    void shouldFindNoProgramBehindWordsThatClientsMayChoose(
            @ForAll("beginnings") String beginning, @ForAll("messages") String chosen) {
        assertThat(read(beginning + chosen + " postfix/smtpd[1]: x").program()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 mail.info postfix/smtpd[3101]: ",
                "<22>Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T12:00:00+00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T13:00:00.000000+01:00 mx1.example.org postfix/smtpd[3101]: ",
                "2026-11-25T13:00:00+0100 mx1 postfix/submission/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 postfix/smtpd: ",
                "Nov 25 12:00:00 <mail.info> mx1 postfix/smtpd[3101]: ",
                "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: [ID 197553 mail.info] ",
                "<22>1 2026-11-25T12:00:00.000Z mx1 postfix/smtpd 3101 - - ",
                "<22>1 2026-11-25T12:00:00Z mx1 postfix/smtpd 3101 ID47 [a@1 b=\"]\\\"\"][c] \ufeff",
                "mail-1  | Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ",
                "2026-11-25T12:00:00Z stdout F Nov 25 11:59:59 mx1 postfix/smtpd[3101]: ",
                "@400000006b06cdca00000000 postfix/smtpd[3101]: "
            })
    void shouldReadEnvelopesThatSyslogDaemonsWrite(String envelope) {
        // When
        LogEntry entry = read(envelope + "NOQUEUE: x");

        // Then
        assertThat(entry.time()).isEqualTo(WRITTEN);
        assertThat(entry.program()).isIn("postfix/smtpd", "postfix/submission/smtpd");
        assertThat(text(entry)).isEqualTo("NOQUEUE: x");
    }

    /** Lines of servers that write their files themselves, up to a HELO. */
    @Provide
    Arbitrary<String> beginnings() {
        return Arbitraries.of(
                "2026-11-25 12:00:00 H=(",
                "2026-11-25 12:00:00 +0000 H=mx.shop.example (",
                "2026-11-25 12:00:00 1abcDE-000001-Ab H=(",
                "2026-11-25 12:00:00 rejected EHLO from [192.0.2.24]: syntactically invalid argument(s): ",
                "2026-11-25T12:00:00.000Z [NOTICE] [6A5E] [core] ",
                "[NOTICE] [6A5E] [core] ",
                "level=NOTICE message=",
                "CHKUSER rejected rcpt: from <> remote <");
    }

    @Property
    void shouldStayInsideTheLineWhateverWasBroken(
            @ForAll("lines") byte[] line,
            @ForAll("lines") byte[] other,
            @ForAll byte[] noise,
            @ForAll @DoubleRange(max = 1) double place) {
        // Given
        int at = (int) (line.length * place);
        byte[] broken = line.clone();
        System.arraycopy(noise, 0, broken, at, Math.min(noise.length, line.length - at));
        byte[] joined = Arrays.copyOf(line, at + other.length);
        System.arraycopy(other, 0, joined, at, other.length);

        // Then
        for (byte[] bytes :
                List.of(broken, joined, Arrays.copyOf(line, at), Arrays.copyOfRange(line, at, line.length))) {
            LogEntry entry = read(bytes);
            assertThat(entry.from()).isBetween(0, entry.to());
            assertThat(entry.to()).isLessThanOrEqualTo(entry.bytes().length);
            assertThat(entry.repeats()).isBetween(1, 1_000_000);
            assertThat(entry.hasProgram()).isEqualTo(!entry.program().isEmpty());
            assertThat(entry.host()).hasSizeLessThanOrEqualTo(bytes.length);
            assertThat(entry.time()).satisfiesAnyOf(time -> assertThat(time).isNull(), time -> assertThat(time)
                    .isNotEqualTo(Instant.MIN));
        }
    }

    @Provide
    Arbitrary<byte[]> lines() throws IOException {
        List<byte[]> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "corpus"))) {
            for (Path file : files.sorted().toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("=> ") && !line.startsWith("# "))
                        .forEach(line -> lines.add(line.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return Arbitraries.of(lines);
    }

    /** What shippers write by default around a line of a file, as their documentation and sources have it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Filebeat, filestream input
                "{\"@timestamp\":\"2026-11-25T12:00:07.123Z\",\"@metadata\":{\"beat\":\"filebeat\",\"type\":\"_doc\","
                        + "\"version\":\"8.16.0\"},\"log\":{\"offset\":815,\"file\":{\"path\":\"/var/log/mail.log\","
                        + "\"device_id\":\"64768\",\"inode\":\"4711\"}},\"message\":\"LINE\",\"input\":{\"type\":"
                        + "\"filestream\"},\"ecs\":{\"version\":\"8.0.0\"},\"host\":{\"name\":\"mx1\"},\"agent\":{"
                        + "\"name\":\"mx1\",\"type\":\"filebeat\",\"version\":\"8.16.0\",\"id\":\"b1\"}}",
                // Vector, file source
                "{\"file\":\"/var/log/mail.log\",\"host\":\"mx1\",\"message\":\"LINE\",\"source_type\":\"file\","
                        + "\"timestamp\":\"2026-11-25T12:00:07.123456789Z\"}",
                // Fluent Bit, tail input: kafka output, by three formats of its time; and any output as JSON lines
                "{\"@timestamp\":1795608007.123456,\"log\":\"LINE\"}",
                "{\"@timestamp\":\"2026-11-25T12:00:07Z\",\"log\":\"LINE\"}",
                "{\"@timestamp\":\"2026-11-25T12:00:07.123456789Z\",\"log\":\"LINE\"}",
                "{\"date\":1795608007.123456,\"log\":\"LINE\"}",
                // Logstash, file input with and without ECS
                "{\"@timestamp\":\"2026-11-25T12:00:07.123456Z\",\"@version\":\"1\",\"event\":{\"original\":\"LINE\"},"
                        + "\"host\":{\"name\":\"mx1\"},\"log\":{\"file\":{\"path\":\"/var/log/mail.log\"}},"
                        + "\"message\":\"LINE\"}",
                "{\"@timestamp\":\"2026-11-25T12:00:07.123Z\",\"@version\":\"1\",\"host\":\"mx1\",\"message\":"
                        + "\"LINE\",\"path\":\"/var/log/mail.log\"}"
            })
    void shouldTakeLineOutOfWhatItsShipperWrote(String shape) {
        // When
        LogEntry entry = read(shape.replace("LINE", "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: NOQUEUE: x"));

        // Then
        assertThat(entry.program()).isEqualTo("postfix/smtpd");
        assertThat(entry.time()).isEqualTo(WRITTEN);
        assertThat(entry.host()).isEqualTo("mx1");
        assertThat(text(entry)).isEqualTo("NOQUEUE: x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Read at once, later, or in the next year; a leap day; without a year, or with one.
                "2026-11-25T12:00:01Z|Nov 25 12:00:00|2026-11-25T12:00:00Z",
                "2026-11-25T12:00:01Z|Nov 23 09:00:00|2026-11-23T09:00:00Z",
                "2027-01-01T00:00:02Z|Dec 31 23:59:59|2026-12-31T23:59:59Z",
                "2025-11-25T12:00:01Z|Feb 29 10:00:00|2024-02-29T10:00:00Z",
                "2026-11-25T12:00:01Z|2026-11-23 09:00:00|2026-11-23T09:00:00Z",
                "2026-11-25T12:00:01Z|2026-11-23T09:00:00+01:00|2026-11-23T08:00:00Z",
                // A zone that is not the one expected, a clock ahead, a day that never is, no time at all.
                "2026-11-25T12:00:01Z|Nov 25 13:00:00|2026-11-25T12:00:01Z",
                "2026-11-25T12:00:01Z|Nov 26 11:00:00|2026-11-25T12:00:01Z",
                "2026-11-25T12:00:01Z|Nov 31 11:00:00|2026-11-25T12:00:01Z",
                "2026-11-25T12:00:01Z|?|2026-11-25T12:00:01Z",
                // No time that can be one in the shipper's object.
                "yesterday|Nov 23 09:00:00|2026-11-23T09:00:00Z",
                "yesterday|?|2026-11-25T12:30:00Z"
            })
    void shouldTakeTimeOfTheLineRatherThanThatOfItsReading(String shipped, String written, Instant time) {
        // Given
        String line = written + " mx1 postfix/smtpd[3101]: NOQUEUE: x";

        // When
        LogEntry entry = read("{\"@timestamp\":\"" + shipped + "\",\"message\":\"" + line + "\"}");

        // Then
        assertThat(entry.time()).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Nov 25 12:00:00 mx1 postfix/smtpd[1]: x|mx1",
                "Nov 25 12:00:00 <mail.info> mx1 postfix/smtpd[1]: x|mx1",
                "Nov 25 12:00:00 mx1 mail.info postfix/smtpd[1]: x|mx1",
                "Nov 25 12:00:00 postfix/smtpd[1]: x|''",
                "<22>1 2026-11-25T12:00:00Z mx1 postfix/smtpd 1 - - x|mx1",
                "<22>1 2026-11-25T12:00:00Z - postfix/smtpd 1 - - x|''",
                "<22>1 2026-11-25T12:00:00Z mx1 - - - - {\"log\":\"x\",\"stream\":\"stdout\"}|mx1",
                "{\"message\":\"x\",\"ident\":\"a\",\"host\":\"mx1\"}|mx1",
                "{\"message\":\"x\",\"@timestamp\":\"y\",\"host\":{\"name\":\"mx1\"}}|mx1"
            })
    void shouldKeepHostThatWroteTheLine(String line, String host) {
        assertThat(read(line).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postfix/smtpd[1]: x|postfix/smtpd|x",
                "postfix/smtpd: x|''|postfix/smtpd: x",
                "hello|''|hello",
                "''|''|''",
                "{\"a\":1}|''|{\"a\":1}",
                "{|''|{",
                "<22>|''|<22>",
                "<999999>x|''|<999999>x"
            })
    void shouldGiveLineWithoutTimeThatOfItsReader(String line, String program, String message) {
        // When
        LogEntry entry = read(line);

        // Then
        assertThat(entry.time()).isEqualTo(UNTIMED);
        assertThat(entry.program()).isEqualTo(program);
        assertThat(text(entry)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 25 12:00:00 mx1 postfix\u00ff/smtpd[1]: x",
                "<22>1 2026-11-25T12:00:00Z mx1 postfix\u00ff/smtpd 1 - - x"
            })
    void shouldTakeNothingForAProgramThatCannotBeOne(String line) {
        assertThat(read(line).program()).isEmpty();
    }

    @Test
    void shouldCountHowOftenTheLineBeforeWasWrittenOnceMore() {
        assertThat(read("Nov 25 12:00:00 mx1 last message repeated 7 times").repeatsOfLast())
                .isEqualTo(7);
        assertThat(read("Nov 25 12:00:00 last message repeated 7 times").repeatsOfLast())
                .isEqualTo(7);
        assertThat(read("Nov 25 12:00:00 mx1 x: last message repeated 7 times").repeatsOfLast())
                .isZero();
        assertThat(read("Nov 25 12:00:00 mx1 last message repeated x times").repeatsOfLast())
                .isZero();
    }

    private static LogEntry read(String line) {
        return read(line.getBytes(StandardCharsets.UTF_8));
    }

    private static LogEntry read(byte[] line) {
        Years years = Years.live(ZoneOffset.UTC, InstantSource.fixed(UNTIMED));
        // What lies around a line must not matter.
        byte[] surrounded = new byte[line.length + 6];
        Arrays.fill(surrounded, (byte) '1');
        System.arraycopy(line, 0, surrounded, 3, line.length);
        return new Envelope(ZoneOffset.UTC, years, InstantSource.fixed(UNTIMED))
                .read(surrounded, 3, 3 + line.length, 1);
    }

    private static String text(LogEntry entry) {
        return entry.text(entry.from(), entry.to(), Integer.MAX_VALUE);
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
