package org.snowtrack.connectors.rollup;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;

/** Whoever keeps the largest counts of each origin knows the same, however often the file was read again. */
class ReReadTest {

    private static final Instant START = Instant.parse("2026-11-25T11:58:00Z");

    /** A fact whose time lies so many seconds behind that of the fact before it, perhaps told by the same line. */
    record Step(int client, int seconds, int accepted, int refused, boolean isOnSameLine) {}

    @Property
    void shouldKnowTheSameAfterAnyCrash(
            @ForAll @Size(max = 60) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1, max = 5) int mostGroups,
            @ForAll Random crashes) {
        // Given
        List<List<LogFact>> lines = lines(steps);
        Map<String, MailRejection> undisturbed = new HashMap<>();
        read(lines, 0, lines.size(), mostGroups, undisturbed);

        // When
        Map<String, MailRejection> known = new TreeMap<>();
        int from = 0;
        for (int crash = 0; crash < 8; crash++) {
            int to = from + crashes.nextInt(lines.size() - from + 1);
            from = read(lines, from, to, mostGroups, known);
        }
        read(lines, from, lines.size(), mostGroups, known);

        // Then
        assertThat(known).isEqualTo(undisturbed);
    }

    @Property
    void shouldNeitherLoseNorAddRecipients(
            @ForAll @Size(max = 60) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1, max = 5) int mostGroups) {
        // Given
        List<LogFact> facts = facts(steps);
        Map<String, MailRejection> known = new HashMap<>();

        // When
        read(lines(steps), 0, lines(steps).size(), mostGroups, known);

        // Then
        assertThat(known.values().stream()
                        .collect(groupingBy(
                                record -> record.getSourceIp() + record.getReason(),
                                summingLong(MailRejection::getRejectedRecipients))))
                .isEqualTo(facts.stream().collect(groupingBy(ReReadTest::key, summingLong(ReReadTest::refused))));
    }

    @Property
    void shouldTellNoRecordTwiceUnlessItIsReadAgain(
            @ForAll @Size(max = 60) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1, max = 5) int mostGroups) {
        // Given
        RollUp rollUp = new RollUp("f", "isp-001", mostGroups);
        List<MailRejection> told = new ArrayList<>();

        // When
        for (int i = 0; i < lines(steps).size(); i++) {
            rollUp.add(lines(steps).get(i), i);
            told.addAll(rollUp.closed());
            told.addAll(rollUp.open());
        }
        rollUp.end();

        // Then
        assertThat(rollUp.closed()).isEmpty();
        assertThat(told).doesNotHaveDuplicates();
    }

    private static String key(LogFact fact) {
        return fact instanceof Refusal refusal
                ? refusal.client().toString() + refusal.reason()
                : ((Session) fact).client().toString() + Reason.OTHER;
    }

    private static long refused(LogFact fact) {
        return fact instanceof Session session ? session.offeredRecipients() - session.acceptedRecipients() : 1;
    }

    /** Reads lines, publishes what is closed and what is open, and tells from where a successor must read. */
    private static int read(
            List<List<LogFact>> lines, int from, int to, int mostGroups, Map<String, MailRejection> known) {
        RollUp rollUp = new RollUp("f", "isp-001", mostGroups);
        for (int i = from; i < to; i++) {
            rollUp.add(lines.get(i), i);
            if (i % 3 == 0) {
                publish(rollUp.open(), known);
            }
            publish(rollUp.closed(), known);
        }
        publish(rollUp.open(), known);
        return (int) rollUp.openSince().orElse(to);
    }

    private static void publish(List<MailRejection> records, Map<String, MailRejection> known) {
        records.forEach(record ->
                known.merge(record.getOrigin(), record, (old, latest) -> total(latest) > total(old) ? latest : old));
    }

    private static long total(MailRejection record) {
        Integer accepted = record.getAcceptedRecipients();
        return (long) record.getRejectedRecipients() + (accepted == null ? 0 : accepted);
    }

    private static List<List<LogFact>> lines(List<Step> steps) {
        List<LogFact> facts = facts(steps);
        List<List<LogFact>> lines = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (lines.isEmpty() || !steps.get(i).isOnSameLine()) {
                lines.add(new ArrayList<>());
            }
            lines.get(lines.size() - 1).add(facts.get(i));
        }
        return lines;
    }

    private static List<LogFact> facts(List<Step> steps) {
        int[] seconds = IntStream.range(0, steps.size())
                .map(i ->
                        steps.subList(0, i + 1).stream().mapToInt(Step::seconds).sum())
                .toArray();
        return IntStream.range(0, steps.size())
                .mapToObj(i -> fact(steps.get(i), START.plusSeconds(seconds[i])))
                .toList();
    }

    private static LogFact fact(Step step, Instant time) {
        IpAddress client = IpAddress.parse("192.0.2." + step.client());
        return step.accepted() < 0
                ? Refusal.of(client, time, Reason.INVALID_RECIPIENT, null)
                        .withHelo("h" + time)
                        .withClientName("c" + time)
                : new Session(client, time, step.accepted(), step.accepted() + step.refused());
    }

    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.integers().between(0, 20)),
                                Tuple.of(1, Arbitraries.integers().between(-90, 4_000))),
                        Arbitraries.integers().between(-2, 2),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(true, false, false))
                .as(Step::new);
    }
}
