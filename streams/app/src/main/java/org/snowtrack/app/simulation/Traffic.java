package org.snowtrack.app.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.snowtrack.app.simulation.Owner.Host;
import org.snowtrack.app.simulation.Owner.Mail;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/**
 * What the reporters of a world say of it: roll-ups of an hour, most of them in the working hours, a few late by hours
 * or days, some read twice. Some reporters hear enough of an address in a day to count, and more of them too little. A
 * third of the reporters tell what they accepted, and how large it was. Not thread-safe.
 */
final class Traffic {

    private static final int HOURS = 24;
    private static final int SECONDS = 3600;
    private static final int EXCESSIVE = 10;
    private static final int PARTS = 5;
    private static final int QUIET_DAYS = 3;
    private static final List<RejectionReason> NOISE = List.of(
            RejectionReason.BLOCKLISTED, RejectionReason.GREYLISTED, RejectionReason.POLICY, RejectionReason.OTHER);

    /** What a reporter refuses of an address on one day. */
    private record Visit(Host host, Mail mail, int reporter, int refused) {}

    private record Arrival(Instant at, long number, MailRejection rejection) {}

    private final Random random;
    private final Chance chance;
    private final PriorityQueue<Arrival> underway =
            new PriorityQueue<>(Comparator.comparing(Arrival::at).thenComparing(Arrival::number));
    private long arrivals;
    private long origins;

    Traffic(Random random) {
        this.random = random;
        chance = new Chance(random);
    }

    /**
     * Tells everything, two days of which are held at a time.
     *
     * @param heard takes the events in the order in which they arrive
     * @param daysTold takes how many days are done
     */
    void of(World world, Consumer<MailRejection> heard, IntConsumer daysTold) {
        List<List<Visit>> visits = visits(world);
        for (int day = 0; day < Chance.DAYS; day++) {
            Instant midnight =
                    Chance.FIRST_DAY.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant();
            arriveBefore(midnight, heard);
            visits.get(day).forEach(visit -> told(visit, midnight));
            daysTold.accept(day + 1);
        }
        arriveBefore(Instant.MAX, heard);
    }

    private void arriveBefore(Instant end, Consumer<MailRejection> heard) {
        for (Arrival next = underway.peek(); next != null && next.at().isBefore(end); next = underway.peek()) {
            heard.accept(next.rejection());
            underway.remove();
        }
    }

    /** By day. */
    private List<List<Visit>> visits(World world) {
        List<List<Visit>> days = new ArrayList<>();
        for (int day = 0; day < Chance.DAYS; day++) {
            days.add(new ArrayList<>());
        }
        for (Owner owner : world.owners()) {
            for (Host host : owner.hosts()) {
                Mail mail = host.mail();
                if (mail != null) {
                    visit(host, mail, days);
                }
            }
        }
        return days;
    }

    private void visit(Host host, Mail mail, List<List<Visit>> days) {
        for (int reporter : mail.reporters()) {
            Set<Integer> dirty = days(mail, mail.daysEach());
            for (int day : dirty) {
                double refused = mail.refused() * chance.between(0.5, 1.5) * chance.volume(reporter);
                days.get(day).add(new Visit(host, mail, reporter, Math.max(EXCESSIVE, (int) refused)));
            }
            if (mail.others() > 0) {
                quiet(host, mail, reporter, dirty, days);
            }
        }
        for (int reporter : chance.reporters(mail.others())) {
            if (!mail.reporters().contains(reporter)) {
                quiet(host, mail, reporter, Set.of(), days);
            }
        }
    }

    private void quiet(Host host, Mail mail, int reporter, Set<Integer> dirty, List<List<Visit>> days) {
        for (int day : days(mail, QUIET_DAYS)) {
            if (!dirty.contains(day)) {
                days.get(day).add(new Visit(host, mail, reporter, chance.between(1, EXCESSIVE - 1)));
            }
        }
    }

    private Set<Integer> days(Mail mail, int most) {
        Set<Integer> days = new TreeSet<>();
        for (int i = chance.between(1, most); i > 0; i--) {
            days.add(chance.between(mail.firstDay(), mail.lastDay()));
        }
        return days;
    }

    private void told(Visit visit, Instant midnight) {
        int parts = Math.min(visit.refused(), chance.between(1, PARTS));
        Map<Integer, Integer> hours = new TreeMap<>();
        for (int part = 0; part < parts; part++) {
            int share = visit.refused() / parts + (part < visit.refused() % parts ? 1 : 0);
            hours.merge(hour(), share, Integer::sum);
        }
        hours.forEach((hour, refused) -> told(visit, midnight, hour, RejectionReason.INVALID_RECIPIENT, refused));
        if (random.nextInt(8) == 0) {
            told(visit, midnight, hour(), NOISE.get(random.nextInt(NOISE.size())), chance.between(1, 30));
        }
    }

    /** Most in the working hours. */
    private int hour() {
        return Math.floorMod(Math.round(13 + random.nextGaussian() * 4.5), HOURS);
    }

    private void told(Visit visit, Instant midnight, int hour, RejectionReason reason, int refused) {
        Instant at = midnight.plusSeconds((long) hour * SECONDS + random.nextInt(SECONDS));
        boolean tells = Chance.tells(visit.reporter()) && reason == RejectionReason.INVALID_RECIPIENT;
        MailRejection rejection = MailRejection.newBuilder()
                .setSourceIp(visit.host().ip().toString())
                .setReporter(String.format(Locale.ROOT, "isp-%03d", visit.reporter()))
                .setObservedAt(at)
                .setReason(reason)
                .setRejectedRecipients(refused)
                .setAcceptedRecipients(
                        tells ? (int) Math.round(refused * visit.mail().accepted()) : null)
                .setMessageBytes(tells ? visit.mail().messageBytes() : null)
                .setOrigin("sim-" + origins++)
                .build();
        send(at, rejection);
        if (random.nextInt(50) == 0) {
            send(at, rejection);
        }
    }

    private void send(Instant at, MailRejection rejection) {
        Duration delay = random.nextInt(30) == 0
                ? Duration.ofSeconds(random.nextInt(2 * HOURS * SECONDS))
                : Duration.ofSeconds(random.nextInt(SECONDS));
        underway.add(new Arrival(at.plus(delay), arrivals++, rejection));
    }
}
