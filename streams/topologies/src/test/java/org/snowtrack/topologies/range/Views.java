package org.snowtrack.topologies.range;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.Acceptance;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.activity.DaySet;

/** Reported addresses and domain facts, in the few words that a test has for them. */
final class Views {

    static final LocalDate TODAY = LocalDate.of(2018, 5, 31);
    static final int DAY = (int) TODAY.toEpochDay();
    static final OriginNetwork NETWORK = new OriginNetwork(64_496L, "EXAMPLE-HOSTING", "FR");
    static final OriginNetwork OTHER_NETWORK = new OriginNetwork(64_511L, "OTHER-HOSTING", "FR");
    static final int MANY_FEEDS = 10;

    private final IpAddress ip;
    private final List<Report> reports = new ArrayList<>();
    private final List<Report> acceptors = new ArrayList<>();
    private final List<NamePeriod> earlier = new ArrayList<>();
    private DaySet days = DaySet.EMPTY;
    private List<HostName> names = List.of();
    private @Nullable OriginNetwork network = NETWORK;
    private @Nullable Instant sweptSince;
    private long largestMessage;
    private @Nullable Instant largestMessageAt;

    private Views(IpAddress ip) {
        this.ip = ip;
    }

    static Views address(String ip) {
        return new Views(IpAddress.parse(ip));
    }

    static Views address(IpAddress ip) {
        return new Views(ip);
    }

    /** An address that nobody reports, and that a sweep asks about. */
    static Views silent(String ip) {
        return address(ip).sweptSince(daysAgo(3));
    }

    static JudgeSettings settings() {
        return JudgeSettings.of(new TopologyConfig(Map.of()));
    }

    static Instant daysAgo(int days) {
        return TODAY.minusDays(days).atTime(12, 0).toInstant(ZoneOffset.UTC);
    }

    /** An unconfirmed name under the domain of its last two labels. */
    static HostName host(String name) {
        return new HostName(name, domain(name), Confirmation.UNKNOWN);
    }

    static HostName confirmed(String name) {
        return new HostName(name, domain(name), Confirmation.CONFIRMED);
    }

    private static String domain(String name) {
        String[] labels = name.split("\\.", -1);
        return labels[labels.length - 2] + "." + labels[labels.length - 1];
    }

    static DomainRecord.Builder registered(String domain, Instant at) {
        return DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(LookupStatus.FOUND)
                .setRegisteredAt(at)
                .setAskedFor(TODAY);
    }

    static DomainRecord fresh(String domain) {
        return registered(domain, daysAgo(60)).build();
    }

    static DomainRecord old(String domain) {
        return registered(domain, daysAgo(4000)).build();
    }

    static DomainRecord unknown(String domain) {
        return DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(LookupStatus.TIMED_OUT)
                .setAskedFor(TODAY)
                .build();
    }

    Views named(HostName... current) {
        names = List.of(current);
        return this;
    }

    Views once(HostName... former) {
        Stream.of(former)
                .map(host -> new NamePeriod(host, TODAY.minusDays(9), TODAY.minusDays(5)))
                .forEach(earlier::add);
        return this;
    }

    Views in(@Nullable OriginNetwork origin) {
        network = origin;
        return this;
    }

    Views by(String reporter, Instant since) {
        return by(reporter, since, Acceptance.UNKNOWN);
    }

    /** Reported by one whose logs tell how much it accepts. */
    Views by(String reporter, Instant since, Acceptance acceptance) {
        reports.add(new Report(reporter, since, acceptance));
        days = days.plus((int) Duration.between(Instant.EPOCH, since).toDays());
        return this;
    }

    /** Accepted by one that accepts most of what it sends, and does not count for that. */
    Views accepting(String reporter, Instant since) {
        return accepting(reporter, since, Acceptance.MOST);
    }

    /** Accepted by one that accepts MUCH or MOST of what it sends. */
    Views accepting(String reporter, Instant since, Acceptance acceptance) {
        acceptors.add(new Report(reporter, since, acceptance));
        return this;
    }

    Views withLargestMessage(long bytes, Instant at) {
        largestMessage = bytes;
        largestMessageAt = at;
        return this;
    }

    Views sweptSince(Instant since) {
        sweptSince = since;
        return this;
    }

    /** Reported by so many, one a day, the last of them yesterday. */
    Views byReporters(int count) {
        for (int i = 1; i <= count; i++) {
            by("isp-" + i, daysAgo(count - i + 1));
        }
        return this;
    }

    AddressView view() {
        List<Instant> times = reports.stream().map(Report::since).sorted().toList();
        List<NamePeriod> history = Stream.concat(
                        earlier.stream().filter(period -> !isCurrent(period.getHost())),
                        names.stream().map(host -> new NamePeriod(host, TODAY.minusDays(1), TODAY.minusDays(1))))
                .sorted(Comparator.comparing(period -> period.getHost().getName()))
                .toList();
        if (times.isEmpty()) {
            Instant since = Objects.requireNonNull(sweptSince, "neither reported nor swept");
            return new AddressView(
                    ip, List.of(), List.of(), 0, null, since, since, days, null, names, history, network, since);
        }
        Instant secondDay = times.stream()
                .filter(time -> Duration.between(Instant.EPOCH, time).toDays()
                        > days.days().min().orElseThrow())
                .findFirst()
                .orElse(null);
        return new AddressView(
                ip,
                List.copyOf(reports),
                List.copyOf(acceptors),
                largestMessage,
                largestMessageAt,
                times.get(0),
                times.get(times.size() - 1),
                days,
                secondDay,
                names,
                history,
                network,
                sweptSince);
    }

    private boolean isCurrent(HostName host) {
        return names.stream().anyMatch(name -> name.getName().equals(host.getName()));
    }
}
