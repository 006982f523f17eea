package org.snowtrack.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DayTick;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;

class AvroSerdeTest {

    private static final String TOPIC = "a-topic";
    private static final Instant TIME = Instant.parse("2018-04-05T06:07:08.009Z");
    private static final AvroSerde<FlaggedRange> RANGES = AvroSerde.of(FlaggedRange.class);
    private static final AvroSerde<SpecificRecord> INPUT = AvroSerde.ofAny(MailRejection.class, DayTick.class);
    private static final DayTick TICK = new DayTick(LocalDate.parse("2018-04-05"), 3, null);

    @Property
    void shouldReadWhatItWrote(@ForAll @From("rejections") MailRejection rejection) {
        assertThat(INPUT.deserialize(TOPIC, INPUT.serialize(TOPIC, rejection))).isEqualTo(rejection);
    }

    @Test
    void shouldReadNestedRecordsAsTheyWere() {
        assertThat(RANGES.deserialize(TOPIC, RANGES.serialize(TOPIC, range()))).isEqualTo(range());
    }

    /** Avro's own lists throw here, because they know no logical types. */
    @Test
    void shouldCompareRecordsThatWereRead() {
        // Given
        byte[] bytes = RANGES.serialize(TOPIC, range());

        // When
        FlaggedRange read = RANGES.deserialize(TOPIC, bytes);

        // Then
        assertThat(read).isEqualTo(RANGES.deserialize(TOPIC, bytes)).hasSameHashCodeAs(range());
        assertThat(RANGES.serialize(TOPIC, read)).isEqualTo(bytes);
    }

    @Test
    void shouldKeepTombstones() {
        assertThat(RANGES.serialize(TOPIC, null)).isNull();
        assertThat(RANGES.deserialize(TOPIC, null)).isNull();
    }

    @Test
    void shouldTellTypesOfOneTopicApart() {
        assertThat(INPUT.deserialize(TOPIC, INPUT.serialize(TOPIC, TICK))).isEqualTo(TICK);
    }

    @Test
    void shouldWriteTheSameBytesAsASerdeOfOneType() {
        assertThat(AvroSerde.of(DayTick.class).serialize(TOPIC, TICK)).isEqualTo(INPUT.serialize(TOPIC, TICK));
    }

    @Test
    void shouldRefuseToWriteTypeThatDoesNotBelong() {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> INPUT.serialize(TOPIC, range()))
                .withMessage("A FlaggedRange does not belong on a-topic.");
    }

    /** What another version of a schema would have written looks just like this: a fingerprint that is not known. */
    @Test
    void shouldNameTheFingerprintWhenTheSchemaIsUnknown() {
        // Given
        byte[] bytes = INPUT.serialize(TOPIC, TICK);
        ByteBuffer.wrap(bytes, 2, 8).put(new byte[] {8, 7, 6, 5, 4, 3, 2, 1});

        // Then
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> INPUT.deserialize(TOPIC, bytes))
                .withMessageContaining("0102030405060708");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole = RANGES.serialize(TOPIC, range());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(SerializationException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> RANGES.deserialize(TOPIC, part));
        }
    }

    @Test
    void shouldRefuseBytesBehindTheRecord() {
        byte[] whole = RANGES.serialize(TOPIC, range());
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> RANGES.deserialize(TOPIC, Arrays.copyOf(whole, whole.length + 1)));
    }

    @Property
    void shouldRefuseGarbage(@ForAll byte[] garbage) {
        assertThatExceptionOfType(SerializationException.class).isThrownBy(() -> RANGES.deserialize(TOPIC, garbage));
    }

    /** Random bytes behind a good header reach deeper into Avro than garbage does. */
    @Property
    void shouldReadOrRefuseGarbageBehindGoodHeader(@ForAll @Size(max = 200) byte[] garbage) {
        byte[] bytes = Arrays.copyOf(RANGES.serialize(TOPIC, range()), 10 + garbage.length);
        System.arraycopy(garbage, 0, bytes, 10, garbage.length);
        readOrRefuse(bytes);
    }

    @Property(tries = 5000)
    void shouldReadOrRefuseEveryMutation(
            @ForAll @IntRange(max = 1000) int position, @ForAll @Size(min = 1, max = 6) byte[] change) {
        // Given
        byte[] bytes = RANGES.serialize(TOPIC, range());
        for (int i = 0; i < change.length; i++) {
            bytes[(position + i) % bytes.length] = change[i];
        }

        // Then
        readOrRefuse(bytes);
    }

    @Test
    void shouldAllocateNothingForLengthThatIsNotThere() {
        // Given: a first string that says it is 2^31 - 9 bytes long, the longest that Avro would try
        byte[] bytes = RANGES.serialize(TOPIC, range());
        ByteBuffer.wrap(bytes).position(10).put(new byte[] {(byte) 0xee, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});

        // Then
        assertThatExceptionOfType(SerializationException.class).isThrownBy(() -> RANGES.deserialize(TOPIC, bytes));
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            assertThat(RANGES.deserialize(TOPIC, bytes)).isNotNull();
        } catch (SerializationException e) {
            assertThat(e).hasMessageStartingWith("The value");
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
    }

    @Provide
    Arbitrary<MailRejection> rejections() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(40).filter(AvroSerdeTest::isUnicode);
        return Combinators.combine(
                        text,
                        Arbitraries.longs().map(Instant::ofEpochMilli),
                        Arbitraries.of(RejectionReason.class),
                        Arbitraries.integers(),
                        Arbitraries.integers().injectNull(0.3),
                        Arbitraries.longs().injectNull(0.3),
                        text.injectNull(0.3))
                .as((name, time, reason, rejected, accepted, size, chosen) -> new MailRejection(
                        name, name, time, reason, rejected, accepted, size, chosen, chosen, chosen, chosen));
    }

    /** Half a surrogate pair has no UTF-8, and Avro writes a question mark for it. */
    private static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static FlaggedRange range() {
        return FlaggedRange.newBuilder()
                .setFirstIp("54.38.4.96")
                .setLastIp("54.38.4.97")
                .setCidrs(List.of("54.38.4.96/31"))
                .setVerdict(Verdict.FLAGGED)
                .setScope(Scope.SHARED)
                .setScore(87)
                .setDomains(List.of("iclide.example"))
                .setMembers(List.of(
                        new RangeMember("54.38.4.96", 8, "iclide.example", false, TIME),
                        new RangeMember("54.38.4.97", 0, "caruk.iclide.example", true, null)))
                .setNetwork(new OriginNetwork(16276L, "OVH", "FR"))
                .setEvidence(List.of(new Evidence(EvidenceCode.CONSECUTIVE_RUN, "2 addresses", TIME)))
                .setFirstSeen(TIME)
                .setLastSeen(TIME)
                .setFlaggedAt(TIME)
                .setValidUntil(TIME)
                .setReplaces(List.of("54.38.4.96-54.38.4.96"))
                .build();
    }
}
