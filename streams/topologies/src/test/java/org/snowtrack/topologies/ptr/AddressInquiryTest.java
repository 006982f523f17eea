package org.snowtrack.topologies.ptr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.pending.Deadline;

class AddressInquiryTest {

    private static final IpAddress IP = IpAddress.parse("54.38.4.96");
    private static final int DAY = (int) LocalDate.of(2018, 5, 1).toEpochDay();
    private static final Deadline PATIENT = new Deadline(Duration.ofHours(1));

    private final CompletableFuture<Answer<List<PtrName>>> names = new CompletableFuture<>();
    private final CompletableFuture<Answer<Network>> network = new CompletableFuture<>();

    @Test
    void shouldAskBothForTheMiddleOfTheDay() {
        // Given
        List<Instant> times = new ArrayList<>();
        AddressInquiry inquiry = new AddressInquiry(
                (ip, at) -> {
                    times.add(at);
                    return names;
                },
                (ip, at) -> {
                    times.add(at);
                    return network;
                },
                PATIENT);

        // When
        inquiry.ask(IP, DAY);

        // Then
        assertThat(times).containsExactly(Instant.parse("2018-05-01T12:00:00Z"), Instant.parse("2018-05-01T12:00:00Z"));
    }

    @Test
    void shouldAnswerOnceBothHaveAnswered() {
        // Given
        CompletableFuture<AddressInquiry.Findings> findings = new AddressInquiry(
                        (ip, at) -> names, (ip, at) -> network, PATIENT)
                .ask(IP, DAY)
                .toCompletableFuture();
        Answer<List<PtrName>> named = new Answer.Found<>(List.of(new PtrName("blueomb.com", Confirmation.UNKNOWN)));
        names.complete(named);
        boolean early = findings.isDone();

        // When
        network.complete(new Answer.NoRecord<>());

        // Then
        assertThat(early).isFalse();
        assertThat(findings.join()).isEqualTo(new AddressInquiry.Findings(named, new Answer.NoRecord<>()));
    }

    @Test
    void shouldKeepTheOneAnswerWhenTheOtherNeverComes() {
        // Given
        AddressInquiry inquiry =
                new AddressInquiry((ip, at) -> names, (ip, at) -> network, new Deadline(Duration.ofMillis(1)));
        network.complete(new Answer.Found<>(new Network(16276, "OVH", "FR")));

        // When
        AddressInquiry.Findings findings =
                inquiry.ask(IP, DAY).toCompletableFuture().join();

        // Then
        assertThat(findings)
                .isEqualTo(new AddressInquiry.Findings(
                        new Answer.Failed<>(Answer.Failure.TIMED_OUT),
                        new Answer.Found<>(new Network(16276, "OVH", "FR"))));
    }
}
