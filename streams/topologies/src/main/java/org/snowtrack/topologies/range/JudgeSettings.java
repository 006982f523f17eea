package org.snowtrack.topologies.range;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.topologies.TopologyConfig;

/**
 * The judge's numbers; {@link TopologyConfig} documents each.
 *
 * @param ignored evidence to judge without
 * @param listTtlDays days after the last excessive report at which a listing ends
 * @param validForDays days for which a published range is valid
 */
record JudgeSettings(
        Units units,
        int reportersMin,
        int localAddressesMin,
        int smallRangeMax,
        int smallRangeReportersPercent,
        int runMin,
        int runMaxGap,
        int runFreshDomainsMin,
        Duration registrationMaxAge,
        Duration cohortWindow,
        int cohortDomainsMin,
        int settledOwnersMin,
        Set<String> knownSenders,
        Set<EvidenceCode> ignored,
        int listTtlDays,
        int validForDays) {

    static JudgeSettings of(TopologyConfig config) {
        return new JudgeSettings(
                new Units(config.getInt(TopologyConfig.IPV6_UNIT_PREFIX)),
                config.getInt(TopologyConfig.REPORTERS_MIN),
                config.getInt(TopologyConfig.LOCAL_ADDRESSES_MIN),
                config.getInt(TopologyConfig.SMALL_RANGE_MAX),
                config.getInt(TopologyConfig.SMALL_RANGE_REPORTERS_PERCENT),
                config.getInt(TopologyConfig.RUN_MIN),
                config.getInt(TopologyConfig.RUN_MAX_GAP),
                config.getInt(TopologyConfig.RUN_FRESH_DOMAINS_MIN),
                config.duration(TopologyConfig.REGISTRATION_MAX_AGE),
                config.duration(TopologyConfig.COHORT_WINDOW),
                config.getInt(TopologyConfig.COHORT_DOMAINS_MIN),
                config.getInt(TopologyConfig.SETTLED_OWNERS_MIN),
                Set.copyOf(config.getList(TopologyConfig.KNOWN_SENDERS)),
                config.evidence(TopologyConfig.EVIDENCE_IGNORED),
                config.days(TopologyConfig.LIST_TTL),
                config.days(TopologyConfig.VALID_FOR));
    }

    /** Whether to judge as if there were no such evidence. */
    boolean ignores(EvidenceCode code) {
        return ignored.contains(code);
    }

    /** Whether two addresses lie within the gap of each other. */
    boolean isNear(Candidate one, Candidate next) {
        return units.distance(one.ip(), next.ip()) <= runMaxGap + 1L;
    }

    /** Parts candidates, ascending, wherever more than the gap lies between them. */
    List<List<Candidate>> stretches(List<Candidate> candidates) {
        List<List<Candidate>> stretches = new ArrayList<>();
        Candidate previous = null;
        for (Candidate candidate : candidates) {
            if (previous == null || !isNear(previous, candidate)) {
                stretches.add(new ArrayList<>());
            }
            stretches.get(stretches.size() - 1).add(candidate);
            previous = candidate;
        }
        return stretches;
    }

    /** Whether they also lie in one origin network. */
    boolean adjoin(Candidate one, Candidate next) {
        return one.asn().equals(next.asn()) && isNear(one, next);
    }
}
