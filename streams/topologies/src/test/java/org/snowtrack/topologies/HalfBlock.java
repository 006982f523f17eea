package org.snowtrack.topologies;

import static org.snowtrack.topologies.Driven.rejection;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RangeMember;

/** A block of eight addresses of one operator, 192.0.2.16 to 192.0.2.23, of which the first four begin to send. */
final class HalfBlock {

    static final String RANGE = "192.0.2.16-192.0.2.23";

    private static final List<String> REPORTERS = List.of("isp-a", "isp-b", "isp-c", "isp-d");

    private HalfBlock() {}

    static Driven driven() {
        Driven driven = new Driven().registered("snow.example", Driven.DAY.minusDays(30));
        IntStream.range(16, 24).forEach(place -> driven.named("192.0.2." + place, "m" + place + ".snow.example"));
        return driven;
    }

    /** Mail of the first half. */
    static List<MailRejection> mail(LocalDate day) {
        return IntStream.range(16, 20)
                .boxed()
                .flatMap(place -> mail("192.0.2." + place, day))
                .toList();
    }

    static Stream<MailRejection> mail(String ip, LocalDate day) {
        return REPORTERS.stream().map(reporter -> rejection(ip, reporter, day));
    }

    static List<String> predicted(FlaggedRange range) {
        return range.getMembers().stream()
                .filter(RangeMember::getPredicted)
                .map(RangeMember::getIp)
                .toList();
    }
}
