package org.snowtrack.topologies;

import static org.snowtrack.topologies.Driven.DAY;
import static org.snowtrack.topologies.Driven.rejection;

import java.util.List;
import org.snowtrack.schemas.MailRejection;

/** A run of three addresses of one domain, reported by four ISPs on one day: flagged if the domain is fresh. */
public final class Campaign {

    /** The key of its range. */
    public static final String RANGE = "192.0.2.16-192.0.2.18";

    private static final List<String> ADDRESSES = List.of("192.0.2.16", "192.0.2.17", "192.0.2.18");
    private static final List<String> REPORTERS = List.of("isp-a", "isp-b", "isp-c", "isp-d");

    private Campaign() {}

    /** A driver that knows its names and that its domain is a month old. */
    public static Driven driven() {
        return named(new Driven()).registered("snow.example", DAY.minusDays(30));
    }

    public static Driven named(Driven driven) {
        return driven.named("192.0.2.16", "snow.example")
                .named("192.0.2.17", "caruk.snow.example")
                .named("192.0.2.18", "ohris.snow.example");
    }

    public static List<MailRejection> events() {
        return ADDRESSES.stream()
                .flatMap(ip -> REPORTERS.stream().map(reporter -> rejection(ip, reporter, DAY)))
                .toList();
    }
}
