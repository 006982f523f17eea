package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.ip.IpAddress;

class RdapBootstrapTest {

    /** The shape of RFC 9224, section 4, with what registries have got wrong. */
    private static final RdapBootstrap REGISTRY = parse("""
        {"version": "1.0", "publication": "2024-01-07T10:11:12Z", "description": "Some text",
         "services": [
           [["net", "COM"], ["https://registry.example.com/myrdap/"]],
           [["org", "mytld"], ["http://example.org/", "https://example.org/rdap"]],
           [["co.example"], ["https://second.example/"]],
           [["example"], ["https://first.example/"]],
           [["plain"], ["http://plain.example/"]],
           [["none"], ["ftp://none.example/", "https:///", "not a url"]],
           [["short"]],
           "nonsense"]}
        """);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "a.com,https://registry.example.com/myrdap/",
                "A.NET,https://registry.example.com/myrdap/",
                "a.org,https://example.org/rdap/",
                "a.co.example,https://second.example/",
                "co.example,https://second.example/",
                "a.example,https://first.example/",
                "a.notco.example,https://first.example/",
                "a.plain,http://plain.example/",
                "a.none,-",
                "a.short,-",
                "a.unknown,-",
                "com.unknown,-"
            })
    void shouldNameTheServerOfTheLongestSuffixWhenOneIsListed(String domain, URI expected) {
        // When
        Optional<URI> server = REGISTRY.server(domain);

        // Then
        assertThat(server).isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "54.38.4.96,https://rdap.arin.net/registry/",
        "213.32.32.216,https://rdap.db.ripe.net/",
        "203.0.113.1,https://rdap.apnic.net/",
        "2a00::1,https://rdap.db.ripe.net/",
        "2600::1,https://rdap.arin.net/registry/"
    })
    void shouldNameTheRegionalRegistryOfTheLongestPrefix(String address, URI expected) {
        assertThat(RdapBootstrap.shipped().server(IpAddress.parse(address))).contains(expected);
    }

    @Test
    void shouldTakeFromAnotherRegistryOnlyTheKindsThatItHasNot() {
        // When
        RdapBootstrap both = parse("{\"services\": [[[\"192.0.2.0/24\"], [\"https://own.example/\"]]]}")
                .and(RdapBootstrap.shipped());

        // Then
        assertThat(both.server(IpAddress.parse("192.0.2.1"))).contains(URI.create("https://own.example/"));
        assertThat(both.server(IpAddress.parse("213.32.32.216"))).isEmpty();
        assertThat(both.server(IpAddress.parse("2a00::1"))).isPresent();
        assertThat(both.server("a.com")).isPresent();
    }

    @Test
    void shouldKnowTheLargeRegistriesWhenNothingElseIsGiven() {
        // When
        RdapBootstrap shipped = RdapBootstrap.shipped();

        // Then
        assertThat(shipped.server("example.com")).contains(URI.create("https://rdap.verisign.com/com/v1/"));
        assertThat(shipped.server("example.org")).contains(URI.create("https://rdap.publicinterestregistry.org/rdap/"));
        assertThat(shipped.server("example.de")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"services\": []}", "{\"services\": [[[\"com\"], []]]}"})
    void shouldSayWhyWhenARegistryNamesNoServer(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(json))
                .withMessageStartingWith("the RDAP bootstrap registry ");
    }

    @Test
    void shouldGiveUpOnADownloadThatDrips() {
        // Given
        try (TestRegistry registry = new TestRegistry()) {
            registry.answering(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                while (!registry.isOver()) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                }
            });

            // When
            CompletableFuture<RdapBootstrap> reading = RdapBootstrap.read(
                    URI.create("http://127.0.0.1:" + registry.port() + "/dns.json"), Duration.ofMillis(100));

            // Then
            assertThat(reading)
                    .failsWithin(TestRegistry.PATIENT)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOf(TimeoutException.class)
                    .withMessageStartingWith("it did not come whole within ");
        }
    }

    private static RdapBootstrap parse(String json) {
        return RdapBootstrap.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
