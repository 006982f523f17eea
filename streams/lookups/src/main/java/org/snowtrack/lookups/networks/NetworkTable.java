package org.snowtrack.lookups.networks;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Origin networks from a table of ranges, in the form of iptoasn.com. Ranges may overlap: the smallest that holds an
 * address answers for it, of equally small ones the first in the file. A range without a network (number 0, "Not
 * routed") answers that there is none, and so does a gap, unless the file broke off. The table has no history; it answers alike for any time.
 *
 * <p>A sweep over all range ends cuts the overlaps into disjoint stretches once, at load, so that an answer is one
 * binary search over two arrays of primitives. Immutable; safe for any thread.
 */
public final class NetworkTable implements Lookup<IpAddress, Network> {

    private static final IpAddress FIRST_IPV4 = IpAddress.ipv4(0);
    private static final IpAddress LAST_IPV4 = IpAddress.ipv4(0xffff_ffffL);
    private static final IpAddress LAST = new IpAddress(-1, -1);
    private static final Pattern ASN = Pattern.compile("(?:AS)?([0-9]{1,10})", Pattern.CASE_INSENSITIVE);
    private static final int GZIP_BUFFER = 1 << 16;
    private static final String NOT_ROUTED = "Not routed";

    /** Where each stretch starts, ascending; it ends before the next. */
    private final long[] highs;

    private final long[] lows;
    private final List<Answer<Network>> answers;
    private final Answer<Network> none;

    private NetworkTable(List<Row> rows, Answer<Network> none) {
        this.none = none;
        rows.sort(Comparator.comparing(Row::first));
        IpAddress[] starts = rows.stream()
                .flatMap(row -> row.last.equals(LAST) ? Stream.of(row.first) : Stream.of(row.first, row.last.plus(1)))
                .sorted()
                .distinct()
                .toArray(IpAddress[]::new);
        long[] allHighs = new long[starts.length];
        long[] allLows = new long[starts.length];
        answers = new ArrayList<>();
        PriorityQueue<Row> open =
                new PriorityQueue<>(Comparator.comparing(Row::span).thenComparing(Row::line));
        Answer<Network> previous = none;
        int next = 0;
        for (IpAddress start : starts) {
            while (next < rows.size() && rows.get(next).first.equals(start)) {
                open.add(rows.get(next++));
            }
            while (!open.isEmpty() && open.element().last.compareTo(start) < 0) {
                open.remove();
            }
            Answer<Network> answer = open.isEmpty() ? none : open.element().answer;
            if (!answer.equals(previous)) {
                allHighs[answers.size()] = start.high();
                allLows[answers.size()] = start.low();
                answers.add(answer);
                previous = answer;
            }
        }
        highs = Arrays.copyOf(allHighs, answers.size());
        lows = Arrays.copyOf(allLows, answers.size());
    }

    /**
     * Reads lines of {@code first_ip last_ip asn country name}, separated by tabs; the name may be missing, the number
     * may be written {@code AS16276}, and a header line and lines that start with {@code #} are skipped. A file that
     * starts like gzip (RFC 1952) is read as such, whatever it is called.
     *
     * @param problems told of each line that cannot be read, and of a file that cannot; the rest is still read
     */
    public static NetworkTable read(Path file, Consumer<Problem> problems) {
        List<Row> rows = new ArrayList<>();
        Map<Network, Answer<Network>> answers = new HashMap<>();
        // Not Files.lines: it gives up on the whole file at the first name that is not UTF-8.
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(plain(file), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()
                        || line.startsWith("#")
                        || line.startsWith("first_ip")
                        || line.startsWith("range_start")) {
                    continue;
                }
                try {
                    addRows(rows, answers, line, number);
                } catch (IllegalArgumentException e) {
                    problems.accept(new Problem(file.toString(), number, String.valueOf(e.getMessage())));
                }
            }
        } catch (IOException e) {
            problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
            return new NetworkTable(rows, new Answer.Failed<>(Answer.Failure.REFUSED));
        }
        return new NetworkTable(rows, new Answer.NoRecord<>());
    }

    private static InputStream plain(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            bytes.mark(2);
            boolean zipped = bytes.read() == 0x1f && bytes.read() == 0x8b;
            bytes.reset();
            return zipped ? new GZIPInputStream(bytes, GZIP_BUFFER) : bytes;
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private static void addRows(List<Row> rows, Map<Network, Answer<Network>> answers, String line, int number) {
        String[] columns = line.split("\t", 5);
        if (columns.length < 4) {
            throw new IllegalArgumentException("the line has " + columns.length
                    + " columns; it needs first_ip, last_ip, asn, country and perhaps a name, separated by tabs");
        }
        IpRange range = new IpRange(IpAddress.parse(columns[0].strip()), IpAddress.parse(columns[1].strip()));
        String name = columns.length < 5 ? "" : columns[4].strip();
        long asn = name.equalsIgnoreCase(NOT_ROUTED) ? 0 : asn(columns[2].strip());
        Answer<Network> answer = asn == 0
                ? new Answer.NoRecord<>()
                : answers.computeIfAbsent(new Network(asn, name, country(columns[3].strip())), Answer.Found::new);
        IpAddress span = minus(range.last(), range.first());
        // IPv4 lies in the middle of IPv6, but a range of IPv6 says nothing about IPv4.
        if (range.first().compareTo(FIRST_IPV4) < 0 && range.last().compareTo(LAST_IPV4) > 0) {
            rows.add(new Row(range.first(), FIRST_IPV4.plus(-1), span, number, answer));
            rows.add(new Row(LAST_IPV4.plus(1), range.last(), span, number, answer));
        } else {
            rows.add(new Row(range.first(), range.last(), span, number, answer));
        }
    }

    private static long asn(String text) {
        Matcher matcher = ASN.matcher(text);
        if (text.equalsIgnoreCase(NOT_ROUTED)) {
            return 0;
        }
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) > 0xffff_ffffL) {
            throw new IllegalArgumentException("'" + text + "' is not the number of an autonomous system");
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String country(String text) {
        return text.matches("[A-Za-z]{2}") ? text.toUpperCase(Locale.ROOT) : "";
    }

    private static IpAddress minus(IpAddress last, IpAddress first) {
        long borrow = Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0;
        return new IpAddress(last.high() - first.high() - borrow, last.low() - first.low());
    }

    @Override
    public CompletionStage<Answer<Network>> ask(IpAddress address, Instant at) {
        int low = 0;
        int high = highs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int byHigh = Long.compareUnsigned(highs[middle], address.high());
            if (byHigh < 0 || (byHigh == 0 && Long.compareUnsigned(lows[middle], address.low()) <= 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return CompletableFuture.completedStage(low == 0 ? none : answers.get(low - 1));
    }

    /** @param span how far the last address of the range as written is from its first */
    private record Row(IpAddress first, IpAddress last, IpAddress span, int line, Answer<Network> answer) {}
}
