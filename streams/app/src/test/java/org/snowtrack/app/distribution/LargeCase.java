package org.snowtrack.app.distribution;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * A case with everything in it: campaigns among pools, old businesses and bulk senders that look just like them, in
 * both families and several networks. The same seed writes the same bytes.
 */
final class LargeCase {

    static final LocalDate FROM = LocalDate.of(2026, 1, 1);
    static final LocalDate TO = LocalDate.of(2026, 3, 2);

    private static final int REPORTERS = 120;
    private static final int EVENTS = 150_000;
    private static final int DAYS = 61;
    private static final int ANCIENT_DAYS = 4000;
    private static final List<String> WORDS = List.of(
            "caruk", "ohris", "pop", "netsy", "oblag", "vedla", "frash", "ratyn", "sangat", "tlad", "egar", "khabhi");

    /** Who sends from a range. */
    enum Sender {
        /** Four young domains side by side, four addresses each, the bare name first. */
        SIDE_BY_SIDE(true),
        /** One young domain, with holes. */
        ONE_DOMAIN(true),
        /** A young domain on every single address. */
        DOMAIN_EACH(true),
        /** Old domains that were bought together: a cohort by transfer date. */
        BOUGHT_DOMAINS(true),
        /** As ONE_DOMAIN, but two reporters know of it. */
        FAINT(false),
        /** As ONE_DOMAIN, but one reporter saw all of it and others one address. */
        ONE_RIVALS_WORD(false),
        /** The shape of ONE_DOMAIN with a domain of ten years. */
        OLD_BUSINESS(false),
        /** Many addresses of one old domain, far more mail accepted than refused. */
        BULK_SENDER(false),
        /** Neighbours with an old domain each. */
        HOSTED_CUSTOMERS(false),
        /** The shape of ONE_DOMAIN, and no registry tells when it was registered. */
        UNKNOWN_REGISTRATION(false),
        /** A provider's customers, by number. */
        POOL(false);

        private final boolean guilty;

        Sender(boolean guilty) {
            this.guilty = guilty;
        }
    }

    /** What is true of a range, whose mail ended on its last day. */
    record Truth(IpRange range, Sender sender, int number, LocalDate lastDay) {

        boolean isGuilty() {
            return sender.guilty;
        }

        /** Ended so long before the case that its listing has ended too. */
        boolean isPast() {
            return lastDay.isBefore(TO.minusDays(20));
        }
    }

    private record Host(IpAddress ip, List<String> reporters, int firstDay, int lastDay, int accepted) {}

    private final Random random;
    private final List<Truth> truths = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<String> zone = new ArrayList<>();
    private final List<String> networks = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final Path rdap;
    private int domains;

    private LargeCase(Path directory, long seed) throws IOException {
        random = new Random(seed);
        rdap = Files.createDirectories(directory.resolve("rdap/domain"));
    }

    /** Writes the case and tells the truth about it. */
    static List<Truth> write(Path directory, long seed) throws IOException {
        LargeCase written = new LargeCase(directory, seed);
        written.populate();
        written.mail();
        Files.write(directory.resolve("rejections.jsonl"), written.events);
        Files.write(directory.resolve("dns.zone"), written.zone);
        Files.write(directory.resolve("networks.tsv"), written.networks);
        Files.writeString(directory.resolve("case.properties"), "from=%s\nto=%s\n".formatted(FROM, TO));
        try (Writer out = Files.newBufferedWriter(directory.resolve("truth.tsv"))) {
            for (Truth truth : written.truths) {
                out.write("%s\t%s\t%s\t%s-%d\n"
                        .formatted(
                                truth.range().first(),
                                truth.range().last(),
                                truth.isGuilty() ? "snowshoe" : truth.sender(),
                                truth.sender(),
                                truth.number()));
            }
        }
        return written.truths;
    }

    /** Blocks of the shared address space (RFC 6598) and of documentation IPv6, with two networks in some. */
    private void populate() throws IOException {
        for (int block = 0; block < 8; block++) {
            String slash16 = "100." + (64 + block);
            network(slash16 + ".0.0", slash16 + ".127.255", 64496 + block);
            network(slash16 + ".128.0", slash16 + ".255.255", 64496 + (block + block % 2) % 8);
            IpAddress next = IpAddress.parse(slash16 + ".16.0");
            for (int round = 0; round < 7; round++) {
                for (Sender sender : Sender.values()) {
                    next = sender == Sender.POOL ? pool(next, 90) : settle(sender, next, 1);
                    // Sometimes a pool's customers live next door, sometimes nobody does.
                    next = random.nextBoolean() ? pool(next, random.nextInt(1, 4)) : next.plus(3);
                }
            }
        }
        network("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 64504);
        long unit = 1;
        for (int i = 0; i < 40; i++) {
            IpAddress first = new IpAddress(0x2001_0db8_0000_0000L + ((long) i << 23), 1);
            Sender sender = List.of(Sender.ONE_DOMAIN, Sender.SIDE_BY_SIDE, Sender.OLD_BUSINESS, Sender.FAINT)
                    .get(i % 4);
            settle(sender, first, unit);
        }
    }

    private void network(String first, String last, int asn) {
        networks.add("%s\t%s\t%d\tDE\tHOSTER-%d".formatted(first, last, asn, asn));
    }

    /** Gives a sender its addresses; returns the one behind. */
    private IpAddress settle(Sender sender, IpAddress first, long unit) throws IOException {
        boolean past = random.nextInt(8) == 0;
        int lastDay = past ? random.nextInt(25, 35) : DAYS - 1 - random.nextInt(8);
        int firstDay = random.nextInt(0, lastDay - 5);
        List<IpAddress> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        switch (sender) {
            case SIDE_BY_SIDE -> {
                for (int i = 0; i < 4; i++) {
                    String domain = domain(random.nextInt(5, 200), 0);
                    names.add(domain);
                    IntStream.range(1, 4).forEach(host -> names.add(word() + host + "." + domain));
                }
            }
            case DOMAIN_EACH -> {
                for (int i = 0; i < 5; i++) {
                    names.add(domain(random.nextInt(5, 200), 0));
                }
            }
            case BOUGHT_DOMAINS -> {
                for (int i = 0; i < 3; i++) {
                    String domain = domain(ANCIENT_DAYS, random.nextInt(5, 60));
                    names.addAll(List.of(word() + "." + domain, word() + "s." + domain));
                }
            }
            case HOSTED_CUSTOMERS -> {
                for (int i = 0; i < 6; i++) {
                    names.add("mail." + domain(ANCIENT_DAYS + random.nextInt(2000), 0));
                }
            }
            case BULK_SENDER -> {
                String domain = domain(ANCIENT_DAYS, 0);
                IntStream.range(0, 24).forEach(host -> names.add("out" + host + "." + domain));
            }
            default -> {
                String domain = sender == Sender.UNKNOWN_REGISTRATION
                        ? name()
                        : domain(sender == Sender.OLD_BUSINESS ? ANCIENT_DAYS : random.nextInt(5, 200), 0);
                names.addAll(List.of(domain, "mail." + domain, "service." + domain, "www." + domain, "ns." + domain));
            }
        }
        boolean holes = sender == Sender.ONE_DOMAIN;
        IpAddress next = first;
        for (String name : names) {
            places.add(next);
            record(next, name);
            next = move(next, unit * (holes && random.nextInt(3) == 0 ? 2 : 1), unit);
        }
        List<String> reporters = reporters(sender.guilty ? random.nextInt(5, 40) : random.nextInt(10, 60));
        for (int i = 0; i < places.size(); i++) {
            List<String> by =
                    switch (sender) {
                        case FAINT -> reporters.subList(0, 2);
                        case ONE_RIVALS_WORD -> reporters.subList(0, i == 0 ? 4 : 1);
                        // Uneven, as in life, but always enough.
                        default -> reporters.subList(0, random.nextInt(4, reporters.size() + 1));
                    };
            hosts.add(new Host(places.get(i), by, firstDay, lastDay, sender == Sender.BULK_SENDER ? 900 : 0));
        }
        truths.add(new Truth(
                new IpRange(first, places.get(places.size() - 1)), sender, truths.size(), FROM.plusDays(lastDay)));
        return next;
    }

    private static IpAddress move(IpAddress from, long units, long unit) {
        return from.isIpv4() ? from.plus(units) : new IpAddress(from.high() + units / unit, from.low());
    }

    private IpAddress pool(IpAddress first, int size) {
        IpAddress next = first;
        for (int i = 0; i < size; i++) {
            record(
                    next,
                    "host-%s.pool.isp-example.net".formatted(next.toString().replace('.', '-')));
            hosts.add(new Host(next, reporters(random.nextInt(1, 12)), 0, DAYS - 1, 0));
            next = next.plus(1);
        }
        truths.add(new Truth(new IpRange(first, next.plus(-1)), Sender.POOL, truths.size(), TO));
        return next;
    }

    private void record(IpAddress ip, String name) {
        CaseFiles.records(ip, name).forEach(zone::add);
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private String name() {
        return word() + word() + Integer.toString(domains++, Character.MAX_RADIX) + "x.example";
    }

    private List<String> reporters(int count) {
        Set<String> chosen = new LinkedHashSet<>();
        while (chosen.size() < count) {
            chosen.add("isp-%03d".formatted(random.nextInt(REPORTERS)));
        }
        return List.copyOf(chosen);
    }

    /** A domain registered so many days before the case, and transferred so many; 0 for never. */
    private String domain(int age, int transferredAge) throws IOException {
        String name = name();
        String transfer = transferredAge == 0
                ? ""
                : ",{\"eventAction\":\"transfer\",\"eventDate\":\"%s\"}".formatted(at(-transferredAge, 0));
        Files.writeString(rdap.resolve(name + ".json"), """
            {"objectClassName":"domain","ldhName":"%s",
             "events":[{"eventAction":"registration","eventDate":"%s"}%s],
             "entities":[{"objectClassName":"entity","roles":["registrar"],
              "publicIds":[{"type":"IANA Registrar ID","identifier":"%d"}],
              "vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text","Example Registrar"]]]}],
             "nameservers":[{"objectClassName":"nameserver","ldhName":"ns1.%s"}]}
            """.formatted(
                        name, at(-age, 0), transfer, 9990 + random.nextInt(10), name));
        return name;
    }

    /** Every host's reporters see it on at least one day, first and last days included; chance does the rest. */
    private void mail() {
        for (Host host : hosts) {
            List<Integer> days = new ArrayList<>(List.of(host.firstDay, host.lastDay));
            while (days.size() < host.reporters.size()) {
                days.add(random.nextInt(host.firstDay, host.lastDay + 1));
            }
            for (int i = 0; i < days.size(); i++) {
                String reporter = host.reporters.get(i % host.reporters.size());
                add(host, reporter, days.get(i), random.nextInt(10, 60), RejectionReason.INVALID_RECIPIENT);
            }
        }
        while (events.size() < EVENTS) {
            Host host = hosts.get(random.nextInt(hosts.size()));
            add(
                    host,
                    host.reporters.get(random.nextInt(host.reporters.size())),
                    random.nextInt(host.firstDay, host.lastDay + 1),
                    random.nextInt(1, 40),
                    random.nextInt(10) == 0 ? RejectionReason.BLOCKLISTED : RejectionReason.INVALID_RECIPIENT);
        }
        Collections.shuffle(events, random);
    }

    private void add(Host host, String reporter, int day, int recipients, RejectionReason reason) {
        events.add(RejectionJson.write(MailRejection.newBuilder()
                .setSourceIp(host.ip.toString())
                .setReporter(reporter)
                .setObservedAt(at(day, random.nextInt(24 * 60)))
                .setReason(reason)
                .setRejectedRecipients(recipients)
                .setAcceptedRecipients(host.accepted == 0 ? null : host.accepted)
                .setOrigin(reporter + ".log:" + events.size())
                .build()));
    }

    private static Instant at(int day, int minute) {
        return FROM.plusDays(day)
                .atStartOfDay(ZoneOffset.UTC)
                .plusMinutes(minute)
                .toInstant();
    }
}
