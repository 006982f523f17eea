package org.snowtrack.app.simulation;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.simulation.Owner.Host;
import org.snowtrack.app.simulation.Owner.Mail;
import org.snowtrack.app.simulation.Owner.Naming;
import org.snowtrack.app.simulation.Owner.Registration;
import org.snowtrack.schemas.ip.IpAddress;

/** Puts one owner together. Not thread-safe. */
final class Builder {

    private static final int REGISTRARS = 14;

    final Chance chance;
    final Words words;
    final Land land;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Registration> domains = new ArrayList<>();

    Builder(Chance chance, Words words, Land land) {
        this.chance = chance;
        this.words = words;
        this.land = land;
    }

    int registrar() {
        // The large ones more often.
        return 1000 + Math.min(chance.between(0, REGISTRARS - 1), chance.between(0, REGISTRARS - 1));
    }

    /** A domain registered so many days before the case, with a website and mail of its own. */
    String domain(int age) {
        return register(words.domain(), chance.daysBefore(age), null, null, registrar(), true);
    }

    String domain(LocalDate registered, int registrar, boolean hasWebsite, boolean isKnown) {
        return domain(registered, null, null, registrar, hasWebsite, isKnown);
    }

    String domain(
            LocalDate registered,
            @Nullable LocalDate reregistered,
            @Nullable LocalDate transferred,
            int registrar,
            boolean hasWebsite,
            boolean isKnown) {
        return register(words.domain(isKnown), registered, reregistered, transferred, registrar, hasWebsite);
    }

    private String register(
            String domain,
            LocalDate registered,
            @Nullable LocalDate reregistered,
            @Nullable LocalDate transferred,
            int registrar,
            boolean hasWebsite) {
        domains.add(new Registration(
                domain,
                registered,
                reregistered,
                transferred,
                registrar,
                List.of("ns1.dns" + registrar + ".example", "ns2.dns" + registrar + ".example"),
                hasWebsite || chance.in(0.4),
                hasWebsite,
                Words.hasRegistry(domain) && !chance.in(0.02)));
        return domain;
    }

    /** A hoster's own domain, as old as its business. */
    void provider(Land.Provider provider) {
        register(provider.domain(), chance.daysBefore(5000), null, null, registrar(), true);
    }

    Builder host(IpAddress ip, String name, boolean isConfirmed, @Nullable Mail mail) {
        return host(ip, List.of(new Naming(name, isConfirmed, null, null)), mail);
    }

    Builder host(IpAddress ip, List<Naming> namings, @Nullable Mail mail) {
        hosts.add(new Host(ip, namings, mail));
        return this;
    }

    Owner owner(String label, String name) {
        return new Owner(label, name, List.copyOf(hosts), List.copyOf(domains));
    }
}
