package org.snowtrack.lookups.networks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/** What a file says, on its way into a {@link NetworkTable}: each network once, and ranges that point to it. */
final class NetworkRanges {

    static final IpRange IPV4 = IpRange.prefix(IpAddress.ipv4(0), 0);
    static final IpRange IPV6 = IpRange.prefix(new IpAddress(0, 0), 0);

    /** The number of what no network announces. */
    static final int NOT_ROUTED = 0;

    private static final int UNKNOWN = 1;

    private final RangeRows ipv4 = new RangeRows(IPV4);
    private final RangeRows ipv6 = new RangeRows(IPV6);
    private final List<Answer<Network>> answers = new ArrayList<>();
    private final Map<Network, Integer> numbers = new HashMap<>();

    NetworkRanges() {
        answers.add(new Answer.NoRecord<>());
        answers.add(new Answer.Failed<>(Failure.REFUSED));
    }

    /** The number that stands for this network from now on. */
    int number(Network network) {
        return numbers.computeIfAbsent(network, unseen -> {
            answers.add(new Answer.Found<>(unseen));
            return answers.size() - 1;
        });
    }

    void add(IpRange range, int number) {
        (range.first().isIpv4() ? ipv4 : ipv6).add(range, number);
    }

    /** Ranges of one family that contradict each other, if any do. */
    Stream<RangeRows.Conflict> conflicts() {
        return Stream.of(ipv4, ipv6).flatMap(rows -> rows.conflict().stream());
    }

    boolean hasNetworks() {
        return !numbers.isEmpty();
    }

    /** The table of a file that was read whole: what it does not mention is not announced. */
    NetworkTable whole() {
        return table(NOT_ROUTED);
    }

    /** The table of a file of which something could not be read: what it does not mention is unknown. */
    NetworkTable broken(Failure failure) {
        answers.set(UNKNOWN, new Answer.Failed<>(failure));
        return table(UNKNOWN);
    }

    private NetworkTable table(int gap) {
        return new NetworkTable(new Ipv4Stretches(ipv4.cut(gap)), ipv6.cut(gap), answers);
    }
}
