package org.snowtrack.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snowtrack.connectors.formats.Corpus.Log;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Whatever becomes of the corpus's lines, no format throws or blames an address that does not stand where its server
 * writes it. A million lines by default; for ten:
 * {@code mvn -pl connectors -am test -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.lines=10000000}.
 *
 * <p>In the corpus, 203.0.113.0/24 is what attackers wrote and 198.51.100.0/24 are other servers: neither was refused.
 */
class FuzzTest {

    private static final int LINES_OF_EACH = Integer.getInteger("fuzz.lines", 1_000_000) / 4;

    private static final Set<IpAddress> VICTIMS =
            Set.of(IpAddress.parse("203.0.113.66"), IpAddress.parse("2001:db8:bad::66"));
    private static final Set<IpAddress> OTHERS =
            Set.of(IpAddress.parse("203.0.113.0"), IpAddress.parse("198.51.100.0"));

    /** Where the line is missing in which they name the client, they are the client. */
    private static final Set<IpAddress> PROXIES =
            Set.of(IpAddress.parse("198.51.100.6"), IpAddress.parse("198.51.100.9"));

    /** They write through syslog: behind its header and their name no client's word can pose as a line's beginning. */
    private static final Set<String> ANCHORED = Set.of("postfix", "sendmail", "courier", "opensmtpd");

    /** Only the end of their lines tells the server's words from a client's: cut off, a forgery is genuine. */
    private static final Set<String> OPEN_ENDED = Set.of("exim", "qmail", "sendmail");

    /** The lines of all logs of one format. */
    private record Source(LogFormat format, List<byte[]> lines, Set<IpAddress> clients) {}

    private interface Mutation {

        byte[] of(byte[] line, byte[] other);
    }

    private final LogFormat any = new AnyLog();
    private final Random random = new Random(Long.getLong("fuzz.seed", 4));
    private final Mutations mutations = new Mutations(random);
    private long blamed;

    @Test
    void shouldBlameTheClientOnlyWhenLinesAreCutOff() {
        fuzz(
                sources((log, line) -> !OPEN_ENDED.contains(log.file()) || !line.contains(Forgeries.VICTIM)),
                (line, other) -> mutations.cut(line),
                (source, lines) -> assertBlames(source, lines, source.clients()::contains));
    }

    @Test
    void shouldBlameNobodyElseWhenLinesAreTornOrBroken() {
        fuzz(
                sources((log, line) -> ANCHORED.contains(log.file()) && line.startsWith("Nov ")),
                (line, other) -> random.nextBoolean() ? mutations.torn(line, other) : mutations.broken(line),
                (source, lines) -> assertBlames(source, lines, client -> !OTHERS.contains(client.floor(24))));
    }

    @Test
    void shouldBlameNobodyWhoDoesNotStandInTheLogHoweverItIsSpoiled() {
        fuzz(sources((log, line) -> true), mutations::spoiled, (source, lines) -> {
            assertBlames(source, lines, client -> stands(client, lines));
            assertBlames(anyone(), lines, client -> stands(client, lines));
        });
    }

    @Test
    void shouldBlameNobodyWhomAClientNames() {
        // In other logs the server's own address cannot be read: then it is all the same who stands where.
        List<Source> readable = sources(
                (log, line) -> log.expected().stream().flatMap(List::stream).noneMatch("UNREADABLE"::equals));
        fuzz(readable, (line, other) -> mutations.forged(line), (source, lines) -> {
            assertBlames(source, lines, client -> !VICTIMS.contains(client));
            assertBlames(anyone(), lines, client -> !VICTIMS.contains(client));
        });
    }

    /** Whoever was said to have written the log. */
    private LogFormat anyone() {
        return LogFormats.ALL.get(random.nextInt(LogFormats.ALL.size()));
    }

    private interface Check {

        void of(Source source, List<byte[]> mutated);
    }

    /** Mutates half of the lines of many stretches, most of them short: sessions go on and are never whole. */
    private void fuzz(List<Source> sources, Mutation mutation, Check check) {
        int lines = 0;
        while (lines < LINES_OF_EACH) {
            Source source = sources.get(random.nextInt(sources.size()));
            Source foreign = random.nextInt(20) == 0 ? sources.get(random.nextInt(sources.size())) : source;
            int start = random.nextInt(source.lines().size());
            int length = 1 + random.nextInt(random.nextInt(100) == 0 ? 400 : 12);
            List<byte[]> mutated = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                byte[] line = source.lines().get((start + i) % source.lines().size());
                byte[] other =
                        foreign.lines().get(random.nextInt(foreign.lines().size()));
                mutated.add(length > 1 && random.nextBoolean() ? line : mutation.of(line, other));
            }
            check.of(source, mutated);
            lines += length;
        }
        assertThat(blamed).isPositive();
    }

    private void assertBlames(Source source, List<byte[]> lines, Predicate<IpAddress> mayBeBlamed) {
        assertBlames(source.format(), lines, mayBeBlamed);
        assertBlames(any, lines, mayBeBlamed);
    }

    private void assertBlames(LogFormat format, List<byte[]> lines, Predicate<IpAddress> mayBeBlamed) {
        try {
            Set<IpAddress> clients = clients(format, lines);
            blamed += clients.size();
            assertThat(clients).allMatch(mayBeBlamed);
        } catch (RuntimeException | AssertionError e) {
            List<byte[]> fewest = fewest(lines, some -> fails(format, some, mayBeBlamed));
            throw new AssertionError(format.name() + " in the lines\n" + text(fewest), e);
        }
    }

    private static boolean fails(LogFormat format, List<byte[]> lines, Predicate<IpAddress> mayBeBlamed) {
        try {
            return !clients(format, lines).stream().allMatch(mayBeBlamed);
        } catch (RuntimeException e) {
            return true;
        }
    }

    /** Leaves out every line that need not be there. */
    private static List<byte[]> fewest(List<byte[]> lines, Predicate<List<byte[]>> isEnough) {
        List<byte[]> fewest = new ArrayList<>(lines);
        for (int i = fewest.size() - 1; i >= 0; i--) {
            byte[] line = fewest.remove(i);
            if (!isEnough.test(fewest)) {
                fewest.add(i, line);
            }
        }
        return fewest;
    }

    private static Set<IpAddress> clients(LogFormat format, List<byte[]> lines) {
        List<LogFact> facts = Lines.told(format, ZoneOffset.UTC, lines).stream()
                .map(Lines.Told::fact)
                .toList();
        return new HashSet<>(Forgeries.clients(facts));
    }

    /** Whether an IPv4 address stands in the log as a whole, with something behind it, or as journald writes bytes. */
    private static boolean stands(IpAddress address, List<byte[]> lines) {
        if (!address.isIpv4()) {
            return true;
        }
        String wanted = address.toString();
        String log = text(lines);
        for (int at = log.indexOf(wanted); at >= 0; at = log.indexOf(wanted, at + 1)) {
            int end = at + wanted.length();
            if (!isOfAddress(log, at - 1) && end < log.length() && log.charAt(end) != '\n' && !isOfAddress(log, end)) {
                return true;
            }
        }
        return log.contains(wanted.chars().mapToObj(Integer::toString).collect(Collectors.joining(",")));
    }

    private static boolean isOfAddress(String text, int at) {
        return at >= 0 && (text.charAt(at) == '.' || (text.charAt(at) >= '0' && text.charAt(at) <= '9'));
    }

    private static String text(List<byte[]> lines) {
        return lines.stream()
                .map(line -> new String(line, StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining("\n"));
    }

    private static List<Source> sources(BiPredicate<Log, String> isWanted) {
        List<Log> logs = Corpus.logs();
        List<Source> sources = new ArrayList<>();
        for (LogFormat format : LogFormats.ALL) {
            List<byte[]> lines = logs.stream()
                    .filter(log -> log.format().equals(format))
                    .flatMap(log -> log.lines().stream().filter(line -> isWanted.test(log, line)))
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
            Set<IpAddress> clients = clients(format, lines);
            if (!ANCHORED.contains(format.id())) {
                clients.addAll(PROXIES);
            }
            if (!lines.isEmpty()) {
                sources.add(new Source(format, lines, clients));
            }
        }
        return sources;
    }
}
