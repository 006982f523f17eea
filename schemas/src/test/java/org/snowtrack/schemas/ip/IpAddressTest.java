package org.snowtrack.schemas.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.snowtrack.schemas.ip.Addresses.oracle;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Domain(Addresses.class)
@Domain(DomainContext.Global.class)
class IpAddressTest {

    private static final BigInteger SPACE = BigInteger.TWO.pow(128);

    @Property
    void shouldReadWhatItWrote(@ForAll IpAddress address) {
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        assertThat(IpAddress.read(ByteBuffer.wrap(address.toBytes()))).isEqualTo(address);
        assertThat(IpAddress.of(address.toInetAddress())).isEqualTo(address);
    }

    @Property
    void shouldWriteTextAsRfc5952Says(@ForAll IpAddress address) {
        assertThat(address.toString()).isEqualTo(oracle(address).toCanonicalString());
        assertThat(address.bits()).isEqualTo(oracle(address).getBitCount());
    }

    @Property
    void shouldReadEveryFullFormOfIpv6(@ForAll IpAddress address) {
        assertThat(IpAddress.parse(oracle(address)
                        .toFullString()
                        .replaceAll("^0*(\\d+)\\.0*(\\d+)\\.0*(\\d+)\\.0*(\\d+)$", "$1.$2.$3.$4")))
                .isEqualTo(address);
    }

    @Property(tries = 3000)
    void shouldReadOrRefuseGroupsAsGuavaDoes(@ForAll("groups") String text) {
        if (InetAddresses.isInetAddress(text)) {
            assertThat(IpAddress.parse(text)).isEqualTo(IpAddress.of(InetAddresses.forString(text)));
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text));
        }
    }

    /** Empty groups are as many as shortened addresses need, and too many. */
    @Provide
    Arbitrary<String> groups() {
        return Arbitraries.of("0", "1", "0db8", "FFFF", "a", "9", "abc", "", "", "10000", "1.2.3.4")
                .list()
                .ofMaxSize(10)
                .map(groups -> String.join(":", groups));
    }

    @Property
    void shouldOrderByNumber(@ForAll IpAddress one, @ForAll IpAddress two) {
        int expected = number(one).compareTo(number(two));
        assertThat(Integer.signum(one.compareTo(two))).isEqualTo(expected);
        assertThat(Integer.signum(Arrays.compareUnsigned(one.toBytes(), two.toBytes())))
                .isEqualTo(expected);
        assertThat(one.equals(two)).isEqualTo(expected == 0);
    }

    @Property
    void shouldAddModuloTheWholeSpace(@ForAll IpAddress address, @ForAll long places) {
        assertThat(number(address.plus(places)))
                .isEqualTo(number(address).add(BigInteger.valueOf(places)).mod(SPACE));
    }

    @Property
    void shouldFindTheEdgesOfEveryPrefix(@ForAll IpAddress address, @ForAll @IntRange(max = 128) int any) {
        int length = any % (address.bits() + 1);
        var block = oracle(address).toPrefixBlock(length);
        assertThat(address.floor(length).toString())
                .isEqualTo(block.getLower().withoutPrefixLength().toCanonicalString());
        assertThat(number(address.ceiling(length)))
                .isEqualTo(number(address.floor(length))
                        .add(BigInteger.TWO.pow(address.bits() - length))
                        .subtract(BigInteger.ONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "999.1.1.1",
                "1.2.3",
                "01.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "",
                " ",
                "::1%eth0",
                "fe80::1%1",
                "1.2.3.4/24",
                "1.2.3.4.5",
                "1.2.3.-4",
                "0x1.2.3.4",
                "16909060",
                "1.2.3.4:25",
                "[::1]",
                ":::",
                "1::2::3",
                "12345::",
                "::g",
                "1:2:3:4:5:6:7:8:9",
                "::1.2.3",
                "localhost",
                "mail.example.net",
                "１.２.３.４",
                "::１",
                "1.2.3.٤"
            })
    void shouldRefuseTextThatIsNotExactlyAnAddress(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessage("'%s' is not an IPv4 or IPv6 address", text);
    }

    @Property
    void shouldReadOrRefuseAnyText(@ForAll String text) {
        try {
            IpAddress address = IpAddress.parse(text);
            assertThat(oracle(text)).isEqualTo(oracle(address));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("'" + text + "'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:1.2.3.4, 1.2.3.4",
        "::ffff:102:304, 1.2.3.4",
        "0:0:0:0:0:ffff:0:0, 0.0.0.0",
        "::1.2.3.4, ::102:304",
        "2001:DB8::0:1, 2001:db8::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1"
    })
    void shouldGiveOneTextToEveryFormOfAnAddress(String written, String canonical) {
        assertThat(IpAddress.parse(written)).hasToString(canonical).isEqualTo(IpAddress.parse(canonical));
    }

    @Test
    void shouldHoldTheEdgesOfBothFamilies() {
        assertThat(Addresses.FIRST_IPV4).hasToString("0.0.0.0").isEqualTo(IpAddress.parse("0.0.0.0"));
        assertThat(Addresses.LAST_IPV4).hasToString("255.255.255.255").isEqualTo(IpAddress.parse("255.255.255.255"));
        assertThat(Addresses.FIRST_IPV6).hasToString("::").isEqualTo(IpAddress.parse("::"));
        assertThat(Addresses.LAST_IPV6).hasToString("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assertThat(Addresses.LAST_IPV6.plus(1)).isEqualTo(Addresses.FIRST_IPV6);
        assertThat(Addresses.FIRST_IPV6.plus(-1)).isEqualTo(Addresses.LAST_IPV6);
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.toBytes());
    }
}
