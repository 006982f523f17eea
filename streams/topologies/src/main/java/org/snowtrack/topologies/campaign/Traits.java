package org.snowtrack.topologies.campaign;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.DomainRegistration;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.LookupStatus;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.RangeTraits;

/**
 * Reduces a range to what can tie it to another.
 *
 * <p>A host word is the first label under one of the range's domains, without digits at its end, of three letters or
 * more. Words for services and for machines, which any owner chooses, are none.
 *
 * <p>Pure; safe for any thread.
 */
public final class Traits {

    static final int WORDS_MAX = 256;
    static final int DOMAINS_MAX = 64;

    private static final Pattern COMMON =
            Pattern.compile("(www|web|mail|mailer|mailout|email|webmail|smtp|imap|mta|relay"
                    + "|out|outbound|send|sender|news|newsletter|info|service|support|host|hosting|server|srv|node|client|static"
                    + "|dynamic|cloud|vps|vpn|gate|gateway|dns|api|app|ftp|cpanel|autodiscover)");
    private static final Pattern DIGITS_AT_END = Pattern.compile("[-0-9]+$");
    private static final int SHORTEST = 3;

    private Traits() {}

    /** The traits of a range that stands, with what is known of its domains. */
    public static RangeTraits of(FlaggedRange range, Collection<DomainRecord> facts) {
        return of(range, facts, range.getSparedBy() != null);
    }

    /** The traits of a range that an allowance ended; its domains do not matter any more. */
    public static RangeTraits ofAllowed(FlaggedRange range) {
        return of(range, List.of(), true);
    }

    private static RangeTraits of(FlaggedRange range, Collection<DomainRecord> facts, boolean isTakenBack) {
        Set<String> domains = new HashSet<>(range.getDomains());
        return RangeTraits.newBuilder()
                .setRange(range.getFirstIp() + "-" + range.getLastIp())
                .setVerdict(range.getVerdict())
                .setTakenBack(isTakenBack)
                .setAddresses(range.getMembers().size())
                .setNetwork(range.getNetwork())
                .setDomains(range.getDomains())
                .setWords(range.getMembers().stream()
                        .map(RangeMember::getPtr)
                        .filter(Objects::nonNull)
                        .flatMap(name -> word(name, domains).stream())
                        .distinct()
                        .sorted()
                        .limit(WORDS_MAX)
                        .toList())
                .setRegistrations(facts.stream()
                        .flatMap(Traits::registration)
                        .sorted(Comparator.comparing(DomainRegistration::getDomain))
                        .limit(DOMAINS_MAX)
                        .toList())
                .setNameServers(facts.stream()
                        .map(known -> String.join(" ", known.getNameServers()))
                        .filter(servers -> !servers.isEmpty())
                        .distinct()
                        .sorted()
                        .limit(DOMAINS_MAX)
                        .toList())
                .setFirstSeen(range.getFirstSeen())
                .setLastSeen(range.getLastSeen())
                .build();
    }

    /** The word of a host name; empty for a bare domain, a foreign name and a common word. */
    static Optional<String> word(String name, Set<String> domains) {
        int dot = name.indexOf('.');
        if (dot < 0 || domains.contains(name) || !isUnder(name.substring(dot + 1), domains)) {
            return Optional.empty();
        }
        String word = DIGITS_AT_END.matcher(name.substring(0, dot)).replaceFirst("");
        boolean uncommon = word.length() >= SHORTEST && !COMMON.matcher(word).matches();
        return uncommon ? Optional.of(word) : Optional.empty();
    }

    /** Whether a name is one of the domains, or lies under one. */
    static boolean isUnder(String name, Set<String> domains) {
        String rest = name;
        while (!domains.contains(rest)) {
            int dot = rest.indexOf('.');
            if (dot < 0) {
                return false;
            }
            rest = rest.substring(dot + 1);
        }
        return true;
    }

    private static Stream<DomainRegistration> registration(DomainRecord facts) {
        String registrar = facts.getRegistrar();
        if (facts.getRegistration() != LookupStatus.FOUND || registrar == null || facts.getRegisteredAt() == null) {
            return Stream.empty();
        }
        return Stream.of(new DomainRegistration(
                facts.getDomain(),
                registrar,
                Optional.ofNullable(facts.getRegistrarName()).orElse(registrar),
                LocalDate.ofInstant(facts.getRegisteredAt(), ZoneOffset.UTC)));
    }
}
