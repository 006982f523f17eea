package org.snowtrack.topologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.serde.AvroSerde;
import org.snowtrack.schemas.topics.Topic;

/**
 * An old domain on a row of three addresses, and in each of four other networks on an address beside one that only claims
 * it; two of these networks share a block.
 */
class WideSpreadTest {

    private static final List<String> ROW = List.of("192.0.2.16", "192.0.2.17", "192.0.2.18");
    private static final List<String> ELSEWHERE = List.of("198.51.100.1", "203.0.113.1", "100.64.0.1", "100.64.9.1");
    private static final List<String> CLAIMED = List.of("198.51.100.9", "203.0.113.9", "100.64.0.9", "100.64.9.9");
    private static final String RANGE = "192.0.2.16-192.0.2.18";

    @Property(tries = 20)
    void shouldSayFromTheNextDayOnThatAnOldDomainIsOnManyNetworks(@ForAll Random random) {
        try (Driven driven = old()) {
            // Given
            List<MailRejection> events = new ArrayList<>(events());
            Collections.shuffle(events, random);
            driven.settle(DAY.minusDays(1));
            events.forEach(driven::send);

            // When
            driven.settle(DAY.minusDays(1));
            Optional<String> sameDay = spread(driven);
            driven.settle(DAY);

            // Then
            assertThat(sameDay).as("the order of a day's events does not count").isEmpty();
            assertThat(spread(driven)).contains("1 domain, confirmed on 5 networks or more");
        }
    }

    @Test
    void shouldSayTheSameLive() {
        try (Driven driven = old()) {
            // Given
            driven.tick(DAY.minusDays(1));
            events().forEach(driven::send);
            driven.passBySeconds(3);

            // When
            driven.tick(DAY);
            driven.passBySeconds(3);

            // Then
            assertThat(spread(driven)).contains("1 domain, confirmed on 5 networks or more");
            assertThat(driven.read(Topic.DOMAIN_RECORDS, AvroSerde.of(DomainRecord.class)))
                    .extracting(record -> record.value().getWideSince())
                    .last()
                    .isEqualTo(DAY.minusDays(1));
        }
    }

    @Test
    void shouldNotCountANetworkWhereSomebodyOnlyClaimsTheName() {
        try (Driven driven = old()) {
            // Given
            ELSEWHERE.forEach(driven::unconfirmed);
            driven.settle(DAY.minusDays(1));
            events().forEach(driven::send);

            // When
            driven.settle(DAY.minusDays(1));
            driven.settle(DAY);

            // Then
            assertThat(driven.range(RANGE).getEvidence())
                    .extracting(Evidence::getCode)
                    .contains(EvidenceCode.ESTABLISHED_DOMAIN)
                    .doesNotContain(EvidenceCode.WIDE_SPREAD);
        }
    }

    private static Driven old() {
        Driven driven = new Driven().registered("old.example", DAY.minusYears(9));
        ROW.forEach(ip -> driven.named(ip, "h" + ip.substring(ip.lastIndexOf('.') + 1) + ".old.example"));
        IntStream.range(0, ELSEWHERE.size())
                .forEach(i -> driven.named(ELSEWHERE.get(i), "old.example").announced(ELSEWHERE.get(i), 64_501L + i));
        IntStream.range(0, CLAIMED.size()).forEach(i -> driven.named(CLAIMED.get(i), "claimed.old.example")
                .announced(CLAIMED.get(i), 64_501L + i)
                .unconfirmed(CLAIMED.get(i)));
        return driven;
    }

    private static List<MailRejection> events() {
        List<MailRejection> events = new ArrayList<>();
        for (String reporter : List.of("isp-a", "isp-b", "isp-c", "isp-d")) {
            ROW.forEach(ip -> events.add(rejection(ip, reporter, DAY.minusDays(1))));
            ELSEWHERE.forEach(ip -> events.add(rejection(ip, reporter, DAY.minusDays(1))));
            CLAIMED.forEach(ip -> events.add(rejection(ip, reporter, DAY.minusDays(1))));
        }
        return events;
    }

    private static Optional<String> spread(Driven driven) {
        FlaggedRange range = driven.range(RANGE);
        return range.getEvidence().stream()
                .filter(evidence -> evidence.getCode() == EvidenceCode.WIDE_SPREAD)
                .map(Evidence::getValue)
                .findFirst();
    }
}
