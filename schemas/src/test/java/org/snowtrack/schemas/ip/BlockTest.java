package org.snowtrack.schemas.ip;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Domain(Addresses.class)
class BlockTest {

    @ParameterizedTest
    @CsvSource({
        "54.38.4.96, 54.38.0.0/16",
        "54.38.0.0, 54.38.0.0/16",
        "54.38.255.255, 54.38.0.0/16",
        "54.39.0.0, 54.39.0.0/16",
        "0.0.0.0, 0.0.0.0/16",
        "255.255.255.255, 255.255.0.0/16",
        "::ffff:54.38.4.96, 54.38.0.0/16",
        "2001:db8:ff:ffff:ffff:ffff:ffff:ffff, 2001:db8::/40",
        "2001:db8:100::, 2001:db8:100::/40",
        "::, ::/40",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ff00::/40"
    })
    void shouldNameTheBlockOfAnAddress(String address, String block) {
        assertThat(Block.of(IpAddress.parse(address))).hasToString(block);
    }

    @Property
    void shouldBeTheSameForEveryAddressWithinIt(@ForAll IpAddress address) {
        // When
        Block block = Block.of(address);

        // Then
        assertThat(block.range().contains(address)).isTrue();
        assertThat(Block.of(block.range().first())).isEqualTo(block);
        assertThat(Block.of(block.range().last())).isEqualTo(block);
        assertThat(block.range().toCidrs()).containsExactly(block.toString());
    }
}
