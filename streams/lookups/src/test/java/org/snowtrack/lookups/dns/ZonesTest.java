package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

class ZonesTest {

    @ParameterizedTest
    @CsvSource({
        "4.2.0.192.in-addr.arpa.,2.0.192.in-addr.arpa.",
        "4.0/26.2.0.192.in-addr.arpa.,2.0.192.in-addr.arpa.",
        "192.in-addr.arpa.,192.in-addr.arpa.",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.f.f.f.f.8.b.d.0.1.0.0.2.ip6.arpa.,f.f.f.f.8.b.d.0.1.0.0.2.ip6.arpa.",
        "mx1.Example.co.uk.,example.co.uk.",
        "example.net.,example.net.",
        "co.uk.,co.uk.",
        "\\000.example.,\\000.example.",
        "\\000.mx1.Example.co.uk.,example.co.uk.",
        "1.\\0592.a\\032b.example.net.,example.net.",
        "1.2.3.\\000.example.,3.\\000.example."
    })
    void shouldLetTheRegistrableDomainOrTheReverseBlockPay(String name, String zone) {
        // When
        Name paying = Zones.zone(Name.fromConstantString(name));

        // Then
        assertThat(paying).isEqualTo(Name.fromConstantString(zone));
    }
}
