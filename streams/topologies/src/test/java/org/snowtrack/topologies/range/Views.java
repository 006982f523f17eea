package org.snowtrack.topologies.range;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.activity.ActivityReader.Report;
import org.snowtrack.topologies.activity.DaySet;

/** An address as the judge sees it, put together step by step; and the facts about domains beside it. */
final class Views {

    static final LocalDate DAY = LocalDate.of(2026, 3, 2);
    static final int TODAY = (int) DAY.toEpochDay();
    static final Instant NOON = DAY.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
    static final JudgeSettings SETTINGS = JudgeSettings.of(new TopologyConfig(Map.of()));

    /** More than {@code reporters.min}. */
    static final int FEEDS = 10;

    private final IpAddress ip;
    private final List<Report> reports = new ArrayList<>();
    private final List<HostName> names = new ArrayList<>();
    private @Nullable Instant secondDay;
    private OriginNetwork network = new OriginNetwork(64500L, "EXAMPLE", "DE");

    private Views(IpAddress ip) {
        this.ip = ip;
    }

    static Views of(String ip) {
        return new Views(IpAddress.parse(ip));
    }

    static Views of(IpAddress ip) {
        return new Views(ip);
    }

    Views named(String name, Confirmation confirmation) {
        names.add(host(name, confirmation));
        return this;
    }

    Views named(String name) {
        return named(name, Confirmation.CONFIRMED);
    }

    /** By isp-1 to isp-N, an hour after each other. */
    Views reportedBy(int reporters) {
        for (int i = 1; i <= reporters; i++) {
            reportedBy("isp-" + i, NOON.plus(Duration.ofHours(i)));
        }
        return this;
    }

    Views reportedBy(String reporter, Instant since) {
        reports.add(new Report(reporter, since));
        return this;
    }

    Views againAt(Instant secondDay) {
        this.secondDay = secondDay;
        return this;
    }

    Views in(long asn) {
        network = new OriginNetwork(asn, "AS-" + asn, "DE");
        return this;
    }

    Views in(long asn, String name) {
        network = new OriginNetwork(asn, name, "DE");
        return this;
    }

    AddressView view() {
        List<Instant> times = reports.stream().map(Report::since).sorted().toList();
        DaySet days = times.stream()
                .map(time -> new DaySet(
                        (int) LocalDate.ofInstant(time, ZoneOffset.UTC).toEpochDay(), 1))
                .reduce(DaySet.EMPTY, DaySet::union);
        return new AddressView(
                ip,
                List.copyOf(reports),
                times.get(0),
                times.get(times.size() - 1),
                days,
                secondDay,
                List.copyOf(names),
                names.stream().map(name -> new NamePeriod(name, DAY, DAY)).toList(),
                network);
    }

    static List<AddressView> views(Views... views) {
        return Stream.of(views).map(Views::view).toList();
    }

    static HostName host(String name, Confirmation confirmation) {
        return new HostName(name, HostNames.registrableDomain(name).orElse(null), confirmation);
    }

    /** A domain whose registration is known. */
    static DomainRecord registered(String domain, String registrar, Instant at) {
        return DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(LookupStatus.FOUND)
                .setRegistrar(registrar)
                .setRegisteredAt(at)
                .setAskedFor(DAY)
                .build();
    }

    /** The same domain in other hands since then. */
    static DomainRecord transferred(DomainRecord known, Instant at) {
        return DomainRecord.newBuilder()
                .setDomain(known.getDomain())
                .setRegistration(known.getRegistration())
                .setRegistrar(known.getRegistrar())
                .setRegisteredAt(known.getRegisteredAt())
                .setTransferredAt(at)
                .setAskedFor(known.getAskedFor())
                .build();
    }

    /** A domain about which nobody could tell. */
    static DomainRecord unknown(String domain) {
        return DomainRecord.newBuilder()
                .setDomain(domain)
                .setRegistration(LookupStatus.TIMED_OUT)
                .setAskedFor(DAY)
                .build();
    }

    /** The address as it was known at a time; nothing before its first report. */
    static Optional<AddressView> upTo(Instant time, AddressView view) {
        List<Report> reports = view.reports().stream()
                .filter(report -> !report.since().isAfter(time))
                .toList();
        return reports.isEmpty() ? Optional.empty() : Optional.of(reportedBy(reports, view));
    }

    /** The same address with other reports. */
    static AddressView reportedBy(List<Report> reports, AddressView view) {
        List<Instant> times = reports.stream().map(Report::since).sorted().toList();
        return new AddressView(
                view.ip(),
                reports,
                times.get(0),
                times.get(times.size() - 1),
                view.days(),
                view.secondDay(),
                view.names(),
                view.history(),
                view.network());
    }
}
