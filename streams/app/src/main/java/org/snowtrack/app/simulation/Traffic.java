package org.snowtrack.app.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import org.snowtrack.app.simulation.Owner.Host;
import org.snowtrack.app.simulation.Owner.Mail;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/**
 * What the reporters of a world say of it: roll-ups of an hour, a few of them late by hours or days, some read twice.
 * A third of the reporters tell what they accepted, and how large it was. Not thread-safe.
 */
final class Traffic {

    private static final int HOURS = 24;
    private static final int SECONDS = 3600;
    private static final int EXCESSIVE = 10;
    private static final List<RejectionReason> NOISE = List.of(
            RejectionReason.BLOCKLISTED, RejectionReason.GREYLISTED, RejectionReason.POLICY, RejectionReason.OTHER);

    private record Heard(Instant at, MailRejection rejection) {}

    private final Random random;
    private final List<Heard> heard = new ArrayList<>();
    private int origins;

    Traffic(Random random) {
        this.random = random;
    }

    /** All events, in the order in which they arrive. */
    List<MailRejection> of(World world) {
        for (Owner owner : world.owners()) {
            for (Host host : owner.hosts()) {
                Mail mail = host.mail();
                if (mail != null) {
                    mail.reporters().forEach(reporter -> days(host, mail, reporter));
                }
            }
        }
        heard.sort(Comparator.comparing(Heard::at));
        return heard.stream().map(Heard::rejection).toList();
    }

    private void days(Host host, Mail mail, int reporter) {
        TreeSet<Integer> days = new TreeSet<>();
        int many = 1 + random.nextInt(mail.daysEach());
        for (int i = 0; i < many; i++) {
            days.add(mail.firstDay() + random.nextInt(mail.lastDay() - mail.firstDay() + 1));
        }
        for (int day : days) {
            int refused = Math.max(EXCESSIVE, (int) (mail.refused() * (0.5 + random.nextDouble())));
            int parts = 1 + random.nextInt(2);
            for (int part = 0; part < parts; part++) {
                int share = part == 0 ? refused - (parts - 1) * (refused / 2) : refused / 2;
                told(host, mail, reporter, day, RejectionReason.INVALID_RECIPIENT, share);
            }
            if (random.nextInt(8) == 0) {
                RejectionReason reason = NOISE.get(random.nextInt(NOISE.size()));
                told(host, mail, reporter, day, reason, 1 + random.nextInt(30));
            }
        }
    }

    private void told(Host host, Mail mail, int reporter, int day, RejectionReason reason, int refused) {
        // Most in the working hours.
        int hour = (8 + (int) Math.abs(random.nextGaussian() * 5)) % HOURS;
        LocalDate date = Chance.FIRST_DAY.plusDays(day);
        Instant at = date.atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plusSeconds((long) hour * SECONDS + random.nextInt(SECONDS));
        boolean tells = Chance.tells(reporter) && reason == RejectionReason.INVALID_RECIPIENT;
        MailRejection rejection = MailRejection.newBuilder()
                .setSourceIp(host.ip().toString())
                .setReporter(String.format(Locale.ROOT, "isp-%03d", reporter))
                .setObservedAt(at)
                .setReason(reason)
                .setRejectedRecipients(refused)
                .setAcceptedRecipients(tells ? (int) Math.round(refused * mail.accepted()) : null)
                .setMessageBytes(tells ? mail.messageBytes() : null)
                .setOrigin("sim-" + origins++)
                .build();
        hear(at, rejection);
        if (random.nextInt(50) == 0) {
            hear(at, rejection);
        }
    }

    private void hear(Instant at, MailRejection rejection) {
        Duration delay = random.nextInt(30) == 0
                ? Duration.ofSeconds(random.nextInt(2 * HOURS * SECONDS))
                : Duration.ofSeconds(random.nextInt(SECONDS));
        heard.add(new Heard(at.plus(delay), rejection));
    }
}
