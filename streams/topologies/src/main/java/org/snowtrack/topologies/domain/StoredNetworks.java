package org.snowtrack.topologies.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.snowtrack.topologies.state.RowKey;

/**
 * On which origin networks each domain was seen, and since which day. A day counts the networks of the days before it, so
 * that all who ask on one day are told the same, in whatever order they ask. Belongs to one task.
 */
final class StoredNetworks {

    /** Of one domain; more say no more, and anybody's addresses may carry a name that is worth claiming. */
    static final int MAX = 64;

    private static final byte[] PRESENT = new byte[0];

    private final KeyValueStore<Bytes, byte[]> rows;

    /**
     * @param rows by {@link RowKey#domainNetworkDay}
     */
    StoredNetworks(KeyValueStore<Bytes, byte[]> rows) {
        this.rows = rows;
    }

    void see(String domain, long asn, int day) {
        List<Bytes> networks = of(domain);
        Optional<Bytes> same = networks.stream()
                .filter(row -> RowKey.networkBeforeDay(row) == asn)
                .findFirst();
        if (same.isPresent() ? RowKey.dayAtEnd(same.get()) > day : networks.size() < MAX) {
            same.ifPresent(rows::delete);
            rows.put(RowKey.domainNetworkDay(domain, asn, day), PRESENT);
        }
    }

    /** How many there were before a day. */
    int before(String domain, int day) {
        return (int)
                of(domain).stream().filter(row -> RowKey.dayAtEnd(row) < day).count();
    }

    void forget(String domain) {
        of(domain).forEach(rows::delete);
    }

    private List<Bytes> of(String domain) {
        List<Bytes> networks = new ArrayList<>();
        Bytes prefix = RowKey.domain(domain);
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(prefix, RowKey.endOf(prefix))) {
            found.forEachRemaining(row -> networks.add(row.key));
        }
        return networks;
    }
}
