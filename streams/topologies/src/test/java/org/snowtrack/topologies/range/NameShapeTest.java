package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;

class NameShapeTest {

    private static final IpAddress IPV4 = IpAddress.parse("203.0.113.7");
    private static final IpAddress IPV6 = IpAddress.parse("2001:db8:1:2:aaaa:0:bb:c");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.7.isp.example",
                "dsl-203-0-113-7.isp.example",
                "7.113.0.203.pool.isp.example",
                "x203x000x113x007.isp.example",
                "203000113007.isp.example",
                "cb007107.isp.example",
                "ip-077100cb.isp.example",
                "3405803783.isp.example",
                "host-113-7.isp.example",
                "host-7-113.isp.example"
            })
    void shouldSeeTheIpv4AddressInAName(String name) {
        // When
        boolean contains = NameShape.containsAddress(Views.host(name), IPV4);

        // Then
        assertThat(contains).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "isp.example",
                "mail7.isp.example",
                "web-113-x8-7.isp.example",
                "203-0-113-8.isp.example",
                "cb007108.isp.example",
                "host-1137.isp.example",
                "host-1113-7.isp.example",
                "203-0.isp.example"
            })
    void shouldNotSeeTheIpv4AddressInOtherNumbers(String name) {
        // When
        boolean contains = NameShape.containsAddress(Views.host(name), IPV4);

        // Then
        assertThat(contains).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "20010db800010002aaaa000000bb000c.isp.example, true",
        "2001-0db8-0001-0002-aaaa-0000-00bb-000c.isp.example, true",
        "c.0.0.0.b.b.0.0.0.0.0.0.a.a.a.a.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.isp.example, true",
        "aaaa-0-bb-c.isp.example, true",
        "h.aaaa.0000.00bb.000c.isp.example, true",
        "bb-c.isp.example, false",
        "aaaa-0-bb-d.isp.example, false",
        "mail.isp.example, false"
    })
    void shouldSeeTheIpv6AddressInAName(String name, boolean expected) {
        // When
        boolean contains = NameShape.containsAddress(Views.host(name), IPV6);

        // Then
        assertThat(contains).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1:2, h-1-2.isp.example, true",
        "2001:db8::2, h-2.isp.example, false",
        "2001:db8::, h-0-0.isp.example, false"
    })
    void shouldNeedTwoGroupsOfTheLowHalf(String ip, String name, boolean expected) {
        // When
        boolean contains = NameShape.containsAddress(Views.host(name), IpAddress.parse(ip));

        // Then
        assertThat(contains).isEqualTo(expected);
    }

    @Property(tries = 300)
    void shouldSeeEveryIpv4AddressHoweverItIsWritten(
            @ForAll @IntRange(max = 255) int a,
            @ForAll @IntRange(max = 255) int b,
            @ForAll @IntRange(max = 255) int c,
            @ForAll @IntRange(max = 255) int d) {
        // Given
        IpAddress ip = IpAddress.parse("%d.%d.%d.%d".formatted(a, b, c, d));
        byte[] octets = {(byte) a, (byte) b, (byte) c, (byte) d};
        byte[] backwards = {(byte) d, (byte) c, (byte) b, (byte) a};

        // When
        Stream<String> hosts = Stream.of(
                "%d-%d-%d-%d".formatted(a, b, c, d),
                "%d.%d.%d.%d".formatted(d, c, b, a),
                "%03d-%03d-%03d-%03d".formatted(a, b, c, d),
                "%03d%03d%03d%03d".formatted(a, b, c, d),
                "p%d-%d".formatted(c, d),
                "p%d-%d".formatted(d, c),
                HexFormat.of().formatHex(octets),
                HexFormat.of().formatHex(backwards),
                Long.toString(((a * 256L + b) * 256 + c) * 256 + d));

        // Then
        assertThat(hosts)
                .allSatisfy(host -> assertThat(NameShape.containsAddress(Views.host(host + ".isp.example"), ip))
                        .isTrue());
    }

    @Property(tries = 300)
    void shouldSeeNoAddressInWords(@ForAll("words") String word, @ForAll @IntRange(max = 255) int last) {
        // When
        boolean contains =
                NameShape.containsAddress(Views.host(word + ".isp.example"), IpAddress.parse("198.51.100." + last));

        // Then
        assertThat(contains).isFalse();
    }

    @Test
    void shouldLookForTheAddressInTheHostPartOnly() {
        // Given
        HostName host = new HostName("mail.203-0-113-7.example", "203-0-113-7.example", Confirmation.UNKNOWN);
        HostName underNoDomain = new HostName("203-0-113-7.example", null, Confirmation.UNKNOWN);

        // When
        boolean contains = NameShape.containsAddress(host, IPV4);

        // Then
        assertThat(contains).isFalse();
        assertThat(NameShape.containsAddress(underNoDomain, IPV4)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "vps1.ovh.net, OVH, true",
        "vps1.ovh.net, OVH SAS, true",
        "vps1.ovh.net, AS-OVH-FR, true",
        "vps1.example-hosting.net, Example Hosting, true",
        "vps1.examplehosting.net, EXAMPLE-HOSTING, true",
        "vps1.ovh.net, OVHCLOUD, false",
        "vps1.examplehost.net, EXAMPLE-HOSTING, false",
        "vps1.ab.net, AB, false",
        "vps1.hosting.net, '', false"
    })
    void shouldKnowANetworksOwnDomainByAWordOfItsName(String name, String network, boolean expected) {
        // When
        boolean generic =
                NameShape.isProviderGeneric(Views.host(name), IPV4, new OriginNetwork(64_496L, network, "FR"));

        // Then
        assertThat(generic).isEqualTo(expected);
        assertThat(NameShape.isProviderGeneric(Views.host(name), IPV4, null)).isFalse();
    }

    @Test
    void shouldReadTheSameInALanguageOfOtherDigits() {
        // Given
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            // When
            boolean contains = NameShape.containsAddress(Views.host("203000113007.isp.example"), IPV4);

            // Then
            assertThat(contains).isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldTellTheBareDomainFromHostsBelowIt() {
        // Given
        HostName bare = Views.host("snow.example");
        HostName deep = Views.host("a.b.snow.example");

        // When
        String label = NameShape.hostLabel(deep);

        // Then
        assertThat(label).isEqualTo("a");
        assertThat(NameShape.isBare(deep)).isFalse();
        assertThat(NameShape.isBare(bare)).isTrue();
        assertThat(NameShape.hostLabel(bare)).isEmpty();
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange('g', 'z')
                .withChars('-', '.')
                .ofMinLength(1)
                .ofMaxLength(12);
    }
}
