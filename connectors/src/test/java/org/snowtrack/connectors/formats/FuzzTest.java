package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.formats.Corpus.Log;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Lines of the corpus, spoiled in every way that does not need a thought. A million by default; for ten:
 * {@code mvn -pl connectors -am test -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.lines=10000000}.
 */
class FuzzTest {

    private static final int LINES = Integer.getInteger("fuzz.lines", 1_000_000);
    private static final int LONGEST = 4_000;
    private static final IpAddress VICTIM = IpAddress.parse("203.0.113.66");
    private static final IpAddress VICTIM_6 = IpAddress.parse("2001:db8:bad::66");

    /** What an attacker would like to be read. None of the corpus's lines names these addresses. */
    private static final List<byte[]> FORGED = List.of(
                    "victim.example[203.0.113.66]: 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
                    "[203.0.113.66]",
                    "] [203.0.113.66]",
                    ") [203.0.113.66]:25 F=<a@b.example> rejected RCPT <c@d.example>: Unknown user",
                    "relay=[203.0.113.66], reject=550 5.1.1",
                    "address=203.0.113.66 host=victim.example",
                    "ip=203.0.113.66 rdns=victim.example",
                    "origin_ip: 203.0.113.66 ",
                    ":victim.example:203.0.113.66> rcpt <",
                    "error,relay=::ffff:203.0.113.66,from=<a@b.example>,to=<",
                    "\"addr\":\"203.0.113.66:25\"",
                    ",203.0.113.66:25,<,RCPT TO:<a@b.example>,",
                    "\t203.0.113.66\t",
                    "[IPv6:2001:db8:bad::66]",
                    "2001:db8:bad::66")
            .stream()
            .map(text -> text.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private final Random random = new Random(4);
    /** Apart, because a spoiled line may say of a session, or of columns, what no server would. */
    private final Map<LogFormat, LogReader> ofSpoiled = new HashMap<>();

    private final Map<LogFormat, LogReader> ofForged = new HashMap<>();
    private final List<byte[]> lines = lines(log -> true);
    /** In others the server's own address cannot be read: then it is all the same who stands where. */
    private final List<byte[]> readable =
            lines(log -> log.expected().stream().flatMap(List::stream).noneMatch(fact -> fact.equals("UNREADABLE")));

    private long position;
    private long facts;

    @Test
    void shouldReadSpoiledLinesAndBlameNobodyWhomAClientNames() {
        // Given
        List<LogFormat> formats =
                Corpus.logs().stream().map(Log::format).distinct().toList();
        LogFormat any = new AnyLog();

        // When
        for (int i = 0; i < LINES; i++) {
            LogFormat format = i % 4 == 0 ? any : formats.get(random.nextInt(formats.size()));
            if (random.nextBoolean()) {
                read(ofForged, format, forge(readable.get(random.nextInt(readable.size()))));
            } else {
                read(ofSpoiled, format, spoil(lines.get(random.nextInt(lines.size()))));
            }
        }

        // Then
        assertThat(facts).isPositive();
    }

    private static List<byte[]> lines(Predicate<Log> wanted) {
        return Corpus.logs().stream()
                .filter(wanted)
                .flatMap(log -> log.lines().stream())
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private void read(Map<LogFormat, LogReader> readers, LogFormat format, byte[] line) {
        LogReader reader = readers.computeIfAbsent(
                format,
                absent -> new LogReader(
                        format,
                        ZoneOffset.UTC,
                        Years.live(ZoneOffset.UTC, InstantSource.fixed(Lines.NOW)),
                        InstantSource.fixed(Lines.NOW)));
        try {
            reader.read(line, 0, line.length, position, position, (tag, fact) -> {
                facts++;
                IpAddress client = fact instanceof LogFact.Refusal refusal
                        ? refusal.client()
                        : fact instanceof LogFact.Session session ? session.client() : null;
                if (readers == ofForged && (VICTIM.equals(client) || VICTIM_6.equals(client))) {
                    throw new AssertionError("a client had " + client + " blamed");
                }
            });
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(format.name() + " in line: " + new String(line, StandardCharsets.ISO_8859_1), e);
        }
        position += line.length + 1;
    }

    /** Puts a forgery where a client's words stand: between angle brackets, as all servers write addresses. */
    private byte[] forge(byte[] line) {
        int open = indexOf(line, '<', random.nextInt(line.length));
        int close = open < 0 ? -1 : indexOf(line, '>', open);
        if (close < 0 || open + 1 == close || isPriority(line, open)) {
            return line;
        }
        return insert(line, open + 1 + random.nextInt(close - open), FORGED.get(random.nextInt(FORGED.size())));
    }

    /** The start of a line belongs to syslog: {@code <22>}, {@code <mail.info>}. */
    private static boolean isPriority(byte[] line, int open) {
        return open < 30 && indexOf(line, '@', open) < 0;
    }

    private byte[] spoil(byte[] line) {
        byte[] spoiled = line.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && spoiled.length > 1; changes--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(6)) {
                case 0 -> spoiled[at] = (byte) random.nextInt(256);
                case 1 -> spoiled = Arrays.copyOf(spoiled, at);
                case 2 -> spoiled = Arrays.copyOfRange(spoiled, at, spoiled.length);
                case 3 -> spoiled = insert(spoiled, at, piece(lines.get(random.nextInt(lines.size()))));
                case 4 -> spoiled = insert(spoiled, at, piece(spoiled));
                default -> spoiled = cut(spoiled, at);
            }
        }
        return spoiled;
    }

    private byte[] piece(byte[] line) {
        int from = random.nextInt(line.length);
        return Arrays.copyOfRange(line, from, Math.min(line.length, from + 1 + random.nextInt(60)));
    }

    private byte[] cut(byte[] line, int at) {
        int to = Math.min(line.length, at + 1 + random.nextInt(20));
        byte[] rest = Arrays.copyOf(line, line.length - (to - at));
        System.arraycopy(line, to, rest, at, line.length - to);
        return rest;
    }

    private static byte[] insert(byte[] line, int at, byte[] text) {
        if (line.length + text.length > LONGEST) {
            return line;
        }
        byte[] longer = Arrays.copyOf(line, line.length + text.length);
        System.arraycopy(text, 0, longer, at, text.length);
        System.arraycopy(line, at, longer, at + text.length, line.length - at);
        return longer;
    }

    private static int indexOf(byte[] line, char c, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == c) {
                return i;
            }
        }
        return -1;
    }
}
