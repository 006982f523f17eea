package org.snowtrack.lookups.recorded;

import com.google.common.collect.ImmutableListMultimap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Tokenizer;
import org.xbill.DNS.Type;

/**
 * DNS as the files {@code dns.zone} (master-file form, RFC 1035 section 5) and {@code dns-history.tsv} of a case
 * directory recorded it. The records of a name at a time are those of the history rows that cover the time and start
 * latest; where none covers it, those of the zone. A zone file speaks for the whole DNS: what it does not name does
 * not exist. Without one, what no row covers is unknown.
 *
 * <p>The names of a published table fill in for addresses whose reverse names neither file mentions at any time.
 * Immutable; safe for any thread.
 */
final class RecordedDns {

    private static final int MAX_ALIASES = 8;
    private static final int MAX_LINES_OF_A_RECORD = 100;
    private static final long ANY_TTL = 3600;
    private static final Set<Integer> ANSWERED = Set.of(Type.PTR, Type.A, Type.AAAA, Type.CNAME, Type.MX);

    private final ImmutableListMultimap<Owner, Dated> records;
    private final Map<IpAddress, String> publishedNames;
    private final boolean hasZone;

    private RecordedDns(
            ImmutableListMultimap<Owner, Dated> records, Map<IpAddress, String> publishedNames, boolean hasZone) {
        this.records = records;
        this.publishedNames = publishedNames;
        this.hasZone = hasZone;
    }

    /**
     * Reads what there is of the two files.
     *
     * @param publishedNames PTR names from elsewhere, as written; those that are not host names are left out
     * @param problems told of each record that cannot be read; the rest still is
     */
    static RecordedDns read(Path caseDirectory, Map<IpAddress, String> publishedNames, Consumer<Problem> problems) {
        Path zone = caseDirectory.resolve("dns.zone");
        Path history = caseDirectory.resolve("dns-history.tsv");
        ImmutableListMultimap.Builder<Owner, Dated> records = ImmutableListMultimap.builder();
        Optional<List<String>> zoneLines = lines(zone, problems);
        zoneLines.ifPresent(lines -> readZone(zone, lines, records, problems));
        lines(history, problems).ifPresent(lines -> readHistory(history, lines, records, problems));
        Map<IpAddress, String> names = new HashMap<>();
        publishedNames.forEach((address, raw) -> HostNames.normalize(raw).ifPresent(name -> names.put(address, name)));
        return new RecordedDns(records.build(), names, zoneLines.isPresent());
    }

    /** A {@link org.snowtrack.lookups.Lookup}: all valid names of an address, sorted, each with its confirmation. */
    CompletionStage<Answer<List<PtrName>>> ptr(IpAddress address, Instant at) {
        Name reverse = ReverseMap.fromAddress(address.toInetAddress());
        String published = publishedNames.get(address);
        if (published != null
                && !records.containsKey(new Owner(reverse, Type.PTR))
                && !records.containsKey(new Owner(reverse, Type.CNAME))) {
            return found(List.of(new PtrName(published, confirm(published, address, at, false))));
        }
        List<Record> pointers = resolve(reverse, Type.PTR, at);
        return answer(
                pointers,
                hosts(pointers.stream().map(pointer -> ((PTRRecord) pointer).getTarget()))
                        .map(name -> new PtrName(name, confirm(name, address, at, hasZone)))
                        .toList());
    }

    /** A {@link org.snowtrack.lookups.Lookup}: the A and AAAA records of a host name, sorted. */
    CompletionStage<Answer<List<IpAddress>>> addresses(String host, Instant at) {
        List<IpAddress> addresses = addressesOf(absolute(host), at);
        return addresses.isEmpty() ? nothing(hasZone) : found(addresses);
    }

    /** A {@link org.snowtrack.lookups.Lookup}: the MX hosts of a domain, sorted; a null MX (RFC 7505) is none. */
    CompletionStage<Answer<List<String>>> mailExchangers(String domain, Instant at) {
        List<Record> exchangers = resolve(absolute(domain), Type.MX, at);
        return answer(
                exchangers,
                hosts(exchangers.stream().map(exchanger -> ((MXRecord) exchanger).getTarget()))
                        .toList());
    }

    private Confirmation confirm(String host, IpAddress address, Instant at, boolean absenceRefutes) {
        Name name = absolute(host);
        if (addressesOf(name, at).contains(address)) {
            return Confirmation.CONFIRMED;
        }
        boolean known = Stream.of(Type.A, Type.AAAA, Type.CNAME)
                .anyMatch(type -> !recorded(name, type, at).isEmpty());
        return known || absenceRefutes ? Confirmation.REFUTED : Confirmation.UNKNOWN;
    }

    private List<IpAddress> addressesOf(@Nullable Name name, Instant at) {
        return Stream.concat(
                        resolve(name, Type.A, at).stream().map(record -> ((ARecord) record).getAddress()),
                        resolve(name, Type.AAAA, at).stream().map(record -> ((AAAARecord) record).getAddress()))
                .map(IpAddress::of)
                .distinct()
                .sorted()
                .toList();
    }

    /** The records at the end of the name's aliases; none if these are too many, or a loop. */
    private List<Record> resolve(@Nullable Name name, int type, Instant at) {
        Name asked = name;
        for (int aliases = 0; asked != null && aliases <= MAX_ALIASES; aliases++) {
            List<Record> found = recorded(asked, type, at);
            if (!found.isEmpty()) {
                return found;
            }
            asked = recorded(asked, Type.CNAME, at).stream()
                    .map(alias -> ((CNAMERecord) alias).getTarget())
                    .findFirst()
                    .orElse(null);
        }
        return List.of();
    }

    private List<Record> recorded(@Nullable Name name, int type, Instant at) {
        if (name == null) {
            return List.of();
        }
        List<Record> current = new ArrayList<>();
        Instant since = Instant.MIN;
        for (Dated dated : records.get(new Owner(name, type))) {
            if (at.isBefore(dated.from) || at.isAfter(dated.to) || dated.from.isBefore(since)) {
                continue;
            }
            if (dated.from.isAfter(since)) {
                current.clear();
                since = dated.from;
            }
            current.add(dated.record);
        }
        return current;
    }

    private static Stream<String> hosts(Stream<Name> names) {
        return names.flatMap(name -> HostNames.normalize(name.toString()).stream())
                .distinct()
                .sorted();
    }

    private <A> CompletionStage<Answer<List<A>>> answer(List<Record> records, List<A> usable) {
        return usable.isEmpty() ? nothing(hasZone || !records.isEmpty()) : found(usable);
    }

    private static <A> CompletionStage<Answer<A>> found(A value) {
        return CompletableFuture.completedStage(new Answer.Found<>(value));
    }

    private static <A> CompletionStage<Answer<A>> nothing(boolean certain) {
        return CompletableFuture.completedStage(
                certain ? new Answer.NoRecord<>() : new Answer.Failed<>(Answer.Failure.REFUSED));
    }

    /** Null for text that no DNS name can have, which therefore has no records. */
    private static @Nullable Name absolute(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            return null;
        }
    }

    /** Empty if there is no file, or none that can be read. */
    private static Optional<List<String>> lines(Path file, Consumer<Problem> problems) {
        if (Files.exists(file)) {
            try {
                return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .toList());
            } catch (IOException e) {
                problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
            }
        }
        return Optional.empty();
    }

    /**
     * Each record is parsed by itself, with its continuation lines, because the parser cannot go on behind an error.
     * What an unreadable line would have set, the owner or the origin, is not inherited from an earlier one.
     */
    private static void readZone(
            Path file,
            List<String> lines,
            ImmutableListMultimap.Builder<Owner, Dated> records,
            Consumer<Problem> problems) {
        Name origin = null;
        String owner = "";
        for (int start = 0, end; start < lines.size(); start = end) {
            end = start + 1;
            String line = lines.get(start);
            if (line.isBlank() || line.stripLeading().startsWith(";")) {
                continue;
            }
            try {
                if (line.startsWith("$")) {
                    Name earlier = origin;
                    origin = null;
                    origin = directive(line, earlier);
                    continue;
                }
                end = endOfRecord(lines, start);
                String text = String.join("\n", lines.subList(start, end));
                Record record = parse(Character.isWhitespace(line.charAt(0)) ? owner + text : text, origin);
                owner = record.getName().toString();
                add(records, new Dated(Instant.MIN, Instant.MAX, record));
            } catch (IOException | RuntimeException e) {
                owner = "";
                problems.accept(new Problem(file.toString(), start + 1, sentence(e)));
            }
        }
    }

    /** The origin from this line on. TTLs mean nothing in a recording. */
    private static @Nullable Name directive(String line, @Nullable Name origin) throws IOException {
        try (Tokenizer tokens = new Tokenizer(line)) {
            String directive = tokens.getIdentifier();
            if (directive.equalsIgnoreCase("$ORIGIN")) {
                return tokens.getName(origin);
            }
            if (directive.equalsIgnoreCase("$TTL")) {
                return origin;
            }
            throw new IllegalArgumentException(directive + " is not supported in a case directory");
        }
    }

    /** The line after the one that closes the parentheses of a record. */
    private static int endOfRecord(List<String> lines, int start) {
        int end = start;
        int open = 0;
        do {
            open += opened(lines.get(end++));
        } while (open > 0 && end < lines.size() && end - start < MAX_LINES_OF_A_RECORD);
        if (open > 0) {
            throw new IllegalArgumentException(
                    "the record opens a parenthesis that the next " + MAX_LINES_OF_A_RECORD + " lines do not close");
        }
        return end;
    }

    /** How many more parentheses a line opens than it closes, outside of quotes and comments. */
    private static int opened(String line) {
        int open = 0;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                break;
            } else if (!quoted) {
                open += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }
        return open;
    }

    private static void readHistory(
            Path file,
            List<String> lines,
            ImmutableListMultimap.Builder<Owner, Dated> records,
            Consumer<Problem> problems) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#") || line.startsWith("valid_from")) {
                continue;
            }
            try {
                String[] columns = line.split("\t", 3);
                if (columns.length < 3) {
                    throw new IllegalArgumentException(
                            "the line needs valid_from, valid_to and a record, separated by tabs");
                }
                Instant from = instant(columns[0].strip(), 0);
                Instant to = instant(columns[1].strip(), 1);
                if (from.isAfter(to)) {
                    throw new IllegalArgumentException(
                            "the record is valid from " + columns[0] + " but only until " + columns[1]);
                }
                add(records, new Dated(from, to, parse(columns[2].strip(), null)));
            } catch (IOException | RuntimeException e) {
                problems.accept(new Problem(file.toString(), i + 1, sentence(e)));
            }
        }
    }

    /** A time, or the start of a date ({@code days} 0), or its end ({@code days} 1). */
    private static Instant instant(String text, int days) {
        try {
            return text.length() > "2018-04-01".length()
                    ? Instant.parse(text)
                    : LocalDate.parse(text)
                            .plusDays(days)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .minusNanos(days);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is neither an RFC 3339 time nor a date", e);
        }
    }

    private static Record parse(String text, @Nullable Name origin) throws IOException {
        InputStream bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        try (Master master = new Master(bytes, origin, ANY_TTL)) {
            master.disableIncludes(true);
            master.expandGenerate(false);
            Record record = master.nextRecord();
            if (record == null) {
                throw new IllegalArgumentException("there is no record on the line");
            }
            return record;
        }
    }

    private static void add(ImmutableListMultimap.Builder<Owner, Dated> records, Dated dated) {
        if (ANSWERED.contains(dated.record.getType())) {
            records.put(new Owner(dated.record.getName(), dated.record.getType()), dated);
        }
    }

    /** What the parser says, without its own idea of file and line. */
    private static String sentence(Exception e) {
        String message = String.valueOf(e.getMessage()).replaceAll("<none>:[0-9]+: ", "");
        return e instanceof IOException ? "the record cannot be read: " + message : message;
    }

    /** The name and type of records; names compare without case. */
    private record Owner(Name name, int type) {}

    /** A record and the times between which it holds, both included. */
    private record Dated(Instant from, Instant to, Record record) {}
}
