package org.snowtrack.topologies.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.pending.Deadline;

class DomainInquiryTest {

    private static final String DOMAIN = "blueomb.com";
    private static final LocalDate DAY = LocalDate.of(2018, 5, 1);
    private static final Instant REGISTERED = Instant.parse("2017-11-20T08:00:00Z");
    private static final Registration REGISTRATION = new Registration(
            "IANA:1",
            "Example Registrar",
            REGISTERED,
            null,
            null,
            Instant.parse("2018-02-01T09:00:00Z"),
            Instant.parse("2018-11-20T08:00:00Z"),
            List.of("ns1.blueomb.com", "ns2.blueomb.com"),
            List.of("client hold"),
            "owner@blueomb.com");

    private final Map<String, Instant> asked = new TreeMap<>();
    private Answer<Registration> registration = new Answer.Found<>(REGISTRATION);
    private Answer<List<String>> mailExchangers = new Answer.NoRecord<>();
    private Answer<List<IpAddress>> apex = new Answer.NoRecord<>();
    private Answer<List<IpAddress>> www = new Answer.NoRecord<>();

    @Test
    void shouldWriteDownWhatTheRegistrySays() {
        // When
        DomainRecord record = inquire();

        // Then
        assertThat(record.getDomain()).isEqualTo(DOMAIN);
        assertThat(record.getRegistration()).isEqualTo(LookupStatus.FOUND);
        assertThat(record.getRegistrar()).isEqualTo("IANA:1");
        assertThat(record.getRegistrarName()).isEqualTo("Example Registrar");
        assertThat(record.getRegisteredAt()).isEqualTo(REGISTERED);
        assertThat(record.getReregisteredAt()).isNull();
        assertThat(record.getTransferredAt()).isNull();
        assertThat(record.getNameServers()).containsExactly("ns1.blueomb.com", "ns2.blueomb.com");
        assertThat(record.getChangedAt()).isEqualTo("2018-02-01T09:00:00Z");
        assertThat(record.getExpiresAt()).isEqualTo("2018-11-20T08:00:00Z");
        assertThat(record.getStatus()).containsExactly("client hold");
        assertThat(record.getAskedFor()).isEqualTo(DAY);
    }

    @Test
    void shouldTellRegistrantsApartWithoutTellingTheirAddresses() {
        // When
        DomainRecord record = inquire();

        // Then
        assertThat(record.getRegistrant())
                .isEqualTo("sha256:471da9b46f46721359287ed473ac485adb7d52d3055223ba86aead8e72dbc78d");
        assertThat(record.toString()).doesNotContain("owner@blueomb.com");
    }

    @Test
    void shouldAskEverythingForTheMiddleOfTheDay() {
        // When
        inquire();

        // Then
        Instant noon = Instant.parse("2018-05-01T12:00:00Z");
        assertThat(asked)
                .containsExactly(
                        Map.entry("address blueomb.com", noon),
                        Map.entry("address www.blueomb.com", noon),
                        Map.entry("mx blueomb.com", noon),
                        Map.entry("registration blueomb.com", noon));
    }

    @Test
    void shouldKnowNothingOfARegistrationThatNobodyTells() {
        // Given
        registration = new Answer.Failed<>(Answer.Failure.REFUSED);
        mailExchangers = new Answer.Found<>(List.of("mx.blueomb.com"));

        // When
        DomainRecord record = inquire();

        // Then
        assertThat(record.getRegistration()).isEqualTo(LookupStatus.REFUSED);
        assertThat(record.getRegistrar()).isNull();
        assertThat(record.getRegisteredAt()).isNull();
        assertThat(record.getNameServers()).isEmpty();
        assertThat(record.getHasMx()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("existence")
    void shouldTellNoFromUnknown(Answer<List<String>> answer, @Nullable Boolean exists) {
        // Given
        mailExchangers = answer;

        // When
        DomainRecord record = inquire();

        // Then
        assertThat(record.getHasMx()).isEqualTo(exists);
    }

    static Stream<Arguments> existence() {
        return Stream.of(
                Arguments.of(new Answer.Found<>(List.of("mx.blueomb.com")), true),
                Arguments.of(new Answer.Found<>(List.of()), false),
                Arguments.of(new Answer.NoRecord<>(), false),
                Arguments.of(new Answer.Failed<>(Answer.Failure.TIMED_OUT), null));
    }

    @ParameterizedTest
    @MethodSource("websites")
    void shouldSeeAWebsiteAtEitherPlaceAndNoneOnlyIfBothSayNo(
            Answer<List<IpAddress>> atApex, Answer<List<IpAddress>> atWww, @Nullable Boolean hasWebsite) {
        // Given
        apex = atApex;
        www = atWww;

        // When
        DomainRecord record = inquire();

        // Then
        assertThat(record.getHasWebsite()).isEqualTo(hasWebsite);
    }

    static Stream<Arguments> websites() {
        Answer<List<IpAddress>> yes = new Answer.Found<>(List.of(IpAddress.parse("192.0.2.80")));
        Answer<List<IpAddress>> no = new Answer.NoRecord<>();
        Answer<List<IpAddress>> unknown = new Answer.Failed<>(Answer.Failure.SERVER_FAILURE);
        List<Arguments> cases = new ArrayList<>();
        for (Answer<List<IpAddress>> other : List.of(yes, no, unknown)) {
            cases.add(Arguments.of(yes, other, true));
            cases.add(Arguments.of(other, yes, true));
        }
        cases.add(Arguments.of(no, no, false));
        cases.add(Arguments.of(no, unknown, null));
        cases.add(Arguments.of(unknown, no, null));
        cases.add(Arguments.of(unknown, unknown, null));
        return cases.stream();
    }

    private DomainRecord inquire() {
        Lookups lookups = new Lookups(
                (ip, at) -> CompletableFuture.completedFuture(new Answer.NoRecord<>()),
                (ip, at) -> CompletableFuture.completedFuture(new Answer.NoRecord<>()),
                (host, at) -> noted("address " + host, at, host.equals(DOMAIN) ? apex : www),
                (domain, at) -> noted("mx " + domain, at, mailExchangers),
                (domain, at) -> noted("registration " + domain, at, registration),
                (ip, at) -> CompletableFuture.completedFuture(new Answer.NoRecord<>()));
        return new DomainInquiry(lookups, new Deadline(Duration.ofHours(1)))
                .ask(DOMAIN, DAY)
                .toCompletableFuture()
                .join();
    }

    private <A> CompletableFuture<Answer<A>> noted(String question, Instant at, Answer<A> answer) {
        asked.put(question, at);
        return CompletableFuture.completedFuture(answer);
    }
}
