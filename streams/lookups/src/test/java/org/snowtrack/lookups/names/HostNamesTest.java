package org.snowtrack.lookups.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {

    private static final String LABEL_OF_63 = "a".repeat(63);

    @ParameterizedTest
    @CsvSource({
        "Mail.Example.COM.,mail.example.com",
        "a.b,a.b",
        "_dmarc.under_score.example,_dmarc.under_score.example",
        "4-2-0-192.static.example.net,4-2-0-192.static.example.net",
        "1.2.3.4.in-addr.arpa,1.2.3.4.in-addr.arpa",
        "xn--mnchen-3ya.de,xn--mnchen-3ya.de"
    })
    void shouldLowerAndStripTheDotWhenNameIsValid(String raw, String expected) {
        // When
        Optional<String> name = HostNames.normalize(raw);

        // Then
        assertThat(name).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost",
                "localhost.",
                "192.0.2.1",
                "192.0.2.1.",
                "10.1",
                "2001:db8::1",
                "-a.example",
                "a-.example",
                "a..example",
                ".a.example",
                "a.example..",
                "a b.example",
                " a.example",
                "a.example\n",
                "münchen.de",
                "\u212Aelvin.example",
                "a\\.b.example",
                "a\u001b[31m.example",
                "*.example.com"
            })
    void shouldBeEmptyWhenTextIsNotAHostName(String raw) {
        // When
        Optional<String> name = HostNames.normalize(raw);

        // Then
        assertThat(name).isEmpty();
    }

    @Test
    void shouldKeepToTheLengthsOfTheDnsWhenNamesAreLong() {
        // Given
        String longest = String.join(".", LABEL_OF_63, LABEL_OF_63, LABEL_OF_63, "a".repeat(61));

        // When
        Optional<String> atTheLimit = HostNames.normalize(longest + ".");

        // Then
        assertThat(atTheLimit).contains(longest);
        assertThat(HostNames.normalize(longest + "a")).isEmpty();
        assertThat(HostNames.normalize(LABEL_OF_63 + "a.example")).isEmpty();
    }

    @Property
    void shouldChangeNothingWhenNameIsNormalAlready(
            @ForAll
                    @StringLength(max = 12)
                    @Chars({'.', '-', '_', 'ß'})
                    @CharRange(from = 'a', to = 'c')
                    @CharRange(from = 'X', to = 'Z')
                    @CharRange(from = '0', to = '1')
                    String raw) {
        // When
        Optional<String> once = HostNames.normalize(raw);

        // Then
        assertThat(once.flatMap(HostNames::normalize)).isEqualTo(once);
        assertThat(once.stream())
                .allSatisfy(name -> assertThat(raw.toLowerCase(Locale.ROOT)).isIn(name, name + "."));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,example.com",
        "a.b.example.com,example.com",
        "mail.shop.example.co.uk,example.co.uk",
        "one.dyndns.org,one.dyndns.org",
        "mx.one.dyndns.org,one.dyndns.org",
        "_x._tcp.example.com,example.com",
        "a._b.c.example.com,example.com",
        "my_host.example.com,example.com",
        "mx.host.invalid,host.invalid",
        "host.invalid,host.invalid"
    })
    void shouldNameTheOwnersDomainWhenItIsUnderAPublicSuffix(String name, String expected) {
        // When
        Optional<String> domain = HostNames.registrableDomain(name);

        // Then
        assertThat(domain).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"co.uk", "dyndns.org", "_x.co.uk", "a.b_"})
    void shouldNameNoDomainWhenNobodyRegisteredOne(String name) {
        // When
        Optional<String> domain = HostNames.registrableDomain(name);

        // Then
        assertThat(domain).isEmpty();
    }

    @Property
    void shouldEndTheNameWithItsDomainWhateverTheText(@ForAll String any, @ForAll("names") String name) {
        // When
        Optional<String> domain = HostNames.registrableDomain(name);

        // Then
        assertThat(domain.stream()).allSatisfy(found -> assertThat("." + name).endsWith("." + found));
        assertThat(domain.flatMap(HostNames::registrableDomain)).isEqualTo(domain);
        assertThat(HostNames.registrableDomain(any).stream())
                .allSatisfy(found -> assertThat(found).contains("."));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "_b", "c_", "d-e", "1", "co", "uk", "com", "dyndns", "org")
                .list()
                .ofMinSize(2)
                .ofMaxSize(6)
                .map(labels -> String.join(".", labels));
    }
}
