package org.snowtrack.app.results;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.snowtrack.schemas.AlertKind;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.RangeAlert;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.intake.DeadLetter;

/** What the pipeline has published so far, read back from its topics. */
public final class Results {

    /**
     * A refused record.
     *
     * @param where file and line where a feeder told them, else topic, partition and offset
     */
    public record Refused(String where, int line, String reason) implements Comparable<Refused> {

        private static final Comparator<Refused> ORDER = Comparator.comparing(Refused::where)
                .thenComparing(Refused::line)
                .thenComparing(Refused::reason);

        @Override
        public int compareTo(Refused other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return line > 0 ? where + ":" + line + ": " + reason : where + ": " + reason;
        }
    }

    private final TopicReader reader;

    public Results(TopicReader reader) {
        this.reader = reader;
    }

    /** The ranges that stand, by first address. */
    public List<FlaggedRange> ranges() {
        SortedMap<IpRange, FlaggedRange> standing = new TreeMap<>();
        reader.readAll(Topic.FLAGGED_RANGES, AvroSerde.of(FlaggedRange.class), record -> {
            IpRange key = IpRange.parse(record.key());
            if (record.value() == null) {
                standing.remove(key);
            } else {
                standing.put(key, record.value());
            }
        });
        return List.copyOf(standing.values());
    }

    /** The campaigns that stand, by the time at which they were seen. */
    public List<Campaign> campaigns() {
        SortedMap<String, Campaign> standing = new TreeMap<>();
        reader.readAll(Topic.CAMPAIGNS, AvroSerde.of(Campaign.class), record -> {
            if (record.value() == null) {
                standing.remove(record.key());
            } else {
                standing.put(record.key(), record.value());
            }
        });
        return standing.values().stream()
                .sorted(Comparator.comparing(Campaign::getFirstSeen))
                .toList();
    }

    /** The ranges that stand and the last state of every range that was cleared, by first address, then time. */
    public List<FlaggedRange> rangesWithHistory() {
        List<FlaggedRange> cleared = new ArrayList<>();
        reader.readAll(Topic.RANGE_ALERTS, AvroSerde.of(RangeAlert.class), record -> {
            if (record.value().getKind() == AlertKind.CLEARED) {
                cleared.add(record.value().getRange());
            }
        });
        return Stream.concat(cleared.stream(), ranges().stream())
                .sorted(Comparator.comparing((FlaggedRange range) -> IpAddress.parse(range.getFirstIp()))
                        .thenComparing(range -> IpAddress.parse(range.getLastIp()))
                        .thenComparing(FlaggedRange::getFirstSeen)
                        .thenComparing(FlaggedRange::getLastSeen))
                .toList();
    }

    /** All ranges in every state in which an alert told of them, those that stand too; in no order. */
    public List<FlaggedRange> rangesInAllStates() {
        List<FlaggedRange> states = new ArrayList<>(ranges());
        reader.readAll(
                Topic.RANGE_ALERTS,
                AvroSerde.of(RangeAlert.class),
                record -> states.add(record.value().getRange()));
        return states;
    }

    /** Everything that intake or a feeder refused, each once, however often it was fed. */
    public SortedSet<Refused> deadLetters() {
        SortedSet<Refused> letters = new TreeSet<>();
        reader.readAll(Topic.DEAD_LETTERS, new ByteArrayDeserializer(), record -> {
            Map<String, String> headers = texts(record.headers());
            String reason = headers.getOrDefault(DeadLetter.REASON, "no reason was given");
            String file = headers.get(DeadLetter.FILE);
            letters.add(
                    file != null
                            ? new Refused(file, Integer.parseInt(headers.getOrDefault(DeadLetter.LINE, "0")), reason)
                            : new Refused(
                                    "%s, partition %s, offset %s"
                                            .formatted(
                                                    headers.get(DeadLetter.TOPIC),
                                                    headers.get(DeadLetter.PARTITION),
                                                    headers.get(DeadLetter.OFFSET)),
                                    0,
                                    reason));
        });
        return letters;
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        for (Header header : headers) {
            texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return texts;
    }
}
