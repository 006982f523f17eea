package org.snowtrack.lookups.networks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/** Reads a table of {@code first_ip last_ip asn country name}, separated by tabs. */
final class NetworkLines {

    private static final int PROBLEMS = 3;
    private static final String NOT_ROUTED = "Not routed";

    private final Path file;
    private final Consumer<Problem> problems;
    private final NetworkRanges ranges = new NetworkRanges();

    /** Numbers by the columns behind the addresses: they repeat, so most lines cost two addresses and a hash. */
    private final Map<String, Integer> numbers = new HashMap<>();

    NetworkLines(Path file, Consumer<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    NetworkTable read(InputStream bytes) {
        int number = 0;
        int broken = 0;
        // Not Files.lines: it gives up on the whole file at the first name that is not UTF-8.
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()
                        || line.startsWith("#")
                        || line.startsWith("first_ip")
                        || line.startsWith("range_start")) {
                    continue;
                }
                try {
                    add(line);
                } catch (IllegalArgumentException e) {
                    if (++broken <= PROBLEMS) {
                        problems.accept(new Problem(file.toString(), number, String.valueOf(e.getMessage())));
                    }
                }
            }
        } catch (IOException e) {
            problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
            return ranges.broken(Failure.REFUSED);
        }
        if (broken > PROBLEMS) {
            problems.accept(new Problem(
                    file.toString(),
                    0,
                    broken + " of its " + number + " lines cannot be read, the first ones as told"));
        }
        ranges.conflicts().forEach(conflict -> problems.accept(new Problem(file.toString(), 0, sentence(conflict))));
        return broken > 0 ? ranges.broken(Failure.MALFORMED) : ranges.whole();
    }

    private static String sentence(RangeRows.Conflict conflict) {
        return "networks overlap without lying one inside the other, the first of %d: %s and %s; an address in both is taken for the smaller one's, of equals for the first one's"
                .formatted(conflict.count(), conflict.one(), conflict.other());
    }

    private void add(String line) {
        int second = line.indexOf('\t') + 1;
        int third = second == 0 ? 0 : line.indexOf('\t', second) + 1;
        if (third == 0 || line.indexOf('\t', third) < 0) {
            throw new IllegalArgumentException("the line has " + line.split("\t", -1).length
                    + " columns; it needs first_ip, last_ip, asn, country and perhaps a name, separated by tabs");
        }
        IpAddress first = IpAddress.parse(line.substring(0, second - 1).strip());
        IpAddress last = IpAddress.parse(line.substring(second, third - 1).strip());
        ranges.add(new IpRange(first, last), numbers.computeIfAbsent(line.substring(third), this::number));
    }

    private int number(String text) {
        String[] columns = text.split("\t", 3);
        String name = columns.length < 3 ? "" : columns[2].strip();
        if (name.equalsIgnoreCase(NOT_ROUTED) || columns[0].strip().equalsIgnoreCase(NOT_ROUTED)) {
            return NetworkRanges.NOT_ROUTED;
        }
        long asn = NetworkFields.asn(columns[0].strip());
        return asn == 0
                ? NetworkRanges.NOT_ROUTED
                : ranges.number(new Network(asn, name, NetworkFields.country(columns[1].strip())));
    }
}
