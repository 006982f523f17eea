package org.snowtrack.app.simulation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.simulation.Owner.Mail;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Classes of sender that must be spared although people report them. Most have lists that are dirty now and then; what
 * logs tell of the rest of their mail is that it was accepted.
 */
final class Innocents {

    /** A class: how many owners of it live in a world of scale 1, and how one is built. */
    record Kind(int owners, Consumer<Builder> build) {}

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    private static final int OLD = 700;
    private static final int ANCIENT = 6000;

    static {
        KINDS.put("isp-pool", new Kind(14, Innocents::pool));
        KINDS.put("cloud-host", new Kind(12, Innocents::cloud));
        KINDS.put("hosted-customers", new Kind(24, Innocents::customers));
        KINDS.put("esp-pool", new Kind(14, Innocents::espPool));
        KINDS.put("esp-client", new Kind(14, to -> espClients(to, 0)));
        KINDS.put("esp-client-young", new Kind(12, to -> espClients(to, 0.25)));
        KINDS.put("small-business", new Kind(60, Innocents::smallBusiness));
        KINDS.put("organisation", new Kind(24, Innocents::organisation));
        KINDS.put("university", new Kind(12, Innocents::university));
        KINDS.put("start-up", new Kind(40, Innocents::startUp));
        KINDS.put("forged-name", new Kind(24, Innocents::forger));
        KINDS.put("large-sender", new Kind(16, Innocents::largeSender));
        KINDS.put("rival-accused", new Kind(16, Innocents::accused));
        KINDS.put("gateway", new Kind(12, Innocents::gateway));
        KINDS.put("forwarder", new Kind(20, Innocents::forwarder));
        KINDS.put("compromised-host", new Kind(40, Innocents::compromised));
        KINDS.put("country-domains", new Kind(16, Innocents::countryDomains));
        KINDS.put("silent", new Kind(40, Innocents::silent));
    }

    private Innocents() {}

    static Map<String, Kind> kinds() {
        return Collections.unmodifiableMap(KINDS);
    }

    static Kind kind(String name) {
        return Objects.requireNonNull(KINDS.get(name), "no such class");
    }

    /** How many hear of decent senders, but too little to count. */
    private static final int OTHERS = 8;

    /** What decent senders send. */
    private static Mail mail(Chance chance, int reporters, double accepted) {
        if (reporters == 0) {
            return quiet(chance, accepted);
        }
        int first = chance.between(0, Chance.DAYS - 5);
        return new Mail(
                chance.reporters(reporters),
                chance.between(1, OTHERS),
                first,
                chance.between(first, Chance.DAYS - 1),
                chance.between(1, 3),
                chance.between(10, 30),
                accepted,
                chance.between(2, 90) * 1000L);
    }

    /** What nobody finds excessive on any day. */
    private static Mail quiet(Chance chance, double accepted) {
        return new Mail(
                List.of(),
                chance.between(1, OTHERS),
                0,
                Chance.DAYS - 1,
                1,
                0,
                accepted,
                chance.between(2, 90) * 1000L);
    }

    private static Mail decent(Chance chance) {
        return mail(chance, chance.dirt(), chance.between(5.0, 50.0));
    }

    /** The hosts of one owner write to the same people: what any is reported for, the same reporters see. */
    private static IntFunction<Mail> circle(Chance chance, int size, double accepted) {
        List<Integer> circle = size == 0 ? List.of() : chance.reporters(size);
        return host -> {
            if (circle.isEmpty() || chance.in(0.3)) {
                return quiet(chance, accepted);
            }
            Mail drawn = mail(chance, 1, accepted);
            return new Mail(
                    chance.mostOf(circle, 0.4),
                    drawn.others(),
                    drawn.firstDay(),
                    drawn.lastDay(),
                    drawn.daysEach(),
                    drawn.refused(),
                    accepted,
                    drawn.messageBytes());
        };
    }

    private static IntFunction<Mail> decentCircle(Chance chance) {
        return circle(chance, chance.dirt(), chance.between(5.0, 50.0));
    }

    /** Bots send for days, nobody accepts them, and many see them. */
    private static Mail infected(Chance chance) {
        int first = chance.between(0, Chance.DAYS - 4);
        return new Mail(
                chance.reporters(chance.between(1, 12)),
                chance.between(1, OTHERS),
                first,
                Math.min(Chance.DAYS - 1, first + chance.between(1, 20)),
                chance.between(1, 3),
                chance.between(10, 60),
                chance.between(0.0, 0.3),
                4000);
    }

    private static void row(
            Builder to, int places, IntFunction<String> name, IntFunction<? extends @Nullable Mail> mail) {
        List<IpAddress> row = to.land.row(to.land.any(), places);
        for (int i = 0; i < row.size(); i++) {
            to.host(row.get(i), name.apply(i), to.chance.in(0.92), mail.apply(i));
        }
    }

    private static int old(Chance chance) {
        return chance.between(OLD, ANCIENT);
    }

    private static void pool(Builder to) {
        String domain = to.domain(old(to.chance));
        boolean isHex = to.chance.in(0.3);
        boolean isConfirmed = to.chance.in(0.8);
        for (IpAddress ip : to.land.row(to.land.any(), to.chance.between(40, 100))) {
            String address = isHex
                    ? Long.toHexString(ip.low() & 0xffff_ffffL)
                    : ip.toString().replace('.', '-');
            to.host(
                    ip,
                    "host-" + address + ".dyn." + domain,
                    isConfirmed,
                    to.chance.in(0.4) ? infected(to.chance) : null);
        }
    }

    private static void cloud(Builder to) {
        Land.Provider provider = to.land.any();
        to.provider(provider);
        for (IpAddress ip : to.land.row(provider, to.chance.between(12, 40))) {
            String name = "vps" + Long.toHexString(ip.low() * 2_654_435_761L & 0xff_ffffL) + "." + provider.domain();
            to.host(ip, name, true, to.chance.in(0.3) ? infected(to.chance) : null);
        }
    }

    private static void customers(Builder to) {
        row(
                to,
                to.chance.between(8, 20),
                i -> "mail." + to.domain(to.chance.in(0.1) ? to.chance.between(30, 300) : old(to.chance)),
                i -> decent(to.chance));
    }

    private static void espPool(Builder to) {
        String domain = to.domain(old(to.chance));
        int reporters = to.chance.in(0.3) ? to.chance.between(8, 30) : to.chance.between(1, 6);
        row(
                to,
                to.chance.between(10, 24),
                i -> "mta" + (i + 1) + "." + domain,
                circle(to.chance, reporters, to.chance.between(20.0, 100.0)));
    }

    private static void espClients(Builder to, double young) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(14, 28));
        int i = 0;
        while (i < row.size()) {
            boolean isYoung = to.chance.in(young);
            String domain = to.domain(isYoung ? to.chance.between(20, 200) : old(to.chance));
            int places = Math.min(row.size() - i, to.chance.in(0.7) ? 1 : to.chance.between(2, 3));
            for (int j = 0; j < places; j++) {
                String name = (places == 1 ? "mail" : "mail" + (j + 1)) + "." + domain;
                to.host(row.get(i++), name, true, decent(to.chance));
            }
        }
    }

    private static void smallBusiness(Builder to) {
        String domain = to.domain(to.chance.in(0.15) ? to.chance.between(300, 400) : old(to.chance));
        List<String> names = List.of(domain, "mail." + domain, "service." + domain, "www." + domain);
        row(to, to.chance.between(3, 4), names::get, decentCircle(to.chance));
    }

    private static void organisation(Builder to) {
        String domain = to.domain(old(to.chance));
        int start = to.chance.between(0, 9);
        row(to, to.chance.between(5, 12), i -> to.words.star(start + i) + "." + domain, decentCircle(to.chance));
    }

    private static void university(Builder to) {
        String domain = to.domain(old(to.chance));
        row(
                to,
                to.chance.between(10, 20),
                i -> to.words.word() + "." + to.words.word() + "." + domain,
                i -> to.chance.in(0.1) ? infected(to.chance) : decent(to.chance));
    }

    private static void startUp(Builder to) {
        String domain = to.domain(to.chance.between(10, 240));
        List<String> names = List.of(domain, "mail." + domain, "app." + domain);
        row(to, names.size(), names::get, circle(to.chance, to.chance.between(1, 6), to.chance.between(2.0, 20.0)));
    }

    /** Whoever writes the reverse zone of a hacked machine can claim to be a bank. */
    private static void forger(Builder to) {
        String bank = to.domain(ANCIENT);
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(1, 4));
        for (int i = 0; i < row.size(); i++) {
            to.host(row.get(i), (i == 0 ? "" : "mail" + i + ".") + bank, false, infected(to.chance));
        }
    }

    private static void largeSender(Builder to) {
        boolean isNew = to.chance.in(0.3);
        String domain = to.domain(isNew ? to.chance.between(30, 200) : old(to.chance));
        int reporters = to.chance.between(10, 40);
        row(
                to,
                to.chance.between(8, 24),
                i -> "out" + (i + 1) + "." + domain,
                i -> mail(to.chance, to.chance.between(reporters / 2, reporters), to.chance.between(30.0, 300.0)));
    }

    private static void accused(Builder to) {
        String domain = to.domain(to.chance.in(0.5) ? to.chance.between(20, 240) : old(to.chance));
        List<Integer> rival = to.chance.reporters(1);
        Mail accusation = new Mail(rival, 0, 0, Chance.DAYS - 1, 40, 1000, 0, 4000);
        row(
                to,
                to.chance.between(4, 8),
                i -> to.words.word() + "." + domain,
                i -> i == 0 && to.chance.in(0.5)
                        ? new Mail(to.chance.mostOf(to.chance.reporters(3), 0.5), 0, 3, Chance.DAYS - 1, 3, 30, 0, 4000)
                        : accusation);
    }

    private static void gateway(Builder to) {
        String domain = to.domain(old(to.chance));
        row(
                to,
                to.chance.between(6, 16),
                i -> "filter" + (i + 1) + "." + domain,
                circle(to.chance, to.chance.between(3, 15), to.chance.between(2.0, 10.0)));
    }

    private static void forwarder(Builder to) {
        String domain = to.domain(old(to.chance));
        row(
                to,
                to.chance.between(2, 4),
                i -> "lists" + (i + 1) + "." + domain,
                circle(to.chance, to.chance.between(3, 10), to.chance.between(1.0, 10.0)));
    }

    private static void compromised(Builder to) {
        String domain = to.domain(old(to.chance));
        row(
                to,
                1,
                i -> to.words.word() + "." + domain,
                i -> new Mail(
                        to.chance.reporters(to.chance.between(5, 40)),
                        to.chance.between(1, OTHERS),
                        5,
                        to.chance.between(6, Chance.DAYS - 1),
                        3,
                        40,
                        0.2,
                        4000));
    }

    private static void countryDomains(Builder to) {
        int registrar = to.registrar();
        int age = to.chance.between(20, 200);
        row(
                to,
                to.chance.between(2, 4),
                i -> "www." + to.domain(to.chance.daysBefore(age + to.chance.between(0, 20)), registrar, true, true),
                circle(to.chance, to.chance.between(0, 2), to.chance.between(5.0, 50.0)));
    }

    /** Those next door, who never send. */
    private static void silent(Builder to) {
        row(to, to.chance.between(2, 8), i -> "www." + to.domain(old(to.chance)), i -> null);
    }
}
