package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class UnitsTest {

    private static final Units UNITS = new Units(64);

    @ParameterizedTest
    @CsvSource({
        "64, 192.0.2.1, 192.0.2.1, 0",
        "64, 192.0.2.255, 192.0.3.0, 1",
        "64, 2001:db8::1, 2001:db8::ffff, 0",
        "64, 2001:db8::ffff, 2001:db8:0:1::, 1",
        "56, 2001:db8::, 2001:db8:0:ff::, 0",
        "56, 2001:db8:0:ff::, 2001:db8:0:100::, 1",
        "48, 2001:db8::, 2001:db8:3::, 3"
    })
    void shouldMeasureDistanceInUnits(int prefix, String first, String second, long expected) {
        // When
        long distance = new Units(prefix).distance(IpAddress.parse(first), IpAddress.parse(second));

        // Then
        assertThat(distance).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.9, 16, 192.0.2.0-192.0.2.15",
        "192.0.2.9, 1024, 192.0.0.0-192.0.3.255",
        "192.0.2.9, 65536, 192.0.0.0-192.0.255.255",
        "2001:db8:0:19::1, 16, 2001:db8:0:10::-2001:db8:0:1f:ffff:ffff:ffff:ffff"
    })
    void shouldAlignStretchesToMultiplesOfTheirLength(String address, int units, String expected) {
        // When
        IpRange aligned = UNITS.aligned(IpAddress.parse(address), units);

        // Then
        assertThat(aligned).isEqualTo(IpRange.parse(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.9, 3, 192.0.0.0-192.0.255.255, 192.0.2.12",
        "192.0.2.9, -3, 192.0.0.0-192.0.255.255, 192.0.2.6",
        "192.0.255.254, 5, 192.0.0.0-192.0.255.255, 192.0.255.255",
        "192.0.0.1, -5, 192.0.0.0-192.0.255.255, 192.0.0.0",
        "255.255.255.254, 5, 255.255.0.0-255.255.255.255, 255.255.255.255",
        "0.0.0.1, -5, 0.0.0.0-0.0.255.255, 0.0.0.0",
        "2001:db8:0:1::7, 2, 2001:db8::-2001:db8:ff:ffff:ffff:ffff:ffff:ffff, 2001:db8:0:3::7",
        "2001:db8:0:1::7, -2, 2001:db8::-2001:db8:ff:ffff:ffff:ffff:ffff:ffff, 2001:db8::"
    })
    void shouldMoveByUnitsAndStayWithinTheLimit(String from, long units, String limit, String expected) {
        // When
        IpAddress moved = UNITS.move(IpAddress.parse(from), units, IpRange.parse(limit));

        // Then
        assertThat(moved).isEqualTo(IpAddress.parse(expected));
    }

    @Test
    void shouldCoverWholeUnitsAndNoneBetween() {
        // Given
        List<IpAddress> ipv4 = addresses("192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.8");
        List<IpAddress> ipv6 = addresses("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8:0:3::1");

        // When
        List<String> cidrs = UNITS.cover(ipv4);

        // Then
        assertThat(cidrs).containsExactly("192.0.2.4/31", "192.0.2.6/32", "192.0.2.8/32");
        assertThat(UNITS.cover(ipv6)).containsExactly("2001:db8::/63", "2001:db8:0:3::/64");
        assertThat(UNITS.cover(List.of())).isEmpty();
    }

    private static List<IpAddress> addresses(String... texts) {
        return Stream.of(texts).map(IpAddress::parse).toList();
    }
}
