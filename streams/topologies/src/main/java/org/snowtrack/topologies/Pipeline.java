package org.snowtrack.topologies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.schemas.AddressActivity;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.Campaign;
import org.snowtrack.schemas.DaySettled;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.DomainSighting;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.RangeAlert;
import org.snowtrack.schemas.RangeTraits;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;
import org.snowtrack.topologies.activity.ActivityStage;
import org.snowtrack.topologies.campaign.CampaignStage;
import org.snowtrack.topologies.campaign.Traits;
import org.snowtrack.topologies.domain.DomainStage;
import org.snowtrack.topologies.intake.AllowanceChange;
import org.snowtrack.topologies.intake.AllowanceIntake;
import org.snowtrack.topologies.intake.DeadLetter;
import org.snowtrack.topologies.intake.IntakeStage;
import org.snowtrack.topologies.lines.LineReader;
import org.snowtrack.topologies.lines.LinesStage;
import org.snowtrack.topologies.ptr.PtrStage;
import org.snowtrack.topologies.range.RangeStage;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.CampaignStores;
import org.snowtrack.topologies.state.DomainStores;
import org.snowtrack.topologies.state.LineStores;

/**
 * The stages and what flows between them.
 *
 * <pre>
 *                                                  allowances (to every block) ─┐
 * mta-logs[.REPORTER] ─▶ LINES ─▶ mail-rejections
 *
 * mail-rejections[.REPORTER] ─▶ INTAKE ─▶ (by block) ACTIVITY ─▶ PTR ─▶ RANGE ◀─┘ ─▶ flagged-ranges, range-alerts
 *                                 │                     │         │      │ ▲
 *                           dead-letters    address-activity  ptr-records │ └── domain-facts ◀┐
 *                                                                         └─▶ (by domain) DOMAIN ─▶ domain-records
 *
 * flagged-ranges, with what is known of their domains ─▶ (in one place) CAMPAIGN ─▶ campaigns
 * </pre>
 */
public final class Pipeline {

    private static final Serde<String> TEXT = Serdes.String();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    private final StreamsBuilder builder = new StreamsBuilder();
    private final TopologyConfig config;
    private final Lookups lookups;
    private final LineReader.Factory lineReaders;

    private Pipeline(TopologyConfig config, Lookups lookups, LineReader.Factory lineReaders) {
        this.config = config;
        this.lookups = lookups;
        this.lineReaders = lineReaders;
    }

    /** Builds the whole topology. The topics of {@link Topic#inUse()} must exist when it starts. */
    public static Topology build(TopologyConfig config, Lookups lookups, LineReader.Factory lineReaders) {
        return new Pipeline(config, lookups, lineReaders).build();
    }

    private Topology build() {
        Stream.of(
                        BlockStores.ofActivity(),
                        BlockStores.ofPtr(),
                        BlockStores.ofRange(),
                        DomainStores.all(),
                        LineStores.all(),
                        CampaignStores.all())
                .flatMap(List::stream)
                .forEach(builder::addStateStore);
        KStream<String, Object> admitted = intake();
        KStream<String, Object> activity = activity(byBlock(admitted));
        KStream<String, Object> names = ptr(activity);
        KStream<String, Object> judged = range(names.merge(domainFacts(), Named.as("names-and-domain-facts"))
                .merge(allowances(), Named.as("and-allowances")));
        domain(byDomain(judged));
        lines();
        campaign(inOnePlace(judged));
        return builder.build();
    }

    private KStream<String, Object> intake() {
        KStream<String, Object> out = builder.stream(
                        Topic.rejectionTopics(), Consumed.with(BYTES, BYTES).withName("rejections"))
                .process(IntakeStage::new, Named.as("INTAKE"));
        deadLetters(out, "dead-letters");
        return out;
    }

    private static void deadLetters(KStream<String, Object> out, String name) {
        only(out, DeadLetter.class, name)
                .mapValues(DeadLetter::value, Named.as(name + "-values"))
                .to(
                        Topic.DEAD_LETTERS.topicName(),
                        Produced.with(TEXT, Serdes.Bytes()).withName(name + "-sink"));
    }

    /** Every block partition hears of every allowance: which of its addresses it concerns, only the partition knows. */
    private KStream<String, Object> allowances() {
        KStream<String, Object> out = builder.stream(
                        Topic.ALLOWANCES.topicName(),
                        Consumed.with(BYTES, BYTES).withName("allowances"))
                .process(AllowanceIntake::new, Named.as("ALLOWANCES"));
        deadLetters(out, "refused-allowances");
        return only(out, AllowanceChange.class, "allowance-changes")
                .mapValues(AllowanceChange::allowance, Named.as("allowance-values"))
                .repartition(Repartitioned.with(TEXT, AvroSerde.of(Allowance.class))
                        .withName("allowances-everywhere")
                        .withNumberOfPartitions(config.getInt(TopologyConfig.PARTITIONS))
                        .withStreamPartitioner((topic, key, value, partitions) -> Optional.of(all(partitions))))
                .mapValues(
                        (subject, allowance) -> (Object) new AllowanceChange(subject, allowance),
                        Named.as("allowances-of-block"));
    }

    private KStream<String, SpecificRecord> byBlock(KStream<String, Object> admitted) {
        AvroSerde<SpecificRecord> serde = AvroSerde.ofAny(MailRejection.class, DayTick.class);
        return only(admitted, SpecificRecord.class, "rejections-and-ticks")
                .repartition(repartitioned("rejections-by-block", serde));
    }

    private KStream<String, Object> activity(KStream<String, SpecificRecord> rejections) {
        KStream<String, Object> out = rejections.process(
                () -> new ActivityStage(config), Named.as("ACTIVITY"), names(BlockStores.ofActivity()));
        publish(
                out,
                ActivityStage.Publication.class,
                ActivityStage.Publication::activity,
                Topic.ADDRESS_ACTIVITY,
                AvroSerde.of(AddressActivity.class));
        return out;
    }

    private KStream<String, Object> ptr(KStream<String, Object> activity) {
        KStream<String, Object> out = activity.process(
                () -> new PtrStage(config, lookups),
                Named.as("PTR"),
                with(
                        names(BlockStores.ofPtr()),
                        BlockStores.CLOCK,
                        BlockStores.ADDRESSES,
                        BlockStores.PUBLISHED_RANGES,
                        BlockStores.SWEEP_REQUESTS));
        publish(
                out,
                PtrStage.Publication.class,
                PtrStage.Publication::names,
                Topic.PTR_RECORDS,
                AvroSerde.of(PtrRecord.class));
        return out;
    }

    private KStream<String, Object> domainFacts() {
        return builder.stream(
                        Topic.DOMAIN_FACTS.topicName(),
                        Consumed.with(TEXT, AvroSerde.of(DomainRecord.class)).withName("domain-facts"))
                .mapValues(facts -> (Object) facts, Named.as("domain-facts-of-block"));
    }

    private KStream<String, Object> range(KStream<String, Object> namesAndFacts) {
        List<StoreBuilder<?>> readOnly = new ArrayList<>(BlockStores.ofActivity());
        readOnly.addAll(BlockStores.ofPtr());
        KStream<String, Object> out = namesAndFacts.process(
                () -> new RangeStage(config), Named.as("RANGE"), with(names(BlockStores.ofRange()), names(readOnly)));
        only(out, RangeStage.Publication.class, "ranges")
                .mapValues(RangeStage.Publication::range, Named.as("range-values"))
                .to(
                        Topic.FLAGGED_RANGES.topicName(),
                        byBlockOfRange(AvroSerde.of(FlaggedRange.class), "flagged-ranges-sink"));
        only(out, RangeAlert.class, "alerts")
                .to(
                        Topic.RANGE_ALERTS.topicName(),
                        byBlockOfRange(AvroSerde.of(RangeAlert.class), "range-alerts-sink"));
        publish(out, DaySettled.class, settled -> settled, Topic.DAY_SETTLEMENTS, AvroSerde.of(DaySettled.class));
        return out;
    }

    private KStream<String, SpecificRecord> byDomain(KStream<String, Object> judged) {
        return only(judged, SpecificRecord.class, "domain-sightings-and-ticks")
                .filter(
                        (key, value) -> value instanceof DomainSighting || value instanceof DayTick,
                        Named.as("to-domain"))
                .repartition(
                        repartitioned("sightings-by-domain", AvroSerde.ofAny(DomainSighting.class, DayTick.class)));
    }

    private void domain(KStream<String, SpecificRecord> sightings) {
        KStream<String, Object> out = sightings.process(
                () -> new DomainStage(config, lookups), Named.as("DOMAIN"), names(DomainStores.all()));
        AvroSerde<DomainRecord> serde = AvroSerde.of(DomainRecord.class);
        publish(out, DomainStage.Publication.class, DomainStage.Publication::facts, Topic.DOMAIN_RECORDS, serde);
        publish(out, DomainStage.Delivery.class, DomainStage.Delivery::facts, Topic.DOMAIN_FACTS, serde);
    }

    /** The source's name comes last in the alphabet, by which Kafka Streams numbers the parts and their state. */
    private KStream<String, SpecificRecord> inOnePlace(KStream<String, Object> judged) {
        KStream<String, Object> told = judged.mapValues(Pipeline::ofCampaigns, Named.as("of-campaigns"));
        return only(told, SpecificRecord.class, "verdicts-and-days")
                .filter(
                        (key, value) ->
                                value instanceof RangeTraits || value instanceof DayTick || value instanceof DaySettled,
                        Named.as("to-campaign"))
                .repartition(
                        Repartitioned.with(TEXT, AvroSerde.ofAny(RangeTraits.class, DayTick.class, DaySettled.class))
                                .withName("verdicts-in-one-place")
                                .withNumberOfPartitions(1));
    }

    private static Object ofCampaigns(Object judged) {
        if (judged instanceof RangeStage.Publication publication && publication.range() != null) {
            return Traits.of(publication.range(), publication.facts());
        }
        return judged instanceof RangeStage.Allowed allowed ? Traits.ofAllowed(allowed.range()) : judged;
    }

    private void campaign(KStream<String, SpecificRecord> ranges) {
        KStream<String, Object> out =
                ranges.process(() -> new CampaignStage(config), Named.as("CAMPAIGN"), names(CampaignStores.all()));
        publish(
                out,
                CampaignStage.Publication.class,
                CampaignStage.Publication::campaign,
                Topic.CAMPAIGNS,
                AvroSerde.of(Campaign.class));
        only(out, DaySettled.class, "settlements-of-campaigns")
                .to(
                        Topic.DAY_SETTLEMENTS.topicName(),
                        Produced.with(TEXT, AvroSerde.of(DaySettled.class)).withName("campaign-settlements-sink"));
    }

    /** The source's name comes last in the alphabet but for CAMPAIGN's, as there. */
    private void lines() {
        KStream<String, Object> out = builder.stream(
                        Topic.logTopics(), Consumed.with(BYTES, BYTES).withName("unread-lines"))
                .process(() -> new LinesStage(config, lineReaders), Named.as("LINES"), names(LineStores.all()));
        deadLetters(out, "refused-lines");
        publish(
                out,
                MailRejection.class,
                rejection -> rejection,
                Topic.MAIL_REJECTIONS,
                AvroSerde.of(MailRejection.class));
    }

    /** The values of one kind that a stage gives out. */
    private static <T> KStream<String, T> only(KStream<String, Object> out, Class<T> type, String name) {
        return out.filter((key, value) -> type.isInstance(value), Named.as(name))
                .mapValues(type::cast, Named.as(name + "-typed"));
    }

    private static <T, V> void publish(
            KStream<String, Object> out, Class<T> type, Function<T, @Nullable V> value, Topic topic, Serde<V> serde) {
        only(out, type, topic.topicName() + "-of-stage")
                .mapValues(value::apply, Named.as(topic.topicName() + "-values"))
                .to(topic.topicName(), Produced.with(TEXT, serde).withName(topic.topicName() + "-sink"));
    }

    private Repartitioned<String, SpecificRecord> repartitioned(String name, AvroSerde<SpecificRecord> serde) {
        return Repartitioned.with(TEXT, serde)
                .withName(name)
                .withNumberOfPartitions(config.getInt(TopologyConfig.PARTITIONS))
                .withStreamPartitioner(ticksEverywhere());
    }

    /** A tick goes to every partition, everything else where its key belongs. */
    static StreamPartitioner<String, SpecificRecord> ticksEverywhere() {
        return (topic, key, value, partitions) ->
                Optional.of(value instanceof DayTick ? all(partitions) : Set.of(partition(key, partitions)));
    }

    private static Set<Integer> all(int partitions) {
        return IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
    }

    /** What is keyed by range lies in the partition of its block, beside everything else of that block. */
    private static <V> Produced<String, V> byBlockOfRange(Serde<V> serde, String name) {
        StreamPartitioner<String, V> partitioner = (topic, key, value, partitions) -> {
            IpAddress first = IpAddress.parse(key.substring(0, key.indexOf('-')));
            return Optional.of(Set.of(partition(Block.of(first).toString(), partitions)));
        };
        return Produced.with(TEXT, serde, partitioner).withName(name);
    }

    /** Kafka's own rule for keys, written out because ticks need a partitioner anyway. */
    private static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    private static String[] names(List<StoreBuilder<?>> stores) {
        return stores.stream().map(StoreBuilder::name).toArray(String[]::new);
    }

    private static String[] with(String[] own, String... readOnly) {
        return Stream.concat(Arrays.stream(own), Arrays.stream(readOnly)).toArray(String[]::new);
    }
}
