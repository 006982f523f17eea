package org.snowtrack.app.simulation;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snowtrack.app.simulation.Owner.Mail;
import org.snowtrack.app.simulation.Owner.Naming;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Kinds of snowshoe campaign. All name a row of addresses after throwaway domains; they differ in what there is to see.
 * Numbers are drawn anew for each.
 */
final class Campaigns {

    static final String LABEL = "snowshoe";

    private static final Map<String, BiConsumer<Builder, Campaigns>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("bare-then-words", (to, it) -> it.sideBySide(to, 1, to.chance.between(5, 12), it.week(to)));
        KINDS.put("side-by-side", (to, it) -> it.sideBySide(to, to.chance.between(2, 5), 4, it.anyAge(to)));
        KINDS.put("pairs", (to, it) -> it.sideBySide(to, to.chance.between(3, 6), 2, it.week(to)));
        KINDS.put("domain-each", (to, it) -> it.domainEach(to));
        KINDS.put("rotating-name", (to, it) -> it.rotating(to));
        KINDS.put("reregistered", (to, it) -> it.sideBySide(to, to.chance.between(2, 4), 3, it.aged(to, true)));
        KINDS.put("transferred", (to, it) -> it.sideBySide(to, to.chance.between(2, 4), 3, it.aged(to, false)));
        KINDS.put("two-registrars", (to, it) -> it.sideBySide(to, to.chance.between(4, 6), 3, it.twoRegistrars(to)));
        KINDS.put("unknown-zones", (to, it) -> it.sideBySide(to, to.chance.between(4, 6), 3, it.halfKnown(to)));
        KINDS.put("ipv6", (to, it) -> it.inUnits(to));
        KINDS.put("gaps", (to, it) -> it.withGaps(to));
        KINDS.put("numbered", (to, it) -> it.numbered(to));
        KINDS.put("four-labels", (to, it) -> it.fourLabels(to));
        KINDS.put("late-half", (to, it) -> it.lateHalf(to));
        KINDS.put("faint", (to, it) -> it.faint(to));
    }

    /** Registers the domains of a campaign, one a call. */
    private interface Registry {
        String domain();
    }

    private final boolean isConfirmed;
    private final int start;
    private final int end;
    private final List<Integer> reporters;
    private final double accepted;
    private final long messageBytes;

    /**
     * @param least reporters, of the fewest
     */
    private Campaigns(Chance chance, int least, int most) {
        isConfirmed = chance.in(0.8);
        start = chance.between(2, Chance.DAYS - 12);
        end = Math.min(Chance.DAYS - 1, start + chance.between(9, 35));
        reporters = chance.reporters(chance.between(least, most));
        accepted = chance.between(0.2, 3.0);
        messageBytes = chance.in(0.3) ? chance.between(100, 400) * 1000L : chance.between(2, 40) * 1000L;
    }

    static Set<String> kinds() {
        return Collections.unmodifiableSet(KINDS.keySet());
    }

    static void build(String kind, Builder to) {
        boolean isFaint = kind.equals("faint");
        Campaigns campaign = new Campaigns(to.chance, isFaint ? 5 : 8, isFaint ? 8 : 60);
        Objects.requireNonNull(KINDS.get(kind), "no such kind").accept(to, campaign);
    }

    private Mail mail(Chance chance, int first) {
        return new Mail(
                chance.mostOf(reporters, 0.6),
                chance.between(2, 2 + reporters.size() / 2),
                Math.min(first, end),
                end,
                chance.between(1, 6),
                chance.between(12, 60),
                accepted,
                messageBytes);
    }

    private Mail mail(Chance chance) {
        return mail(chance, start + chance.between(0, 6));
    }

    private Registry week(Builder to) {
        int registrar = to.registrar();
        int age = to.chance.between(5, 200);
        return () -> to.domain(day(age + to.chance.between(0, 7)), registrar, false, true);
    }

    private Registry anyAge(Builder to) {
        if (to.chance.in(0.5)) {
            return week(to);
        }
        return () -> to.domain(day(to.chance.between(5, 220)), to.registrar(), false, true);
    }

    private Registry aged(Builder to, boolean isReregistered) {
        int registrar = to.registrar();
        int since = to.chance.between(8, 120);
        return () -> {
            LocalDate born = day(to.chance.between(900, 5000));
            LocalDate lately = day(since + to.chance.between(0, 6));
            return isReregistered
                    ? to.domain(born, lately, null, registrar, false, true)
                    : to.domain(born, null, lately, registrar, false, true);
        };
    }

    private Registry twoRegistrars(Builder to) {
        int one = to.registrar();
        int other = one + 1;
        int age = to.chance.between(5, 200);
        int[] next = {0};
        return () -> to.domain(day(age + to.chance.between(0, 7)), next[0]++ % 2 == 0 ? one : other, false, true);
    }

    private Registry halfKnown(Builder to) {
        int registrar = to.registrar();
        int age = to.chance.between(5, 200);
        int[] next = {0};
        return () -> to.domain(day(age + to.chance.between(0, 7)), registrar, false, next[0]++ % 2 == 0);
    }

    /** Days before the campaign's own start. */
    private LocalDate day(int age) {
        return Chance.FIRST_DAY.plusDays(start).minusDays(age);
    }

    private void sideBySide(Builder to, int domains, int each, Registry registry) {
        List<IpAddress> row = to.land.row(to.land.any(), domains * each);
        name(to, row, each, registry);
    }

    private void name(Builder to, List<IpAddress> row, int each, Registry registry) {
        String domain = "";
        for (int i = 0; i < row.size(); i++) {
            domain = i % each == 0 ? registry.domain() : domain;
            String name = i % each == 0 ? domain : to.words.word() + "." + domain;
            to.host(row.get(i), name, isConfirmed, mail(to.chance));
        }
    }

    private void domainEach(Builder to) {
        sideBySide(to, to.chance.between(5, 14), 1, week(to));
    }

    private void rotating(Builder to) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(5, 12));
        Registry registry = week(to);
        List<Naming> namings = new ArrayList<>();
        int every = to.chance.between(3, 6);
        for (int day = start; day <= end; day += every) {
            LocalDate from = Chance.FIRST_DAY.plusDays(day);
            namings.add(new Naming(
                    "mail." + registry.domain(),
                    isConfirmed,
                    day == start ? Chance.FIRST_DAY : from,
                    day + every > end ? null : from.plusDays(every - 1L)));
        }
        row.forEach(ip -> to.host(ip, namings, mail(to.chance)));
    }

    private void inUnits(Builder to) {
        List<IpAddress> row = to.land.unitRow(to.land.any(), to.chance.between(5, 14));
        name(to, row, to.chance.in(0.5) ? 3 : row.size(), week(to));
    }

    private void withGaps(Builder to) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(8, 16));
        Registry registry = week(to);
        String domain = registry.domain();
        boolean isBehindGap = true;
        for (int i = 0; i < row.size(); i++) {
            boolean isGap = !isBehindGap && i < row.size() - 1 && to.chance.in(0.35);
            if (!isGap) {
                domain = i == row.size() / 2 ? registry.domain() : domain;
                to.host(row.get(i), to.words.word() + "." + domain, isConfirmed, mail(to.chance));
            }
            isBehindGap = isGap;
        }
    }

    private void numbered(Builder to) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(5, 12));
        String domain = week(to).domain();
        String word = to.chance.in(0.5) ? "mta" : to.words.word();
        for (int i = 0; i < row.size(); i++) {
            to.host(row.get(i), word + (row.size() - i) + "." + domain, isConfirmed, mail(to.chance));
        }
    }

    private void fourLabels(Builder to) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(6, 12));
        Registry registry = week(to);
        String domain = "";
        for (int i = 0; i < row.size(); i++) {
            domain = i % 4 == 0 ? registry.domain() : domain;
            to.host(row.get(i), to.words.word() + "." + to.words.word() + "." + domain, isConfirmed, mail(to.chance));
        }
    }

    private void lateHalf(Builder to) {
        List<IpAddress> row = to.land.row(to.land.any(), to.chance.between(8, 16));
        Registry registry = week(to);
        int later = Math.min(Chance.DAYS - 6, start + to.chance.between(10, 21));
        String domain = "";
        for (int i = 0; i < row.size(); i++) {
            domain = i % 8 == 0 ? registry.domain() : domain;
            boolean isLate = i >= row.size() / 2;
            Mail mail = mail(to.chance);
            int first = isLate ? later + to.chance.between(0, 3) : start + to.chance.between(0, 4);
            int last = isLate ? Chance.DAYS - 1 : Math.max(end, later + 2);
            to.host(
                    row.get(i),
                    to.words.word() + "." + domain,
                    true,
                    new Mail(
                            mail.reporters(),
                            mail.others(),
                            Math.min(first, Chance.DAYS - 1),
                            Math.min(last, Chance.DAYS - 1),
                            mail.daysEach(),
                            mail.refused(),
                            accepted,
                            messageBytes));
        }
    }

    private void faint(Builder to) {
        sideBySide(to, to.chance.between(1, 3), to.chance.between(4, 6), week(to));
    }
}
