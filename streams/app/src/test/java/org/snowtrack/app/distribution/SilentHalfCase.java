package org.snowtrack.app.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * A case of several blocks, each an operator's whose names all stand in the DNS from the first day, and of which one
 * half begins to send 18 days after the other. Next door live an old business and a pool of customers, who begin to be
 * refused with the late half, and a young shop at the same registrar, which never is.
 */
final class SilentHalfCase {

    private static final LocalDate EARLY = LocalDate.of(2026, 1, 5);
    private static final LocalDate LATE = EARLY.plusDays(18);
    private static final LocalDate TO = LATE.plusDays(9);
    private static final int REPORTERS = 5;

    private final Path rdap;
    private final List<String> zone = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final Set<IpAddress> guilty = new TreeSet<>();
    private final Map<IpAddress, Instant> firstMailOfLate = new TreeMap<>();
    private final Set<IpAddress> unforeseeable = new TreeSet<>();
    private int blocks;

    private SilentHalfCase(Path directory) throws IOException {
        rdap = Files.createDirectories(directory.resolve("rdap/domain"));
    }

    static SilentHalfCase write(Path directory) throws IOException {
        SilentHalfCase written = new SilentHalfCase(directory);
        written.populate();
        Files.write(directory.resolve("rejections.jsonl"), written.events);
        Files.write(directory.resolve("dns.zone"), written.zone);
        Files.write(
                directory.resolve("networks.tsv"),
                List.of(
                        "100.64.0.0\t100.127.255.255\t64500\tDE\tHOSTER",
                        "2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64501\tDE\tHOSTER-SIX"));
        Files.writeString(directory.resolve("case.properties"), "from=%s\nto=%s\n".formatted(EARLY, TO));
        return written;
    }

    int blocks() {
        return blocks;
    }

    Set<IpAddress> guilty() {
        return guilty;
    }

    /** The addresses of the late halves. */
    Map<IpAddress, Instant> firstMailOfLate() {
        return firstMailOfLate;
    }

    /** Those of a late half under another domain, which one domain of the same registrar does not make a cohort. */
    Set<IpAddress> unforeseeable() {
        return unforeseeable;
    }

    private void populate() throws IOException {
        block("100.64.1.96", 16, 16, "one", place -> place < 8);
        block("100.64.2.96", 16, 4, "four", place -> place < 8);
        block("100.64.3.96", 16, 16, "holes", place -> place % 2 == 0);
        block("100.64.4.96", 32, 32, "large", place -> place >= 16);
        block("100.64.5.99", 10, 10, "askew", place -> place >= 3 && place < 8);
        block("100.64.6.96", 16, 16, "quarter", place -> place < 4);
        block("2001:db8:0:10::25", 8, 8, "six", place -> place < 4);
        Set<IpAddress> before = Set.copyOf(firstMailOfLate.keySet());
        block("100.64.7.96", 16, 8, "other", place -> place < 8);
        unforeseeable.addAll(firstMailOfLate.keySet());
        unforeseeable.removeAll(before);
        neighbours();
    }

    /** A block whose domains name so many addresses each. */
    private void block(String first, int size, int perDomain, String name, IntPredicate isEarly) throws IOException {
        blocks++;
        for (int place = 0; place < size; place++) {
            String domain = "%s%d-snow.example".formatted(name, place / perDomain);
            if (place % perDomain == 0) {
                register(domain, EARLY.minusDays(40 + place));
            }
            IpAddress ip = move(IpAddress.parse(first), place);
            CaseFiles.records(ip, place % perDomain == 0 ? domain : "m" + place + "." + domain)
                    .forEach(zone::add);
            guilty.add(ip);
            LocalDate begins = isEarly.test(place) ? EARLY : LATE;
            mail(ip, begins);
            if (!isEarly.test(place)) {
                firstMailOfLate.put(ip, at(begins, 0));
            }
        }
    }

    /** Behind the first two blocks. */
    private void neighbours() throws IOException {
        register("baker.example", EARLY.minusYears(9));
        register("shop.example", EARLY.minusDays(50));
        for (int place = 112; place < 116; place++) {
            innocent("100.64.1." + place, (place == 112 ? "" : "m" + place + ".") + "baker.example");
            innocent("100.64.2." + place, "host-100-64-2-%d.pool.isp.example".formatted(place));
        }
        CaseFiles.records(IpAddress.parse("100.64.1.95"), "shop.example").forEach(zone::add);
        innocent("100.64.2.95", "host-100-64-2-95.pool.isp.example");
    }

    private void innocent(String ip, String name) {
        CaseFiles.records(IpAddress.parse(ip), name).forEach(zone::add);
        mail(IpAddress.parse(ip), LATE);
    }

    private static IpAddress move(IpAddress first, int places) {
        return first.isIpv4() ? first.plus(places) : new IpAddress(first.high() + places, first.low());
    }

    /** Every third day until the end, by every reporter. */
    private void mail(IpAddress ip, LocalDate begins) {
        for (LocalDate day = begins; !day.isAfter(TO); day = day.plusDays(3)) {
            for (int reporter = 0; reporter < REPORTERS; reporter++) {
                events.add(RejectionJson.write(new MailRejection(
                        ip.toString(),
                        "isp-" + reporter,
                        at(day, reporter),
                        RejectionReason.INVALID_RECIPIENT,
                        12,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "log:" + events.size())));
            }
        }
    }

    private void register(String domain, LocalDate day) throws IOException {
        Files.writeString(rdap.resolve(domain + ".json"), """
            {"objectClassName":"domain","ldhName":"%s",
             "events":[{"eventAction":"registration","eventDate":"%s"}],
             "entities":[{"objectClassName":"entity","roles":["registrar"],
              "publicIds":[{"type":"IANA Registrar ID","identifier":"9999"}],
              "vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text","Example Registrar"]]]}]}
            """.formatted(domain, at(day, 0)));
    }

    private static Instant at(LocalDate day, int hour) {
        return day.atTime(8 + hour, 0).toInstant(ZoneOffset.UTC);
    }
}
