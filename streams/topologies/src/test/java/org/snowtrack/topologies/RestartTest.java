package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.DomainSighting;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityStage;
import org.snowtrack.topologies.ptr.PtrStage;
import org.snowtrack.topologies.range.RangeStage;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.OpenStores;

/**
 * A block's stages stopped between any two records, and started anew over the same rows. TopologyTestDriver cannot do
 * this: it restores no changelog and deletes its state directory.
 */
class RestartTest {

    @Property(tries = 15)
    void shouldPublishTheSameRangesHoweverOftenTheTaskIsRestarted(@ForAll Random random) {
        try (Task steady = new Task();
                Task unsteady = new Task()) {
            // Given
            List<MailRejection> events = new ArrayList<>();
            for (MailRejection event : Campaign.events()) {
                events.add(MailRejection.newBuilder(event)
                        .setObservedAt(event.getObservedAt().plusSeconds(events.size()))
                        .build());
            }
            Collections.shuffle(events, random);

            // When
            steady.process(new DayTick(DAY, 5, null));
            events.forEach(steady::process);
            steady.answerAll();
            unsteady.process(new DayTick(DAY, 5, null));
            for (MailRejection event : events) {
                unsteady.process(event);
                switch (random.nextInt(5)) {
                    case 0 -> {
                        unsteady.restart();
                        unsteady.process(new DayTick(DAY, 5, null));
                    }
                    case 1 -> unsteady.answerAll();
                    case 2 -> unsteady.judge();
                    default -> {}
                }
            }
            unsteady.restart();
            unsteady.answerAll();

            // Then
            assertThat(steady.ranges).containsOnlyKeys(Campaign.RANGE);
            // What a range replaced on its way is its story, not its state.
            assertThat(unsteady.ranges)
                    .usingRecursiveComparison()
                    .ignoringFieldsMatchingRegexes(".*replaces")
                    .isEqualTo(steady.ranges);
        }
    }

    /** A block's stages over their stores, with DOMAIN and the outside world played by hand. */
    private static final class Task implements AutoCloseable {

        private static final Map<String, String> NAMES = Map.of(
                "192.0.2.16", "snow.example", "192.0.2.17", "caruk.snow.example", "192.0.2.18", "ohris.snow.example");

        private final Path directory = temporary();
        private final OpenStores stores = new OpenStores(
                directory.toFile(),
                Stream.of(BlockStores.ofActivity(), BlockStores.ofPtr(), BlockStores.ofRange())
                        .<StoreBuilder<?>>flatMap(List::stream)
                        .toList());
        private final Map<String, FlaggedRange> ranges = new TreeMap<>();
        private final Queue<DomainSighting> sightings = new ArrayDeque<>();
        private CompletableFuture<Void> release = new CompletableFuture<>();
        private Stages stages = start();

        private record Stages(
                ActivityStage activity, PtrStage ptr, RangeStage range, List<MockProcessorContext<?, ?>> contexts) {}

        private Stages start() {
            TopologyConfig config = new TopologyConfig(Map.of());
            Lookup<IpAddress, List<PtrName>> names = (ip, at) -> answered(new Answer.Found<>(
                    List.of(new PtrName(NAMES.getOrDefault(ip.toString(), "none.example"), Confirmation.CONFIRMED))));
            Lookup<IpAddress, Network> networks =
                    (ip, at) -> answered(new Answer.Found<>(new Network(64500, "EXAMPLE-NET", "DE")));
            ActivityStage activity = new ActivityStage(config);
            PtrStage ptr =
                    new PtrStage(config, new Lookups(names, networks, unasked(), unasked(), unasked(), unasked()));
            RangeStage range = new RangeStage(config);
            MockProcessorContext<String, Object> behindRange = stores.context(this::take);
            MockProcessorContext<String, Object> behindPtr = stores.context(range::process);
            MockProcessorContext<String, Object> behindActivity = stores.context(ptr::process);
            range.init(behindRange);
            ptr.init(behindPtr);
            activity.init(behindActivity);
            return new Stages(activity, ptr, range, List.of(behindPtr, behindRange));
        }

        private <A> CompletableFuture<Answer<A>> answered(Answer<A> answer) {
            return release.thenApply(released -> answer);
        }

        private static <Q, A> Lookup<Q, A> unasked() {
            return (question, at) -> {
                throw new AssertionError("This task does not ask about " + question);
            };
        }

        private void process(SpecificRecord value) {
            stages.activity().process(new Record<>("192.0.0.0/16", value, 0));
        }

        private void take(Record<String, Object> record) {
            if (record.value() instanceof DomainSighting sighting) {
                sightings.add(sighting);
            } else if (record.value() instanceof RangeStage.Publication published) {
                if (published.range() == null) {
                    ranges.remove(record.key());
                } else {
                    ranges.put(record.key(), published.range());
                }
            }
        }

        /** Stops the stages, and starts new ones; what the old ones asked is answered only then. */
        private void restart() {
            CompletableFuture<Void> old = release;
            release = new CompletableFuture<>();
            stages.activity().close();
            stages.ptr().close();
            stages.range().close();
            stages = start();
            old.complete(null);
        }

        private void answerAll() {
            release.complete(null);
            judge();
            release = new CompletableFuture<>();
            for (DomainSighting sighting; (sighting = sightings.poll()) != null; ) {
                stages.range().process(new Record<>(sighting.getBlock(), facts(sighting), 0));
            }
            judge();
        }

        private void judge() {
            stages.contexts().forEach(context -> context.scheduledPunctuators()
                    .forEach(punctuator -> punctuator.getPunctuator().punctuate(0)));
        }

        private static DomainRecord facts(DomainSighting sighting) {
            return DomainRecord.newBuilder()
                    .setDomain(sighting.getDomain())
                    .setRegistration(LookupStatus.FOUND)
                    .setRegistrar("IANA:1")
                    .setRegisteredAt(
                            DAY.minusDays(30).atStartOfDay(ZoneOffset.UTC).toInstant())
                    .setAskedFor(DAY)
                    .build();
        }

        private static Path temporary() {
            try {
                return Files.createTempDirectory("restart");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            stages.ptr().close();
            stores.close();
            try {
                Utils.delete(directory.toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
