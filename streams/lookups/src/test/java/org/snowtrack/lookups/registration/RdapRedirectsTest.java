package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.lookups.registration.TestRegistry.DOMAIN;
import static org.snowtrack.lookups.registration.TestRegistry.ask;
import static org.snowtrack.lookups.registration.TestRegistry.send;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;

class RdapRedirectsTest {

    private final TestRegistry registry = new TestRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @CsvSource({"3,true", "4,false"})
    void shouldFollowThreeRedirectsAndNoMore(int redirects, boolean found) {
        // Given
        registry.answering(exchange -> {
            if (registry.requested().size() <= redirects) {
                exchange.getResponseHeaders()
                        .add("Location", "/elsewhere/" + registry.requested().size());
                send(exchange, 301, "");
            } else {
                send(exchange, 200, DOMAIN);
            }
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer.answer().found().isPresent()).isEqualTo(found);
        assertThat(registry.requested()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/", "file:///etc/passwd", "http:///", ":", ""})
    void shouldNotFollowARedirectThatLeadsOutOfTheWeb(String location) {
        // Given
        registry.answering(exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            send(exchange, 302, "");
        });

        // When
        Fresh<Registration> answer = ask(registry.client(), "applpeak.example");

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,true",
        "10.1.2.3,true",
        "172.16.0.1,true",
        "192.168.1.1,true",
        "169.254.169.254,true",
        "100.64.0.1,true",
        "0.0.0.0,true",
        "[::1],true",
        "[fd00::1],true",
        "[fe80::1],true",
        "[::ffff:127.0.0.1],true",
        "localhost,true",
        "192.0.2.1,false",
        "100.128.0.1,false",
        "[2001:db8::1],false"
    })
    void shouldTellTheInsideFromTheOutside(String host, boolean inside) {
        assertThat(RdapHttp.isInside(host)).isEqualTo(inside);
    }
}
