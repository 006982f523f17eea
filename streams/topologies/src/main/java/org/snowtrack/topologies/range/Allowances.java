package org.snowtrack.topologies.range;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snowtrack.schemas.Allowance;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;
import org.snowtrack.topologies.intake.AllowanceSubject;

/** What the operator never wants listed, as of a day. Immutable; safe for any thread. */
final class Allowances {

    static final Allowances NONE = new Allowances(List.of(), Set.of());

    private final List<IpRange> ranges;
    private final Set<String> domains;

    private Allowances(List<IpRange> ranges, Set<String> domains) {
        this.ranges = List.copyOf(ranges);
        this.domains = Set.copyOf(domains);
    }

    /** Those that hold on a day. */
    static Allowances of(Iterable<Allowance> all, LocalDate day) {
        List<IpRange> ranges = new ArrayList<>();
        Set<String> domains = new HashSet<>();
        for (Allowance allowance : all) {
            if (!holds(allowance, day)) {
                continue;
            }
            if (AllowanceSubject.isRange(allowance.getSubject())) {
                ranges.add(IpRange.parse(allowance.getSubject()));
            } else {
                domains.add(allowance.getSubject());
            }
        }
        return new Allowances(ranges, domains);
    }

    /** Whether an allowance still holds on a day. */
    static boolean holds(Allowance allowance, LocalDate day) {
        return allowance.getUntil() == null || !allowance.getUntil().isBefore(day);
    }

    boolean allows(IpAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Whether a name excuses its address. Anybody can write an allowed name into a PTR record: it must confirm. */
    boolean allows(HostName host) {
        return !domains.isEmpty()
                && host.getConfirmation() == Confirmation.CONFIRMED
                && domains.stream().anyMatch(domain -> isUnder(host.getName(), domain));
    }

    /** Whether an address of a range is allowed, or a name on one. */
    boolean allowsAnyOf(FlaggedRange range) {
        return range.getMembers().stream()
                .anyMatch(member -> allows(IpAddress.parse(member.getIp()))
                        || (member.getPtr() != null
                                && domains.stream().anyMatch(domain -> isUnder(member.getPtr(), domain))));
    }

    /** Whether a name is a domain or lies under it. */
    static boolean isUnder(String name, String domain) {
        return name.endsWith(domain)
                && (name.length() == domain.length() || name.charAt(name.length() - domain.length() - 1) == '.');
    }
}
