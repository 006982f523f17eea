package org.snowtrack.topologies.ptr;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.NamePeriod;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.PtrRecord;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.pending.AnswerStatus;

/**
 * PTR's model: an address's names over time. The current names are those of the latest day for which a server gave an
 * answer. A failure never replaces an answer, and "there is no name" replaces a name only when it is {@link
 * #GRACE_DAYS} days younger: zones are down for a day more often than a lister leaves. The network
 * likewise. Answers of different days may be merged in any order.
 *
 * <p>A name has one period, from the first day on which it was seen to the last, so that one which returns is not two.
 * Of more than {@value #PERIODS_MAX} names, those seen last stay: a zone that makes up a name for every question does
 * not grow its row. Which names stay does not depend on the order of the answers either; only the first day of one that
 * was dropped and returns does.
 *
 * <p>Pure; safe for any thread.
 */
final class NameHistory {

    /** Days that a name outlives the last answer that had it, while the servers say that there is none. */
    static final int GRACE_DAYS = 3;

    /** Names whose days are kept. */
    static final int PERIODS_MAX = 64;

    private static final Comparator<NamePeriod> LAST_SEEN_FIRST = Comparator.comparing(NamePeriod::getLastDay)
            .reversed()
            .thenComparing(period -> period.getHost().getName());

    private static final Comparator<HostName> BY_NAME = Comparator.comparing(HostName::getName);

    private NameHistory() {}

    /**
     * The row with one more day's answer.
     *
     * @param row what is known; null for nothing
     * @param firstDay names last seen before it are dropped
     */
    static PtrRecord merge(
            @Nullable PtrRecord row,
            IpAddress ip,
            LocalDate day,
            AddressInquiry.Findings findings,
            LocalDate firstDay) {
        LookupStatus status = AnswerStatus.of(findings.names());
        List<HostName> names = findings.names().found().stream()
                .flatMap(List::stream)
                .map(NameHistory::hostName)
                .sorted(BY_NAME)
                .toList();
        OriginNetwork network =
                findings.network().found().map(NameHistory::originNetwork).orElse(null);
        if (row == null) {
            return new PtrRecord(
                    ip.toString(),
                    status,
                    names,
                    history(List.of(), names, day, firstDay),
                    network,
                    network == null ? null : day,
                    day);
        }
        boolean newer = replaces(status, day, row);
        boolean newerNetwork = network != null && (row.getNetworkDay() == null || !day.isBefore(row.getNetworkDay()));
        return new PtrRecord(
                row.getIp(),
                newer ? status : row.getStatus(),
                newer ? names : row.getNames(),
                history(row.getHistory(), names, day, firstDay),
                newerNetwork ? network : row.getNetwork(),
                newerNetwork ? day : row.getNetworkDay(),
                newer ? day : row.getAskedFor());
    }

    /** Whether a day's names and the network are known already. */
    static boolean isComplete(@Nullable PtrRecord row, LocalDate day) {
        return row != null
                && isAnswer(row.getStatus())
                && row.getNetwork() != null
                && row.getAskedFor().equals(day);
    }

    /** An answer beats any failure; among equals the later day wins, but a name has its grace. */
    private static boolean replaces(LookupStatus status, LocalDate day, PtrRecord row) {
        if (isAnswer(status) != isAnswer(row.getStatus())) {
            return isAnswer(status);
        }
        if (status == LookupStatus.NO_RECORD && row.getStatus() == LookupStatus.FOUND) {
            return !day.isBefore(row.getAskedFor().plusDays(GRACE_DAYS));
        }
        if (status == LookupStatus.FOUND && row.getStatus() == LookupStatus.NO_RECORD) {
            return day.plusDays(GRACE_DAYS).isAfter(row.getAskedFor());
        }
        return !day.isBefore(row.getAskedFor());
    }

    private static boolean isAnswer(LookupStatus status) {
        return status == LookupStatus.FOUND || status == LookupStatus.NO_RECORD;
    }

    private static List<NamePeriod> history(
            List<NamePeriod> known, List<HostName> names, LocalDate day, LocalDate firstDay) {
        Map<String, NamePeriod> periods = new TreeMap<>();
        known.forEach(period -> periods.put(period.getHost().getName(), period));
        for (HostName name : names) {
            periods.merge(name.getName(), new NamePeriod(name, day, day), NameHistory::join);
        }
        periods.values().removeIf(period -> period.getLastDay().isBefore(firstDay));
        if (periods.size() > PERIODS_MAX) {
            periods.values().stream()
                    .sorted(LAST_SEEN_FIRST)
                    .skip(PERIODS_MAX)
                    .map(period -> period.getHost().getName())
                    .toList()
                    .forEach(periods::remove);
        }
        return List.copyOf(periods.values());
    }

    /** The confirmation of the later day stands. */
    private static NamePeriod join(NamePeriod one, NamePeriod other) {
        NamePeriod later = other.getLastDay().isBefore(one.getLastDay()) ? one : other;
        LocalDate first = one.getFirstDay().isBefore(other.getFirstDay()) ? one.getFirstDay() : other.getFirstDay();
        return new NamePeriod(later.getHost(), first, later.getLastDay());
    }

    private static HostName hostName(PtrName name) {
        return new HostName(
                name.name(), HostNames.registrableDomain(name.name()).orElse(null), name.confirmation());
    }

    private static OriginNetwork originNetwork(Network network) {
        return new OriginNetwork(network.asn(), network.name(), network.country());
    }
}
