package org.snowtrack.app.cases;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.connectors.rejections.AddressTable;
import org.snowtrack.connectors.rejections.BrokenLine;
import org.snowtrack.connectors.rejections.RejectionFile;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.lookups.recorded.RecordedCase;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.IntakeStage;

/**
 * A case, read whole: its events by day, and recorded answers to every question about them. Events are held encoded,
 * about 200 bytes each. Immutable once read.
 */
public final class CaseDirectory {

    /** An event as it goes to intake. */
    public record Event(Bytes value, String file, int line) {}

    /** A line that never became an event. */
    public record Unreadable(String file, int line, String sentence) {}

    private static final String EVENTS = "rejections.jsonl";
    private static final String TABLE = "addresses.tsv";
    private static final String PROPERTIES = "case.properties";

    private final Path path;
    private final Consumer<Problem> problems;
    private final AvroSerde<SpecificRecord> serde = IntakeStage.serde();
    private final NavigableMap<LocalDate, List<Event>> eventsByDay = new TreeMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private final Set<String> reporters = new HashSet<>();
    private final Map<IpAddress, String> publishedNames = new HashMap<>();
    private @Nullable LocalDate from;
    private @Nullable LocalDate to;
    private int events;

    private CaseDirectory(Path path, Consumer<Problem> problems) {
        this.path = path;
        this.problems = problems;
    }

    /**
     * Reads a case.
     *
     * @param excessive invalid recipients that each event of a published table gets
     * @param problems told of every supporting file or record that cannot be used
     * @throws StartupException with a sentence where there is no case, or its period cannot be told
     */
    public static CaseDirectory read(Path path, int excessive, Consumer<Problem> problems) {
        if (!Files.isDirectory(path)) {
            throw new StartupException("The case directory " + path + " does not exist or is not a directory.");
        }
        CaseDirectory directory = new CaseDirectory(path, problems);
        try {
            directory.readPeriod();
            boolean any = false;
            for (String name : List.of(EVENTS, EVENTS + ".gz")) {
                if (Files.exists(path.resolve(name))) {
                    directory.readEvents(name);
                    any = true;
                }
            }
            if (Files.exists(path.resolve(TABLE))) {
                directory.readTable(excessive);
                any = true;
            }
            if (!any) {
                throw new StartupException(
                        "The case directory %s holds none of %s, %s.gz and %s; one of them is needed."
                                .formatted(path, EVENTS, EVENTS, TABLE));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StartupException("The case in " + path + " cannot be read: " + e.getMessage() + ".", e);
        }
        return directory;
    }

    private void readPeriod() throws IOException {
        Path file = path.resolve(PROPERTIES);
        if (!Files.exists(file)) {
            return;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new StartupException(file + " is not a properties file in UTF-8.", e);
        }
        from = date(properties, "from", file);
        to = date(properties, "to", file);
        if (from != null && to != null && to.isBefore(from)) {
            throw new StartupException("%s: the period cannot begin on %s and end on %s.".formatted(file, from, to));
        }
    }

    private static @Nullable LocalDate date(Properties properties, String key, Path file) {
        String text = properties.getProperty(key);
        try {
            return text == null ? null : LocalDate.parse(text.strip());
        } catch (DateTimeException e) {
            throw new StartupException(
                    "%s: %s must be a date such as 2018-04-01, not '%s'.".formatted(file, key, text), e);
        }
    }

    private void readEvents(String name) throws IOException {
        try (RejectionFile file = RejectionFile.open(path.resolve(name))) {
            while (file.hasNext()) {
                RejectionFile.Entry entry = file.next();
                if (entry instanceof RejectionFile.Parsed parsed) {
                    add(parsed.rejection(), name, parsed.line());
                } else if (entry instanceof BrokenLine broken) {
                    unreadable.add(new Unreadable(name, broken.line(), broken.sentence()));
                }
            }
        }
    }

    private void readTable(int excessive) throws IOException {
        AddressTable table = AddressTable.read(path.resolve(TABLE));
        table.broken().forEach(broken -> unreadable.add(new Unreadable(TABLE, broken.line(), broken.sentence())));
        if (from == null || to == null) {
            throw new StartupException("%s needs a period: write from=DATE and to=DATE into %s."
                    .formatted(path.resolve(TABLE), path.resolve(PROPERTIES)));
        }
        Map<IpAddress, Integer> lineOf = new HashMap<>();
        for (AddressTable.Row row : table.rows()) {
            lineOf.put(row.ip(), row.line());
            if (row.ptr() != null) {
                publishedNames.put(row.ip(), row.ptr());
            }
        }
        table.expand(from, to, excessive)
                .forEach(event -> add(event, TABLE, lineOf.getOrDefault(IpAddress.parse(event.getSourceIp()), 0)));
    }

    private void add(MailRejection rejection, String file, int line) {
        reporters.add(rejection.getReporter());
        events++;
        eventsByDay
                .computeIfAbsent(
                        LocalDate.ofInstant(rejection.getObservedAt(), ZoneOffset.UTC), day -> new ArrayList<>())
                .add(new Event(Bytes.wrap(serde.serialize(Topic.MAIL_REJECTIONS.topicName(), rejection)), file, line));
    }

    /** Recorded answers; what is wrong with the files is told once, here. */
    public Lookups lookups() {
        return RecordedCase.open(path, publishedNames, problems);
    }

    /**
     * The days to live through, by the files' own period or, without one, from the first event to the last that is not
     * in the future. Where there is only something to refuse, today is the day on which that is done.
     *
     * @param now the wall clock
     * @return empty where no day is left
     */
    public List<LocalDate> days(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate last = to != null ? to : eventsByDay.floorKey(today);
        if (last == null) {
            return events == 0 && unreadable.isEmpty() ? List.of() : List.of(today);
        }
        LocalDate first = from != null ? from : eventsByDay.isEmpty() ? null : eventsByDay.firstKey();
        return first == null || last.isBefore(first)
                ? List.of()
                : first.datesUntil(last.plusDays(1)).toList();
    }

    /** Events of the days from one to another, both included, in the order of the files within a day. */
    public Stream<Event> eventsBetween(LocalDate first, LocalDate last) {
        return last.isBefore(first)
                ? Stream.empty()
                : eventsByDay.subMap(first, true, last, true).values().stream().flatMap(List::stream);
    }

    /** Events before a day. */
    public Stream<Event> eventsBefore(LocalDate day) {
        return eventsByDay.headMap(day, false).values().stream().flatMap(List::stream);
    }

    /** Events after a day. */
    public Stream<Event> eventsAfter(LocalDate day) {
        return eventsByDay.tailMap(day, false).values().stream().flatMap(List::stream);
    }

    /** Lines that are no events, in the order of the files. */
    public List<Unreadable> unreadable() {
        return List.copyOf(unreadable);
    }

    /** What an event says. */
    public MailRejection rejection(Event event) {
        return (MailRejection) serde.deserialize(
                Topic.MAIL_REJECTIONS.topicName(), event.value().get());
    }

    /** How many reporters feed the case. */
    public int reporters() {
        return reporters.size();
    }

    /** How many events there are. */
    public int events() {
        return events;
    }

    public Path path() {
        return path;
    }
}
