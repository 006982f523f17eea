package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.lines.PlainLines;

/**
 * Topics are named after stores and repartitions, so these names are public API: whoever changes one here loses the
 * state of every deployment.
 */
class PipelineNamesTest {

    private static final TopologyDescription DESCRIPTION = Pipeline.build(
                    new TopologyConfig(Map.of()),
                    new Lookups(nobody(), nobody(), nobody(), nobody(), nobody(), nobody()),
                    (zone, sessions) -> new PlainLines(sessions))
            .describe();

    @Test
    void shouldHaveTheseStores() {
        assertThat(processors().stream()
                        .flatMap(processor -> processor.stores().stream())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "clock",
                        "reporter-days",
                        "reporter-day-expiry",
                        "reporters",
                        "addresses",
                        "names",
                        "named-by-domain",
                        "pending-addresses",
                        "domain-facts",
                        "awaited-domains",
                        "told-networks",
                        "changed-addresses",
                        "published-ranges",
                        "settled-times",
                        "settlement",
                        "allowances",
                        "judged-day",
                        "address-retries",
                        "swept-addresses",
                        "sweep-requests",
                        "domains",
                        "domain-blocks",
                        "domain-networks",
                        "domain-day",
                        "pending-domains",
                        "domain-retries",
                        "log-sessions",
                        "log-session-ages",
                        "tied-ranges",
                        "published-campaigns",
                        "campaign-day",
                        "campaign-settlements");
    }

    @Test
    void shouldLetEachStageReachOnlyTheseStores() {
        // When
        Map<String, Set<String>> reach = new HashMap<>();
        processors().stream()
                .filter(processor -> !processor.stores().isEmpty())
                .forEach(processor -> reach.put(processor.name(), processor.stores()));

        // Then
        Set<String> activity = Set.of("clock", "reporter-days", "reporter-day-expiry", "reporters", "addresses");
        Set<String> ptr = Set.of("names", "named-by-domain", "pending-addresses", "address-retries", "swept-addresses");
        Set<String> range = Set.of(
                "domain-facts",
                "awaited-domains",
                "told-networks",
                "changed-addresses",
                "published-ranges",
                "settled-times",
                "settlement",
                "allowances",
                "judged-day",
                "sweep-requests");
        assertThat(reach)
                .containsOnly(
                        Map.entry("ACTIVITY", activity),
                        Map.entry(
                                "PTR", union(ptr, Set.of("clock", "addresses", "published-ranges", "sweep-requests"))),
                        Map.entry("RANGE", union(range, ptr, activity)),
                        Map.entry(
                                "DOMAIN",
                                Set.of(
                                        "domains",
                                        "domain-blocks",
                                        "domain-networks",
                                        "domain-day",
                                        "pending-domains",
                                        "domain-retries")),
                        Map.entry("LINES", Set.of("log-sessions", "log-session-ages")),
                        Map.entry(
                                "CAMPAIGN",
                                Set.of("tied-ranges", "published-campaigns", "campaign-day", "campaign-settlements")));
    }

    @Test
    void shouldReadAndWriteTheseTopics() {
        // When
        Set<String> read = new TreeSet<>();
        Set<String> written = new TreeSet<>();
        nodes().forEach(node -> {
            if (node instanceof TopologyDescription.Source source) {
                if (source.topicPattern() != null) {
                    read.add(source.topicPattern().pattern());
                } else {
                    read.addAll(source.topicSet());
                }
            } else if (node instanceof TopologyDescription.Sink sink) {
                written.add(sink.topic());
            }
        });

        // Then
        assertThat(read)
                .containsExactlyInAnyOrder(
                        Topic.rejectionTopics().pattern(),
                        Topic.logTopics().pattern(),
                        "allowances",
                        "domain-facts",
                        "allowances-everywhere-repartition",
                        "rejections-by-block-repartition",
                        "sightings-by-domain-repartition",
                        "verdicts-in-one-place-repartition");
        assertThat(written)
                .containsExactlyInAnyOrder(
                        "address-activity",
                        "allowances-everywhere-repartition",
                        "campaigns",
                        "day-settlements",
                        "dead-letters",
                        "domain-facts",
                        "domain-records",
                        "flagged-ranges",
                        "mail-rejections",
                        "ptr-records",
                        "range-alerts",
                        "rejections-by-block-repartition",
                        "sightings-by-domain-repartition",
                        "verdicts-in-one-place-repartition");
    }

    @Test
    void shouldLeaveNoNameToKafkaStreams() {
        assertThat(nodes()).extracting(TopologyDescription.Node::name).noneMatch(name -> name.matches("K[A-Z]+-.*"));
    }

    @Property(tries = 100)
    void shouldSendATickToEveryPartition(@ForAll @IntRange(min = 1, max = 64) int partitions) {
        assertThat(Pipeline.ticksEverywhere().partitions("any", "tick", new DayTick(Driven.DAY, 5, null), partitions))
                .hasValue(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
    }

    @Property(tries = 100)
    void shouldPutEverythingElseWhereKafkaPutsItsKey(
            @ForAll @IntRange(min = 1, max = 64) int partitions, @ForAll @IntRange(min = 0, max = 255) int block) {
        // Given
        String key = "192." + block + ".0.0/16";

        // When
        var chosen = Pipeline.ticksEverywhere()
                .partitions("any", key, Driven.rejection("192.0.2.1", "isp-a", Driven.DAY), partitions);

        // Then
        assertThat(chosen)
                .hasValue(Set.of(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions)));
    }

    private static Collection<TopologyDescription.Node> nodes() {
        return DESCRIPTION.subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .toList();
    }

    private static Collection<TopologyDescription.Processor> processors() {
        return nodes().stream()
                .filter(TopologyDescription.Processor.class::isInstance)
                .map(TopologyDescription.Processor.class::cast)
                .toList();
    }

    @SafeVarargs
    private static Set<String> union(Set<String>... sets) {
        Set<String> union = new HashSet<>();
        for (Set<String> set : sets) {
            union.addAll(set);
        }
        return union;
    }

    private static <Q, A> Lookup<Q, A> nobody() {
        return (question, at) -> CompletableFuture.completedFuture(new Answer.NoRecord<>());
    }
}
