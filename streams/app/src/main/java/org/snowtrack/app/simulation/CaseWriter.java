package org.snowtrack.app.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.simulation.Owner.Host;
import org.snowtrack.app.simulation.Owner.Naming;
import org.snowtrack.app.simulation.Owner.Registration;
import org.snowtrack.schemas.ip.IpRange;
import org.xbill.DNS.ReverseMap;

/** Writes what is true of a world into a case directory: all but the events. Not thread-safe. */
final class CaseWriter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TTL = 3600;

    private final Path directory;
    private final List<String> zone = new ArrayList<>();
    private final List<String> history = new ArrayList<>();

    /**
     * @param directory exists and is empty
     */
    CaseWriter(Path directory) {
        this.directory = directory;
    }

    void write(World world) throws IOException {
        Files.writeString(
                directory.resolve("case.properties"),
                "from=%s\nto=%s\n".formatted(Chance.FIRST_DAY, Chance.FIRST_DAY.plusDays(Chance.DAYS - 1L)));
        Path rdap = Files.createDirectories(directory.resolve("rdap").resolve("domain"));
        List<String> truth = new ArrayList<>();
        for (Owner owner : world.owners()) {
            owner.hosts().forEach(this::name);
            for (Registration domain : owner.domains()) {
                apex(domain);
                if (domain.known()) {
                    Files.writeString(rdap.resolve(domain.domain() + ".json"), rdap(domain) + "\n");
                }
            }
            truth.add(String.join(
                    "\t",
                    owner.hosts().get(0).ip().toString(),
                    owner.hosts().get(owner.hosts().size() - 1).ip().toString(),
                    owner.label(),
                    owner.name()));
        }
        write("dns.zone", zone);
        write("dns-history.tsv", history);
        write("networks.tsv", networks(world));
        write("truth.tsv", truth);
    }

    private void write(String name, List<String> lines) throws IOException {
        if (!lines.isEmpty()) {
            Files.write(directory.resolve(name), lines);
        }
    }

    private void name(Host host) {
        String reverse = ReverseMap.fromAddress(host.ip().toInetAddress()).toString();
        for (Naming naming : host.namings()) {
            String pointer = "%s %d IN PTR %s.".formatted(reverse, TTL, naming.name());
            if (naming.from() == null && naming.to() == null) {
                zone.add(pointer);
            } else {
                history.add(String.join(
                        "\t",
                        String.valueOf(naming.from()),
                        naming.to() == null
                                ? Chance.FIRST_DAY.plusDays(Chance.DAYS).toString()
                                : naming.to().toString(),
                        pointer));
            }
            if (naming.confirmed()) {
                zone.add("%s. %d IN %s %s"
                        .formatted(naming.name(), TTL, host.ip().isIpv4() ? "A" : "AAAA", host.ip()));
            }
        }
    }

    private void apex(Registration domain) {
        if (domain.hasMx()) {
            zone.add("%s. %d IN MX 10 mx.%s.".formatted(domain.domain(), TTL, domain.domain()));
        }
        if (domain.hasWebsite()) {
            // Of a web host in a network for tests (RFC 5737), where nobody sends mail.
            zone.add("www.%s. %d IN A 192.0.2.80".formatted(domain.domain(), TTL));
        }
    }

    private static String rdap(Registration domain) {
        ObjectNode object = JSON.createObjectNode();
        object.put("objectClassName", "domain").put("ldhName", domain.domain());
        ArrayNode events = object.putArray("events");
        event(events, "registration", domain.registered());
        event(events, "reregistration", domain.reregistered());
        event(events, "transfer", domain.transferred());
        ObjectNode registrar = object.putArray("entities").addObject();
        registrar.put("objectClassName", "entity").putArray("roles").add("registrar");
        registrar
                .putArray("publicIds")
                .addObject()
                .put("type", "IANA Registrar ID")
                .put("identifier", Integer.toString(domain.registrar()));
        ArrayNode card = registrar.putArray("vcardArray").add("vcard").addArray();
        card.addArray().add("version").add(JSON.createObjectNode()).add("text").add("4.0");
        card.addArray().add("fn").add(JSON.createObjectNode()).add("text").add("Registrar " + domain.registrar());
        ArrayNode servers = object.putArray("nameservers");
        domain.nameServers()
                .forEach(server ->
                        servers.addObject().put("objectClassName", "nameserver").put("ldhName", server));
        return object.toString();
    }

    private static void event(ArrayNode events, String action, @Nullable LocalDate day) {
        if (day != null) {
            events.addObject().put("eventAction", action).put("eventDate", day + "T09:00:00Z");
        }
    }

    private static List<String> networks(World world) {
        List<String> lines = new ArrayList<>();
        for (Land.Provider provider : world.providers()) {
            for (IpRange range : List.of(provider.ipv4(), provider.ipv6())) {
                lines.add(String.join(
                        "\t",
                        range.first().toString(),
                        range.last().toString(),
                        Integer.toString(provider.asn()),
                        provider.country(),
                        provider.name()));
            }
        }
        return lines;
    }
}
