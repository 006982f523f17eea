package org.snowtrack.app.results;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.RangeMember;
import org.snowtrack.schemas.Scope;
import org.snowtrack.schemas.Verdict;

/**
 * What an analyst would write about a range: what it is, which way each piece of evidence points, and what would clear
 * it, or why it is only watched. Pure; the texts hold what others wrote, unescaped.
 */
final class AnalystNote {

    private static final Set<EvidenceCode> AGAINST = EnumSet.of(
            EvidenceCode.PROVIDER_GENERIC_NAME,
            EvidenceCode.KNOWN_SENDER,
            EvidenceCode.ESTABLISHED_DOMAIN,
            EvidenceCode.WIDE_SPREAD,
            EvidenceCode.MOSTLY_ACCEPTED);
    private static final Set<EvidenceCode> ONLY_SHOWN =
            EnumSet.of(EvidenceCode.SIMILAR_REPORTER_COUNTS, EvidenceCode.REGISTRATION_UNKNOWN);

    private AnalystNote() {}

    /** One sentence of what it is. */
    static String what(FlaggedRange range) {
        List<RangeMember> members = range.getMembers();
        long predicted = members.stream().filter(RangeMember::getPredicted).count();
        int most = members.stream().mapToInt(RangeMember::getReporters).max().orElse(0);
        StringBuilder what = new StringBuilder(count(members.size(), "address"));
        where(what, range);
        what.append(", reported by up to ").append(count(most, "ISP")).append(" each");
        if (predicted > 0) {
            what.append("; ").append(predicted).append(" of them, named alike, not heard of yet");
        }
        return what.append(".").toString();
    }

    private static void where(StringBuilder what, FlaggedRange range) {
        Optional.ofNullable(range.getNetwork())
                .map(OriginNetwork::getName)
                .filter(name -> !name.isEmpty())
                .ifPresent(name -> what.append(" of ").append(name));
        what.append(" under ").append(count(range.getDomains().size(), "domain"));
        value(range, EvidenceCode.ADJACENT_THROWAWAY_DOMAINS).ifPresent(value -> what.append(" side by side"));
        value(range, EvidenceCode.ONE_DOMAIN_PER_ADDRESS).ifPresent(value -> what.append(", one on each"));
    }

    /** {@code +} for it, {@code -} against it, {@code .} where it weighs nothing. */
    static String sign(EvidenceCode code) {
        return AGAINST.contains(code) ? "-" : ONLY_SHOWN.contains(code) ? "." : "+";
    }

    /** What would clear it, or why it is only watched. */
    static String clearing(FlaggedRange range) {
        return range.getVerdict() == Verdict.FLAGGED ? ending(range) : missing(range);
    }

    private static String ending(FlaggedRange range) {
        String silence = range.getClearsOn() == null
                ? "Clears when nobody reports it any more"
                : "Clears on " + range.getClearsOn() + " unless it is reported again";
        return silence + "; at once when other owners' names are confirmed on it, or by: snowtrack allow "
                + range.getFirstIp() + "-" + range.getLastIp();
    }

    private static String missing(FlaggedRange range) {
        if (range.getSparedBy() != null) {
            return "Watched, not listed: it has all three keys, but is spared by " + range.getSparedBy() + " ("
                    + value(range, range.getSparedBy()).orElse("-") + ").";
        }
        if (range.getReportersSince() == null) {
            return range.getScope() == Scope.LOCAL
                    ? "Watched, not listed: too few of its addresses were excessive on two days."
                    : "Watched, not listed: %s; %d are needed, and no single one may carry it."
                            .formatted(
                                    value(range, EvidenceCode.MANY_REPORTERS).orElse("few reporters"),
                                    range.getReportersNeeded());
        }
        if (range.getRegistrationSince() == null) {
            return "Watched, not listed: most of its domains are established, or nobody knows how old they are.";
        }
        return "Watched, not listed.";
    }

    private static Optional<String> value(FlaggedRange range, EvidenceCode code) {
        return range.getEvidence().stream()
                .filter(evidence -> evidence.getCode() == code)
                .map(Evidence::getValue)
                .findFirst();
    }

    private static String count(long count, String noun) {
        return count + " " + (count == 1 ? noun : noun.endsWith("s") ? noun + "es" : noun + "s");
    }
}
