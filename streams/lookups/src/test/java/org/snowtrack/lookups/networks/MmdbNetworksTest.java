package org.snowtrack.lookups.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.networks.Asked.ask;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class MmdbNetworksTest {

    private static final Map<String, Object> OVH =
            Map.of("autonomous_system_number", 16276L, "autonomous_system_organization", "OVH SAS");
    private static final Network FOUND = new Network(16276, "OVH SAS", "");
    private static final Answer<Network> NONE = new Answer.NoRecord<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<Problem> problems = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {24, 28, 32})
    void shouldReadGeoLite2AsnWhateverTheSizeOfItsRecords(int recordBits) throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, recordBits)
                .add("54.36.0.0/14", OVH)
                .add("2001:41d0::/32", OVH)
                .add("192.0.2.0/24", Map.of("autonomous_system_number", 4_294_967_295L))
                .alias()
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).isEmpty();
        assertThat(answers(table, "54.36.0.0", "54.39.255.255", "2001:41d0::1", "::ffff:54.38.4.96"))
                .containsOnly(new Answer.Found<>(FOUND));
        assertThat(ask(table, "192.0.2.1")).isEqualTo(new Answer.Found<>(new Network(4_294_967_295L, "", "")));
        assertThat(answers(table, "54.35.255.255", "54.40.0.0", "2001:41d1::", "2002:3626:460::1", "::5426:460"))
                .containsOnly(NONE);
    }

    @Test
    void shouldReadDbIpWhenItIsZippedAsItIsPublished() throws IOException {
        // Given
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(zipped)) {
            zip.write(new MmdbWriter("DBIP-ASN-Lite (compat=GeoLite2-ASN)", 6, 24)
                    .add("54.36.0.0/14", OVH)
                    .toBytes());
        }

        // When
        NetworkTable table = read(zipped.toByteArray());

        // Then
        assertThat(ask(table, "54.38.4.96")).isEqualTo(new Answer.Found<>(FOUND));
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldReadIpinfoWhenItsFieldsAreText() throws IOException {
        // Given
        byte[] file = new MmdbWriter("ipinfo generic_bundle_lite.mmdb", 6, 32)
                .add(
                        "54.38.0.0/16",
                        Map.of(
                                "asn", "AS16276",
                                "as_name", "OVH SAS",
                                "as_domain", "ovhcloud.com",
                                "country", "France",
                                "country_code", "FR",
                                "continent", "Europe",
                                "continent_code", "EU"))
                .add("192.0.2.0/24", Map.of("asn", "AS64496", "name", "Asn File", "country", "de"))
                .add("198.51.100.0/24", Map.of("asn", "", "country", "US"))
                .add("203.0.113.0/24", Map.of("country", "United States", "country_code", "US"))
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).isEmpty();
        assertThat(answers(table, "54.38.4.96", "192.0.2.1", "198.51.100.1", "203.0.113.1"))
                .containsExactly(
                        new Answer.Found<>(new Network(16276, "OVH SAS", "FR")),
                        new Answer.Found<>(new Network(64496, "Asn File", "DE")),
                        NONE,
                        NONE);
    }

    @Test
    void shouldTakeTheCodeOutOfACountryWhenItIsAMap() throws IOException {
        // Given
        byte[] file = new MmdbWriter("Own-Mixture", 4, 24)
                .add(
                        "54.38.0.0/16",
                        Map.of(
                                "autonomous_system_number",
                                16276L,
                                "country",
                                Map.of("iso_code", "FR", "names", Map.of("en", "France", "de", "Frankreich"))))
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).isEmpty();
        assertThat(ask(table, "54.38.4.96")).isEqualTo(new Answer.Found<>(new Network(16276, "", "FR")));
        assertThat(ask(table, "2001:db8::1")).isEqualTo(NONE);
    }

    @Test
    void shouldAnswerForAllOfIpv4WhenAWiderPrefixHoldsIt() throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, 28).add("::/1", OVH).toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(answers(table, "0.0.0.0", "255.255.255.255", "::", "7fff:ffff::"))
                .containsOnly(new Answer.Found<>(FOUND));
        assertThat(ask(table, "8000::")).isEqualTo(NONE);
        assertThat(table.stretch(IpAddress.parse("192.0.2.1"))).isEqualTo(IpRange.parse("0.0.0.0/0"));
    }

    @Test
    void shouldReadAPrefixThatEndsWhereMappedAddressesDo() throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, 28)
                .add(IpAddress.parse("::8000:0:0"), 81, OVH)
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).isEmpty();
        assertThat(answers(table, "::8000:0:0", "::fffe:ffff:ffff")).containsOnly(new Answer.Found<>(FOUND));
        assertThat(answers(table, "0.0.0.0", "255.255.255.255", "::1:0:0:0")).containsOnly(NONE);
    }

    @Test
    void shouldSayWhichFileWouldDoWhenItKnowsNoNetworks() throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-City", 6, 28)
                .add("54.38.0.0/16", Map.of("country", Map.of("iso_code", "FR"), "location", Map.of("radius", 10L)))
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .startsWith("the file is of type 'GeoLite2-City' and knows no autonomous systems; give one such as"));
        assertThat(ask(table, "54.38.4.96")).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0b111_00001, // a map that ends with the file
                0b001_00_000, // a pointer to itself
                0b010_11111, // a text longer than the file
                0b111_11111, // a map larger than the file
                0b000_00000 // a type that is none
            })
    void shouldReadTheRestAndNotKnowWhenARecordIsCorrupt(int control) throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, 24)
                .addRaw("192.0.2.0/24", control, 0, 0xff, 0xff, 0xff)
                .add("54.38.0.0/16", OVH)
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .startsWith("1 of its 2 records cannot be read; get it anew: "));
        assertThat(ask(table, "54.38.4.96")).isEqualTo(new Answer.Found<>(FOUND));
        assertThat(ask(table, "192.0.2.1")).isEqualTo(new Answer.Failed<>(Failure.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4_294_967_296L})
    void shouldTakeNoNumberThatIsNone(long number) throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, 24)
                .add("192.0.2.0/24", Map.of("autonomous_system_number", number))
                .add("54.38.0.0/16", OVH)
                .toBytes();

        // When
        Answer<Network> answer = ask(read(file), "192.0.2.1");

        // Then
        assertThat(answer).isEqualTo(number == 0 ? NONE : new Answer.Failed<>(Failure.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node_count", "record_size", "ip_version", "build_epoch"})
    void shouldNotKnowWhenTheMetadataIsWrong(String key) throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 6, 24)
                .add("54.38.0.0/16", OVH)
                .metadata(key, "nonsense")
                .toBytes();

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .startsWith("the file is no MMDB file that can be read to its end; get it anew: "));
        assertThat(ask(table, "54.38.4.96")).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
    }

    /** A tree of which both sides of each node are the same next one has 2^32 networks in 192 bytes, or as many gaps. */
    @ParameterizedTest
    @CsvSource({"4,24,true", "4,28,true", "4,32,true", "6,24,true", "4,24,false", "6,28,false", "6,32,false"})
    void shouldGiveUpWhenTheTreeHasNoEnd(int ipVersion, int recordBits, boolean hasNetworks) throws IOException {
        // Given
        int depth = ipVersion == 4 ? 32 : 128;
        byte[] file = new MmdbWriter("GeoLite2-ASN", ipVersion, recordBits)
                .add(ipVersion == 4 ? "0.0.0.0/32" : "::/128", OVH)
                .toBytes();
        for (int node = 0; node < depth; node++) {
            int next = node + 1 < depth ? node + 1 : hasNetworks ? depth + 16 : depth;
            write(file, node, next, recordBits);
        }

        // When
        NetworkTable table = read(file);

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .isEqualTo("the file is no MMDB file that can be read to its end; get it anew: its tree leads to its "
                        + depth + " nodes more than 8 times each"));
        assertThat(ask(table, "255.0.0.0")).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
    }

    /** Makes both sides of a node lead to the same one. */
    private static void write(byte[] file, int node, int next, int recordBits) {
        int at = node * recordBits / 4;
        int bytes = recordBits / 4;
        Arrays.fill(file, at, at + bytes, (byte) 0);
        file[at + (recordBits == 32 ? 3 : 2)] = (byte) next;
        file[at + bytes - 1] = (byte) next;
    }

    @Test
    void shouldGiveUpWhenThereAreMoreNetworksThanThereCanBe() throws IOException {
        // Given
        byte[] file = new MmdbWriter("GeoLite2-ASN", 4, 24)
                .add("192.0.2.0/24", OVH)
                .add("54.38.0.0/16", OVH)
                .toBytes();

        // When
        NetworkTable table = new MmdbNetworks(directory, problems::add, 1).read(new ByteArrayInputStream(file));

        // Then
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.sentence())
                .contains("its tree has more than 1 networks"));
        assertThat(ask(table, "255.0.0.0")).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
    }

    @Test
    void shouldNeverThrowWhereverTheFileIsCutOrChanged() throws IOException {
        // Given
        byte[] whole = new MmdbWriter("GeoLite2-ASN", 6, 28)
                .add("54.38.0.0/16", OVH)
                .add("2001:db8::/32", Map.of("asn", "AS64496", "country", "DE"))
                .toBytes();

        for (int place = 1; place < whole.length; place++) {
            problems.clear();
            byte[] changed = whole.clone();
            changed[place] ^= (byte) 0xff;

            // When
            NetworkTable cut = read(Arrays.copyOf(whole, place));
            int told = problems.size();
            NetworkTable flipped = read(changed);

            // Then
            assertThat(told).as("cut at " + place).isEqualTo(1);
            assertThat(ask(cut, "54.38.4.96")).as("cut at " + place).isEqualTo(new Answer.Failed<>(Failure.REFUSED));
            assertThat(problems).as("changed at " + place).hasSizeLessThanOrEqualTo(2);
            assertThat(ask(flipped, "54.38.4.96")).as("changed at " + place).isNotNull();
        }
    }

    private NetworkTable read(byte[] file) throws IOException {
        return NetworkTable.read(Files.write(directory.resolve("networks"), file), problems::add);
    }

    private static List<Answer<Network>> answers(NetworkTable table, String... addresses) {
        return Arrays.stream(addresses).map(address -> ask(table, address)).toList();
    }
}
